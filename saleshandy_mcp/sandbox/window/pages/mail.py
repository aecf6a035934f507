"""One mail as the person gets it, and what became of it."""

from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.simulation.merge import plain
from saleshandy_mcp.sandbox.window.html import Child, Markup, el
from saleshandy_mcp.sandbox.window.mails import Mail, find, kind_words
from saleshandy_mcp.sandbox.window.pages.person import event_rows
from saleshandy_mcp.sandbox.window.parts import Column, at, facts, link, moment, section, table
from saleshandy_mcp.sandbox.window.view import Missing, Page, View
from saleshandy_mcp.sandbox.world.tables import World

EVENTS = (Column("When"), Column("What"), Column("Who"), Column("Sequence"))


def page(view: View) -> Page:
    world, mail = view.world, find(view.world, view.id)
    if mail is None:
        raise Missing("There is no such mail.")
    to = ", ".join(mail.to)
    person = world.prospects.get(mail.prospect_id or "")
    towards = [to, " (", link("the person", "people", person["id"]), ")"] if person else to
    body = (
        facts(("From", mail.sender), ("To", towards), ("When", moment(mail.at)), ("Sent by", kind_words(world, mail))),
        section("The mail", *content(mail.id, mail.content), id_="content", live=False),
        section("What became of it", _after(world, mail), id_="after") if mail.kind == "step" else None,
    )
    return Page(mail.subject or "(no subject)", body)


def content(id_: str, html: str) -> list[Child]:
    """A mail in a frame that runs no script and loads nothing; below it, its words and its HTML."""
    frame = el("iframe", src=at("mails", id_), sandbox="", title="The mail", loading="lazy")
    source = el("details", el("summary", "HTML"), el("pre", html, tabindex=0))
    return [frame, el("details", el("summary", "Words only"), el("p", plain(html))), source]


def _after(world: World, mail: Mail) -> Markup:
    wanted = select(world, stepId=mail.step_id or "", prospectId=mail.prospect_id or "")
    rows = [event for event in wanted if event["id"] != mail.id]
    return table("Events of this mail", EVENTS, event_rows(world, rows), empty="Nothing yet.")
