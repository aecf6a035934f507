"""Changing people where something is wrong: a wrong argument stops all, and what is not known is not told as done."""

from dataclasses import replace
from typing import Any

import pytest
from anyio import CancelScope

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Broken, Interrupted, Mistake, Throttled
from saleshandy_mcp.features.prospects.update_prospects import UpdateProspects
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.crowd import FIELDS, LEAVE, OUTCOME, RUNNING, TAG, inside, outside, updated, written
from tests.kit import Answer, App, Fault, Message, Receive, context_over, faulty, lost, new_box, posts, says

NO = says(400, {"error": True, "code": 4000, "message": "Not today"})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "nothing to change"),
        ({"add_tags": []}, "nothing to change"),
        ({"prospects": [], "add_tags": ["a"]}, "there are 0"),
        ({"prospects": ["a@b.example.com"] * 51, "add_tags": ["a"]}, "there are 51"),
        ({"prospects": ["nobody@acme.example.com", "x@acme.example.com"], "add_tags": ["a"]}, "nobody@.*, x@acme"),
        ({"prospects": ["nobody@acme.example.com"], "status": "unsubscribed"}, "not found: nobody@"),
        ({"prospects": ["AAAAAAAAAA"], "add_tags": ["a"]}, "not found: AAAAAAAAAA"),
        ({"prospects": ["Jo Doe"], "add_tags": ["a"]}, "neither addresses nor ids: Jo Doe"),
        ({"fields": {"Shoe Size": "44"}}, 'nothing is called "Shoe Size"'),
        ({"fields": {"Email": "a@b.example.com"}}, "Email of a prospect cannot be changed"),
        ({"fields": {"City": "a", "city": "b"}}, "City is given twice"),
        ({"fields": {"Support Team Size": "many"}}, "takes a number"),
        ({"fields": {f"F{number}": "(none)" for number in range(30)}}, "there are 30"),
        ({"add_tags": [" "]}, "without a name"),
        ({"remove_tags": ["age"]}, 'nothing is called "age"'),
        ({"add_tags": ["Agency"], "remove_tags": ["agency"]}, "also in add_tags: agency"),
        ({"outcome": "Delighted"}, 'nothing is called "Delighted"'),
        ({"status": "active"}, "sequence: missing"),
        ({"status": "finished", "until": "2026-12-01"}, "until: only a pause has an end"),
        ({"status": "paused", "until": "2026-11-16"}, "until: 2026-11-16 does not lie ahead, today is 2026-11-16"),
        ({"status": "paused", "until": "next week"}, "until: "),
        ({"status": "unsubscribed", "sequence": RUNNING}, "goes with outcome and status only"),
        ({"add_tags": ["a"], "sequence": RUNNING}, "goes with outcome and status only"),
        ({"status": "paused", "sequence": "Q9"}, 'nothing is called "Q9"'),
    ],
)
async def test_one_wrong_argument_stops_all_before_anything_is_done(
    box: Sandbox, context: Context, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mistake, match=words):
        await updated(context, **{"people": inside(box, RUNNING, 2), **_renamed(arguments)})
    assert written(box) == {}


async def test_field_values_and_people_fit_into_a_minute_together(box: Sandbox, context: Context) -> None:
    with pytest.raises(Mistake, match="at most 17 people"):
        await updated(context, inside(box, RUNNING, 18), fields={"City": "a", "State": "b", "Country": "c"})
    told = await updated(context, inside(box, RUNNING, 20), fields={"City": "Oslo"})
    assert told.changes[0].done == 20


async def test_values_of_ten_people_are_read_before_and_after_a_question_within_a_minute() -> None:
    box = new_box(limits=True)
    began, action = box.clock.seconds(), UpdateProspects(prospects=inside(box, RUNNING, 10), fields={"Why Now": "New"})
    async with context_over(box) as context:
        first, second = await action.prepare(context), await action.prepare(context)
    assert first.question == second.question
    assert box.clock.seconds() == began


async def test_values_of_more_people_are_read_page_by_page_and_of_who_is_not_there_it_is_told(
    box: Sandbox, context: Context
) -> None:
    assert (await updated(context, inside(box, RUNNING, 11), fields={"City": "Oslo"})).changes[0].done == 11
    assert posts(box, "GET /prospects") <= 4
    with pytest.raises(Mistake, match="not found: nobody@acme") as refusal:
        await updated(context, [*inside(box, RUNNING, 10), "nobody@acme.example.com"], fields={"City": "Oslo"})
    assert "up to 10 addresses at once are found anywhere" in refusal.value.remedy


async def test_a_refusal_of_one_kind_is_told_and_the_others_go_on(box: Sandbox) -> None:
    people = inside(box, RUNNING, 2)
    async with context_over(box, app=faulty(box, TAG, NO)) as context:
        told = await updated(context, people, add_tags=["warm"], outcome="Interested")
    assert [change.done for change in told.changes] == [0, 2]
    assert f"  refused: {people[0]}, {people[1]}: Not today" in text_of(told)


async def test_a_person_in_no_sequence_does_not_keep_the_others_from_an_outcome(box: Sandbox, context: Context) -> None:
    people = [*inside(box, RUNNING, 2), *outside(box, RUNNING)]
    told = await updated(context, people, outcome="Interested", sequence=RUNNING)
    assert (told.changes[0].done, told.changes[0].trouble[0].emails) == (2, people[2:])
    assert posts(box, OUTCOME) == 1 + 3


async def test_a_lost_answer_leaves_unknown_what_it_was_about_and_ends_the_call(box: Sandbox) -> None:
    people = inside(box, RUNNING)
    async with context_over(box, app=faulty(box, FIELDS, lost, after=1)) as context:
        told = await updated(context, people, fields={"City": "Oslo"}, add_tags=["warm"])
    city, tags = told.changes
    assert (city.done, [(it.state, it.emails) for it in city.trouble]) == (
        1,
        [("unknown", people[1:2]), ("not tried", people[2:])],
    )
    assert (tags.done, tags.trouble[0].state, told.again) == (0, "not tried", True)
    assert "UNKNOWN, sent without an answer" in text_of(told)
    assert written(box) == {FIELDS: 2}


@pytest.mark.parametrize(("fault", "error"), [(lost, Interrupted), (says(500, {"code": 5001}), Broken)])
async def test_where_nothing_was_done_the_failure_itself_is_the_answer(
    box: Sandbox, fault: Fault, error: type[Exception]
) -> None:
    async with context_over(box, app=faulty(box, LEAVE, fault)) as context:
        with pytest.raises(error):
            await updated(context, inside(box, RUNNING, 2), status="unsubscribed")


async def test_an_answer_that_leaves_a_field_out_leaves_it_unknown(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, FIELDS, says(201, {"payload": {"results": []}}))) as context:
        told = await updated(context, inside(box, RUNNING, 1), fields={"City": "Oslo"})
    assert (told.changes[0].done, told.changes[0].trouble[0].state) == (0, "unknown")


async def test_what_the_rate_limit_cut_off_is_not_tried_and_can_be_asked_for_again() -> None:
    box = new_box(limits=True)
    people = inside(box, RUNNING, 20)
    async with context_over(box) as context:
        await updated(context, people[:12], fields={"City": "Oslo"})
        told = await updated(context, people, fields={"City": "Bergen"})
        assert (told.changes[0].done, told.again) == (8, True)
        assert "rate limit, try again in" in text_of(told)
        box.clock.advance(61)
        again = await updated(context, people, fields={"City": "Bergen"})
        assert (again.changes[0].done, again.again) == (20, False)
        with pytest.raises(Throttled):
            await updated(context, people, fields={"City": "Oslo"})


@pytest.mark.parametrize(
    ("call", "after", "done"),
    [
        (FIELDS, 0, {FIELDS: 1}),
        (FIELDS, 2, {FIELDS: 3}),
        (TAG, 0, {FIELDS: 3, TAG: 1}),
        (OUTCOME, 0, {FIELDS: 3, TAG: 1, OUTCOME: 1}),
    ],
)
async def test_a_cancelled_call_ends_before_its_next_write_and_what_was_done_is_counted(
    box: Sandbox, call: str, after: int, done: dict[str, int]
) -> None:
    client = CancelScope()

    async def cancels(app: App, message: Message, receive: Receive, answer: Answer) -> None:
        client.cancel()
        await app(message, receive, answer)

    action = UpdateProspects(
        prospects=inside(box, RUNNING, 3), fields={"City": "Oslo"}, add_tags=["warm"], outcome="Interested"
    )
    async with context_over(box, app=faulty(box, call, cancels, after=after)) as context:
        gate = Gate(context.api)
        prepared = await action.prepare(replace(context, api=gate))
        gate.open(prepared.effects)
        with client:
            await prepared.execute()
    assert client.cancelled_caught is (call != OUTCOME)
    assert written(box) == done
    assert len(gate.done) == sum(done.values())
    assert gate.doubtful == []


def _renamed(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"people" if name == "prospects" else name: value for name, value in arguments.items()}
