"""Finds the people who fit: from the events of mails, from our own imports, and from what is stored of each."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.api.resources.analytics import GetSequenceStats
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import ListProspects, ListProspectSequences
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.addresses import domain, key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError, Throttled
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.prospects.change_arguments import find_outcome
from saleshandy_mcp.features.prospects.mail_stories import Story, fits, stories_of
from saleshandy_mcp.features.prospects.people_where import PeopleWhere
from saleshandy_mcp.features.prospects.stored_people import look_up, walked
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.imported import Imported, imported_people
from saleshandy_mcp.lookups.by_name import all_sequences, find_sequence
from saleshandy_mcp.lookups.clock import now_of
from saleshandy_mcp.lookups.mail_events import mail_events

_PAGES = 18
"""Pages of one list: an endpoint takes 20 calls a minute."""
_ONE_BY_ONE = 15
"""People whose status is asked for, a call each."""
_WINDOW = timedelta(days=365)
"""The longest that the API tells events of."""
_WAIT = 30.0


@dataclass
class FoundPerson:
    """Somebody who fits.

    Attributes:
        email: the address as it is stored.
        story: what happened; None where no mail was asked about.
        stored: the person as stored; None when that was not looked up or not found.
        tags: those that imports from here have given; no call tells all.
    """

    email: str
    story: Story | None = None
    stored: Prospect | None = None
    tags: tuple[str, ...] = ()


@dataclass
class Found:
    """Everybody who fits, and what is not known.

    Attributes:
        people: the last event first, or the newest first.
        notes: what the caller has to know of it: who is left out, and what was not looked through.
    """

    people: list[FoundPerson]
    notes: list[str] = field(default_factory=list[str])


async def find_where(context: Context, where: PeopleWhere, pages: int = _PAGES) -> Found:
    """Everybody who fits all conditions.

    Args:
        context: what to work with.
        where: the conditions.
        pages: of stored people to look through at most.

    Raises:
        Mistake: when a condition names something that there is not.
        SaleshandyError: when it cannot be looked up.
    """
    api = PatientApi(context.api, context.pause, context.patience(_WAIT))
    jobs = context.find(Jobs)
    imported = imported_people(jobs.ledger, jobs.account) if jobs else []
    found = await _candidates(api, where, imported, await now_of(context), pages)
    requested = {it.email for it in imported if where.import_request in (it.job, it.request)}
    people = [
        it
        for it in found.people
        if (not where.tag or where.tag.casefold() in map(str.casefold, it.tags))
        and (not where.import_request or key(it.email) in requested)
        and (not where.domain or domain(it.email) == where.domain)
    ]
    found.people = await _stored(api, where, people, found.notes)
    if where.finished is not None:
        found.people = await _finished(api, where, found.people)
    return found


async def _candidates(api: Api, where: PeopleWhere, imported: list[Imported], now: datetime, pages: int) -> Found:
    tags = defaultdict[str, dict[str, None]](dict)
    for it in imported:
        tags[it.email] |= dict.fromkeys(it.tags)
    if where.about_mail:
        found = await _by_mail(api, where, imported, now)
    elif where.tag or where.import_request:
        found = Found([FoundPerson(email) for email in dict.fromkeys(it.email for it in imported)])
    else:
        found = await _by_store(api, where, pages)
    for person in found.people:
        person.tags = tuple(tags.get(key(person.email), ()))
    if where.tag:
        found.notes.append(
            "Tags are known of people who were imported with them from here; no call of the API lists them."
        )
    return found


async def _by_mail(api: Api, where: PeopleWhere, imported: list[Imported], now: datetime) -> Found:
    if where.outcome:
        await find_outcome(api, where.outcome)
    sequence = await find_sequence(api, where.sequence) if where.sequence else None
    chosen = [sequence] if sequence else await all_sequences(api)
    # The last year: a shorter time would hide who replied before it.
    first = (now - _WINDOW).date()
    rows, whole = await mail_events(api, [it.id for it in chosen], first, now.date(), pages=_PAGES)
    stories = stories_of(rows, where.step)
    fitting = sorted((it for it in stories.values() if fits(where, it)), key=_newest, reverse=True)
    found = Found([FoundPerson(it.email, it) for it in fitting])
    if not whole:
        found.notes.append(f"NOT ALL: only the first {len(rows):,} mails were looked at. Name a sequence.")
    if where.fits_without_mail and sequence:
        await _add_waiting(api, found, sequence, imported, stories)
    elif where.fits_without_mail:
        found.notes.append("Who was never mailed is left out: no call lists the people of sequences.")
    return found


async def _add_waiting(
    api: Api, found: Found, sequence: Sequence, imported: list[Imported], stories: dict[str, Story]
) -> None:
    """Those to whom nothing has happened yet: whom imports from here have named, and how many there are beside."""
    into = [it.email for it in imported if it.sequence_id == sequence.id]
    waiting = dict.fromkeys(it for it in into if it not in stories)
    found.people += [FoundPerson(it, Story(it, sequence=sequence.title, sequences={sequence.id})) for it in waiting]
    found.notes += await _left_out(api, sequence, len(waiting) + sum(not it.deleted for it in stories.values()))


def _newest(story: Story) -> float:
    return story.last.timestamp() if story.last else 0.0


async def _left_out(api: Api, sequence: Sequence, known: int) -> list[str]:
    """How many people of a sequence no call lists, where its total tells."""
    try:
        total = (await api.send(GetSequenceStats(sequence_id=sequence.id))).prospect_count
    except SaleshandyError:
        total = None
    if total is None:
        return ["Who was not mailed yet is known from imports from here alone; how many are left out cannot be told."]
    left = total - known
    if left <= 0:
        return []
    are = "is" if left == 1 else "are"
    told = f"Left out: {left:,} of the {total:,} people of the sequence {are} without a mail in the last year"
    return [f"{told} and not imported from here. No call lists them."]


async def _by_store(api: Api, where: PeopleWhere, most: int) -> Found:
    """People as they are stored, the newest first."""
    asked = ListProspects(search=f"@{where.domain}" if where.domain else None)
    pages = await walked(api, asked, most)
    people = {it.id: it for it in pages.people}
    notes = list[str]()
    if not pages.whole:
        notes.append(f"NOT ALL: only the newest {len(people):,} people were looked through; the API finds no company.")
        if where.company:
            # The search knows addresses and names: most addresses of a company have its name as domain.
            squeezed = "".join(filter(str.isalnum, where.company.casefold()))
            more = await api.send(ListProspects(search=f"@{squeezed}"))
            people |= {it.id: it for it in more.items}
    since = where.since.isoformat() if where.since else ""
    return Found([FoundPerson(it.email, stored=it) for it in people.values() if (it.created_at or "") >= since], notes)


async def _stored(api: Api, where: PeopleWhere, people: list[FoundPerson], notes: list[str]) -> list[FoundPerson]:
    """The same people with what is stored of them; where that is asked for, those alone who fit."""
    await _add_stored(api, people, must=where.needs_store)
    if not where.needs_store:
        return people
    unknown = sum(it.stored is None for it in people)
    if unknown:
        notes.append(f"{counted(unknown, 'person', 'people')} could not be looked up and may fit as well.")
    return [it for it in people if it.stored and _fits_stored(where, it.stored)]


async def _add_stored(api: Api, people: list[FoundPerson], *, must: bool) -> None:
    """Look up what is stored of them; where they are only shown with it, the rate limit leaves it out."""
    missing = [it.email for it in people if it.stored is None]
    try:
        known = await look_up(api, missing) if missing else {}
    except Throttled:
        if must:
            raise
        return
    for person in people:
        person.stored = person.stored or known.get(key(person.email))


def _fits_stored(where: PeopleWhere, person: Prospect) -> bool:
    name = f"{person.value('First Name')} {person.value('Last Name')}"
    told = f"{name} {person.email}".casefold()
    return (
        (not where.company or _same(person.value("Company")) == _same(where.company))
        and where.verification in ("", person.verification_status)
        and all(word in told for word in where.query.casefold().split())
    )


def _same(text: str) -> str:
    return " ".join(text.casefold().split())


async def _finished(api: Api, where: PeopleWhere, people: list[FoundPerson]) -> list[FoundPerson]:
    """Those who have finished the sequence, or have not: it is told person by person."""
    if len(people) > _ONE_BY_ONE:
        raise Mistake(
            f"where: finished is told person by person, for at most {_ONE_BY_ONE}; {len(people):,} fit the rest",
            "Narrow it by another condition.",
        )
    sequence = await find_sequence(api, where.sequence)
    kept: list[FoundPerson] = []
    for person in people:
        if person.stored is None:
            continue
        standing = await api.send(ListProspectSequences(prospect_id=person.stored.id))
        status = next((it.status or "" for it in standing if it.id == sequence.id), "")
        if (status.casefold() == "finished") is where.finished:
            kept.append(person)
    return kept
