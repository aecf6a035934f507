"""Numbers of outreach: what was sent in a period, and what has come of it.

Everything of a period is counted from one list, a row for each mail that anything happened to in it, so that totals
and rows agree. That having been sent is such a happening, and that its days are those of UTC, is assumed.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from operator import itemgetter
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field

from saleshandy_mcp.api.resources.analytics import GetConsolidatedStats, GetSequenceStats, MailEvents, SequenceStats
from saleshandy_mcp.api.resources.sequences import Sequence as Campaign
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, Unreadable
from saleshandy_mcp.core.view import PageNumber, SequenceName, View, call
from saleshandy_mcp.features.reports import period
from saleshandy_mcp.features.reports.period import Period
from saleshandy_mcp.lookups.by_name import all_sequences, find_sequence

By = Literal["total", "sequence", "step", "sender", "day"]

POSITIVE = ("Interested", "Meeting Booked", "Closed")
"""The outcomes of the product that it calls positive; own ones do not count."""
_OUTCOMES = (*POSITIVE, "Not Now", "Not Interested", "Out of Office", "Do Not Contact", "Uncategorized")

MANY_BOUNCES = 3.0
"""Per cent of the mails sent, above which it harms deliverability."""
ROWS = 15
"""Lines of an answer, half as many where each is compared: they are longer than those of a list."""
_MAILS, _CALLS = 500, 14
"""Mails that a call tells of, and calls for one answer: the API allows 20 a minute."""


class Numbers(View):
    """Of mails. Who unsubscribed or is positive counts once, at the last mail they got or answered."""

    sent: int = 0
    opened: int = 0
    clicked: int = 0
    replied: int = 0
    positive: int = 0
    bounced: int = 0
    unsubscribed: int = 0

    @classmethod
    def of(cls, mails: "Sequence[Mail]") -> Self:
        return cls(
            sent=len(mails),
            opened=sum(_number(mail.row.open_count) > 0 for mail in mails),
            clicked=sum(_number(mail.row.click_count) > 0 for mail in mails),
            replied=sum(_yes(mail.row.replied) for mail in mails),
            positive=sum(mail.positive for mail in mails),
            bounced=sum(_yes(mail.row.bounced) for mail in mails),
            unsubscribed=sum(mail.unsubscribed for mail in mails),
        )


class StatsRow(View):
    """``before`` is what stands in the same row of the period before, where one was asked for."""

    name: str
    id: str | None = None
    step: int | None = None
    numbers: Numbers
    before: Numbers | None = None


class Stats(View):
    """The rows of all pages add up to ``total``.

    Attributes:
        sequence: its title; None for the whole account.
        first: None, as ``last``, for all time.
        replies_to_earlier: replies that came in the period to mails sent before it.
        undated: mails left out because it cannot be read when they were sent.
        cut_after: mails looked at where there are more than can be; None when all were.
        prospects: people in the sequence; told for all time alone, as are ``contacted`` and ``outcomes``.
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
    next: str


Place = tuple[str, int | None, str | None]
"""The row that a mail is counted in: its name, the step, the id of the sequence, for titles may be alike."""


class Mail(NamedTuple):
    """``positive`` and ``unsubscribed`` say that these are counted at this mail, and at no other of the person."""

    day: date
    row: MailEvents
    positive: bool
    unsubscribed: bool

    def place(self, by: By) -> Place:
        title, id_ = self.row.sequence_title or "?", self.row.sequence_id
        places: dict[By, Place] = {
            "sequence": (title, None, id_),
            "step": (title, _number(self.row.step_number), id_),
            "sender": (self.row.sender_email or "?", None, None),
        }
        return places.get(by, (self.day.isoformat(), None, None))


class Tally(NamedTuple):
    mails: list[Mail]
    replies_to_earlier: int = 0
    undated: int = 0
    cut_after: int | None = None


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
        if period.normal(self.period) == period.ALL_TIME:
            return await self._all_time(context.api)
        now = context.now()
        span = period.read(self.period, now)
        prior = period.before(span, now) if self.compare else None
        sequence = await find_sequence(context.api, self.sequence) if self.sequence else None
        chosen = [sequence] if sequence else await all_sequences(context.api)
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
                "Leave by and compare out and give a sequence, or choose days of up to a year: "
                f"{call('get_stats', period='last 365 days', by='sequence')}.",
            )
        sequence = await find_sequence(api, self.sequence)
        told = await api.send(GetSequenceStats(sequence_id=sequence.id))
        people = told.prospects[0] if told.prospects else None
        reached = {name: _number(getattr(people, name.lower().replace(" ", "_"), None)) for name in _OUTCOMES}
        return Stats(
            sequence=sequence.title,
            id=sequence.id,
            period=period.ALL_TIME,
            total=_of_all_time(told, sum(reached[name] for name in POSITIVE)),
            prospects=told.prospect_count,
            contacted=_number(people.contacted) if people and people.contacted else None,
            outcomes={name: number for name, number in reached.items() if number},
            next=call("get_stats", sequence=sequence.title, period="last 365 days", by="step"),
        )

    def _again(self, **changes: Any) -> str:
        given = {name: value for name, value in self if value != type(self).model_fields[name].default}
        return call("get_stats", **{**given, **changes})

    def _next(self, sequence: Campaign | None, rows: list[StatsRow], mails: list[Mail]) -> str:
        if not mails:
            return call("get_sequence", sequence=sequence.title) if sequence else call("list_sequences")
        if self.by == "step" and sequence:
            return call("get_sequence", sequence=sequence.title)
        if self.by == "sender":
            return call("list_email_accounts")
        if self.by == "sequence" and rows:
            return self._again(by="step", sequence=rows[0].name, page=None)
        return self._again(by="step" if sequence and self.by != "step" else "sequence", page=None)


async def _tally(api: Api, sequences: list[Campaign], span: Period, now: datetime, calls: int) -> Tally:
    """Page after page, so far as the rate limit lets one answer go."""
    if not sequences:
        return Tally([])
    asked = GetConsolidatedStats(
        sequence_ids=[it.id for it in sequences], start_date=span.first, end_date=span.last, page_size=_MAILS
    )
    rows: list[MailEvents] = []
    for _ in range(calls):
        page = await api.send(asked)
        rows += page.items
        if not page.more:
            return tally(rows, span, now.tzinfo)
        asked = asked.next_page()
    return tally(rows, span, now.tzinfo, cut=True)


def tally(rows: list[MailEvents], span: Period, zone: tzinfo | None, *, cut: bool = False) -> Tally:
    """The mails sent within a period, out of rows that also tell of older ones."""
    dated = [(at.astimezone(zone).date(), row) for row in rows if (at := row.at("email_sent"))]
    left, pleased = set[tuple[str | None, str | None]](), set[tuple[str | None, str | None]]()
    mails: list[Mail] = []
    # The last mail first: what is true of a person and not of a mail stands in all their rows.
    for day, row in sorted((entry for entry in dated if entry[0] in span), key=itemgetter(0), reverse=True):
        person = (row.sequence_id, row.recipient_email)
        unsubscribed = _yes(row.unsubscribed) and person not in left
        positive = _yes(row.replied) and row.current_sentiment in POSITIVE and person not in pleased
        left |= {person} if unsubscribed else set()
        pleased |= {person} if positive else set()
        mails.append(Mail(day, row, positive, unsubscribed))
    answered = [at.astimezone(zone).date() for day, row in dated if day < span.first and (at := row.at("replied"))]
    return Tally(mails, sum(day in span for day in answered), len(rows) - len(dated), len(rows) if cut else None)


def rows_of(mails: list[Mail], by: By, earlier: list[Mail] | None = None) -> list[StatsRow]:
    """Sequences and senders with most mails first, steps and days in their order.

    What only the period before has is a row too; but for days, which never come again.
    """
    if by == "total":
        return []
    groups, older = _grouped(mails, by), _grouped(earlier or [], by)
    compared = earlier is not None and by != "day"
    rows = [
        StatsRow(
            name=place[0],
            step=place[1],
            id=place[2],
            numbers=Numbers.of(groups[place]),
            before=Numbers.of(older[place]) if compared else None,
        )
        for place in sorted({*groups, *(older if compared else ())}, key=lambda place: (place[0], place[1] or 0))
    ]
    return rows if by in ("step", "day") else sorted(rows, key=lambda row: -row.numbers.sent)


def _grouped(mails: list[Mail], by: By) -> defaultdict[Place, list[Mail]]:
    groups = defaultdict[Place, list[Mail]](list)
    for mail in mails:
        groups[mail.place(by)].append(mail)
    return groups


def _of_all_time(told: SequenceStats, positive: int) -> Numbers:
    """That what was sent is what was delivered and what bounced is assumed."""
    status: dict[str, Any] = (told.emails or {}).get("status") or {}
    if "delivered" not in status:
        raise Unreadable("the totals of the sequence do not tell how many mails were delivered")
    words = {word: _number(status.get(word)) for word in ("opened", "clicked", "replied", "bounced")}
    left = _number(told.prospects[0].unsubscribed) if told.prospects else 0
    return Numbers(sent=_number(status["delivered"]) + words["bounced"], **words, positive=positive, unsubscribed=left)


def _number(value: Any) -> int:
    text = str(value or "0").strip()
    return int(text) if text.isdecimal() else 0


def _yes(word: str | None) -> bool:
    return (word or "").strip().casefold() == "yes"
