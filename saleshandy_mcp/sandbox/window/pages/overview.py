"""The first page: what there is, what happened last, and how to reach the sandbox."""

from saleshandy_mcp.sandbox.http.app import KEY
from saleshandy_mcp.sandbox.purchases.enrichment import balance
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from saleshandy_mcp.sandbox.simulation.tasks import is_open
from saleshandy_mcp.sandbox.simulation.threads import is_read, threads
from saleshandy_mcp.sandbox.window.actions import SPEEDS
from saleshandy_mcp.sandbox.window.html import Child, Markup, el
from saleshandy_mcp.sandbox.window.pages.person import event_rows
from saleshandy_mcp.sandbox.window.pages.sequences import sequence_table
from saleshandy_mcp.sandbox.window.parts import Column, facts, link, post, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.window.words import number

LATEST = 12
COLUMNS = (Column("When"), Column("What"), Column("Who"), Column("Sequence"))


def page(view: View) -> Page:
    newest = sorted(view.world.events, key=lambda event: event["at"], reverse=True)[:LATEST]
    happened = table("The last events, the newest first", COLUMNS, event_rows(view.world, newest), empty="Nothing yet.")
    parts = (
        section("In numbers", _numbers(view), id_="numbers"),
        section("What happened last", happened, id_="latest"),
        section("Sequences", sequence_table(view), id_="sequences"),
        section("Reach it", _addresses(view), id_="reach", live=False),
        section("Time and limits", *_switches(view), id_="switches", live=False),
    )
    return Page("Overview", parts)


def _numbers(view: View) -> Markup:
    world = view.world
    sent = sum(event["kind"] == "email-sent" for event in world.events)
    unread = sum(not is_read(world, thread) for thread in threads(world))
    cards = (
        ("person", "people", len(world.prospects), "people"),
        ("mail sent", "mails sent", sent, "outbox"),
        ("unread thread", "unread threads", unread, "inbox"),
        ("import", "imports", len(world.imports), "imports"),
        ("open task", "open tasks", sum(map(is_open, world.tasks.values())), "tasks"),
        ("credit left", "credits left", balance(world), "credits"),
        ("recent call", "recent calls", len(view.log.calls), "calls"),
        ("fault set", "faults set", len(view.box.faults.shown()), "faults"),
    )
    return el(
        "ul", *(_card(one if amount == 1 else many, amount, to) for one, many, amount, to in cards), class_="cards"
    )


def _card(words: str, amount: float, to: str) -> Markup:
    return el("li", link((el("b", number(amount)), " ", el("span", words)), to))


def _addresses(view: View) -> Markup:
    return facts(
        ("Saleshandy API", el("code", f"{view.address}/v1")),
        ("Its key", el("code", KEY)),
        ("SalesSheet CRM", el("code", f"{view.address}/salessheet/v1")),
        ("Key of the CRM", el("code", CRM_KEY)),
    )


def _switches(view: View) -> list[Child]:
    speed = view.box.clock.speed
    speeds = [el("option", words, value=value, selected=float(value) == speed) for value, words in SPEEDS.items()]
    known = any(float(value) == speed for value in SPEEDS)
    other = None if known else el("option", f"{number(speed)} times as fast", value="", selected=True, disabled=True)
    chosen = el("label", "Time passes ", el("select", other, *speeds, name="speed"))
    on = view.box.limits_on
    words = "Rate limits are on. " if on else "Rate limits are off. "
    switch = el("button", "Switch them off" if on else "Switch them on", name="on", value="no" if on else "yes")
    start = el("button", "Go back to the demo workspace", class_="danger")
    note = el("p", "Everything that was made here is lost: sequences, people, mails, and the CRM.")
    return [
        post("clock", view.here, chosen, el("button", "Set"), class_="line"),
        post("limits", view.here, el("span", words), switch, class_="line"),
        el("details", el("summary", "Start over"), note, post("reset", view.here, start)),
    ]
