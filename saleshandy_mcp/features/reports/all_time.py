"""The numbers of all time: from the totals of sequences, and by anything else from the mails of the last two years."""

from collections.abc import Sequence as Many

from saleshandy_mcp.api.resources.analytics import GetSequenceStats, MailEvents, ProspectTotals, SequenceStats
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Unreadable
from saleshandy_mcp.core.view import NextCall, pages_in
from saleshandy_mcp.features.reports import period
from saleshandy_mcp.features.reports.mail_numbers import POSITIVE, Numbers, StatsRow, Tally, number, of_all_time, tally
from saleshandy_mcp.features.reports.period import Period
from saleshandy_mcp.features.reports.stats_view import Stats
from saleshandy_mcp.lookups.mail_events import PAGE, mail_events
from saleshandy_mcp.lookups.several import read_each

OUTCOMES = (*POSITIVE, "Not Now", "Not Interested", "Out of Office", "Do Not Contact", "Uncategorized")
AT_ONCE = 18
"""Sequences whose totals one answer reads: an endpoint takes 20 calls a minute."""


async def of_one(context: Context, sequence: Sequence) -> Stats:
    """The totals of a sequence with its people."""
    told = await context.api.send(GetSequenceStats(sequence_id=sequence.id))
    people = told.prospects[0] if told.prospects else None
    return Stats(
        sequence=sequence.title,
        id=sequence.id,
        period=period.ALL_TIME,
        total=totals_of(told),
        prospects=told.prospect_count,
        contacted=number(people.contacted) if people and people.contacted else None,
        outcomes={name: count for name, count in _outcomes(people).items() if count},
        next=NextCall.of("get_stats", sequence=sequence.title, period=period.ALL_TIME, by="step"),
    )


async def of_account(context: Context, sequences: Many[Sequence], page: int, *, rows: bool) -> Stats:
    """The totals of sequences, so many at once as the limit of the API allows.

    Args:
        context: what to work with.
        sequences: of the account.
        page: which of them, from 1.
        rows: whether each has a row.
    """
    chosen = sequences[(page - 1) * AT_ONCE : page * AT_ONCE]
    pages = pages_in(len(sequences), AT_ONCE)
    told = await read_each(context, [GetSequenceStats(sequence_id=it.id) for it in chosen])
    read = [(it, totals_of(stats)) for it, stats in zip(chosen, told, strict=True) if stats]
    found = [StatsRow(name=it.title, id=it.id, numbers=numbers) for it, numbers in read if numbers.sent]
    total = Numbers(**{name: sum(getattr(it, name) for _, it in read) for name in Numbers.model_fields})
    further = NextCall.of("get_stats", period=period.ALL_TIME, by="sequence", page=page + 1 if page < pages else None)
    return Stats(
        period=period.ALL_TIME,
        total=total,
        by="sequence" if rows else "total",
        rows=sorted(found, key=lambda row: -row.numbers.sent) if rows else [],
        silent=[f"{it.title} [{it.id}]" for it, numbers in read if not numbers.sent] if rows else [],
        page=page,
        pages=pages,
        unread=told.count(None),
        elsewhere=len(sequences) - len(chosen),
        next=further if page < pages or not rows else NextCall.of("get_stats", period=period.ALL_TIME, by="step"),
    )


async def mails_of_two_years(context: Context, sequences: Many[Sequence], calls: int) -> tuple[Tally, Period]:
    """All mails that the API lists, with so many calls at most, and the days they are of."""
    now = context.now_there()
    rows: list[MailEvents] = []
    whole = True
    newer, older = period.last_two_years(now)
    for year in (newer, older):
        left = calls - len(rows) // PAGE
        read = await mail_events(context.api, [it.id for it in sequences], year.first, year.last, pages=max(left, 1))
        # A mail has a row in each year in which something happened to it; it counts in the one in which it was sent.
        rows += [
            it for it in read.rows if (at := it.at("email_sent")) is None or at.astimezone(now.tzinfo).date() in year
        ]
        whole = whole and read.whole
    both = Period(period.ALL_TIME, older.first, newer.last)
    return tally(rows, both, now.tzinfo, cut=not whole), both


def totals_of(told: SequenceStats) -> Numbers:
    """The numbers of a sequence.

    Raises:
        Unreadable: when they do not tell how many mails were delivered.
    """
    outcomes = _outcomes(told.prospects[0] if told.prospects else None)
    total = of_all_time(told, sum(outcomes[name] for name in POSITIVE))
    if total is None:
        raise Unreadable("the totals of the sequence do not tell how many mails were delivered")
    return total


def _outcomes(people: ProspectTotals | None) -> dict[str, int]:
    return {name: number(getattr(people, name.lower().replace(" ", "_"), None)) for name in OUTCOMES}
