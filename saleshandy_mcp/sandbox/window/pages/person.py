"""One person: their values, their sequences, and what happened with them."""

from collections.abc import Iterable, Iterator

from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.simulation.imports import verification
from saleshandy_mcp.sandbox.window.html import Child, Markup
from saleshandy_mcp.sandbox.window.parts import Column, facts, link, moment, pill, section, table
from saleshandy_mcp.sandbox.window.view import Missing, Page, View
from saleshandy_mcp.sandbox.window.words import colour, event_words, full_name
from saleshandy_mcp.sandbox.world.tables import Row, World

EVENTS = (Column("When"), Column("What"), Column("Who"), Column("Sequence"))
SEQUENCES = (Column("Sequence"), Column("Step", number=True), Column("Status"))


def page(view: View) -> Page:
    world, person = view.world, view.world.prospects.get(view.id)
    if person is None:
        raise Missing("There is no such person.")
    happened = sorted(select(world, prospectId=person["id"]), key=lambda event: event["at"], reverse=True)
    rows = [_place(world, row, person) for row in world.all_sequences() if person["id"] in world.enrolments[row["id"]]]
    marks = [word for word in ("unsubscribed", "bounced") if person[word]]
    body = (
        facts(
            ("Email", person["email"]),
            *person["values"].items(),
            ("Tags", ", ".join(person["tags"]) or None),
            ("Address check", verification(person, world.clock.now())),
            ("Marks", [pill(word, "bad") for word in marks] if marks else None),
        ),
        section("Sequences", table("Sequences of the person", SEQUENCES, rows, empty="In no sequence."), id_="places"),
        section("What happened", _events(world, happened), id_="happened"),
    )
    return Page(full_name(person["values"]) or person["email"], body)


def event_rows(world: World, found: Iterable[Row]) -> Iterator[list[Child]]:
    """Rows of a table of events: when, what, who, and in which sequence."""
    for event in found:
        sequence, person = world.sequence(event["sequenceId"]), world.prospects.get(event["prospectId"] or "")
        who = link(full_name(person["values"]) or person["email"], "people", person["id"]) if person else ""
        where = link(sequence["title"], "sequences", sequence["id"]) if sequence else ""
        yield [moment(event["at"]), _what(event), who, where]


def _what(event: Row) -> Child:
    words = event_words(event["kind"])
    if event["kind"] in {"email-sent", "reply-received"}:
        return link(words, "outbox", event["id"])
    outcome = event["facts"].get("newOutcome")
    return f"{words}: {outcome}" if outcome else words


def _events(world: World, found: list[Row]) -> Markup:
    return table("Events of the person, the newest first", EVENTS, event_rows(world, found), empty="Nothing yet.")


def _place(world: World, sequence: Row, person: Row) -> list[Child]:
    steps = [step["id"] for step in world.steps_of(sequence["id"])]
    step = steps.index(world.enrolments[sequence["id"]][person["id"]]) + 1
    status = world.status_of(sequence["id"], person["id"])
    return [link(sequence["title"], "sequences", sequence["id"]), step, pill(status, colour(status))]
