"""Each fact that decides what a call does, in each state of the account."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import (
    PeopleInActiveSequences,
    PeopleStored,
    SequenceActive,
    StepActive,
    SubsequenceOf,
    SubsequenceWaits,
    TasksInActiveSequences,
    TextStored,
)
from saleshandy_mcp.lookups.facts import MOST_CALLS
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import context_over, faulty, says
from tests.lookups.facts_kit import (
    ACTIVE,
    OF_PERSON,
    PARENT,
    PAUSED,
    SEQUENCES,
    TASK,
    calls,
    in_subsequence,
    only,
    others,
    person,
    sequence,
    step,
    task,
    told,
)

# Whether a sequence is active


@pytest.mark.parametrize(("title", "active"), [(ACTIVE, True), (PAUSED, False)])
async def test_a_sequence_is_active_or_not_and_so_are_its_steps(
    box: Sandbox, context: Context, title: str, *, active: bool
) -> None:
    id_ = sequence(box, title)["id"]
    assert await only(context, SequenceActive(id_)) is active
    assert await only(context, StepActive(step(box, id_))) is active


async def test_a_sequence_or_step_that_is_in_no_list_is_unknown(context: Context) -> None:
    assert await told(context, SequenceActive("nosuch"), StepActive("nosuch")) == [None, None]


async def test_a_subsequence_is_unknown_for_no_list_has_it(box: Sandbox, context: Context) -> None:
    (row,) = box.world.subsequences.values()
    first = step(box, sequence(box, PARENT)["id"])
    box.world.steps[first]["sequenceId"] = row["id"]
    assert await told(context, SequenceActive(row["id"]), StepActive(first)) == [None, None]


async def test_a_list_of_sequences_that_does_not_end_tells_nothing(box: Sandbox) -> None:
    page = [{"id": f"s{number}", "title": "S", "active": False} for number in range(1000)]
    async with context_over(box, app=faulty(box, SEQUENCES, says(200, {"payload": page}))) as context:
        assert await only(context, SequenceActive("elsewhere")) is None
        assert await calls(context, SequenceActive("elsewhere")) == MOST_CALLS


# Whether people are in active sequences


@pytest.mark.parametrize(
    ("titles", "active"),
    [((ACTIVE,), True), ((PAUSED,), False), ((), False), ((PAUSED, ACTIVE), True), ((PAUSED, "Webinar in May"), False)],
)
async def test_somebody_is_in_an_active_sequence_when_one_of_theirs_is(
    box: Sandbox, context: Context, titles: tuple[str, ...], *, active: bool
) -> None:
    assert await only(context, PeopleInActiveSequences((person(box, *titles),))) is active


async def test_somebody_in_a_subsequence_may_get_mail_of_it(box: Sandbox, context: Context) -> None:
    assert await only(context, PeopleInActiveSequences((in_subsequence(box),))) is None


async def test_a_sequence_without_an_id_in_the_answer_may_be_active(box: Sandbox) -> None:
    answer = says(200, {"payload": [{"title": PAUSED}]})
    async with context_over(box, app=faulty(box, OF_PERSON, answer)) as context:
        assert await only(context, PeopleInActiveSequences((person(box),))) is None


async def test_somebody_nobody_knows_is_unknown(context: Context) -> None:
    assert await only(context, PeopleInActiveSequences(("nosuch",))) is None
    assert await only(context, SubsequenceWaits(("nosuch",))) is None


async def test_three_people_are_looked_up_and_of_more_it_is_unknown(box: Sandbox, context: Context) -> None:
    for people in box.world.enrolments.values():
        people.clear()
    assert await only(context, PeopleInActiveSequences(others(box, 3))) is False
    assert await only(context, PeopleInActiveSequences(others(box, 5))) is None
    assert await calls(context, PeopleInActiveSequences(others(box, 5))) == 0


# Whether a subsequence waits


@pytest.mark.parametrize(
    ("titles", "waits"), [((PARENT,), True), ((ACTIVE,), False), ((), False), ((ACTIVE, PARENT), True)]
)
async def test_a_subsequence_may_take_up_somebody_whose_sequence_has_one(
    box: Sandbox, context: Context, titles: tuple[str, ...], *, waits: bool
) -> None:
    assert await only(context, SubsequenceWaits((person(box, *titles),))) is waits


async def test_whether_a_subsequence_has_one_of_its_own_is_unknown(box: Sandbox, context: Context) -> None:
    assert await only(context, SubsequenceWaits((in_subsequence(box),))) is None


async def test_of_people_without_an_id_it_is_unknown_without_a_call(context: Context) -> None:
    assert await only(context, SubsequenceWaits(None)) is None
    assert await calls(context, SubsequenceWaits(None)) == 0


async def test_somebody_in_more_sequences_than_calls_are_left_is_unknown(box: Sandbox, context: Context) -> None:
    id_ = person(box, ACTIVE, PAUSED, "Webinar in May", PARENT)
    assert await only(context, SubsequenceWaits((id_,))) is None
    assert await calls(context, SubsequenceWaits((id_,))) == 1


@pytest.mark.parametrize(("title", "has"), [(PARENT, True), (PAUSED, False)])
async def test_a_sequence_has_a_subsequence_or_not(box: Sandbox, context: Context, title: str, *, has: bool) -> None:
    id_ = sequence(box, title)["id"]
    assert await told(context, SubsequenceOf(id_), SubsequenceOf(step_id=step(box, id_))) == [has, has]


async def test_of_a_step_in_no_list_it_is_unknown(context: Context) -> None:
    assert await only(context, SubsequenceOf(step_id="nosuch")) is None


# Whether somebody is stored


async def test_an_address_is_stored_whatever_its_case(box: Sandbox, context: Context) -> None:
    stored = box.world.prospects[person(box)]["email"]
    assert await told(context, PeopleStored((stored.upper(),)), PeopleStored(("nobody@acme.example.com",))) == [
        True,
        False,
    ]
    assert await only(context, PeopleStored(("nobody@acme.example.com", stored))) is True


async def test_an_address_that_more_than_a_page_looks_like_may_be_stored(box: Sandbox, context: Context) -> None:
    like = box.world.prospects[person(box)]
    for number in range(11):
        box.world.add_prospect({**like, "id": f"n{number}", "email": f"a{number}jo@acme.example.com"})
    assert await only(context, PeopleStored(("jo@acme.example.com",))) is True


async def test_more_addresses_than_calls_and_addresses_nobody_told_are_unknown(context: Context) -> None:
    many = tuple(f"p{number}@acme.example.com" for number in range(5))
    assert await told(context, PeopleStored(many), PeopleStored(None)) == [None, None]
    assert await calls(context, PeopleStored(many), PeopleStored(None)) == 0


# Tasks and their notes


@pytest.mark.parametrize(("title", "active"), [(ACTIVE, True), (PAUSED, False)])
async def test_a_task_belongs_to_an_active_sequence_or_not(
    box: Sandbox, context: Context, title: str, *, active: bool
) -> None:
    assert await only(context, TasksInActiveSequences((task(box, title),))) is active


async def test_on_a_task_of_a_paused_sequence_a_subsequence_of_it_may_follow(box: Sandbox, context: Context) -> None:
    sequence(box, PARENT)["active"] = False
    assert await only(context, TasksInActiveSequences((task(box, PARENT),))) is True


@pytest.mark.parametrize("answer", [{"id": "t"}, {"id": "t", "sequence": None}, {"id": "t", "sequence": {}}])
async def test_a_task_that_does_not_tell_its_sequence_is_unknown(box: Sandbox, answer: dict[str, Any]) -> None:
    async with context_over(box, app=faulty(box, TASK, says(200, {"payload": answer}))) as context:
        assert await only(context, TasksInActiveSequences(("t",))) is None


async def test_tasks_that_are_too_many_or_not_there_are_unknown(box: Sandbox, context: Context) -> None:
    ids = tuple(box.world.tasks)
    assert await only(context, TasksInActiveSequences(("nosuch",))) is None
    assert await only(context, TasksInActiveSequences(ids[:5])) is None
    assert await calls(context, TasksInActiveSequences(ids[:5])) == 0


@pytest.mark.parametrize(("note", "stored"), [("Ring at ten", True), ("", False), (None, False)])
async def test_a_task_has_a_note_or_not(box: Sandbox, context: Context, note: str | None, *, stored: bool) -> None:
    assert await only(context, TextStored(task(box, note=note))) is stored


async def test_a_note_that_is_not_told_may_be_there(box: Sandbox, context: Context) -> None:
    assert await told(context, TextStored("nosuch"), TextStored(None)) == [None, None]
    async with context_over(box, app=faulty(box, TASK, says(200, {"payload": {"id": "t"}}))) as silent:
        assert await only(silent, TextStored("t")) is None
