"""``make_report``: what came of the mails of a period, what changed, what to try; with a picture if wanted."""

from collections import Counter
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.capacity.mails_ahead import MailsAhead, mails_ahead
from saleshandy_mcp.features.reports import period
from saleshandy_mcp.features.reports.ahead_chart import days_chart
from saleshandy_mcp.features.reports.drawing import png
from saleshandy_mcp.features.reports.mail_numbers import Mail, Numbers, Tally, rows_of, said_yes
from saleshandy_mcp.features.reports.mails_of_period import CALLS, mails_of
from saleshandy_mcp.features.reports.period import Period
from saleshandy_mcp.features.reports.report_charts import overview
from saleshandy_mcp.features.reports.report_view import MOST_ROWS, Before, Report, change_of, ranking_of, spans_of
from saleshandy_mcp.features.reports.what_to_try import what_to_try
from saleshandy_mcp.features.reports.whose_mails import Subject, named_sequence, subject_among
from saleshandy_mcp.lookups.by_name import all_sequences
from saleshandy_mcp.untrusted.one_line import one_line

NO_OUTCOME = "no outcome"
_ANSWERED_WITHIN = 7
"""Days after which few replies are still to come: a habit of readers, not a figure of the API."""

_SENDS_WITHIN = 7
"""Days in which a sequence that runs should send: fewer may be a weekend or holidays."""


class MakeReport(Action[Report | MailsAhead]):
    """Report or chart of a period against the one before: best, worst, outcomes, what to try; or mails due ahead."""

    period: Annotated[str, Field(description="As in get_stats, or next 14 days.")] = "last week"
    only: Annotated[str | None, Field(description="A sequence, sender, member or client.")] = None
    picture: Annotated[bool, Field(description="Also as an image.")] = False

    async def run(self, context: Context) -> Report | MailsAhead:
        if days := period.days_ahead(self.period):
            return await self._ahead(context, days)
        if period.is_all_time(self.period):
            raise Mistake(
                "period: a report compares with the period before, and there is none before all time",
                "Choose a year at most. For the totals of all time",
                next=NextCall.of("get_stats", period=period.ALL_TIME, by="sequence"),
            )
        now = context.now_there()
        span = period.read(self.period, now)
        prior = period.before(span, now, "period, with the one before")
        sequences = await all_sequences(context.api)
        chosen, only = sequences, None
        if self.only and (only := named_sequence(sequences, self.only)):
            chosen = [only]
        found = await mails_of(context, chosen, span, CALLS // 2)
        earlier = await mails_of(context, chosen, prior, CALLS // 2)
        subject = Subject()
        if only:
            subject = Subject("sequence", only.title, only.id)
        elif self.only:
            subject = subject_among([*found.mails, *earlier.mails], self.only, sequences)
        still_open = (now.date() - span.last).days < _ANSWERED_WITHIN
        report = _report(subject, (span, found), (prior, earlier), chosen, still_open=still_open)
        return report.model_copy(update={"picture": await png(overview(report))}) if self.picture else report

    async def _ahead(self, context: Context, days: int) -> MailsAhead:
        if self.only:
            raise Mistake(
                "only: mails ahead are those of all that runs, because sequences share senders",
                "Leave only out. For one sequence",
                next=NextCall.of("check_sequence", sequence=self.only),
            )
        ahead = await mails_ahead(context, days)
        return ahead.model_copy(update={"picture": await png(days_chart(ahead))}) if self.picture else ahead


def _report(
    subject: Subject,
    now: tuple[Period, Tally],
    before: tuple[Period, Tally],
    sequences: list[Sequence],
    *,
    still_open: bool,
) -> Report:
    span, found = now
    prior, older = before
    mails, earlier = subject.of(found.mails), subject.of(older.mails)
    by_sequence, by_step = rows_of(mails, "sequence", earlier), rows_of(mails, "step", earlier)
    sent = {row.id for row in by_sequence if row.numbers.sent}
    cut_after = found.cut_after or older.cut_after
    # Mails that were not read may be those of the sequences that seem silent, and a part is compared with nothing.
    looked = span.days >= _SENDS_WITHIN and not cut_after and subject.kind in ("total", "sequence")
    silent = [f"{one_line(it.title)} [{it.id}]" for it in sequences if looked and it.active and it.id not in sent]
    of_one = subject.kind == "sequence"
    compared = by_step if of_one else by_sequence
    with_mail = [row for row in compared if row.numbers.sent]
    of_all = subject.kind in ("total", "sequence")
    name = {"sequence": subject.name} if subject.kind == "sequence" else {"by": "sequence"}
    return Report(
        about=str(subject),
        kind=subject.kind,
        period=span.words,
        first=span.first,
        last=span.last,
        total=Numbers.of(mails),
        before=Before(what=prior.words, first=prior.first, last=prior.last, numbers=Numbers.of(earlier)),
        rows=with_mail[:MOST_ROWS],
        more=max(0, len(with_mail) - MOST_ROWS),
        change="" if cut_after else change_of(Numbers.of(mails), Numbers.of(earlier)),
        ranking=ranking_of(compared, "steps" if of_one else "sequences", of_one=of_one),
        sequences=by_sequence,
        steps=by_step,
        outcomes=outcomes_of(mails),
        spans=spans_of(span, mails),
        proposals=what_to_try(mails, [] if cut_after or still_open else earlier, silent),
        replies_to_earlier=found.replies_to_earlier if of_all else 0,
        undated=found.undated + older.undated,
        still_open=still_open and bool(mails),
        cut_after=cut_after,
        next=NextCall.of("get_stats", period=span.words, compare=True, **name),
    )


def outcomes_of(mails: list[Mail]) -> dict[str, int]:
    """How many people who replied have each outcome, the most frequent first. Each person counts once in a sequence."""
    people = {
        (mail.row.sequence_id, mail.row.recipient_email): mail.row.current_sentiment or NO_OUTCOME
        for mail in reversed(mails)  # the newest mail of a person, which stands first, is the one that stays
        if said_yes(mail.row.replied)
    }
    return dict(Counter(people.values()).most_common())
