"""``find_prospects`` by what happened and where: exactly those whom the sandbox's own events name."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.prospects.find_prospects import FindProspects
from saleshandy_mcp.features.prospects.people_list import PeopleList
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.store.selections import Selections
from tests.features.crowd import PLAIN, RUNNING

SEQUENCES = ("", RUNNING, PLAIN)


async def found(context: Context, *where: str, **arguments: Any) -> PeopleList:
    told = await FindProspects(where=list(where), **arguments).run(context)
    assert isinstance(told, PeopleList)
    return told


def chosen(context: Context, told: PeopleList) -> set[str]:
    """The addresses that the handle stands for."""
    if not told.handle:
        return set()
    return {it.email for it in context.service(Selections).members("people", told.handle)}


def events_of(box: Sandbox, title: str) -> dict[str, Counter[str]]:
    """Address -> how often each thing happened to the person, counted in the sandbox's list of events."""
    world = box.world
    ids = {row["id"] for row in world.sequences.values() if title in ("", row["title"])}
    counted: dict[str, Counter[str]] = {}
    for event in world.events:
        if event["sequenceId"] in ids and event["prospectId"] in world.prospects:
            email = world.prospects[event["prospectId"]]["email"]
            counted.setdefault(email, Counter())[event["kind"]] += 1
    return {email: counts for email, counts in counted.items() if counts["email-sent"]}


def every_question() -> Iterator[tuple[str, dict[str, str | None]]]:
    times = (None, "0", "1", "3")
    for title, opened, clicked, replied in product(SEQUENCES, times, times[:-1], (None, "yes", "no")):
        if title or opened or clicked or replied:
            yield title, {"opened": opened, "clicked": clicked, "replied": replied}


async def test_a_selection_is_everybody_whom_the_events_name_and_nobody_else(box: Sandbox, context: Context) -> None:
    words = {"opened": "email-opened", "clicked": "email-link-clicked", "replied": "reply-received"}
    for title, asked in every_question():
        where = [f"sequence={title}"] if title else []
        where += [f"{word}={value}" for word, value in asked.items() if value]
        expected = {
            email
            for email, counts in events_of(box, title).items()
            if all(_holds(value, counts[words[word]]) for word, value in asked.items())
        }
        told = await found(context, *where)
        assert (chosen(context, told), told.total) == (expected, len(expected)), where
        box.clock.advance(20)


def _holds(asked: str | None, counted: int) -> bool:
    if asked in ("yes", "no"):
        return bool(counted) is (asked == "yes")
    return asked is None or (counted >= int(asked) if asked != "0" else not counted)


async def test_a_line_tells_person_sequence_step_state_and_day_and_the_answer_counts_all(context: Context) -> None:
    text = text_of(await found(context, f"sequence={RUNNING}", "opened=3", "replied=no"))
    assert text.startswith("24 people fit sequence=Q3 launch, opened=3, replied=no (page 1 of 2)\n")
    assert "<pablo.herrero@glassmere.example.com> [Tfq9DuvgJA]" in text
    assert "Q3 launch, step 1 · opened 3 · 2026-11-14" in text
    assert 'More: find_prospects(where=["sequence=Q3 launch", "opened=3", "replied=no"], page=2)' in text


async def test_who_is_in_a_sequence_and_known_to_no_call_is_counted(box: Sandbox, context: Context) -> None:
    told = await found(context, f"sequence={RUNNING}")
    (id_,) = (row["id"] for row in box.world.sequences.values() if row["title"] == RUNNING)
    (note,) = told.notes
    assert note.startswith(f"Left out: {len(box.world.enrolments[id_]) - told.total} of the 140 people")


async def test_who_was_imported_from_here_is_known_before_the_first_mail(box: Sandbox, context: Context) -> None:
    before = await found(context, f"sequence={RUNNING}")
    rows = [{"Email": "ivy.new@example.com", "First Name": "Ivy"}]
    report = await ImportProspects(sequence=RUNNING, rows=rows, tags=["Autumn"]).run(context)
    box.clock.advance(70)
    told = await found(context, f"sequence={RUNNING}")
    assert "ivy.new@example.com" in chosen(context, told) - chosen(context, before)
    assert told.notes == before.notes[:0] + [note.replace("140", "141") for note in before.notes]
    for where in ("tag=autumn", f"import={report.job}"):
        (line,) = (await found(context, where)).people
        assert (line.person.email, line.tags) == ("ivy.new@example.com", ["Autumn"])


async def test_a_domain_is_that_one_alone(box: Sandbox, context: Context) -> None:
    like = next(iter(box.world.prospects.values()))
    for number, email in enumerate(
        ("jo@firm.example", "jo@firm.example.org", "jo@my-firm.example", "jo@a.firm.example")
    ):
        box.world.add_prospect({**like, "id": f"firm{number}", "email": email, "values": {}})
    assert chosen(context, await found(context, "domain=@Firm.example")) == {"jo@firm.example"}
    told = await FindProspects(query="@firm.example").run(context)
    assert isinstance(told, PeopleList)
    assert chosen(context, told) == {"jo@firm.example"}


async def test_the_people_of_a_company_are_found_by_its_name(box: Sandbox, context: Context) -> None:
    like = next(iter(box.world.prospects.values()))
    for number in range(3):
        values = {"First Name": f"F{number}", "Company": "Olm & Sons"}
        box.world.add_prospect({**like, "id": f"olm{number}", "email": f"f{number}@lake.example", "values": values})
    everybody = {f"f{number}@lake.example" for number in range(3)}
    assert chosen(context, await found(context, "company= olm &  SONS")) == everybody
    told = await FindProspects(query="Olm & Sons").run(context)
    assert isinstance(told, PeopleList)
    assert chosen(context, told) == everybody


async def test_conditions_on_mail_and_on_what_is_stored_hold_together(box: Sandbox, context: Context) -> None:
    told = await found(context, f"sequence={RUNNING}", "opened=1", "company=Marrowby", "verification=valid")
    emails = chosen(context, told)
    assert emails
    for email in emails:
        row = box.world.prospect(email)
        assert row
        assert (row["values"]["Company"], row["verificationStatus"]) == ("Marrowby", "valid")
    assert emails <= chosen(context, await found(context, f"sequence={RUNNING}", "opened=1"))


async def test_who_replied_to_another_step_does_not_count_as_silent(context: Context) -> None:
    replied = chosen(context, await found(context, f"sequence={RUNNING}", "replied=yes"))
    silent = chosen(context, await found(context, f"sequence={RUNNING}", "step=1", "replied=no"))
    assert silent
    assert not replied & silent


async def test_since_asks_for_the_last_thing_that_happened_and_still_knows_earlier_replies(context: Context) -> None:
    recent = await found(context, f"sequence={RUNNING}", "since=last 7 days", "replied=no")
    everybody = await found(context, f"sequence={RUNNING}", "replied=no", "opened=0")
    assert recent.total > 0
    assert all(line.story[-10:] >= "2026-11-09" for line in recent.people)
    assert everybody.total


async def test_finished_is_asked_person_by_person_and_refused_for_many(box: Sandbox, context: Context) -> None:
    with pytest.raises(Mistake, match="for at most 15; "):
        await found(context, "sequence=Webinar in May", "finished=yes")
    told = await found(context, "sequence=Webinar in May", "finished=yes", "clicked=1")
    (id_,) = (row["id"] for row in box.world.sequences.values() if row["title"] == "Webinar in May")
    clicked = chosen(context, await found(context, "sequence=Webinar in May", "clicked=1"))
    rows = [row for row in box.world.prospects.values() if row["email"] in clicked]
    assert chosen(context, told) == {it["email"] for it in rows if box.world.status_of(id_, it["id"]) == "finished"}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (["opened"], "is not understood"),
        (["opend=3"], "opened?"),
        (["city=Odense"], 'Write "word=value" with one of: sequence'),
        (["opened=3", "opened=4"], "opened is given twice"),
        (["opened=often"], "is a number of times"),
        (["replied=maybe"], "is yes or no"),
        (["step=0"], "counted from 1"),
        (["since=whenever"], 'since "whenever" is not understood'),
        (["verification=great"], "It is valid, bad, risky"),
        (["finished=yes"], "finished holds in one sequence"),
        (["sequence=Nothing of the kind"], "Nothing of the kind"),
        (["outcome=Won"], "Won"),
    ],
)
async def test_a_condition_that_is_not_understood_is_refused_with_those_that_are(
    context: Context, where: list[str], words: str
) -> None:
    with pytest.raises(Mistake) as refused:
        await found(context, *where)
    assert words in f"{refused.value.what} {refused.value.way(str)}"


async def test_nobody_fits_is_an_answer_without_a_handle(context: Context) -> None:
    told = await found(context, f"sequence={RUNNING}", "opened=900")
    assert text_of(told) == "no people fit sequence=Q3 launch, opened=900 (page 1 of 1)"
