"""``get_stats``: the numbers of a period: the mails sent in it, and how people reacted to them.

Assumed: the API lists a mail for a period when it was sent in it, and counts days in UTC.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from saleshandy_mcp.api.resources.analytics import GetSequenceStats
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, Unreadable
from saleshandy_mcp.core.view import NextCall, PageNumber, Say, SequenceName, View, counted
from saleshandy_mcp.features.reports import period
from saleshandy_mcp.features.reports.mail_numbers import (
    MANY_BOUNCES,
    POSITIVE,
    By,
    Mail,
    Numbers,
    StatsRow,
    Tally,
    number,
    of_all_time,
    rows_of,
    tally,
)
from saleshandy_mcp.features.reports.period import Period
from saleshandy_mcp.lookups.by_name import all_sequences, find_sequence
from saleshandy_mcp.lookups.mail_events import mail_events
from saleshandy_mcp.untrusted.one_line import one_line

_OUTCOMES = (*POSITIVE, "Not Now", "Not Interested", "Out of Office", "Do Not Contact", "Uncategorized")

ROWS = 15
"""Rows on a page, half as many when each is compared, because such rows are longer."""
_CALLS = 14
"""Calls for one view: the API allows 20 a minute."""


class Stats(View):
    """Numbers of a period. The rows of all pages add up to ``total``.

    Attributes:
        sequence: its title; None for the whole account.
        id: of the sequence.
        period: in words.
        first: the first day; None, as ``last``, for all time.
        last: the last day.
        total: of all mails.
        many_bounces: per cent of bounces above which a row is marked.
        before: the total of the period before, when it is compared.
        before_first: the first day of that period.
        before_last: its last day.
        rows: of this page.
        page: its number.
        pages: how many there are.
        replies_to_earlier: replies that came in the period to mails sent before it.
        undated: mails left out because their day of sending cannot be read.
        cut_after: how many mails were read when there are more; None when all were read.
        prospects: people in the sequence; only for all time, as are ``contacted`` and ``outcomes``.
        contacted: people who were written to.
        outcomes: people by outcome.
        next: the call that shows more.
    """

    sequence: str | None = None
    id: str | None = None
    period: str
    first: date | None = None
    last: date | None = None
    total: Numbers
    many_bounces: float = MANY_BOUNCES
    before: Numbers | None = None
    before_first: date | None = None
    before_last: date | None = None
    rows: list[StatsRow] = []
    page: int = 1
    pages: int = 1
    replies_to_earlier: int = 0
    undated: int = 0
    cut_after: int | None = None
    prospects: int | None = None
    contacted: int | None = None
    outcomes: dict[str, int] = {}
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        of = f"{one_line(self.sequence)} [{self.id}]" if self.sequence else "Whole account"
        ends = f" to {self.last}" if self.last != self.first else ""
        days = f" ({self.first}{ends}, UTC)" if self.first else ""
        yield f"{of}, {self.period}{days}: mails sent then and what has come of them"
        yield f"Total: {self.total.line()}"
        if self.before:
            yield f"Before ({self.before_first} to {self.before_last}): {self.before.line()}"
        yield self._people()
        yield from (row.line(of_one=self.sequence is not None) for row in self.rows)
        if self.page > self.pages:
            yield f"Page {self.page} is empty; there are {self.pages}."
        elif self.pages > 1:
            yield f"Rows: page {self.page} of {self.pages}"
        yield from self._notes()
        yield f"{'More' if self.page < self.pages else 'Next'}: {say(self.next)}"

    def _people(self) -> str | None:
        if self.prospects is None:
            return None
        reached = ", ".join(f"{count:,} {name}" for name, count in self.outcomes.items())
        contacted = f", {self.contacted:,} of them contacted" if self.contacted is not None else ""
        people = counted(self.prospects, "prospect")
        return f"People: {people}{contacted}" + (f". Outcomes: {reached}" if reached else "")

    def _notes(self) -> Iterator[str]:
        if self.replies_to_earlier:
            replies = counted(self.replies_to_earlier, "reply", "replies")
            yield f"Also in these days: {replies} to mails sent earlier."
        if self.total.positive:
            yield f"Positive: outcome {', '.join(POSITIVE[:-1])} or {POSITIVE[-1]}."
        if any(numbers.many_bounced for numbers in (self.total, *(row.numbers for row in self.rows))):
            yield f"! marks bounces above {self.many_bounces:g} %, which harm deliverability."
        if self.cut_after:
            yield f"NOT ALL: only {self.cut_after:,} mails were looked at. Choose fewer days or one sequence."
        if self.undated:
            yield f"Left out: {counted(self.undated, 'mail')} without a day of sending that can be read."


class GetStats(Action[Stats]):
    """Statistics of all sequences or one: mails sent, open, click, reply, bounce and unsubscribe rates of a week,
    month or other period, compared with the one before if wanted.
    """

    sequence: SequenceName | None = None
    period: Annotated[
        str, Field(description="today, this/last week or month, last 7 days, YYYY-MM-DD..YYYY-MM-DD, all time.")
    ] = "last 30 days"
    by: Annotated[By, Field(description="Rows.")] = "total"
    compare: Annotated[bool, Field(description="To the period before.")] = False
    page: PageNumber = 1

    async def run(self, context: Context) -> Stats:
        if period.is_all_time(self.period):
            return await self._all_time(context.api)
        sequence = await find_sequence(context.api, self.sequence) if self.sequence else None
        chosen = [sequence] if sequence else await all_sequences(context.api)
        now = context.now_there()
        span = period.read(self.period, now)
        prior = period.before(span, now) if self.compare else None
        shares = 2 if prior else 1
        found = await _tally(context.api, chosen, span, now, _CALLS // shares)
        earlier = await _tally(context.api, chosen, prior, now, _CALLS // shares) if prior else None
        rows = rows_of(found.mails, self.by, earlier.mails if earlier else None)
        size = ROWS // shares
        pages = max(1, -(-len(rows) // size))
        return Stats(
            sequence=sequence.title if sequence else None,
            id=sequence.id if sequence else None,
            period=span.words,
            first=span.first,
            last=span.last,
            total=Numbers.of(found.mails),
            before=Numbers.of(earlier.mails) if earlier else None,
            before_first=prior.first if prior else None,
            before_last=prior.last if prior else None,
            rows=rows[(self.page - 1) * size : self.page * size],
            page=self.page,
            pages=pages,
            replies_to_earlier=found.replies_to_earlier,
            undated=found.undated + (earlier.undated if earlier else 0),
            cut_after=found.cut_after or (earlier.cut_after if earlier else None),
            next=self._again(page=self.page + 1) if self.page < pages else self._next(sequence, rows, found.mails),
        )

    async def _all_time(self, api: Api) -> Stats:
        if not self.sequence or self.by != "total" or self.compare:
            raise Mistake(
                "period: all time is told for one sequence, as a total",
                "Leave by and compare out and give a sequence, or choose days of up to a year",
                next=NextCall.of("get_stats", period="last 365 days", by="sequence"),
            )
        sequence = await find_sequence(api, self.sequence)
        told = await api.send(GetSequenceStats(sequence_id=sequence.id))
        people = told.prospects[0] if told.prospects else None
        reached = {name: number(getattr(people, name.lower().replace(" ", "_"), None)) for name in _OUTCOMES}
        total = of_all_time(told, sum(reached[name] for name in POSITIVE))
        if total is None:
            raise Unreadable("the totals of the sequence do not tell how many mails were delivered")
        return Stats(
            sequence=sequence.title,
            id=sequence.id,
            period=period.ALL_TIME,
            total=total,
            prospects=told.prospect_count,
            contacted=number(people.contacted) if people and people.contacted else None,
            outcomes={name: count for name, count in reached.items() if count},
            next=NextCall.of("get_stats", sequence=sequence.title, period="last 365 days", by="step"),
        )

    def _again(self, **changes: Any) -> NextCall:
        """The same call with other arguments; None leaves one out."""
        given = {name: value for name, value in self if value != type(self).model_fields[name].default}
        return NextCall.of("get_stats", **{**given, **changes})

    def _next(self, sequence: Sequence | None, rows: list[StatsRow], mails: list[Mail]) -> NextCall:
        if sequence and (not mails or self.by == "step"):
            return NextCall.of("get_sequence", sequence=sequence.title)
        if not mails:
            return NextCall.of("list_sequences")
        if self.by == "sender":
            return NextCall.of("list_email_accounts")
        if self.by == "sequence" and rows:
            return self._again(by="step", sequence=rows[0].name, page=None)
        return self._again(by="step" if sequence and self.by != "step" else "sequence", page=None)


async def _tally(api: Api, sequences: list[Sequence], span: Period, now: datetime, calls: int) -> Tally:
    """The mails of a period, page after page, with so many calls at most."""
    read = await mail_events(api, [it.id for it in sequences], span.first, span.last, pages=calls)
    return tally(read.rows, span, now.tzinfo, cut=not read.whole)
