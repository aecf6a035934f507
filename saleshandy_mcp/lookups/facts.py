"""Looking up what decides whether a call reaches people: at most three calls, and what they do not tell is unknown."""

from saleshandy_mcp.api.pagination import every
from saleshandy_mcp.api.resources.prospects import ListProspects, ListProspectSequences
from saleshandy_mcp.api.resources.sequences import ListSequences, Sequence
from saleshandy_mcp.api.resources.subsequences import ListSubsequences
from saleshandy_mcp.api.resources.tasks import GetTask
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
    SubsequenceWaits,
    TasksInActiveSequences,
    TextStored,
    effects_of,
)
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.request import Request

MOST_CALLS = 3


async def effects_now(api: Api, *requests: Request[object], known: Facts | None = None) -> frozenset[Effect]:
    """What these requests together do in the account as it is now.

    Args:
        api: to look with; nothing is changed.
        requests: what would be sent.
        known: facts that have been looked up already.
    """
    causes = tuple(cause for request in requests for cause in request.causes())
    return effects_of(causes, await look(api, causes, known or {}))


async def look(api: Api, causes: tuple[Cause, ...], known: Facts) -> Facts:
    """The facts that these causes depend on, as far as three calls tell. A call that fails tells nothing."""
    wanted = dict.fromkeys(cause.when for cause in causes if cause.when is not None and cause.when not in known)
    looker = _Looker(api)
    found: dict[Fact, bool | None] = dict(known)
    for fact in wanted:
        try:
            found[fact] = await looker.settle(fact)
        except (_Enough, SaleshandyError):
            found[fact] = None
    return found


class _Enough(Exception):
    """One more call would be too many."""


class _Looker:
    def __init__(self, api: Api) -> None:
        self._api = api
        self._left = MOST_CALLS
        self._sequences: dict[str, Sequence] | None = None

    async def settle(self, fact: Fact) -> bool | None:
        """Whether it is so; None where no call tells.

        Raises:
            _Enough: when finding out takes too many calls.
            SaleshandyError: when a call fails.
        """
        found: bool | None = None
        match fact:
            case SequenceActive(sequence_id=id_):
                found = await self._active(id_)
            case StepActive(step_id=id_):
                found = await self._step_active(id_)
            case PeopleInActiveSequences(prospect_ids=ids):
                found = await self._any_active([place for id_ in ids for place in await self._places(id_)])
            case TasksInActiveSequences(task_ids=ids):
                found = await self._any_active([await self._sequence_of_task(id_) for id_ in ids])
            case PeopleStored(emails=emails) if emails is not None:
                found = any([await self._is_stored(email) for email in emails])
            case SubsequenceWaits(prospect_ids=ids) if ids is not None:
                places = [place for id_ in ids for place in await self._places(id_)]
                found = None if None in places else any([await self._has_subsequence(it) for it in places if it])
            case TextStored(task_id=id_) if id_ is not None:
                self._spend()
                found = bool((await self._api.send(GetTask(task_id=id_))).task_note)
            case _:
                pass
        return found

    def _spend(self) -> None:
        if not self._left:
            raise _Enough
        self._left -= 1

    async def _all(self) -> dict[str, Sequence]:
        if self._sequences is None:
            self._spend()
            self._sequences = {it.id: it async for it in every(self._api, ListSequences(page_size=1000))}
        return self._sequences

    async def _active(self, sequence_id: str | None) -> bool | None:
        """None for a subsequence, which no list of all sequences holds."""
        found = (await self._all()).get(sequence_id or "")
        return None if found is None else found.active

    async def _any_active(self, sequence_ids: list[str | None]) -> bool | None:
        found = [await self._active(it) for it in sequence_ids]
        return True if True in found else None if None in found else False

    async def _step_active(self, step_id: str) -> bool | None:
        owner = next((it for it in (await self._all()).values() if any(step.id == step_id for step in it.steps)), None)
        return None if owner is None else owner.active

    async def _places(self, prospect_id: str) -> list[str | None]:
        """Sequences of a person; None for one whose id the answer does not tell."""
        self._spend()
        return [it.id for it in await self._api.send(ListProspectSequences(prospect_id=prospect_id))]

    async def _sequence_of_task(self, task_id: str) -> str | None:
        self._spend()
        sequence = (await self._api.send(GetTask(task_id=task_id))).sequence or {}
        return str(sequence["id"]) if sequence.get("id") else None

    async def _is_stored(self, email: str) -> bool:
        self._spend()
        page = await self._api.send(ListProspects(search=email, page_size=10))
        return page.more or any(key(it.email) == key(email) for it in page.items)

    async def _has_subsequence(self, sequence_id: str) -> bool:
        self._spend()
        return bool(await self._api.send(ListSubsequences(sequence_id=sequence_id)))
