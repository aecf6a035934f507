"""Looks up the facts that decide what a call does to the world, such as whether a sequence is active.

At most four calls are made, and nothing is remembered between two look-ups. A fact that they do not settle is unknown.
"""

from collections.abc import Collection

from saleshandy_mcp.api.resources.analytics import GetSequenceStats
from saleshandy_mcp.api.resources.prospects import ListProspects, ListProspectSequences
from saleshandy_mcp.api.resources.sequences import ListSequences, Sequence
from saleshandy_mcp.api.resources.subsequences import ListSubsequences
from saleshandy_mcp.api.resources.tasks import GetTask, Task
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.effects import (
    Cause,
    Effect,
    Fact,
    Facts,
    PeopleInActiveSequences,
    PeopleStored,
    SequenceActive,
    StepActive,
    SubsequenceOf,
    SubsequenceWaits,
    TasksInActiveSequences,
    TextStored,
    effects_of,
)
from saleshandy_mcp.core.errors import NoKey, SaleshandyError
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.core.uses import SequenceSeen
from saleshandy_mcp.lookups.by_name import all_sequences

MOST_CALLS = 4


async def effects_now(api: Api, *requests: Request[object], known: Facts | None = None) -> frozenset[Effect]:
    """What these requests together do in the account as it is now.

    Args:
        api: carries out the look-ups; nothing is changed.
        requests: what would be sent.
        known: facts that the caller has looked up already.
    """
    causes = tuple(cause for request in requests for cause in request.causes())
    return effects_of(causes, await look(api, causes, known or {}))


async def look(api: Api, causes: tuple[Cause, ...], known: Facts) -> Facts:
    """The facts that these causes depend on, each once, with at most four calls in all.

    Args:
        api: carries out the look-ups; nothing is changed.
        causes: what the facts are needed for.
        known: facts that the caller has looked up already; they are returned as they are.

    Returns:
        True, False or, for a fact that needs too many calls or whose call fails, None.

    Raises:
        NoKey: when there is no API key.
    """
    wanted = dict.fromkeys(cause.when for cause in causes if cause.when is not None and cause.when not in known)
    lookup = _Lookup(api)
    found: dict[Fact, bool | None] = dict(known)
    for fact in wanted:
        try:
            found[fact] = await lookup.settle(fact)
        except NoKey:
            raise  # without a key nothing can be done, so there is nothing to ask
        except (_TooManyCalls, SaleshandyError):
            found[fact] = None
    return found


async def look_at_sequences(api: Api, counted: Collection[str]) -> dict[str, SequenceSeen]:
    """All sequences by id; nothing when they cannot be listed.

    Args:
        api: carries the calls out; nothing is changed.
        counted: ids of those whose people are counted.

    Raises:
        NoKey: when there is no API key.
    """
    try:
        found = {it.id: it.title for it in await all_sequences(api)}
    except NoKey:
        raise
    except SaleshandyError:
        return {}
    people = {id_: await people_in(api, id_) for id_ in counted if id_ in found}
    return {id_: SequenceSeen(title, people.get(id_)) for id_, title in found.items()}


async def people_in(api: Api, sequence_id: str) -> int | None:
    """How many people Saleshandy counts in a sequence; None where there is none, or it does not tell."""
    if not sequence_id:
        return None
    try:
        return (await api.send(GetSequenceStats(sequence_id=sequence_id))).prospect_count
    except SaleshandyError:
        return None


class _TooManyCalls(Exception):
    """The fact needs more calls than are left."""


class _Lookup:
    """One look-up: counts its calls, and asks for the same thing once."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._left = MOST_CALLS
        self._sequences: dict[str, Sequence] | None = None
        self._sequences_of: dict[str, list[str | None]] = {}
        self._subsequences: dict[str, bool] = {}

    async def settle(self, fact: Fact) -> bool | None:
        """Whether the fact holds; None when no call tells.

        Raises:
            _TooManyCalls: when finding out takes more calls than are left.
            SaleshandyError: when a call fails.
        """
        found: bool | None = None
        match fact:
            case SequenceActive(sequence_id=id_):
                found = await self._any_active([id_])
            case StepActive(step_id=id_):
                found = await self._step_active(id_)
            case PeopleInActiveSequences(prospect_ids=ids):
                found = await self._any_active(await self._all_sequences_of(ids))
            case TasksInActiveSequences(task_ids=ids):
                self._need(len(ids))
                found = await self._any_leads_on([_sequence_of(await self._task(id_)) for id_ in ids])
            case PeopleStored(emails=emails) if emails is not None:
                self._need(len(emails))
                found = any([await self._is_stored(email) for email in emails])
            case SubsequenceWaits(prospect_ids=ids) if ids is not None:
                found = await self._any_has_subsequence(await self._all_sequences_of(ids))
            case SubsequenceOf(sequence_id=id_, step_id=step):
                found = await self._any_has_subsequence([id_ or await self._owner_of(step)])
            case TextStored(task_id=id_) if id_ is not None:
                found = _has_note(await self._task(id_))
            case _:
                pass
        return found

    def _need(self, calls: int) -> None:
        """End here when more calls are needed than are left, before any of them is made in vain."""
        if calls > self._left:
            raise _TooManyCalls

    def _count_call(self) -> None:
        self._need(1)
        self._left -= 1

    async def _all_sequences(self) -> dict[str, Sequence]:
        if self._sequences is None:
            found: dict[str, Sequence] = {}
            operation, more = ListSequences(page_size=1000), True
            while more:
                self._count_call()
                page = await self._api.send(operation)
                found |= {it.id: it for it in page.items}
                operation, more = operation.next_page(), page.more
            self._sequences = found
        return self._sequences

    async def _any_active(self, sequence_ids: list[str | None]) -> bool | None:
        """Whether one of them is active.

        An id that is None, or not in the list of sequences, is unknown. Subsequences are not in that list.
        """
        if not sequence_ids:
            return False
        known = await self._all_sequences()
        sequences = [known.get(id_ or "") for id_ in sequence_ids]
        if any(it.active for it in sequences if it):
            return True
        return None if None in sequences else False

    async def _any_leads_on(self, sequence_ids: list[str | None]) -> bool | None:
        """Whether one of them is active, or has a subsequence."""
        active = await self._any_active(sequence_ids)
        return await self._any_has_subsequence([*dict.fromkeys(sequence_ids)]) if active is False else active

    async def _step_active(self, step_id: str) -> bool | None:
        return await self._any_active([await self._owner_of(step_id)])

    async def _owner_of(self, step_id: str) -> str | None:
        """The id of the sequence that a step belongs to; None when it is in no list."""
        sequences = (await self._all_sequences()).values()
        return next((it.id for it in sequences if any(step.id == step_id for step in it.steps)), None)

    async def _all_sequences_of(self, prospect_ids: tuple[str, ...]) -> list[str | None]:
        """Ids of the sequences that these people are or were in; None for one whose id the answer does not tell."""
        new = [id_ for id_ in dict.fromkeys(prospect_ids) if id_ not in self._sequences_of]
        self._need(len(new))
        for id_ in new:
            self._count_call()
            sequences = await self._api.send(ListProspectSequences(prospect_id=id_))
            self._sequences_of[id_] = [it.id for it in sequences]
        return list(dict.fromkeys(it for id_ in prospect_ids for it in self._sequences_of[id_]))

    async def _any_has_subsequence(self, sequence_ids: list[str | None]) -> bool | None:
        known = [id_ for id_ in sequence_ids if id_]
        self._need(len([id_ for id_ in known if id_ not in self._subsequences]))
        for id_ in known:
            if await self._has_subsequence(id_):
                return True
        return False if known == sequence_ids else None

    async def _has_subsequence(self, sequence_id: str) -> bool:
        if sequence_id not in self._subsequences:
            self._count_call()
            self._subsequences[sequence_id] = bool(await self._api.send(ListSubsequences(sequence_id=sequence_id)))
        return self._subsequences[sequence_id]

    async def _task(self, task_id: str) -> Task:
        self._count_call()
        return await self._api.send(GetTask(task_id=task_id))

    async def _is_stored(self, email: str) -> bool:
        """Whether somebody has this address; a page that goes on may hold them further back."""
        self._count_call()
        page = await self._api.send(ListProspects(search=email, page_size=10))
        return page.more or any(key(it.email) == key(email) for it in page.items)


def _has_note(task: Task) -> bool | None:
    """Whether the task has a note; None when the answer does not tell."""
    return bool(task.task_note) if "task_note" in task.model_fields_set else None


def _sequence_of(task: Task) -> str | None:
    """The id of the task's sequence; None when the answer does not tell."""
    sequence = task.sequence or {}
    return str(sequence["id"]) if sequence.get("id") else None
