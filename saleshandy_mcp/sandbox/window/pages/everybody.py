"""Everybody the workspace knows, to search in."""

from saleshandy_mcp.sandbox.window.html import Child
from saleshandy_mcp.sandbox.window.parts import Column, link, pill, search, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.window.words import full_name
from saleshandy_mcp.sandbox.world.tables import Row

COLUMNS = (Column("Person"), Column("Address"), Column("Company"), Column("Marks"))


def page(view: View) -> Page:
    words = view.asked("q").lower().split()
    found = [row for row in reversed(view.world.prospects.values()) if _fits(row, words)]
    stretch = view.stretch(len(found))
    listed = table("People, the newest first", COLUMNS, map(_row, stretch.of(found)), empty="Nobody fits.")
    asked = search("Name, address or company", view.asked("q"), "people")
    body = section("Who is stored", listed, stretch.pager("people", q=view.asked("q")), id_="people")
    return Page("People", (asked, body))


def _fits(row: Row, words: list[str]) -> bool:
    text = " ".join((row["email"], *row["values"].values(), *row["tags"])).lower()
    return all(word in text for word in words)


def _row(row: Row) -> list[Child]:
    name = full_name(row["values"]) or row["email"]
    marks = [*(pill(word, "bad") for word in ("unsubscribed", "bounced") if row[word]), *map(pill, row["tags"])]
    return [link(name, "people", row["id"]), row["email"], row["values"].get("Company", ""), marks]
