"""What runs, read from the account: the streams of mails and the senders that the plan of the days ahead is made of."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import anyio

from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.api.resources.analytics import MailEvents
from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.capacity.shared_plan import Stream
from saleshandy_mcp.features.prospects.mail_stories import stories_of
from saleshandy_mcp.features.senders.sender_state import daily_limit, ramp_growth
from saleshandy_mcp.features.sequences.checks.capacity_plan import PlannedSender
from saleshandy_mcp.features.sequences.checks.going_on import follow_ups_of
from saleshandy_mcp.features.sequences.checks.sequence_plan import planned_sender, zone_known
from saleshandy_mcp.features.sequences.sending_hours import week_of
from saleshandy_mcp.features.sequences.sequence_details import SequenceDetails
from saleshandy_mcp.lookups.by_name import all_accounts, all_sequences
from saleshandy_mcp.lookups.mail_events import mail_events
from saleshandy_mcp.untrusted.one_line import one_line

MOST = 15
"""Sequences that are read: each takes a call of four kinds, and the API takes 20 of a kind a minute."""
_AT_ONCE = 5
_PAGES = 8
_BACK = timedelta(days=120)
"""How far back the last mail of somebody may lie who still waits for the next one."""
_WAIT = 20.0
"""Seconds that all reads together wait for the limit of calls a minute."""


@dataclass
class Running:
    """What runs, and what is not known of it."""

    streams: list[Stream] = field(default_factory=list[Stream])
    senders: list[PlannedSender] = field(default_factory=list[PlannedSender])
    notes: list[str] = field(default_factory=list[str])


async def running_now(context: Context) -> Running:
    """Read what runs.

    Raises:
        SaleshandyError: when the sequences or the senders cannot be read.
    """
    api = PatientApi(context.api, context.pause, context.patience(_WAIT))
    active = [it for it in await all_sequences(api) if it.active]
    accounts = {it.id: it for it in await all_accounts(api)}
    read = await _details(api, active[:MOST])
    found = Running()
    if len(active) > MOST:
        found.notes.append(f"NOT ALL: only {MOST} of {len(active)} running sequences were read")
    found.notes += [f"{one_line(it.title)} could not be read" for it in active[:MOST] if it.id not in read]
    rows = await _events(api, list(read), context.now_there(), found)
    _fill(found, [(it, read[it.id]) for it in active if it.id in read], accounts, rows, context.now_there())
    return found


async def _details(api: Api, sequences: Iterable[Sequence]) -> dict[str, SequenceDetails]:
    """All that belongs to these sequences, by id, without those that cannot be read."""
    read: dict[str, SequenceDetails] = {}
    limit = anyio.CapacityLimiter(_AT_ONCE)

    async def one(sequence: Sequence) -> None:
        async with limit:
            try:
                read[sequence.id] = await SequenceDetails.of(api, sequence)
            except SaleshandyError:
                return

    async with anyio.create_task_group() as group:
        for it in sequences:
            group.start_soon(one, it)
    return read


async def _events(api: Api, sequence_ids: list[str], now: datetime, found: Running) -> list[MailEvents]:
    try:
        first = (now - _BACK).date()
        rows, whole = await mail_events(api, sequence_ids, first, now.date(), pages=_PAGES, recent=True)
    except SaleshandyError as error:
        found.notes.append(f"mails that were sent could not be read, so no follow-up is in it ({error})")
        return []
    if not whole:
        found.notes.append(f"NOT ALL: only {len(rows):,} mails of before were looked at, so more follow-ups are due")
    return rows


def _fill(
    found: Running,
    sequences: list[tuple[Sequence, SequenceDetails]],
    accounts: dict[str, EmailAccount],
    rows: list[MailEvents],
    now: datetime,
) -> None:
    """Make the streams and senders. Pure."""
    of_sequence: defaultdict[str, list[MailEvents]] = defaultdict(list)
    for row in rows:
        of_sequence[row.sequence_id or ""].append(row)
    sent_today = Counter(
        (row.sender_email or "").casefold() for row in rows if (at := row.at("email_sent")) and at.date() == now.date()
    )
    used = {it.id: accounts.get(it.id, it) for _, details in sequences for it in details.senders if it.active}
    places = {id_: place for place, id_ in enumerate(used)}
    found.senders = [planned_sender(it, sent_today[it.from_email.casefold()]) for it in used.values()]
    found.notes += _unknown(list(used.values()))
    made = [(it, _stream(it, details, places, of_sequence[it.id])) for it, details in sequences]
    found.streams = [stream for _, stream in made if stream]
    if silent := [one_line(it.title) for it, stream in made if not stream]:
        found.notes.append(f"not in it, for the API does not tell their hours: {', '.join(silent)}")
    if after_tasks := [it.title for it in found.streams if it.after_task]:
        found.notes.append(f"mails that wait for a task are not in it ({', '.join(after_tasks)})")


def _stream(
    sequence: Sequence, details: SequenceDetails, places: dict[str, int], rows: list[MailEvents]
) -> Stream | None:
    """What a sequence has to send; None where the API does not tell its hours."""
    week = week_of(details.settings.schedule) if details.settings.schedule else None
    if not week or not zone_known(week):
        return None
    days, after_task = _emails(details.steps)
    return Stream(
        title=one_line(sequence.title),
        week=week,
        senders=tuple(places[it.id] for it in details.senders if it.active),
        email_days=days,
        people=details.not_contacted or 0,
        follow_ups=tuple(follow_ups_of(stories_of(rows, None).values(), details)),
        after_task=after_task,
    )


def _emails(steps: list[Step]) -> tuple[tuple[int, ...], frozenset[int]]:
    """The days of the emails, and which of them come right after a task."""
    days: list[int] = []
    after_task: set[int] = set()
    task = False
    for step in steps:
        if step.type == Channel.EMAIL:
            if task:
                after_task.add(len(days))
            days.append(step.absolute_days or 1)
        task = step.type != Channel.EMAIL
    return tuple(days), frozenset(after_task)


def _unknown(accounts: list[EmailAccount]) -> list[str]:
    notes: list[str] = []
    if silent := sum(daily_limit(it) is None for it in accounts):
        notes.append(
            f"of {counted(silent, 'sender')} the limit of a day is not told: what is left today is taken for it"
        )
    if ramped := sum(ramp_growth(it) is not None for it in accounts):
        notes.append(f"{counted(ramped, 'sender')} with a ramp: the limit of today is taken to grow by its percentage")
    return notes
