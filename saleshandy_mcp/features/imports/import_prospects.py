"""Importing people, and telling the truth about what became of each row."""

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.plan import Plan, Prepared
from saleshandy_mcp.core.view import PAGE_SIZE, PageNumber, StepName, View, call, counted
from saleshandy_mcp.features.imports.import_request import Place, Wish, draw_up, drawn_of, jobs_of, place_of, set_off
from saleshandy_mcp.features.imports.import_views import (
    ImportList,
    ImportPlan,
    ImportReport,
    RowLine,
    States,
    job_list,
    plan_view,
    report,
)
from saleshandy_mcp.features.sequences.while_active import while_active
from saleshandy_mcp.import_engine.ledger.ledger import JobLine
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.import_engine.run.outcome import NotKnown, completion, report_of
from saleshandy_mcp.import_engine.sources import inline, open_file
from saleshandy_mcp.untrusted.html_mail import on_a_line

MOST_INLINE = 200


class RequestReport(View):
    """What can be told of an import that this server did not start: how many rows it had is not known here."""

    untrusted = True
    request_id: str
    completed: bool
    refused: list[RowLine]
    refused_rows: int
    page: int
    next: str | None


class ImportProspects(Action[ImportReport | ImportPlan]):
    """Import or upload a list of people into a step of a sequence, from rows or a file, and tell what became of
    each row. Into an active sequence it means mailing them; then, and where columns were guessed, the user is asked
    first.
    """

    effect = Effect.SEND
    mildest = Effect.WRITE
    asks = True
    sequence: Annotated[str, Field(description="Title or id; empty: stored, not enrolled.")] = ""
    step: StepName = "1"
    rows: Annotated[
        list[dict[str, str]] | None,
        Field(max_length=MOST_INLINE, description='Up to 200: {"Email": …, "First Name": …}, keys are field labels.'),
    ] = None
    file: Annotated[str | None, Field(description="CSV, XLSX or JSON in the allowed folder; 100,000 rows.")] = None
    map: Annotated[list[str] | None, Field(description='"Title=Job Title"; "Score=" leaves out.')] = None
    conflict_action: Annotated[
        ConflictAction,
        Field(
            description="For people already stored. overwrite: given values win; addMissingFields: fills gaps; "
            "upsert: overwrite, and blanks clear."
        ),
    ] = "addMissingFields"
    verify: Annotated[bool, Field(description="Verify addresses; may use verification credits.")] = False
    tags: Annotated[list[str] | None, Field(description="For every row; at least 3 characters.")] = None
    again: Annotated[bool, Field(description="Also rows imported before.")] = False
    dry_run: Annotated[bool, Field(description="Plan only.")] = False
    job: Annotated[str | None, Field(description="Instead: start a plan, resume, or retry refused rows.")] = None

    @property
    def consequence(self) -> Effect:
        return Effect.SEND

    async def prepare(self, context: Context) -> Prepared[ImportReport | ImportPlan]:
        if self.job is not None:
            line = jobs_of(context).find(self.job)
            place = await place_of(line.target, context.api)
        else:
            line, place = await draw_up(self._wish(context), context)
        match line.state:
            case JobState.PLANNING:
                return Prepared(partial(_planned, line, place, context))
            case JobState.PLANNED if self.dry_run:
                return Prepared(partial(_planned, line, place, context))
            case JobState.PLANNED:
                return _start(line, place, context)
            case _:
                return _go_on(line, place, context)

    def _wish(self, context: Context) -> Wish:
        if (self.rows is None) == (self.file is None):
            raise Mistake("give either rows or file", "rows for up to 200 people, file for a list, job for an import.")
        wish = partial(
            Wish,
            sequence=self.sequence,
            step=self.step,
            columns=tuple(self.map or ()),
            conflict_action=self.conflict_action,
            verify=self.verify,
            tags=tuple(self.tags or ()),
            again=self.again,
        )
        if self.file is not None:
            return wish(
                partial(open_file, self.file, context.folder), Path(self.file).name, _mark(self.file, context.folder)
            )
        if not self.rows:
            raise Mistake("rows: the list is empty", "Give at least one row with an Email.")
        digest = hashlib.sha256(json.dumps(self.rows).encode()).hexdigest()
        return wish(partial(inline, self.rows), "rows", digest, exact=True)


class CheckImportStatus(Action[ImportReport | ImportPlan | RequestReport | ImportList]):
    """Tell how an import stands: counts by outcome, and row by row why it was refused or not sent.
    A completed import may still have refused rows. Waits some seconds for one that is running.
    """

    effect = Effect.READ
    job: Annotated[str, Field(description="Job id, or a Saleshandy request id; empty lists all jobs.")] = ""
    state: Annotated[States | None, Field(description="Rows of one state.")] = None
    page: PageNumber = 1

    async def run(self, context: Context) -> ImportReport | ImportPlan | RequestReport | ImportList:
        jobs = jobs_of(context)
        if not self.job:
            return job_list(jobs, self.page)
        if not self.job.startswith("imp_"):
            return await self._of_request(context)
        line = jobs.find(self.job)
        await jobs.wait(line.id, context)
        line = jobs.find(self.job)
        if line.state in (JobState.PLANNING, JobState.PLANNED):
            return plan_view(line, await place_of(line.target, context.api), jobs)
        return await report(line, jobs, context, self.page, self.state)

    async def _of_request(self, context: Context) -> RequestReport:
        try:
            status = await completion(self.job, context, patience=15, grace=0)
            refused = await report_of(status, context) if status else []
        except NotKnown as error:
            raise Mistake(
                f'job: Saleshandy knows no import "{self.job}" ({error})', call("check_import_status")
            ) from None
        except ValueError as error:
            raise Mistake(f"job: {self.job} has ended, but {error}") from None
        lines = [RowLine(row=i, email=it.email, state="refused", reason=it.reason) for i, it in enumerate(refused, 1)]
        further = len(lines) > self.page * PAGE_SIZE
        return RequestReport(
            request_id=self.job,
            completed=status is not None,
            refused=lines[(self.page - 1) * PAGE_SIZE : self.page * PAGE_SIZE],
            refused_rows=len(lines),
            page=self.page,
            next=call("check_import_status", job=self.job, page=self.page + 1) if further else None,
        )


async def _planned(line: JobLine, place: Place, context: Context) -> ImportPlan:
    return plan_view(line, place, jobs_of(context))


def _start(line: JobLine, place: Place, context: Context) -> Prepared[ImportReport | ImportPlan]:
    """A plan that was drawn up; somebody agrees to it where it reaches people or where columns were guessed at."""
    view = plan_view(line, place, jobs_of(context))
    drawn = drawn_of(line)
    go = partial(_carried_out, line, context)
    if not view.to_send:
        return Prepared(go)
    facts = {"digest": drawn.digest, "rows": [view.to_send, view.skipped], "step": line.target.step_id}
    would = words_of(view)
    if place.sequence and place.sequence.active:
        return Prepared(go, while_active(place.sequence, would, facts))
    if drawn.asks:
        return Prepared(go, Plan("\n".join(["Are these columns right?", *filter(None, would)]), facts, Effect.WRITE))
    return Prepared(go)


def _go_on(line: JobLine, place: Place, context: Context) -> Prepared[ImportReport | ImportPlan]:
    """A job that stopped goes on; of one that has ended, what was refused is sent again, or what is unknown."""
    jobs = jobs_of(context)
    verdict = jobs.verdict(line.id)
    counts = verdict.counts()
    if verdict.running:
        return Prepared(partial(_carried_out, line, context, start=False))
    again: tuple[RowState, ...] = ()
    left = jobs.open_rows(line.id)
    would = f"{counted(left, 'row')} of {line.id} would be sent, or looked up where their fate is unknown."
    if line.state is JobState.FINISHED:
        again = (RowState.REFUSED,) if counts[RowState.REFUSED] else (RowState.UNKNOWN,)
        left = counts[again[0]]
        would = f"{counted(left, again[0] + ' row')} of {line.id} would be sent once more."
    if not left or line.state is JobState.ABANDONED:
        raise Mistake(f"job: {line.id} has nothing left to send", call("check_import_status", job=line.id))
    facts = {"job": line.id, "again": again, "rows": left}
    go = partial(_carried_out, line, context, again=again)
    if place.sequence and place.sequence.active:
        return Prepared(go, while_active(place.sequence, [would], facts))
    if RowState.UNKNOWN in again:
        return Prepared(go, Plan(f"{would} They may be stored already.", facts, Effect.WRITE))
    return Prepared(go)


async def _carried_out(
    line: JobLine, context: Context, *, start: bool = True, again: tuple[RowState, ...] = ()
) -> ImportReport:
    """Start it, and wait for its end where that is near."""
    jobs = jobs_of(context)
    if again:
        jobs.again(line.id, *again)
    if start:
        await set_off(line, context)
    if drawn_of(line).seconds <= jobs.patience:
        await jobs.wait(line.id, context)
    return await report(jobs.find(line.id), jobs, context)


def words_of(view: ImportPlan) -> list[str]:
    """The plan in short lines, for somebody who has to agree to it."""
    where = f"step {view.step}" if view.sequence else "the account, in no sequence"
    reasons = ", ".join(f"{number:,} {reason}" for reason, number in view.skipped_for.items())
    return [
        f"{counted(view.to_send, 'person', 'people')} from {on_a_line(view.source)} would go into {where}.",
        f"{counted(view.skipped, 'row')} would be left out: {reasons}." if view.skipped else "",
        f"It looks like an export of {view.preset}." if view.preset else "",
        *(f"{on_a_line(line)}." for line in view.mapping),
        *(f"First: {it.stored['Email']}" + (f', "{it.subject}"' if it.subject else "") for it in view.samples[:1]),
        *(f"Note: {warning}." for warning in view.warnings),
    ]


def _mark(name: str, folder: Path | None) -> str:
    """Another one when the file is another."""
    try:
        kind = (folder / name).stat() if folder else None
    except (OSError, ValueError):
        return ""
    return f"{kind.st_ino} {kind.st_size} {kind.st_mtime_ns}" if kind else ""
