"""Importing people, and telling the truth about what became of each row."""

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.prospects import FEW, import_causes
from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, READING, Effect, Facts, StepActive, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.view import PAGE_SIZE, PageNumber, StepName, View, call
from saleshandy_mcp.features.imports.import_questions import plan_question, rest_question
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
from saleshandy_mcp.import_engine.ledger.ledger import JobLine
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.import_engine.run.outcome import NotKnown, completion, report_of
from saleshandy_mcp.import_engine.sources import inline, open_file
from saleshandy_mcp.lookups.facts import look

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

    effects = frozenset({Effect.WRITE, Effect.SEND, Effect.SPEND, Effect.DELETE})
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

    async def prepare(self, context: Context) -> Prepared[ImportReport | ImportPlan]:
        if self.job is not None:
            line = jobs_of(context).find(self.job)
            place = await place_of(line.target, context.api)
        else:
            line, place = await draw_up(self._wish(context), context)
        match line.state:
            case JobState.PLANNING:
                return Prepared(partial(_planned, line, place, context), READING)
            case JobState.PLANNED if self.dry_run:
                return Prepared(partial(_planned, line, place, context), READING)
            case JobState.PLANNED:
                return await _start(line, place, context)
            case _:
                return await _go_on(line, place, context)

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


async def _start(line: JobLine, place: Place, context: Context) -> Prepared[ImportReport | ImportPlan]:
    """A plan that was drawn up; somebody agrees to it where it has consequences or where columns were guessed at."""
    view, drawn = plan_view(line, place, jobs_of(context)), drawn_of(line)
    if not view.to_send:
        return Prepared(partial(_carried_out, line, context, may_mail=False), frozenset({Effect.WRITE}))
    effects = await _effects(line, place, context)
    question = plan_question(view, line, place, drawn) if effects & CONSEQUENCES or drawn.asks else None
    return Prepared(partial(_carried_out, line, context, may_mail=place.active), effects, question)


async def _go_on(line: JobLine, place: Place, context: Context) -> Prepared[ImportReport | ImportPlan]:
    """A job that stopped goes on; of one that has ended, what was refused is sent again, or what is unknown."""
    jobs = jobs_of(context)
    verdict = jobs.verdict(line.id)
    if verdict.running:
        return Prepared(partial(_carried_out, line, context, start=False, may_mail=False), READING)
    again: tuple[RowState, ...] = ()
    left = jobs.open_rows(line.id)
    if line.state is JobState.FINISHED:
        counts = verdict.counts()
        again = (RowState.REFUSED,) if counts[RowState.REFUSED] else (RowState.UNKNOWN,)
        left = counts[again[0]]
    if not left or line.state is JobState.ABANDONED:
        raise Mistake(f"job: {line.id} has nothing left to send", call("check_import_status", job=line.id))
    return await once_more(line, place, context, again, left)


async def once_more(
    line: JobLine, place: Place, context: Context, again: tuple[RowState, ...], left: int
) -> Prepared[ImportReport | ImportPlan]:
    """Rows of a job that was started before.

    Args:
        line: the job.
        place: where its people go, as it is now.
        context: what to work with.
        again: states of rows that have ended and are sent once more.
        left: how many rows are to be sent.
    """
    effects = await _effects(line, place, context)
    asks = effects & CONSEQUENCES or RowState.UNKNOWN in again
    question = rest_question(line, place, again, left) if asks else None
    return Prepared(partial(_carried_out, line, context, again=again, may_mail=place.active), effects, question)


async def _effects(line: JobLine, place: Place, context: Context) -> frozenset[Effect]:
    """What sending the rows that are left does, in the account as it is now."""
    target = line.target
    few = jobs_of(context).few_waiting(line.id, FEW)
    causes = import_causes(
        target.conflict_action, few, active=target.step_id or None, verify=target.verify, tags=target.tags
    )
    known: Facts = {StepActive(target.step_id): place.active}
    return effects_of(causes, await look(context.api, causes, known))


async def _carried_out(
    line: JobLine, context: Context, *, may_mail: bool, start: bool = True, again: tuple[RowState, ...] = ()
) -> ImportReport:
    """Start it, and wait for its end where that is near."""
    jobs = jobs_of(context)
    if again:
        jobs.again(line.id, *again)
    if start:
        await set_off(line, context, may_mail=may_mail)
    if drawn_of(line).seconds <= jobs.patience:
        await jobs.wait(line.id, context)
    return await report(jobs.find(line.id), jobs, context)


def _mark(name: str, folder: Path | None) -> str:
    """Another one when the file is another."""
    try:
        kind = (folder / name).stat() if folder else None
    except (OSError, ValueError):
        return ""
    return f"{kind.st_ino} {kind.st_size} {kind.st_mtime_ns}" if kind else ""
