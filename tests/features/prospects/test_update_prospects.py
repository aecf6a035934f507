"""Changing people: what is done, for whom, and how it is told."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.crowd import (
    FIELDS,
    OUTCOME,
    RUNNING,
    STATUS,
    TAG,
    inside,
    outside,
    row,
    standing,
    updated,
    written,
)
from tests.kit import posts

SENTENCES = [
    "Mark Jo as interested",
    "Tag these three prospects as warm",
    "Unsubscribe this person from everything",
    "Set the outcome of the prospect to meeting booked",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "update_prospects": {
        "prospects": ["nikhil.kulkarni@rookfield.example.com"],
        "add_tags": ["warm"],
        "outcome": "Interested",
    },
    "update_prospects_preview": {"prospects": ["anton.brandt@marrowby.example.com"], "status": "unsubscribed"},
}


async def test_several_changes_at_once_are_told_one_by_one_and_touch_nobody_else(
    box: Sandbox, context: Context
) -> None:
    people = inside(box, RUNNING)
    others = {id_: repr(it) for id_, it in box.world.prospects.items() if it["email"] not in people}
    told = await updated(
        context, people, fields={"job_title": "CTO", "Plan": "Team"}, add_tags=["Warm", "Q4"], outcome="interested"
    )
    assert [(change.does, change.done, change.trouble) for change in told.changes] == [
        ('Job Title = "CTO"', 3, []),
        ('Plan = "Team"', 3, []),
        ('tagged "warm", "Q4"', 3, []),
        ("outcome Interested", 3, []),
    ]
    for email in people:
        person = row(box, email)
        assert (person["values"]["Job Title"], person["values"]["Plan"]) == ("CTO", "Team")
        assert {"warm", "Q4"} <= set(person["tags"])
    assert written(box) == {FIELDS: 3, TAG: 1, OUTCOME: 1}
    assert {id_: repr(it) for id_, it in box.world.prospects.items() if id_ in others} == others


async def test_every_fact_of_the_answer_is_in_its_text(box: Sandbox, context: Context) -> None:
    people = inside(box, RUNNING, 2)
    told = await updated(context, people, fields={"City": "Oslo"}, add_tags=["warm"])
    assert text_of(told).splitlines() == [
        f"2 people: {people[0]} [{told.prospects[0].id}], {people[1]} [{told.prospects[1].id}]",
        'City = "Oslo": all 2',
        'tagged "warm": all 2',
    ]


async def test_tags_come_off_by_name_whatever_their_case(box: Sandbox, context: Context) -> None:
    people = [it["email"] for it in box.world.prospects.values() if "agency" in it["tags"]][:2]
    told = await updated(context, people, remove_tags=["AGENCY"])
    assert [(change.does, change.done) for change in told.changes] == [('untagged "agency"', 2)]
    assert all("agency" not in row(box, email)["tags"] for email in people)


@pytest.mark.parametrize("outcome", ["Referred", "meeting booked"])
async def test_own_outcomes_count_as_the_default_ones_do(box: Sandbox, context: Context, outcome: str) -> None:
    told = await updated(context, inside(box, RUNNING, 1), outcome=outcome, sequence=RUNNING)
    assert told.changes[0].does.casefold().startswith(f'outcome {outcome} in "q3 launch" ['.casefold())


async def test_the_word_for_empty_clears_a_field_and_line_breaks_become_html(box: Sandbox, context: Context) -> None:
    email = inside(box, RUNNING, 1)
    told = await updated(context, email, fields={"Company": "(none)", "Why Now": "one\r\ntwo\nthree"})
    assert told.changes[0].does == "Company cleared"
    assert "Company" not in row(box, email[0])["values"]
    assert row(box, email[0])["values"]["Why Now"] == "one<br>two<br>three"


async def test_a_value_that_is_refused_does_not_take_the_others_with_it(box: Sandbox, context: Context) -> None:
    people = inside(box, RUNNING)
    told = await updated(context, people, fields={"City": "Oslo", "Plan": "Gold", "Country": "Norway"})
    city, plan, country = told.changes
    assert (city.done, plan.done, country.done) == (3, 0, 3)
    assert [(it.state, it.emails) for it in plan.trouble] == [("refused", people[:1]), ("not tried", people[1:])]
    assert "a dropdown takes only its options" in text_of(told)
    assert all(row(box, email)["values"].get("Plan") != "Gold" for email in people)
    assert posts(box, FIELDS) == 1 + 3 + 2


@pytest.mark.parametrize("status", ["paused", "finished", "replied"])
async def test_what_stops_mail_tells_who_was_not_there(box: Sandbox, context: Context, status: str) -> None:
    people = [*inside(box, RUNNING, 2), *outside(box, RUNNING)]
    (change,) = (await updated(context, people, status=status, sequence=RUNNING)).changes
    assert (change.done, change.trouble[0].state, change.trouble[0].emails) == (2, "refused", people[2:])
    assert [standing(box, RUNNING, email) for email in people[:2]] == [status] * 2


async def test_of_many_it_is_told_how_many_where_saleshandy_does_not_tell_who(box: Sandbox, context: Context) -> None:
    people = [*inside(box, RUNNING, 17), *outside(box, RUNNING, 2)]
    told = await updated(context, people, status="paused", sequence=RUNNING)
    assert (told.changes[0].done, told.changes[0].trouble[0].emails) == (17, [])
    assert "17 of 19\n  refused: 2 of them: not in that sequence" in text_of(told)
    assert posts(box, STATUS) == 1


async def test_nobody_goes_on_when_a_change_before_it_failed(box: Sandbox, context: Context) -> None:
    people = inside(box, RUNNING, 2)
    await updated(context, people, status="paused", sequence=RUNNING)
    told = await updated(context, people, status="active", sequence=RUNNING, fields={"Plan": "Gold"})
    assert [change.done for change in told.changes] == [0, 0]
    assert [it.state for it in told.changes[1].trouble] == ["not tried"]
    assert "a change before it did not go through" in text_of(told)
    assert standing(box, RUNNING, people[0]) == "paused"


async def test_ids_and_addresses_of_one_person_are_one_person(box: Sandbox, context: Context) -> None:
    email = inside(box, RUNNING, 1)[0]
    told = await updated(context, [row(box, email)["id"], email.upper(), email], outcome="Interested")
    assert [it.email for it in told.prospects] == [email]


async def test_fifty_addresses_are_tagged_with_two_calls(box: Sandbox, context: Context) -> None:
    people = [it["email"] for it in box.world.prospects.values()][:50]
    told = await updated(context, people, add_tags=["spring"])
    assert (told.changes[0].done, told.prospects[0].id) == (50, None)
    assert sum(box.state()["requests"].values()) == 3  # the tags there are, who is stored, the change


async def test_many_people_are_found_page_by_page(box: Sandbox, context: Context) -> None:
    told = await updated(context, inside(box, RUNNING, 50), status="paused", sequence=RUNNING)
    assert told.changes[0].done == 50
    assert posts(box, "GET /prospects") <= 4


async def test_somebody_who_is_not_among_the_newest_is_asked_for_in_smaller_parts(
    box: Sandbox, context: Context
) -> None:
    first = next(iter(box.world.prospects.values()))
    for number in range(1500):
        new = {**first, "id": f"new{number}", "email": f"n{number}@new.example.com", "createdAt": "2099-01-01"}
        box.world.add_prospect(new)
    with pytest.raises(Mistake, match="not found") as refusal:
        await updated(context, inside(box, RUNNING, 16), status="paused", sequence=RUNNING)
    assert "newest 1,500; up to 15 addresses at once" in refusal.value.remedy
    box.clock.advance(61)
    assert (await updated(context, inside(box, RUNNING, 15), status="paused", sequence=RUNNING)).changes[0].done == 15
