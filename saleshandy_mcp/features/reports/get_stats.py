"""``get_stats``: the numbers of a period: the mails sent in it, and how people reacted to them.

Assumed: the API lists a mail for a period when it was sent in it, and counts days in UTC.
"""

from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from saleshandy_mcp.api.resources.analytics import GetSequenceStats
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall, PageNumber, SequenceName, pages_in
from saleshandy_mcp.features.reports import all_time, period
from saleshandy_mcp.features.reports.mail_numbers import By, Mail, Numbers, StatsRow, Tally, best_of, rows_of
from saleshandy_mcp.features.reports.mails_of_period import CALLS, mails_of, mails_of_both
from saleshandy_mcp.features.reports.period import Period
from saleshandy_mcp.features.reports.stats_view import Earlier, Stats
from saleshandy_mcp.lookups.by_name import all_sequences, find_sequence, steps_of

ROWS = 15
"""Rows on a page, half as many when each is compared, because such rows are longer."""
_NO_VARIANTS = 'cannot be "variant": no call of the API tells which variant a mail was; the nearest is "step"'


class GetStats(Action[Stats]):
    """Statistics of all sequences or one: mails sent, open, click, reply, bounce and unsubscribe rates of a period."""

    sequence: SequenceName | None = None
    period: Annotated[
        str,
        Field(description="today, this/last week or month, last 7 days, YYYY-MM, YYYY-MM-DD..YYYY-MM-DD, all time."),
    ] = "last 30 days"
    by: Annotated[By, Field(description="Rows.")] = "total"
    compare: Annotated[bool, Field(description="With the period before.")] = False
    page: PageNumber = 1

    @field_validator("by", mode="before")
    @classmethod
    def _not_by_variant(cls, by: Any) -> Any:
        if by == "variant":
            raise PydanticCustomError("variant", _NO_VARIANTS)
        return by

    async def run(self, context: Context) -> Stats:
        sequence = await find_sequence(context.api, self.sequence) if self.sequence else None
        chosen = [sequence] if sequence else await all_sequences(context.api)
        if period.is_all_time(self.period):
            return await self._all_time(context, sequence, chosen)
        now = context.now_there()
        span = period.read(self.period, now)
        prior = period.before(span, now) if self.compare else None
        other = period.also_before(span, prior) if prior else None
        calls = CALLS // 2 if prior else CALLS
        found = await mails_of(context, chosen, span, calls)
        earlier = also = None
        if prior:
            earlier, also = await mails_of_both(context, chosen, prior, other, calls)
        return (await self._told(context, found, sequence, chosen, earlier)).model_copy(
            update={
                "period": span.words,
                "first": span.first,
                "last": span.last,
                "before": _earlier(prior, earlier),
                "also_before": _earlier(other, also),
                "replies_to_earlier": found.replies_to_earlier,
            }
        )

    async def _told(
        self, context: Context, found: Tally, sequence: Sequence | None, chosen: list[Sequence], earlier: Tally | None
    ) -> Stats:
        """The numbers of these mails, with the rows of the page."""
        mails, before = found.mails, earlier.mails if earlier else None
        rows = rows_of(mails, self.by, before)
        best = best_of(rows, self.by, of_one=sequence is not None)
        if sequence and self.by == "step":
            rows = await _all_steps(context, sequence, rows, compared=earlier is not None)
        size = ROWS // 2 if earlier else ROWS
        pages = pages_in(len(rows), size)
        sent = {row.id for row in rows}
        return Stats(
            sequence=sequence.title if sequence else None,
            id=sequence.id if sequence else None,
            period="",
            total=Numbers.of(mails),
            by=self.by,
            rows=rows[(self.page - 1) * size : self.page * size],
            best=best,
            silent=[f"{it.title} [{it.id}]" for it in chosen if it.id not in sent] if self.by == "sequence" else [],
            page=self.page,
            pages=pages,
            undated=found.undated + (earlier.undated if earlier else 0),
            cut_after=found.cut_after or (earlier.cut_after if earlier else None),
            next=self._again(page=self.page + 1) if self.page < pages else self._next(sequence, rows, mails),
        )

    async def _all_time(self, context: Context, sequence: Sequence | None, chosen: list[Sequence]) -> Stats:
        if self.compare:
            raise Mistake(
                "compare: there is nothing before all time", "Leave it out, or choose up to a year", next=_A_YEAR
            )
        if sequence and self.by == "total":
            return await all_time.of_one(context, sequence)
        if not sequence and self.by in ("total", "sequence"):
            return await all_time.of_account(context, chosen, self.page, rows=self.by == "sequence")
        found, days = await all_time.mails_of_two_years(context, chosen, CALLS)
        told = await self._told(context, found, sequence, chosen, None)
        told = told.model_copy(update={"period": period.ALL_TIME, "first": days.first, "last": days.last})
        if not sequence:
            return told
        total = all_time.totals_of(await context.api.send(GetSequenceStats(sequence_id=sequence.id)))
        older = 0 if found.cut_after else max(total.sent - told.total.sent, 0)
        return told.model_copy(update={"total": total, "older": older})

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


_A_YEAR = NextCall.of("get_stats", period="last 365 days", compare=True)


def _earlier(days: Period | None, found: Tally | None) -> Earlier | None:
    if days is None or found is None:
        return None
    return Earlier(what=days.words, first=days.first, last=days.last, numbers=Numbers.of(found.mails))


async def _all_steps(context: Context, sequence: Sequence, rows: list[StatsRow], *, compared: bool) -> list[StatsRow]:
    """The rows with those of steps that sent nothing, and what people do at those that send no mail."""
    with_mail = {row.step for row in rows}
    silent = [
        StatsRow(
            name=sequence.title,
            id=sequence.id,
            step=step.number,
            numbers=Numbers(),
            before=Numbers() if compared else None,
            by_hand=Channel(step.type).word.replace("_", " ")
            if step.type in set(Channel) and step.type != Channel.EMAIL
            else "",
        )
        for step in await steps_of(context.api, sequence)
        if step.number not in with_mail
    ]
    return sorted([*rows, *silent], key=lambda row: row.step or 0)
