"""Facts about the sandbox, somebody in each state, and an API that counts its calls."""

from collections.abc import Callable
from math import inf
from typing import TypeVar

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import (
    Cause,
    Effect,
    Fact,
    PeopleInActiveSequences,
    PeopleStored,
    SequenceActive,
    StepActive,
    SubsequenceOf,
    SubsequenceWaits,
    TasksInActiveSequences,
    TextStored,
)
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.lookups.facts import MOST_CALLS, look
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row

T = TypeVar("T")

ACTIVE, PAUSED, PARENT = "Agencies EU", "SaaS founders", "Q3 launch"
"""Sequences of the sandbox: one that is active, one that is paused, one that is active and has a subsequence."""

SEQUENCES = "GET /sequences$"
OF_PERSON, SUBSEQUENCES = "GET /prospects/{contactId}", "GET /sequences/{sequenceId}/subsequences"
PEOPLE, TASK = "GET /prospects$", "GET /tasks/{taskId}"


class Counting:
    """Hands requests on and counts them; old answers are not to be asked for."""

    def __init__(self, context: Context) -> None:
        self._api = context.api
        self.calls = 0

    async def send(self, operation: Request[T], until: float = inf) -> T:
        self.calls += 1
        return await self._api.send(operation, until)

    async def recent(self, operation: Request[T], _: float = inf) -> T:
        raise AssertionError(f"{operation.slug} may be answered with what was true a minute ago")

    async def download(self, url: str, _: float = inf) -> str:
        raise AssertionError(url)


async def told(context: Context, *facts: Fact) -> list[bool | None]:
    """What is found out about these facts, in one look-up of at most four calls."""
    api = Counting(context)
    found = await look(api, tuple(Cause(Effect.SEND, fact) for fact in facts), {})
    assert api.calls <= MOST_CALLS
    return [found[fact] for fact in facts]


async def only(context: Context, fact: Fact) -> bool | None:
    (found,) = await told(context, fact)
    return found


async def calls(context: Context, *facts: Fact) -> int:
    api = Counting(context)
    await look(api, tuple(Cause(Effect.SEND, fact) for fact in facts), {})
    return api.calls


def sequence(box: Sandbox, title: str) -> Row:
    return next(row for row in box.world.sequences.values() if row["title"] == title)


def subsequence(box: Sandbox) -> str:
    (id_,) = box.world.subsequences
    return id_


def step(box: Sandbox, sequence_id: str) -> str:
    return next(row["id"] for row in box.world.steps.values() if row["sequenceId"] == sequence_id)


def person(box: Sandbox, *titles: str) -> str:
    """Somebody who is in exactly these sequences."""
    for people in box.world.enrolments.values():
        people.pop(_somebody(box), None)
    for title in titles:
        id_ = sequence(box, title)["id"]
        box.world.enrolments[id_][_somebody(box)] = step(box, id_)
    return _somebody(box)


def _somebody(box: Sandbox) -> str:
    return next(iter(box.world.prospects))


def in_subsequence(box: Sandbox) -> str:
    """Somebody who is in a subsequence and in no sequence."""
    id_ = person(box)
    box.world.enrolments[subsequence(box)][id_] = ""
    return id_


def others(box: Sandbox, number: int) -> tuple[str, ...]:
    return tuple(list(box.world.prospects)[1 : number + 1])


def task(box: Sandbox, title: str = ACTIVE, *, note: str | None = None) -> str:
    """A task of somebody in this sequence."""
    row = next(iter(box.world.tasks.values()))
    row |= {"sequenceId": sequence(box, title)["id"], "taskNote": note}
    return row["id"]


EACH: dict[str, tuple[Callable[[Sandbox], Fact], tuple[str, ...]]] = {
    "sequence": (lambda box: SequenceActive(sequence(box, ACTIVE)["id"]), (SEQUENCES,)),
    "step": (lambda box: StepActive(step(box, sequence(box, ACTIVE)["id"])), (SEQUENCES,)),
    "people": (lambda box: PeopleInActiveSequences((person(box, ACTIVE),)), (OF_PERSON, SEQUENCES)),
    "stored": (lambda box: PeopleStored((box.world.prospects[person(box)]["email"],)), (PEOPLE,)),
    "subsequence": (lambda box: SubsequenceWaits((person(box, PARENT),)), (OF_PERSON, SUBSEQUENCES)),
    "subsequence of a step": (
        lambda box: SubsequenceOf(step_id=step(box, sequence(box, PARENT)["id"])),
        (SEQUENCES, SUBSEQUENCES),
    ),
    "tasks": (lambda box: TasksInActiveSequences((task(box),)), (TASK, SEQUENCES)),
    "note": (lambda box: TextStored(task(box, note="Ring at ten")), (TASK,)),
}
"""A fact that holds, and the calls that tell it."""
