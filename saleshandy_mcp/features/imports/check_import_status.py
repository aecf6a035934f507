"""``check_import_status``: the state of an import, or the list of imports."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, PageNumber, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.imports.import_plan import ImportPlan, plan_of
from saleshandy_mcp.features.imports.import_report import ImportReport, States, report
from saleshandy_mcp.features.imports.import_request import destination_of, jobs_of
from saleshandy_mcp.features.imports.plan_rows import PlanRows, plan_rows
from saleshandy_mcp.features.imports.row_lines import RowLine, row_lines
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState, visible_job_state
from saleshandy_mcp.import_engine.run.outcome import NotKnown, completion, report_of
from saleshandy_mcp.untrusted.one_line import one_line

_AS_IN_THE_REPORT = "are refused (counted as in Saleshandy's report, not as in the file)"


class RequestReport(View):
    """What is known of an import that this server did not start. How many rows it had is not known."""

    untrusted = True
    request_id: str
    completed: bool
    refused: list[RowLine]
    refused_rows: int
    page: int
    next: NextCall | None

    def lines(self, say: Say) -> Iterator[str | None]:
        named = f"Import {self.request_id}"
        if not self.completed:
            yield f"{named} has not ended yet. Ask again in some seconds."
        elif not self.refused_rows:
            yield f"{named} has ended; no row was refused. How many rows it had is not known here."
        else:
            rows = counted(self.refused_rows, "row")
            yield f"{named} has ended and refused {rows}; how many it had in all is not known here."
            yield from row_lines(self.refused, self.refused_rows, self.page, _AS_IN_THE_REPORT)
            yield f"More: {say(self.next)}" if self.next else None


class JobSummary(View):
    """A line of the list."""

    job: str
    source: str
    sequence: str
    state: JobState
    rows: int
    imported: int
    made: str


class DamagedLine(View):
    """A job whose entry in the ledger cannot be read, and is set aside."""

    job: str
    source: str
    trouble: str


class ImportList(View):
    """The imports of this account, the newest first."""

    jobs: list[JobSummary]
    damaged: list[DamagedLine]
    total: int
    page: int
    next: NextCall | None

    def lines(self, say: Say) -> Iterator[str | None]:
        pages = pages_in(self.total)
        if self.jobs:
            newest = ", the newest first" if self.total > 1 else ""
            yield f"{counted(self.total, 'import')} from this machine{newest} ({page_of(self.page, pages)})"
            yield from (_line(job, say) for job in self.jobs)
        elif self.page > 1:
            yield empty_page(self.page, pages)
        else:
            yield "No import was made from this machine. Start one: import_prospects."
            yield "One that was made elsewhere is found by its Saleshandy request id."
        for it in self.damaged:
            entry = f"{one_line(it.job)} ({one_line(it.source)})"
            yield f"{entry} cannot be read in the import ledger and is set aside: {one_line(it.trouble)}"
        if self.next:
            yield f"More: {say(self.next)}"
        elif self.jobs:
            yield f"One of them: {say(NextCall.of('check_import_status', job=self.jobs[0].job))}"


class CheckImportStatus(Action[ImportReport | ImportPlan | PlanRows | RequestReport | ImportList]):
    """Tell how an import stands: counts by outcome, and row by row why it was refused or not sent.
    A completed import may still have refused rows.
    """

    job: Annotated[str, Field(description="Job id, or a Saleshandy request id; empty lists all jobs.")] = ""
    state: Annotated[States | None, Field(description="Rows of one state.")] = None
    page: PageNumber = 1

    async def run(self, context: Context) -> ImportReport | ImportPlan | PlanRows | RequestReport | ImportList:
        jobs = jobs_of(context)
        if not self.job:
            return job_list(jobs, self.page)
        job = self.job if self.job.startswith("imp_") else jobs.of_request(self.job)
        if job is None:
            return await self._of_request(context)
        record = jobs.find(job)
        await jobs.wait(record.id, context)
        record = jobs.find(job)
        if record.state in (JobState.PLANNING, JobState.PLANNED):
            if self.state and record.state is JobState.PLANNED:
                return plan_rows(record, jobs, self.state, self.page)
            return plan_of(record, await destination_of(record.target, context.api), jobs)
        return await report(record, jobs, context, self.page, self.state)

    async def _of_request(self, context: Context) -> RequestReport:
        if self.state not in (None, "refused"):
            raise Mistake(
                f"state: {self.job} was not made from this machine, and Saleshandy tells its refused rows alone",
                "Leave state out",
                next=NextCall.of("check_import_status", job=self.job),
            )
        try:
            status = await completion(self.job, context, patience=15, grace=0)
            refused = await report_of(status, context) if status else []
        except NotKnown as error:
            raise Mistake(
                f'job: Saleshandy knows no import "{self.job}" ({error})',
                "List the jobs there are",
                next=NextCall.of("check_import_status"),
            ) from None
        except ValueError as error:
            raise Mistake(f"job: {self.job} has ended, but {error}") from None
        rows = [
            RowLine(row=place, email=it.email, state=RowState.REFUSED, reason=ReasonCode.REFUSED, text=it.reason)
            for place, it in enumerate(refused, 1)
        ]
        more = len(rows) > self.page * PAGE_SIZE
        return RequestReport(
            request_id=self.job,
            completed=status is not None,
            refused=rows[(self.page - 1) * PAGE_SIZE : self.page * PAGE_SIZE],
            refused_rows=len(rows),
            page=self.page,
            next=NextCall.of("check_import_status", job=self.job, page=self.page + 1) if more else None,
        )


def job_list(jobs: Jobs, page: int) -> ImportList:
    """A page of the imports of this account, the newest first. Jobs that cannot be read stand on the first page."""
    records = jobs.all()
    summaries: list[JobSummary] = []
    for record in records[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]:
        results = jobs.results(record.id)
        counts = results.counts()
        summaries.append(
            JobSummary(
                job=record.id,
                source=record.source,
                sequence=record.target.sequence,
                state=visible_job_state(record.state, running=results.running),
                rows=counts.total(),
                imported=counts[RowState.IMPORTED],
                made=record.made[:16],
            )
        )
    damaged = jobs.damaged() if page == 1 else []
    return ImportList(
        jobs=summaries,
        damaged=[DamagedLine(job=it.id, source=it.source, trouble=it.trouble) for it in damaged],
        total=len(records),
        page=page,
        next=NextCall.of("check_import_status", page=page + 1) if len(records) > page * PAGE_SIZE else None,
    )


def _line(job: JobSummary, say: Say) -> str:
    goes_on = f" · go on: {say(NextCall.of('import_prospects', job=job.job))}" if job.state is JobState.STOPPED else ""
    where = one_line(job.sequence) if job.sequence else "account"
    return (
        f"{job.made} {one_line(job.source)} → {where} [{job.job}] {job.state} · "
        f"{job.imported:,} of {counted(job.rows, 'row')} imported{goes_on}"
    )
