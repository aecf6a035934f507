"""Find a sequence, step, sender, schedule or other thing by its id, its name or a part of its name.

When nothing fits, or more than one thing does, the answer is a ``Mistake`` that names the candidates.
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TypeVar

from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.resources.email_accounts import EmailAccount, ListEmailAccounts
from saleshandy_mcp.api.resources.schedules import Schedule
from saleshandy_mcp.api.resources.sequences import ListSequences, Sequence
from saleshandy_mcp.api.resources.steps import ListSequenceSteps, Step
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.untrusted.one_line import one_line

T = TypeVar("T")

_SHOWN = 5
"""Names that a ``Mistake`` shows where a call lists all of them."""
_UNLISTED = 20
"""Names that it shows where no call lists them."""


async def all_sequences(api: Api, *, urgent: bool = False) -> list[Sequence]:
    """Every sequence of the account; one call brings up to 1,000. ``urgent`` is for what stops mail."""
    pages = ListSequences(page_size=1000)
    return [found async for found in every(api, pages.urgently() if urgent else pages)]


async def find_sequence(api: Api, name: str, *, urgent: bool = False) -> Sequence:
    """A sequence by its title, a part of its title, or its id."""
    return pick_sequence(await all_sequences(api, urgent=urgent), name)


def pick_sequence(sequences: list[Sequence], name: str) -> Sequence:
    """The one of these that is meant."""
    return pick(
        sequences,
        name,
        argument="sequence",
        identity=lambda it: it.id,
        names=lambda it: [it.title],
        lister=NextCall.of("list_sequences"),
    )


async def steps_of(api: Api, sequence: Sequence) -> list[Step]:
    """The steps in their order."""
    steps = await api.send(ListSequenceSteps(sequence_id=sequence.id))
    return sorted(steps, key=lambda step: (step.number or 0, step.absolute_days or 0))


def find_step(steps: list[Step], name: str, sequence: Sequence) -> Step:
    """A step by its number or id.

    Raises:
        Mistake: when the sequence has no steps, or none that fits.
    """
    refuse_no_steps(steps, sequence)
    return pick(
        steps,
        name,
        argument="step",
        identity=lambda it: it.id,
        names=lambda it: [str(it.number), it.name],
        lister=NextCall.of("get_sequence", sequence=sequence.title),
        parts=False,
    )


def refuse_no_steps(steps: list[Step], sequence: Sequence) -> None:
    """Raise a ``Mistake`` when the sequence has no steps."""
    if not steps:
        raise Mistake(
            f'sequence: "{sequence.title}" has no steps',
            "Add one first",
            next=NextCall.of("create_step", sequence=sequence.title),
        )


async def all_accounts(api: Api) -> list[EmailAccount]:
    """Every email account that can be a sender, 100 a call."""
    return [found async for found in every(api, ListEmailAccounts(page_size=100))]


def find_account(accounts: list[EmailAccount], name: str, argument: str) -> EmailAccount:
    """A sender by its address, a part of its address, or its id."""
    return pick(
        accounts,
        name,
        argument=argument,
        identity=lambda it: it.id,
        names=lambda it: [it.from_email],
        lister=NextCall.of("list_email_accounts"),
    )


def find_schedule(schedules: list[Schedule], name: str) -> Schedule:
    """A schedule by its name, a part of its name, or its id."""
    return pick(schedules, name, argument="schedule", identity=lambda it: it.id, names=lambda it: [it.name])


def pick(
    things: Iterable[T],
    wanted: str,
    *,
    argument: str,
    identity: Callable[[T], str],
    names: Callable[[T], list[str]],
    lister: NextCall | None = None,
    parts: bool = True,
) -> T:
    """The one thing that fits. An id comes first, then a whole name, then one as answers show it, then a part of one.

    Args:
        things: what to choose from.
        wanted: an id or a name; upper and lower case are the same in names.
        argument: the argument that ``wanted`` comes from, for the ``Mistake``.
        identity: the id of a thing.
        names: all names of a thing, the best known first.
        lister: the call that lists all things; None where there is none.
        parts: whether a part of a name is enough; it is not where a name is a number.

    Raises:
        Mistake: when nothing fits, or more than one thing; it names the candidates.
    """
    things = list(things)
    fits = _fitting(things, wanted, identity, names, parts=parts)
    if len(fits) == 1:
        return fits[0]
    if fits:
        several = ", ".join(f'"{names(it)[0]}" [{identity(it)}]' for it in fits[:_SHOWN])
        more = f" and {len(fits) - _SHOWN} more" if len(fits) > _SHOWN else ""
        raise Mistake(
            f'{argument}: "{wanted}" fits {len(fits)}: {several}{more}', "Give the id of the one that is meant."
        )
    known = [name for it in things for name in names(it)]
    near = get_close_matches(wanted, known, n=3, cutoff=0.5)
    there = _what_there_is(near, known, listed=lister is not None)
    raise Mistake(f'{argument}: nothing is called "{wanted}"', f"{there} All of them" if lister else there, next=lister)


def _fitting(
    things: list[T], wanted: str, identity: Callable[[T], str], names: Callable[[T], list[str]], *, parts: bool
) -> list[T]:
    """Those that fit in the first way in which any does; the ways are told at ``pick``."""
    key, shown = wanted.strip().casefold(), _as_shown(wanted)
    part = shown.removesuffix("…").rstrip() if parts else ""
    ways: tuple[Callable[[T], bool], ...] = (
        lambda it: identity(it) == wanted.strip(),
        lambda it: key in map(str.casefold, names(it)),
        lambda it: bool(shown) and shown in map(_as_shown, names(it)),
        lambda it: bool(part) and any(part in _as_shown(name) for name in names(it)),
    )
    every_way = ([it for it in things if fits(it)] for fits in ways)
    return next(filter(None, every_way), things[:0])


def _as_shown(name: str) -> str:
    """A name as it can be read in an answer, whole: what copies it from there has no other."""
    return one_line(name, len(name) + 1).casefold()


def _what_there_is(near: list[str], known: list[str], *, listed: bool) -> str:
    """The names there are, those like the wanted one first. Where a call lists all of them, a few are enough."""
    if not known:
        return "There is none yet."
    if listed:
        return f"There is: {', '.join(near or known[:_SHOWN])}."
    names = list(dict.fromkeys([*near, *known]))
    more = f" and {len(names) - _UNLISTED} more" if len(names) > _UNLISTED else ""
    return f"There is: {', '.join(names[:_UNLISTED])}{more}."
