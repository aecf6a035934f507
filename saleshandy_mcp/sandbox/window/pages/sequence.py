"""One sequence: its steps, and the people at each."""

from collections import Counter

from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.simulation.merge import plain
from saleshandy_mcp.sandbox.window.html import Child, Markup, el
from saleshandy_mcp.sandbox.window.pages.sequences import state_pill
from saleshandy_mcp.sandbox.window.parts import Column, facts, link, moment, pill, section, table
from saleshandy_mcp.sandbox.window.view import Missing, Page, View
from saleshandy_mcp.sandbox.window.words import channel, colour, full_name
from saleshandy_mcp.sandbox.world.clock import iso
from saleshandy_mcp.sandbox.world.tables import Row, World

STEPS = (
    Column("Step"),
    Column("Day", number=True),
    Column("People", number=True),
    Column("Sent", number=True),
    Column("Text"),
)
PEOPLE = (Column("Person"), Column("Step", number=True), Column("Status"), Column("Last mail"))


def page(view: View) -> Page:
    world, sequence = view.world, view.world.sequence(view.id)
    if sequence is None:
        raise Missing("There is no such sequence.")
    steps = world.steps_of(sequence["id"])
    people = Counter(world.enrolments[sequence["id"]].values())
    sent = Counter(event["stepId"] for event in select(world, "email-sent", sequenceId=sequence["id"]))
    rows = [_step(world, number, step, people[step["id"]], sent[step["id"]]) for number, step in enumerate(steps, 1)]
    body = (
        _facts(world, sequence),
        section("Steps", table("Steps and people at each", STEPS, rows, empty="It has no steps yet."), id_="steps"),
        section("People", *_people(view, sequence, steps), id_="people"),
    )
    return Page(sequence["title"], body)


def _facts(world: World, sequence: Row) -> Markup:
    senders = [world.email_accounts[id_]["fromEmail"] for id_ in sequence["emailAccountIds"]]
    schedule = world.schedules.get(sequence["scheduleId"] or "")
    parent = world.sequence(sequence.get("parentId"))
    return facts(
        ("State", state_pill(sequence)),
        ("Email accounts", ", ".join(senders) or "none"),
        ("Schedule", schedule["name"] if schedule else "none"),
        ("Takes people over from", link(parent["title"], "sequences", parent["id"]) if parent else None),
    )


def _step(world: World, number: int, step: Row, people: int, sent: int) -> list[Child]:
    name = f"{number}. {channel(step['type'])}"
    shown = link(people, "sequences", step["sequenceId"], step=step["id"]) if people else 0
    return [name, step["absoluteDays"], shown, sent, [_text(row) for row in world.variants_of(step["id"])]]


def _text(variant: Row) -> Markup:
    """The subject of a variant, and the rest of it to open."""
    payload = variant["payload"]
    content = plain(payload.get("content") or payload.get("message") or "") or variant["taskNote"] or ""
    title = payload.get("subject") or ("Continues the thread" if "subject" in payload else "Note")
    return (
        el("details", el("summary", title), el("p", content))
        if content
        else el("div", title if "subject" in payload else "No text")
    )


def _people(view: View, sequence: Row, steps: list[Row]) -> list[Child]:
    world, wanted = view.world, view.asked("step")
    numbers = {step["id"]: number for number, step in enumerate(steps, 1)}
    found = [pair for pair in world.enrolments[sequence["id"]].items() if not wanted or pair[1] == wanted]
    stretch = view.stretch(len(found))
    rows = [_person(world, sequence["id"], person, numbers[step]) for person, step in stretch.of(found)]
    only = None
    if wanted in numbers:
        only = el("p", f"Those at step {numbers[wanted]}. ", link("Show all", "sequences", sequence["id"]))
    listed = table("People of the sequence", PEOPLE, rows, empty="Nobody is here.")
    return [only, listed, stretch.pager("sequences", sequence["id"], step=wanted)]


def _person(world: World, sequence_id: str, prospect_id: str, step: int) -> list[Child]:
    person = world.prospects[prospect_id]
    status = world.status_of(sequence_id, prospect_id)
    sent = world.progress_of(sequence_id, prospect_id)["sent"].values()
    last = moment(iso(max(sent))) if sent else "none yet"
    name = link(full_name(person["values"]) or person["email"], "people", prospect_id)
    return [name, step, pill(status, colour(status)), last]
