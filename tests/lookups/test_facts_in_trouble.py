"""Looking facts up: at most four calls, nothing remembered, and unknown where a call fails."""

from collections.abc import Callable
from itertools import permutations

import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.resources.prospects import SetProspectAttributes
from saleshandy_mcp.api.resources.sequences import UpdateSequenceStatus
from saleshandy_mcp.api.resources.tags import AssignTags
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import (
    Cause,
    Effect,
    PeopleInActiveSequences,
    SequenceActive,
    SubsequenceWaits,
    TextStored,
)
from saleshandy_mcp.core.errors import NoKey
from saleshandy_mcp.lookups.facts import effects_now, look
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import Fault, context_over, faulty, lost, says, unreachable
from tests.lookups.facts_kit import (
    ACTIVE,
    EACH,
    PARENT,
    PAUSED,
    SUBSEQUENCES,
    TASK,
    Counting,
    calls,
    only,
    person,
    sequence,
    task,
    told,
)

BROKEN = says(500, {"error": True, "code": 5001, "message": "Not today"})
REFUSED = says(400, {"error": True, "code": 4000, "message": "No"})


@pytest.mark.parametrize("name", EACH)
async def test_without_a_key_nothing_is_looked_up(box: Sandbox, name: str) -> None:
    with pytest.raises(NoKey):
        await look(Saleshandy(None, app=box.app), (Cause(Effect.SEND, EACH[name][0](box)),), {})


@pytest.mark.parametrize("fault", [BROKEN, REFUSED, lost, unreachable, says(200, "<html>"), says(200, {"payload": 1})])
@pytest.mark.parametrize(("name", "call"), [(name, call) for name, (_, needed) in EACH.items() for call in needed])
async def test_a_call_that_fails_leaves_the_fact_unknown(box: Sandbox, name: str, call: str, fault: Fault) -> None:
    fact = EACH[name][0](box)
    async with context_over(box, app=faulty(box, call, fault)) as context:
        assert await only(context, fact) is None
    async with context_over(box) as context:
        assert await only(context, fact) is True


async def test_a_call_that_fails_leaves_the_other_facts_alone(box: Sandbox) -> None:
    note, active = TextStored(task(box, note="Ring")), SequenceActive(sequence(box, ACTIVE)["id"])
    async with context_over(box, app=faulty(box, TASK, BROKEN)) as context:
        assert await told(context, note, active) == [None, True]


@pytest.mark.parametrize("names", list(permutations(EACH, 3)), ids=" ".join)
async def test_whatever_is_asked_for_takes_at_most_three_calls(box: Sandbox, names: tuple[str, ...]) -> None:
    facts = [EACH[name][0](box) for name in dict.fromkeys(names)]
    async with context_over(box) as context:
        found = await told(context, *facts)
    assert None not in found[:1]


async def test_what_one_look_up_has_read_is_not_read_again(box: Sandbox, context: Context) -> None:
    id_ = person(box, PARENT)
    assert await told(context, PeopleInActiveSequences((id_,)), SubsequenceWaits((id_,))) == [True, True]
    assert await calls(context, PeopleInActiveSequences((id_,)), SubsequenceWaits((id_,))) == 3


def stopped(box: Sandbox) -> None:
    sequence(box, ACTIVE)["active"] = False


def moved_to_a_paused_sequence(box: Sandbox) -> None:
    person(box, PAUSED)


def moved_to_a_sequence_without_subsequence(box: Sandbox) -> None:
    person(box, ACTIVE)


def given_another_address(box: Sandbox) -> None:
    box.world.prospects[person(box)]["email"] = "new@acme.example.com"


def task_of_a_paused_sequence(box: Sandbox) -> None:
    task(box, PAUSED)


def note_cleared(box: Sandbox) -> None:
    task(box, note="")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("sequence", stopped),
        ("step", stopped),
        ("people", moved_to_a_paused_sequence),
        ("stored", given_another_address),
        ("subsequence", moved_to_a_sequence_without_subsequence),
        ("tasks", task_of_a_paused_sequence),
        ("note", note_cleared),
    ],
)
async def test_a_change_by_somebody_else_is_seen_at_once(
    box: Sandbox, context: Context, name: str, change: Callable[[Sandbox], None]
) -> None:
    fact = EACH[name][0](box)
    assert await only(context, fact) is True
    change(box)
    assert await only(context, fact) is False


async def test_what_is_known_already_is_not_looked_up(context: Context) -> None:
    fact = SequenceActive("nosuch")
    assert await look(Counting(context), (Cause(Effect.SEND, fact),), {fact: False}) == {fact: False}


async def test_causes_that_hold_always_need_no_call(context: Context) -> None:
    api = Counting(context)
    assert await look(api, (Cause(Effect.DELETE), Cause(Effect.WRITE)), {}) == {}
    assert api.calls == 0


# What follows for a request


@pytest.mark.parametrize(("title", "effect"), [(ACTIVE, Effect.SEND), (PAUSED, Effect.WRITE)])
async def test_a_value_of_somebody_reaches_people_when_their_sequence_is_active(
    box: Sandbox, context: Context, title: str, effect: Effect
) -> None:
    request = SetProspectAttributes(prospect_id=person(box, title), field_id="f", attribute_value="x")
    assert await effects_now(context.api, request, known={TextStored(): False}) == {effect}


async def test_what_is_unknown_counts_as_the_worst(box: Sandbox) -> None:
    request = AssignTags(tags=["warm"], prospect_ids=[person(box, ACTIVE)])
    async with context_over(box, app=faulty(box, SUBSEQUENCES, BROKEN)) as context:
        assert await effects_now(context.api, request) == {Effect.SEND}
    async with context_over(box) as context:
        assert await effects_now(context.api, request) == {Effect.WRITE}


async def test_several_requests_do_all_that_each_of_them_does(box: Sandbox, context: Context) -> None:
    tags = AssignTags(tags=["warm"], prospect_ids=[person(box, PAUSED)])
    pause = UpdateSequenceStatus(sequence_ids=["s"], status="pause")
    start = UpdateSequenceStatus(sequence_ids=["s"], status="resume")
    assert await effects_now(context.api, tags, pause) == {Effect.WRITE}
    assert Effect.SEND in await effects_now(context.api, tags, pause, start)
