"""All sequences and subsequences, with their numbers."""

from typing import Any

from saleshandy_mcp.sandbox.window.html import Child, Markup
from saleshandy_mcp.sandbox.window.parts import Column, link, pill, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.window.words import colour

COLUMNS = (
    Column("Sequence"),
    Column("State"),
    Column("Steps", number=True),
    Column("People", number=True),
    Column("Sent", number=True),
    Column("Opened", number=True),
    Column("Answered", number=True),
    Column("Bounced", number=True),
)
COUNTED = ("email-sent", "email-opened", "reply-received", "email-bounced")


def page(view: View) -> Page:
    return Page("Sequences", section("All sequences", sequence_table(view), id_="sequences"))


def sequence_table(view: View) -> Markup:
    state = view.box.state()
    rows = [*state["sequences"], *state["subsequences"]]
    return table("Sequences and their events", COLUMNS, map(_row, rows), empty="There is no sequence yet.")


def state_pill(row: dict[str, Any]) -> Markup:
    word = "active" if row["active"] else "paused"
    return pill(word, colour(word))


def _row(row: dict[str, Any]) -> list[Child]:
    numbers = [row["events"].get(kind, 0) for kind in COUNTED]
    return [link(row["title"], "sequences", row["id"]), state_pill(row), row["steps"], row["prospects"], *numbers]
