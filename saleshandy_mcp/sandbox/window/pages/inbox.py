"""Threads: the conversations with people who have answered."""

from saleshandy_mcp.sandbox.simulation.threads import Thread, changes, is_read, outcome, threads
from saleshandy_mcp.sandbox.window.html import Child
from saleshandy_mcp.sandbox.window.parts import Column, link, moment, pill, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.world.tables import Place, Row, World

COLUMNS = (Column("Thread"), Column("Who"), Column("Last mail"), Column("Outcome"), Column("Mails", number=True))


def page(view: View) -> Page:
    found = threads(view.world)
    stretch, changed = view.stretch(len(found)), changes(view.world)
    rows = [_row(view.world, thread, changed) for thread in stretch.of(found)]
    listed = table("Threads, the latest first", COLUMNS, rows, empty="Nobody has answered yet.")
    return Page("Inbox", section("Threads", listed, stretch.pager("inbox"), id_="threads"))


def _row(world: World, thread: Thread, changed: dict[Place, Row]) -> list[Child]:
    unread = None if is_read(world, thread) else (" ", pill("unread", "busy"))
    subject = [link(thread.subject or "(no subject)", "inbox", thread.id), unread]
    return [subject, thread.sender, moment(thread.last_at), outcome(changed.get(thread.place)), len(thread.messages)]
