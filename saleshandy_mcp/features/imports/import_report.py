"""The view of a job that was started: what became of its rows. All counts come out of the ledger."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, Say, View, counted
from saleshandy_mcp.features.imports.row_lines import (
    ReasonCount,
    RowLine,
    counted_reasons,
    destination_line,
    has_reason,
    reasons_line,
    row_lines,
    words_of_state,
)
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.import_engine.ledger.records import JobRecord
from saleshandy_mcp.import_engine.ledger.states import TROUBLE, JobState, RowState, visible_job_state
from saleshandy_mcp.import_engine.run.verification import check_verification
from saleshandy_mcp.untrusted.one_line import one_line

States = Literal["imported", "refused", "skipped", "unknown", "not_sent"]

_REQUESTS = 3
_NEW = (ReasonCode.NEW, ReasonCode.FOUND_AGAIN)
_THERE = (ReasonCode.THERE_BEFORE, ReasonCode.THERE_BY_JOB)
_OPEN = {"pending", "inProgress"}


class ImportReport(View):
    """``imported + refused + skipped + unknown + not_sent + in_progress == rows``, always."""

    untrusted = True
    job: str
    source: str
    sequence: str
    step: int
    state: JobState
    finished: bool
    stopped: str
    """Why it stopped before its end; it can go on."""
    waiting_for: str
    """What a running one waits for."""
    rows: int
    imported: int
    refused: int
    skipped: int
    unknown: int
    not_sent: int
    in_progress: int
    new: int
    """Imported people who were not stored before the job began."""
    there_already: int
    """Imported people who were."""
    new_or_there: int
    """Imported people of whom that was not read. ``new + there_already + new_or_there == imported``."""
    people_before: int | None
    people_now: int | None
    """People in the sequence before and after, as Saleshandy counts them."""
    refused_for: list[ReasonCount]
    skipped_for: list[ReasonCount]
    listed: RowState | None
    """The state of the rows in ``trouble``; None for all that were not imported."""
    trouble: list[RowLine]
    trouble_rows: int
    page: int
    verification: dict[str, int]
    verification_of: int
    """How many of the imported addresses that counts."""
    waiting_for_ever: list[str]
    """The first addresses that were found bad or risky: Saleshandy does not mail them, and does not say so."""
    columns_left_out: list[str]
    request_ids: list[str]
    next: NextCall | None

    def lines(self, say: Say) -> Iterator[str | None]:
        state = "" if self.finished else f", job {self.job} {self.state}"
        yield f"{destination_line(self.source, self.sequence, self.step)}: {counted(self.rows, 'row')}{state}"
        yield "  " + " · ".join(self._counts())
        yield f"  of the imported: {', '.join(self.verdict())}" if self.imported and self.finished else None
        yield from self.crowd()
        yield reasons_line("refused", self.refused_for)
        yield reasons_line("skipped", self.skipped_for)
        if has_reason(self.skipped_for, ReasonCode.IMPORTED_BEFORE):
            yield "  To send rows that were imported before, pass again=true."
        yield f"  waiting, and trying again: {one_line(self.waiting_for, 300)}" if self.waiting_for else None
        yield f"It stopped: {one_line(self.stopped, 300)}." if self.stopped else None
        yield self._verification(say)
        if self.columns_left_out:
            yield f"Columns left out: {', '.join(map(one_line, self.columns_left_out))}"
        what = f"are {words_of_state(self.listed)}" if self.listed else "were not imported"
        yield from row_lines(self.trouble, self.trouble_rows, self.page, what)
        yield self._next(say)
        if self.finished:
            more = " …" if len(self.request_ids) > _REQUESTS else ""
            requests = ", ".join(self.request_ids[:_REQUESTS]) + more
            yield f"Job {self.job}, Saleshandy request {requests or 'none'}."

    def _counts(self) -> list[str]:
        named = (
            (self.imported, "imported"),
            (self.refused, "refused by Saleshandy"),
            (self.skipped, "skipped"),
            (self.in_progress, "in progress"),
            (self.unknown, "UNKNOWN: sent, outcome not known; do not send again before looking"),
            (self.not_sent, "not sent because the import stopped"),
        )
        return [f"{number:,} {word}" for number, word in named if number] or ["nothing to send"]

    def verdict(self) -> list[str]:
        """Who of the imported people was new, in words."""
        named = (
            (self.new, "new"),
            (self.there_already, "there already"),
            (self.new_or_there, "new or there already: not read"),
        )
        return [f"{number:,} {word}" for number, word in named if number]

    def crowd(self) -> Iterator[str]:
        """How many people are in the sequence now, and how many more than before."""
        if self.people_before is not None and self.people_now is not None:
            more = self.people_now - self.people_before
            people = counted(self.people_now, "person", "people")
            told = f"{more:,} more" if more > 0 else "no more"
            yield f"  Saleshandy counts {people} in the sequence now, {told} than before."

    def _next(self, say: Say) -> str | None:
        if self.next is None:
            retry = say(NextCall.of("import_prospects", job=self.job))
            return f"What was refused can be sent again when the cause is gone: {retry}" if self.refused else None
        if self.stopped:
            return f"Go on from there: {say(self.next)}"
        return (
            f"More: {say(self.next)}" if self.finished else f"Ask again: {say(self.next)}. The job goes on meanwhile."
        )

    def _verification(self, say: Say) -> str | None:
        if not self.verification:
            return None
        counts = ", ".join(f"{number:,} {word}" for word, number in sorted(self.verification.items()))
        part = f" (of {self.verification_of:,} looked at)" if self.verification_of < self.imported else ""
        silent = ", ".join(map(one_line, self.waiting_for_ever))
        told = f" These get no mail, and Saleshandy does not say so: {silent}." if silent else ""
        goes_on = self.verification.keys() & _OPEN or self.verification_of < self.imported
        later = f" It goes on: {say(NextCall.of('check_import_status', job=self.job))} later." if goes_on else ""
        return f"Verification{part}: {counts}.{told}{later}"


async def report(
    record: JobRecord, jobs: Jobs, context: Context, page: int = 1, state: States | None = None
) -> ImportReport:
    """The view of a job that was started.

    Args:
        record: the job.
        jobs: the imports of the account.
        context: to ask with how verification stands.
        page: of the rows.
        state: of the rows; None for all that were not imported.
    """
    results = jobs.results(record.id)
    counts = results.counts()
    known: Counter[ReasonCode] = Counter()
    for reason, number in results.reasons(RowState.IMPORTED).items():
        known[reason.code] += number
    listed = (RowState(state),) if state else TROUBLE
    total = sum(counts[it] for it in listed)
    rows = results.rows(listed, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    ended = record.state is JobState.FINISHED
    checked = await check_verification(jobs.ledger, record.id, context) if ended and record.target.verify else None
    stopped = visible_job_state(record.state, running=results.running) is JobState.STOPPED
    return ImportReport(
        job=record.id,
        source=record.source,
        sequence=record.target.sequence,
        step=record.target.step,
        state=JobState.STOPPED if stopped else record.state,
        finished=record.state in (JobState.FINISHED, JobState.ABANDONED),
        stopped=(record.note or "the program that ran it was ended") if stopped else "",
        waiting_for=record.note if results.running else "",
        rows=counts.total(),
        imported=counts[RowState.IMPORTED],
        refused=counts[RowState.REFUSED],
        skipped=counts[RowState.SKIPPED],
        unknown=counts[RowState.UNKNOWN],
        not_sent=counts[RowState.NOT_SENT],
        in_progress=counts[RowState.WAITING],
        new=sum(known[it] for it in _NEW),
        there_already=sum(known[it] for it in _THERE),
        new_or_there=counts[RowState.IMPORTED] - sum(known[it] for it in (*_NEW, *_THERE)),
        people_before=record.facts.people_before,
        people_now=record.facts.people_after if record.state is JobState.FINISHED else None,
        refused_for=counted_reasons(results.reasons(RowState.REFUSED)),
        skipped_for=counted_reasons(results.reasons(RowState.SKIPPED)),
        listed=RowState(state) if state else None,
        trouble=[RowLine.of(it) for it in rows],
        trouble_rows=total,
        page=page,
        verification=checked.counts if checked else {},
        verification_of=sum(checked.counts.values()) if checked else 0,
        waiting_for_ever=checked.silent if checked else [],
        columns_left_out=record.facts.plan.left_out,
        request_ids=jobs.requests(record.id),
        next=_next(record.id, page, state, running=results.running, stopped=stopped, more=total > page * PAGE_SIZE),
    )


def _next(job: str, page: int, state: States | None, *, running: bool, stopped: bool, more: bool) -> NextCall | None:
    if running:
        return NextCall.of("check_import_status", job=job)
    if stopped:
        return NextCall.of("import_prospects", job=job)
    return NextCall.of("check_import_status", job=job, state=state, page=page + 1) if more else None
