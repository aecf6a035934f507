"""Pausing one sequence, or everything that sends. It is reported as done only after a second look has shown it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import anyio
from anyio import to_thread

from saleshandy_mcp.api.resources.sequences import Sequence, UpdateSequenceStatus
from saleshandy_mcp.api.resources.subsequences import ListSubsequences
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Interrupted, Mistake, Rejected, SaleshandyError, Throttled
from saleshandy_mcp.core.view import Say, View, counted
from saleshandy_mcp.lookups.by_name import all_sequences
from saleshandy_mcp.policy.hold import LIFT, Hold
from saleshandy_mcp.untrusted.one_line import one_line

EVERYTHING = "all"
"""Stands for every sequence, in place of a title."""
ALREADY = {40101, 40102}
"""Codes by which the API refuses to pause a paused sequence or start an active one. Both count as done."""

_BATCH = 50
"""Sequences in one call."""
_ROUNDS = 3
_NO_MORE_ROUNDS, _SUBSEQUENCES = 15.0, 10.0
"""Seconds after which no further round begins, and that looking for subsequences takes: a client waits 45 s at most."""
_SHOWN = 20
"""Titles that an answer names."""
_ACTIVE = 1
"""The progress of a subsequence that sends."""


class EverythingStopped(View):
    """What was active, what is paused now, and what nobody could see.

    Attributes:
        paused: titles of sequences that were active and were seen to be paused.
        still_active: titles of those that are active all the same.
        unseen: titles of those of which that could not be seen.
        subsequences: how many subsequences were paused.
        subsequences_active: how many are active all the same.
        not_looked_at: how many sequences may have subsequences that nobody has looked at.
        reason: why something failed, as it was told.
        held: whether sequences are started no more from this machine.
        not_held: why starts could not be held.
        stopped: whether everything was seen to be paused.
    """

    paused: list[str]
    still_active: list[str]
    unseen: list[str]
    subsequences: int = 0
    subsequences_active: int = 0
    not_looked_at: int = 0
    reason: str = ""
    held: bool = False
    not_held: str = ""
    stopped: bool

    def lines(self, say: Say) -> Iterator[str | None]:  # noqa: ARG002 - it names no call
        why = f" ({one_line(self.reason)})" if self.reason else ""
        if self.still_active:
            yield f"NOT stopped{why}: {_titles(self.still_active)}. Pause this in Saleshandy itself, now."
        if self.subsequences_active:
            yield f"NOT stopped{why}: {counted(self.subsequences_active, 'subsequence')}. Look in Saleshandy itself."
        if self.unseen:
            yield f"A pause was sent, and whether it was carried out could not be seen{why}: {_titles(self.unseen)}."
        if self.paused:
            yield f"Paused now, seen by a second look: {_titles(self.paused)}."
        elif not self.still_active and not self.unseen:
            yield "No sequence was active."
        if self.subsequences:
            yield f"Paused, too: {counted(self.subsequences, 'subsequence')}."
        if self.not_looked_at:
            yield (
                f"Not looked at for lack of time: subsequences of {counted(self.not_looked_at, 'sequence')}. "
                "Those that are active still send; the same call again looks on."
            )
        if self.held:
            yield f"No sequence is started from this machine until a person runs: {LIFT}"
        if self.not_held:
            yield f"Starts are NOT held: {one_line(self.not_held)}"


def _titles(titles: list[str]) -> str:
    more = f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else ""
    named = ", ".join(f'"{one_line(it)}"' for it in titles[:_SHOWN])
    return f"{counted(len(titles), 'sequence')}: {named}{more}"


@dataclass
class _Found:
    """What is known so far.

    Attributes:
        was: the sequences that were seen active, by id.
        now: ids of those that are active still; None when the last look failed.
        reason: the last failure.
    """

    was: dict[str, Sequence] = field(default_factory=dict[str, Sequence])
    now: set[str] | None = None
    reason: str = ""


async def pause_one(api: Api, sequence: Sequence) -> bool:
    """Pause a sequence, and look whether it is. False when it was paused already, as the API says.

    Raises:
        SaleshandyError: when it is active all the same, or that cannot be seen.
    """
    failure, was_active = None, True
    for _ in range(_ROUNDS):
        try:
            was_active = await _pause(api, [sequence.id])
        except Rejected:
            raise
        except SaleshandyError as error:
            failure = error
        try:
            seen = await all_sequences(api, urgent=True)
        except SaleshandyError as error:
            raise failure or Interrupted(f"the pause was accepted, and could not be seen ({error})") from None
        if not any(it.active for it in seen if it.id == sequence.id):
            return was_active
        if failure:
            raise failure
    raise Interrupted(f'the API accepts the pause, and "{one_line(sequence.title)}" is active all the same')


async def stop_everything(context: Context, *, hold: bool) -> EverythingStopped:
    """Pause all sequences that are active, and their subsequences, and look until none is.

    Args:
        context: what it works with.
        hold: whether sequences may be started from this machine afterwards only when a person has allowed it again.

    Raises:
        SaleshandyError: when the sequences cannot be listed; nothing is paused then.
    """
    api, found = context.api, _Found()
    sequences = await all_sequences(api, urgent=True)
    not_held = await _pause_active(api, found, sequences, context.service(Hold) if hold else None)
    # Those of sequences that were active come first: they are the likeliest to send.
    parents = sorted(sequences, key=lambda it: not it.active)
    paused, active, not_looked_at = await _pause_subsequences(api, parents, found)
    titles = {id_: it.title for id_, it in found.was.items()}
    still = found.now or set[str]()
    return EverythingStopped(
        paused=[title for id_, title in titles.items() if found.now is not None and id_ not in still],
        still_active=[title for id_, title in titles.items() if id_ in still],
        unseen=[*titles.values()] if found.now is None else [],
        subsequences=paused,
        subsequences_active=active,
        not_looked_at=not_looked_at,
        reason=found.reason,
        held=hold and not not_held,
        not_held=not_held,
        stopped=found.now == set() and not active and not not_looked_at,
    )


async def _hold(starts: Hold) -> str:
    """Hold starts; a file that is locked is waited for in a thread. What stops it is returned in words."""
    try:
        await to_thread.run_sync(starts.set)
    except Mistake as trouble:
        return trouble.wrong
    return ""


async def _pause_active(api: Api, found: _Found, sequences: list[Sequence], starts: Hold | None) -> str:
    """Pause what is active and look again, until nothing is.

    Starts are held after the first pause, which must not wait for a file, and before the look, which sees what was
    started meanwhile. Why they could not be held is returned.
    """
    end = anyio.current_time() + _NO_MORE_ROUNDS
    found.now = {it.id for it in sequences if it.active}
    found.was = {it.id: it for it in sequences if it.active}
    not_held = ""
    for number in range(_ROUNDS):
        if number and (not found.now or anyio.current_time() > end):
            break
        await _pause_in_batches(api, found, sorted(found.now or ()))
        if starts and not number:
            not_held = await _hold(starts)
        if found.now or starts:
            await _look(api, found)
    return not_held


async def _look(api: Api, found: _Found) -> None:
    """See what is active now."""
    try:
        active = {it.id: it for it in await all_sequences(api, urgent=True) if it.active}
    except SaleshandyError as error:
        found.now, found.reason = None, str(error)
        return
    found.now = set(active)
    found.was |= active


async def _pause_in_batches(api: Api, found: _Found, ids: list[str]) -> None:
    """Ask for a pause of all of these, whatever becomes of some."""
    for start in range(0, len(ids), _BATCH):
        try:
            await _pause(api, ids[start : start + _BATCH])
        except SaleshandyError as error:
            found.reason = str(error)


async def _pause(api: Api, ids: list[str]) -> bool:
    """Ask for a pause of these. False when the API says that all of them are paused already.

    One sequence that it refuses makes it refuse all, so then each gets a call of its own.

    Raises:
        SaleshandyError: when that fails for one; the others were asked for all the same.
    """
    try:
        await api.send(UpdateSequenceStatus(sequence_ids=ids, status="pause"))
    except Rejected as refusal:
        if len(ids) == 1:
            if refusal.code not in ALREADY:
                raise
            return False
    else:
        return True
    failed: SaleshandyError | None = None
    paused = False
    for id_ in ids:
        try:
            paused |= await _pause(api, [id_])
        except SaleshandyError as error:
            failed = error
    if failed:
        raise failed
    return paused


async def _pause_subsequences(api: Api, parents: list[Sequence], found: _Found) -> tuple[int, int, int]:
    """Pause the subsequences that are active: how many are paused, how many are not, and parents not looked at."""
    paused = active = done = 0
    with anyio.move_on_after(_SUBSEQUENCES):
        for parent in parents:
            look = ListSubsequences(sequence_id=parent.id, progress=[_ACTIVE]).urgently()
            try:
                if ids := [it.id for it in await api.send(look)]:
                    await _pause(api, ids)
                    left = len(await api.send(look))
                    paused, active = paused + len(ids) - left, active + left
            except Throttled as error:
                found.reason = str(error)
                break
            except SaleshandyError as error:
                found.reason = str(error)
                continue
            done += 1
    return paused, active, len(parents) - done
