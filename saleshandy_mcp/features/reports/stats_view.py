"""What ``get_stats`` answers, and its text."""

from collections.abc import Iterator
from datetime import date

from saleshandy_mcp.core.view import NextCall, Say, View, counted, empty_page, page_of
from saleshandy_mcp.features.reports.mail_numbers import BAD_BOUNCES, COMPARABLE, MANY_BOUNCES, POSITIVE, By, Numbers
from saleshandy_mcp.features.reports.mail_numbers import StatsRow as Row
from saleshandy_mcp.untrusted.one_line import one_line

_SILENT = 10
"""Sequences without a mail that are named."""
_OF_ROWS: dict[By, str] = {
    "member": "A member's mails are those of the sequences they own; no call tells who else worked on them.",
    "step": "By variant (A/B): no call tells which variant a mail was; the web app does.",
}
"""What has to be known of rows by that."""


class Earlier(View):
    """The numbers of a period before; ``what`` says which one is meant."""

    what: str
    first: date
    last: date
    numbers: Numbers

    def line(self) -> str:
        return f"Before, {self.what} ({self.first} to {self.last}): {self.numbers.line()}"


class Stats(View):
    """Numbers of a period. The rows of all pages add up to ``total``.

    Attributes:
        sequence: its title; None for the whole account.
        id: of the sequence.
        period: in words.
        first: the first day; None, as ``last``, for the totals of all time.
        last: the last day.
        total: of all mails.
        before: the total of the period before, when it is compared.
        also_before: the same of another period that may be meant by it: the whole month, or as many days.
        by: what the rows are about.
        rows: of this page.
        best: the row with the highest reply rate, and the rate.
        silent: sequences that sent nothing, before either.
        page: its number.
        pages: how many there are.
        replies_to_earlier: replies that came in the period to mails sent before it.
        undated: mails left out because their day of sending cannot be read.
        cut_after: how many mails were read when there are more; None when all were read.
        older: mails of the total that are older than those of the rows.
        unread: sequences whose totals were not read, because a minute's calls were used up.
        elsewhere: sequences that are on other pages, and whose mails are not in the total.
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
    before: Earlier | None = None
    also_before: Earlier | None = None
    by: By = "total"
    rows: list[Row] = []
    best: str = ""
    silent: list[str] = []
    page: int = 1
    pages: int = 1
    replies_to_earlier: int = 0
    undated: int = 0
    cut_after: int | None = None
    older: int = 0
    unread: int = 0
    elsewhere: int = 0
    prospects: int | None = None
    contacted: int | None = None
    outcomes: dict[str, int] = {}
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        of = f"{one_line(self.sequence)} [{self.id}]" if self.sequence else "Whole account"
        ends = f" to {self.last}" if self.last != self.first else ""
        days = f" ({self.first}{ends}, UTC)" if self.first else ""
        then = " then" if self.first else ""
        yield f"{of}, {self.period}{days}: mails sent{then} and what has come of them"
        yield f"Total: {self.total.line()}"
        yield from (it.line() for it in (self.before, self.also_before) if it)
        yield self._people()
        yield from (row.line(of_one=self.sequence is not None) for row in self.rows)
        yield from self._of_rows()
        yield from self._notes()
        yield f"{'More' if self.page < self.pages else 'Next'}: {say(self.next)}"

    def _people(self) -> str | None:
        if self.prospects is None:
            return None
        reached = ", ".join(f"{count:,} {name}" for name, count in self.outcomes.items())
        contacted = f", {self.contacted:,} of them contacted" if self.contacted is not None else ""
        return f"People: {self.prospects:,}{contacted}" + (f". Outcomes: {reached}" if reached else "")

    def _of_rows(self) -> Iterator[str]:
        if self.page > self.pages:
            yield empty_page(self.page, self.pages)
        elif self.pages > 1:
            yield f"Rows: {page_of(self.page, self.pages)}"
        if self.silent:
            more = f" and {len(self.silent) - _SILENT} more" if len(self.silent) > _SILENT else ""
            yield f"Sent nothing: {', '.join(one_line(it) for it in self.silent[:_SILENT])}{more}"
        if self.best:
            yield f"Highest reply rate: {self.best} (rows with {COMPARABLE} mails or more)"
        if self.rows and self.by in _OF_ROWS:
            yield _OF_ROWS[self.by]

    def _notes(self) -> Iterator[str]:
        if self.replies_to_earlier:
            replies = counted(self.replies_to_earlier, "reply", "replies")
            yield f"Also in these days: {replies} to mails sent earlier."
        if self.total.positive:
            yield f"Positive: outcome {', '.join(POSITIVE[:-1])} or {POSITIVE[-1]}."
        earlier = [it.numbers for it in (self.before, self.also_before) if it]
        rows = [numbers for row in self.rows for numbers in (row.numbers, row.before) if numbers]
        if any(numbers.bounces for numbers in (self.total, *earlier, *rows)):
            yield f"Bounces harm deliverability: high above {MANY_BOUNCES:g} %, bad from {BAD_BOUNCES:g} % on."
        if self.older:
            yield f"Rows: the last two years, all that Saleshandy lists; {counted(self.older, 'mail')} are older."
        if self.cut_after:
            yield f"NOT ALL: only {self.cut_after:,} mails were looked at. Choose fewer days or one sequence."
        if self.unread or self.elsewhere:
            yield f"NOT ALL: {self._missing()}."
        if self.undated:
            yield f"Left out: {counted(self.undated, 'mail')} without a day of sending that can be read."

    def _missing(self) -> str:
        unread = f"{counted(self.unread, 'sequence')} not read (20 calls a minute), ask again in a minute"
        elsewhere = f"{counted(self.elsewhere, 'sequence')} are on other pages, and not in the total"
        return "; ".join(text for number, text in ((self.unread, unread), (self.elsewhere, elsewhere)) if number)
