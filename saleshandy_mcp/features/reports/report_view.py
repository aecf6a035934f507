"""What ``make_report`` answers, and its text."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import comb
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.core.view import NextCall, Pictured, Say, View, counted
from saleshandy_mcp.features.reports.mail_numbers import COMPARABLE, By, Mail, Numbers, StatsRow
from saleshandy_mcp.features.reports.period import Period
from saleshandy_mcp.features.reports.rates import Rate, differ, percent
from saleshandy_mcp.features.reports.what_to_try import Proposal
from saleshandy_mcp.untrusted.one_line import one_line

MOST_ROWS = 6
"""Rows that an answer tells of; a page has them all."""
_DAYS_ALONE = 31
"""Days up to which each has a bar of its own; longer periods have one for each week."""


class Before(View):
    """The numbers of the period before; ``what`` says which one is meant."""

    what: str
    first: date
    last: date
    numbers: Numbers


class Span(View):
    """A day or a week of the period, by its first day: the mails sent in it, and what came of them."""

    first: date
    sent: int
    replied: int
    bounced: int


class Report(Pictured):
    """What came of the mails that were sent in a period.

    Attributes:
        about: whose mails: the whole account, or the sequence, sender, member or client by name.
        kind: of what it is about; ``total`` for the whole account.
        period: in words.
        first: the first day, in UTC.
        last: the last day.
        total: of all mails.
        before: the same of the period before.
        rows: the sequences that sent most, or the steps of one sequence; each with the period before.
        more: how many others sent mails.
        change: since the period before, and whether chance explains it.
        ranking: the best and the worst row by replies, with their sizes, or why there is no ranking.
        outcomes: people who replied, by outcome; each once in a sequence.
        spans: days, or weeks where the period is longer than a month.
        proposals: what to try.
        replies_to_earlier: replies that came in the period to mails sent before it.
        undated: mails left out because their day of sending cannot be read.
        still_open: whether mails of its last days can still get replies.
        cut_after: how many mails were read when there are more; None when all were read.
        next: the call that shows more.
        sequences: all of them, also those that sent nothing but did before; for a page, not for the answer.
        steps: the same for each step.
    """

    about: str
    kind: By = "total"
    period: str
    first: date
    last: date
    total: Numbers
    before: Before
    rows: list[StatsRow] = []
    more: int = 0
    change: str = ""
    ranking: str = ""
    outcomes: dict[str, int] = {}
    spans: list[Span] = []
    proposals: list[Proposal] = []
    replies_to_earlier: int = 0
    undated: int = 0
    still_open: bool = False
    cut_after: int | None = None
    next: NextCall
    sequences: Annotated[list[StatsRow], Field(exclude=True)] = []
    steps: Annotated[list[StatsRow], Field(exclude=True)] = []

    @property
    def title(self) -> str:
        ends = f" to {self.last}" if self.last != self.first else ""
        return f"Report: {self.about}, {self.period} ({self.first}{ends}, UTC)"

    def lines(self, say: Say) -> Iterator[str | None]:
        before = self.before
        yield f"{self.title}: mails sent then and what has come of them"
        yield f"Total: {self.total.line()}"
        yield f"Before, {before.what} ({before.first} to {before.last}): {before.numbers.line()}"
        yield self.change
        yield from (f"- {row.label(of_one=self.kind == 'sequence')}: {short(row)}" for row in self.rows)
        yield f"- and {self.more:,} more" if self.more else None
        yield self.ranking
        if self.outcomes:
            yield f"Replies by outcome: {', '.join(f'{one_line(name)} {n:,}' for name, n in self.outcomes.items())}"
        yield "What to try:" if self.proposals else "What to try: nothing stands out in these numbers."
        yield from (f"{place}. {it.line()}" for place, it in enumerate(self.proposals, 1))
        yield from self.notes()
        yield f"Next: {say(self.next)}"

    def notes(self) -> Iterator[str]:
        """What has to be known of the numbers."""
        if self.replies_to_earlier:
            replies = counted(self.replies_to_earlier, "reply", "replies")
            yield f"Also in these days: {replies} to mails sent earlier."
        if self.still_open:
            yield "Mails of the last days can still get replies; those of the period before had more time."
        if self.cut_after:
            yield f"NOT ALL: only {self.cut_after:,} mails were looked at. Choose fewer days or one sequence."
        if self.undated:
            yield f"Left out: {counted(self.undated, 'mail')} without a day of sending that can be read."


def change_of(now: Numbers, then: Numbers) -> str:
    """What has changed since the period before, and whether by more than chance; "" where nothing was sent."""
    if not then.sent or not now.sent:
        return ""
    told: list[str] = []
    for word in ("replied", "positive", "bounced", "unsubscribed"):
        new, old = Rate(getattr(now, word), now.sent), Rate(getattr(then, word), then.sent)
        real = differ(new, old)
        if word in ("replied", "bounced") or real:
            why = "more than chance" if real else "may be chance"
            told.append(f"{word} {percent(old.share)} % → {percent(new.share)} % ({why})")
    return f"Change: {', '.join(told)}"


def ranking_of(rows: list[StatsRow], things: str, *, of_one: bool) -> str:
    """The best and the worst by replies, with sizes, and whether they differ; or why there is no ranking."""
    rated = [row for row in rows if row.numbers.sent >= COMPARABLE]
    if len(rated) < 2:
        return f"No ranking: it takes two {things} with {COMPARABLE} mails or more each."
    order = sorted(rated, key=lambda row: -row.numbers.replied / row.numbers.sent)
    best, worst = (Rate(row.numbers.replied, row.numbers.sent) for row in (order[0], order[-1]))
    names = [row.label(of_one=of_one) for row in (order[0], order[-1])]
    word = (
        "more than chance"
        if differ(best, worst, comparisons=comb(len(rated), 2))
        else "may be chance, so do not choose by it yet"
    )
    return (
        f"Best and worst by replies, of {len(rated)} {things} with {COMPARABLE} mails or more: "
        f"{names[0]} {best.words()}; {names[1]} {worst.words()}: {word}."
    )


def short(row: StatsRow) -> str:
    """The numbers of a row that people look at first, with the share of replies before."""
    now, before = row.numbers, row.before
    parts = [f"{now.sent:,} sent, replied {percent(Rate(now.replied, now.sent).share)} %"]
    if before and before.sent:
        parts.append(f"before {percent(Rate(before.replied, before.sent).share)} % of {before.sent:,}")
    if now.positive:
        parts.append(f"{now.positive:,} positive")
    if now.bounced:
        mark = f", {now.bounces}" if now.bounces else ""
        parts.append(f"bounced {percent(Rate(now.bounced, now.sent).share)} %{mark}")
    return " · ".join(parts)


def spans_of(period: Period, mails: list[Mail]) -> list[Span]:
    """The numbers of each day of a period, or of each seven days of a long one, also of those without a mail."""
    length = 1 if period.days <= _DAYS_ALONE else 7
    groups: list[list[Mail]] = [[] for _ in range(-(-period.days // length))]
    for mail in mails:
        groups[(mail.day - period.first).days // length].append(mail)
    return [
        Span(
            first=period.first + timedelta(days=length * place),
            sent=numbers.sent,
            replied=numbers.replied,
            bounced=numbers.bounced,
        )
        for place, numbers in enumerate(map(Numbers.of, groups))
    ]
