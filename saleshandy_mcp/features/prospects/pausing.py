"""Pausing and finishing people: in one sequence or in all that mail them, and until a day.

The API ends a pause by itself after some days. Assumed: they count from the moment of the call, and who had stopped
before, such as by an automatic reply, goes on then. The answer with a person's sequences is not documented.
"""

from collections.abc import Sequence as Many
from dataclasses import dataclass, field
from datetime import date

from saleshandy_mcp.api.resources.prospect_answers import Prospect, ProspectSequence
from saleshandy_mcp.api.resources.prospects import ListProspectSequences, Membership, UpdateProspectStatus
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.question import Item, Value, listing
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.prospects.prospect_changes import (
    CallSeries,
    Change,
    PlannedChange,
    Status,
    Trouble,
    for_all,
)

MOST_EVERYWHERE = 15
"""People whose sequences one call looks up: one by one, and an endpoint takes 20 calls a minute."""
_OVER = {"finished", "unsubscribed", "bounced"}
"""States in which a sequence mails somebody no more, whatever is paused."""


@dataclass(frozen=True)
class Until:
    """The end of a pause: ``days`` from now, on ``day``."""

    day: date
    days: int


@dataclass
class Everywhere:
    """Who is in which sequences that may still mail them.

    Attributes:
        places: each person with those sequences.
        nowhere: the addresses of people without any.
    """

    places: list[tuple[Prospect, list[ProspectSequence]]] = field(
        default_factory=list[tuple[Prospect, list[ProspectSequence]]]
    )
    nowhere: list[str] = field(default_factory=list[str])


async def everywhere(api: Api, people: Many[Prospect]) -> Everywhere:
    """The sequences of these people, each person by a call.

    Raises:
        Mistake: when nobody is in any.
    """
    found = Everywhere()
    for person in people:
        standing = await api.send(ListProspectSequences(prospect_id=person.id))
        going = [it for it in standing if it.id and (it.status or "").casefold() not in _OVER]
        if going:
            found.places.append((person, going))
        else:
            found.nowhere.append(person.email)
    if not found.places:
        raise Mistake(
            "status: none of these people is in a sequence that may still mail them",
            "Who is in which",
            next=NextCall.of("find_prospects", query=people[0].email),
        )
    return found


def stopping_everywhere(status: Status, found: Everywhere, until: Until | None) -> PlannedChange:
    """Pause or finish people in all sequences that may still mail them."""
    titles = dict.fromkeys(f'"{it.title}" [{it.id}]' for _, places in found.places for it in places)
    ids = {person.id: [it.id for it in places if it.id] for person, places in found.places}

    def make(people: list[Prospect]) -> UpdateProspectStatus:
        pairs = [Membership(prospect_id=person.id, sequence_id=id_) for person in people for id_ in ids[person.id]]
        return UpdateProspectStatus(
            prospect_and_sequence_ids=pairs, status=status, pause_delay_in_days=until.days if until else None
        )

    def those(people: list[Prospect]) -> list[Prospect]:
        return [it for it in people if it.id in ids]

    does = f"{_words(status, until)} in {', '.join(titles)}"
    inner = for_all(does, Value("status", status), make)

    async def run(calls: CallSeries, people: list[Prospect]) -> list[Change]:
        (change,) = await inner.run(calls, those(people))
        idle = Trouble(state="not tried", reason="in no sequence that may still mail them", emails=found.nowhere)
        return [change.model_copy(update={"trouble": [*change.trouble, idle]}) if found.nowhere else change]

    return PlannedChange([does], _items(status, until, found), run, lambda people: inner.requests(those(people)))


def pausing_until(sequence: Sequence, until: Until) -> PlannedChange:
    """Pause people in one sequence until a day."""
    return for_all(
        f'{_words("paused", until)} in "{sequence.title}" [{sequence.id}]',
        _status("paused", until),
        lambda people: UpdateProspectStatus(
            prospect_and_sequence_ids=[Membership(prospect_id=it.id, sequence_id=sequence.id) for it in people],
            status="paused",
            pause_delay_in_days=until.days,
        ),
    )


def _words(status: Status, until: Until | None) -> str:
    return f"{status} until {until.day}, then on by itself," if until else status


def _status(status: Status, until: Until | None) -> Item:
    return Value("status", status, f"until {until.day}, in {until.days} days" if until else "")


def _items(status: Status, until: Until | None, found: Everywhere) -> list[Item]:
    """Each place with how the person stands there now, for who had stopped goes on after a pause."""
    places = [
        f"{person.email} in {it.title} [{it.id}] ({it.status or 'state not known'})"
        for person, sequences in found.places
        for it in sequences
    ]
    return [_status(status, until), listing("where they stand now", places)]
