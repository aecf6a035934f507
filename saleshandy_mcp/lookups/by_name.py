"""From what people call a thing to the thing: by id, by name, by part of a name; never by guessing."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TypeVar

from saleshandy_mcp.api.pagination import every
from saleshandy_mcp.api.resources.email_accounts import EmailAccount, ListEmailAccounts
from saleshandy_mcp.api.resources.schedules import ListSchedules, Schedule
from saleshandy_mcp.api.resources.sequences import ListSequences, Sequence
from saleshandy_mcp.api.resources.steps import ListSequenceSteps, Step
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import call

T = TypeVar("T")

_SHOWN = 5
_UNLISTED = 20
"""Names that are told of what no call lists: it is the only place to learn them."""


async def all_sequences(api: Api) -> list[Sequence]:
    """Every sequence of the account; up to 1,000 come with one call."""
    return [found async for found in every(api, ListSequences(page_size=1000))]


async def find_sequence(api: Api, name: str) -> Sequence:
    return pick(
        await all_sequences(api),
        name,
        argument="sequence",
        identity=lambda it: it.id,
        names=lambda it: [it.title],
        lister=call("list_sequences"),
    )


async def steps_of(api: Api, sequence: Sequence) -> list[Step]:
    """The steps in their order."""
    steps = await api.send(ListSequenceSteps(sequence_id=sequence.id))
    return sorted(steps, key=lambda step: (step.number or 0, step.absolute_days or 0))


def find_step(steps: list[Step], name: str, sequence: Sequence) -> Step:
    """A step by its number or id."""
    if not steps:
        raise Mistake(
            f'sequence: "{sequence.title}" has no steps',
            f"Add one first: {call('create_step', sequence=sequence.title)}.",
        )
    return pick(
        steps,
        name,
        argument="step",
        identity=lambda it: it.id,
        names=lambda it: [str(it.number), it.name],
        lister=call("get_sequence", sequence=sequence.title),
        parts=False,
    )


async def all_accounts(api: Api) -> list[EmailAccount]:
    return [found async for found in every(api, ListEmailAccounts(page_size=100))]


def find_account(accounts: list[EmailAccount], name: str, argument: str) -> EmailAccount:
    """A sender by its address or id."""
    return pick(
        accounts,
        name,
        argument=argument,
        identity=lambda it: it.id,
        names=lambda it: [it.from_email],
        lister=call("list_email_accounts"),
    )


async def find_schedule(api: Api, name: str) -> Schedule:
    schedules = await api.recent(ListSchedules())
    return pick(schedules, name, argument="schedule", identity=lambda it: it.id, names=lambda it: [it.name], lister="")


def pick(
    things: Iterable[T],
    wanted: str,
    *,
    argument: str,
    identity: Callable[[T], str],
    names: Callable[[T], list[str]],
    lister: str,
    parts: bool = True,
) -> T:
    """The one thing that is meant.

    An id wins over a whole name, a whole name over a part of one; upper and lower case are the same in names.
    Without ``parts`` a part is no name: step 0 is not step 10.

    Raises:
        Mistake: when nothing or more than one thing is meant; it names the candidates.
    """
    things = list(things)
    key = wanted.strip().casefold()
    for matches in (
        [it for it in things if identity(it) == wanted.strip()],
        [it for it in things if key in (name.casefold() for name in names(it))],
        [it for it in things if parts and key and any(key in name.casefold() for name in names(it))],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            several = ", ".join(f'"{names(it)[0]}" [{identity(it)}]' for it in matches[:_SHOWN])
            more = f" and {len(matches) - _SHOWN} more" if len(matches) > _SHOWN else ""
            raise Mistake(
                f'{argument}: "{wanted}" fits {len(matches)}: {several}{more}', "Give the id of the one that is meant."
            )
    known = [name for it in things for name in names(it)]
    near = get_close_matches(wanted, known, n=3, cutoff=0.5)
    raise Mistake(f'{argument}: nothing is called "{wanted}"', _there_is(near, known, lister))


def _there_is(near: list[str], known: list[str], lister: str) -> str:
    if not known:
        return "There is none yet." + (f" All of them: {lister}." if lister else "")
    if lister:
        return f"There is: {', '.join(near or known[:_SHOWN])}. All of them: {lister}."
    names = list(dict.fromkeys([*near, *known]))
    more = f" and {len(names) - _UNLISTED} more" if len(names) > _UNLISTED else ""
    return f"There is: {', '.join(names[:_UNLISTED])}{more}."
