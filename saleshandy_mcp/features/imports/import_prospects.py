"""``import_prospects``: people into the account or into a step of a sequence."""

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.prospects import FEW, MOST_ROWS, import_uses
from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, READING, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.uses import Uses
from saleshandy_mcp.core.view import NextCall, StepName
from saleshandy_mcp.features.crm.crm_field_roles import with_confirmation_of_job
from saleshandy_mcp.features.imports.import_plan import ImportPlan, plan_of
from saleshandy_mcp.features.imports.import_questions import plan_question, rest_question
from saleshandy_mcp.features.imports.import_report import ImportReport, report
from saleshandy_mcp.features.imports.import_request import (
    Destination,
    ImportRequest,
    destination_of,
    effects_of_import,
    jobs_of,
    plan_import,
    start_job,
)
from saleshandy_mcp.import_engine.ledger.records import JobRecord
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.import_engine.read_as import AS_IT_IS, ReadAs
from saleshandy_mcp.import_engine.sources import inline, open_file
from saleshandy_mcp.integrations.crm import CrmAccess
from saleshandy_mcp.store.selections import selected

MOST_INLINE = 200


class ImportProspects(Action[ImportReport | ImportPlan]):
    """Import or upload people into a step of a sequence, from rows or a file, and report each row.

    The user is asked first where it mails people, may change stored ones, or guessed at columns.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND, Effect.SPEND, Effect.DELETE})
    keeps_record = True
    sequence: Annotated[str, Field(description="Title or id; empty: stored, not enrolled.")] = ""
    step: StepName = "1"
    rows: Annotated[
        list[dict[str, str]] | None,
        Field(max_length=MOST_INLINE, description='By field label: {"Email": …}.'),
    ] = None
    people: Annotated[str | None, Field(description="Handle, of find_prospects.")] = None
    file: Annotated[str | None, Field(description="CSV, workbook, JSON or vCard in the allowed folder.")] = None
    map: Annotated[list[str] | None, Field(description='"Title=Job Title"; "Score=" leaves out.')] = None
    read_as: Annotated[
        str,
        Field(description='"sheet: 2; only: Tier=A; except: Tier=C; ignore: Opt Out" (mails them).'),
    ] = ""
    conflict_action: Annotated[
        ConflictAction,
        Field(
            description="For people already stored. overwrite: given values win; addMissingFields: fills gaps; "
            "upsert: overwrites, blanks clear."
        ),
    ] = "addMissingFields"
    verify: Annotated[bool, Field(description="May use credits.")] = False
    tags: Annotated[list[str] | None, Field(description="3 characters or more.")] = None
    again: Annotated[bool, Field(description="Also rows imported before.")] = False
    dry_run: Annotated[bool, Field(description="Plan only.")] = False
    job: Annotated[str | None, Field(description="Instead: start a plan, resume, retry refused rows.")] = None

    async def prepare(self, context: Context) -> Prepared[ImportReport | ImportPlan]:
        if self.job is not None:
            record = jobs_of(context).find(self.job)
            destination = await destination_of(record.target, context.api)
        else:
            record, destination = await plan_import(self._request(context), context)
        return await prepare_planned(record, destination, context, dry_run=self.dry_run)

    def _request(self, context: Context) -> ImportRequest:
        if sum(it is not None for it in (self.rows, self.file, self.people)) != 1:
            raise Mistake(
                "give either rows, people or file",
                "rows for up to 200 people, people for a handle of find_prospects, file for a list, job for an import.",
            )
        read_as = ReadAs.parse(self.read_as) if self.read_as else AS_IT_IS
        request = partial(
            ImportRequest,
            sequence=self.sequence,
            step=self.step,
            columns=tuple(self.map or ()),
            conflict_action=self.conflict_action,
            verify=self.verify,
            tags=tuple(self.tags or ()),
            again=self.again,
            read_as=read_as,
        )
        if self.file is not None:
            source = partial(open_file, self.file, context.folder, read_as.table)
            return request(source, Path(self.file).name, _mark(self.file, context.folder))
        if self.people is not None:
            rows = [{"Email": it} for it in _addresses(context, self.people)]
            return request(partial(inline, rows), f"selection {self.people}", self.people, exact=True, stored=True)
        if not self.rows:
            raise Mistake("rows: the list is empty", "Give at least one row with an Email.")
        digest = hashlib.sha256(json.dumps(self.rows).encode()).hexdigest()
        return request(partial(inline, self.rows), "rows", digest, exact=True)


async def prepare_planned(
    record: JobRecord, destination: Destination, context: Context, *, dry_run: bool
) -> Prepared[ImportReport | ImportPlan]:
    """Prepare what comes next for a job: to show its plan, to start it, or to send the rest of it.

    Args:
        record: the job.
        destination: where its people go, as it is now.
        context: what to work with.
        dry_run: whether a plan is shown and not started.
    """
    prepared = await _prepared(record, destination, context, dry_run=dry_run)
    return with_confirmation_of_job(prepared, record.id, context) if context.find(CrmAccess) else prepared


async def _prepared(
    record: JobRecord, destination: Destination, context: Context, *, dry_run: bool
) -> Prepared[ImportReport | ImportPlan]:
    match record.state:
        case JobState.PLANNING:
            return Prepared(partial(_show_plan, record, destination, context), READING)
        case JobState.PLANNED if dry_run:
            return Prepared(partial(_show_plan, record, destination, context), READING)
        case JobState.PLANNED:
            return await _prepare_start(record, destination, context)
        case _:
            return await _prepare_rest(record, destination, context)


async def prepare_again(
    record: JobRecord, destination: Destination, context: Context, again: tuple[RowState, ...], left: int
) -> Prepared[ImportReport | ImportPlan]:
    """Prepare to send rows of a job that was started before.

    Args:
        record: the job.
        destination: where its people go, as it is now.
        context: what to work with.
        again: states of rows that have ended and are sent again.
        left: how many rows are to be sent.
    """
    effects = await _effects(record, destination, context, again)
    asks = effects & CONSEQUENCES or RowState.UNKNOWN in again
    question = rest_question(record, destination, again, left) if asks else None
    carry_out = partial(_carry_out, record, context, again=again, may_mail=destination.active)
    return Prepared(carry_out, effects, question, uses=partial(_uses, record, left))


async def _show_plan(record: JobRecord, destination: Destination, context: Context) -> ImportPlan:
    return plan_of(record, destination, jobs_of(context))


async def _prepare_start(
    record: JobRecord, destination: Destination, context: Context
) -> Prepared[ImportReport | ImportPlan]:
    """Prepare to start a plan. A person agrees to it where it has consequences or where columns were guessed."""
    view = plan_of(record, destination, jobs_of(context))
    if not view.to_send:
        return Prepared(partial(_carry_out, record, context, may_mail=False), frozenset({Effect.WRITE}))
    effects = await _effects(record, destination, context)
    asks = effects & CONSEQUENCES or record.facts.plan.asks
    question = plan_question(view, record, destination) if asks else None
    start = partial(_carry_out, record, context, may_mail=destination.active)
    return Prepared(start, effects, question, uses=partial(_uses, record, view.to_send))


async def _prepare_rest(
    record: JobRecord, destination: Destination, context: Context
) -> Prepared[ImportReport | ImportPlan]:
    """Prepare to go on with a job that stopped; of one that has ended, to send refused rows again, or unknown ones."""
    jobs = jobs_of(context)
    results = jobs.results(record.id)
    if results.running:
        return Prepared(partial(_carry_out, record, context, start=False, may_mail=False), READING)
    again: tuple[RowState, ...] = ()
    left = jobs.open_rows(record.id)
    if record.state is JobState.FINISHED:
        counts = results.counts()
        again = (RowState.REFUSED,) if counts[RowState.REFUSED] else (RowState.UNKNOWN,)
        left = counts[again[0]]
    if not left or record.state is JobState.ABANDONED:
        raise Mistake(
            f"job: {record.id} has nothing left to send",
            "See what became of it",
            next=NextCall.of("check_import_status", job=record.id),
        )
    return await prepare_again(record, destination, context, again, left)


def _uses(record: JobRecord, left: int) -> Uses:
    """What sending so many rows uses."""
    target = record.target
    return import_uses(left, active=target.step_id or None, verify=target.verify, tags=[*target.tags] or None)


async def _effects(
    record: JobRecord, destination: Destination, context: Context, again: tuple[RowState, ...] = ()
) -> frozenset[Effect]:
    """What sending the rows that are left, and those in the states ``again``, does in the account as it is now."""
    few = jobs_of(context).few_to_send(record.id, FEW, again)
    return await effects_of_import(record.target, few, destination, context.api)


async def _carry_out(
    record: JobRecord, context: Context, *, may_mail: bool, start: bool = True, again: tuple[RowState, ...] = ()
) -> ImportReport:
    """Start the job, and wait for its end where that is near."""
    jobs = jobs_of(context)
    if again:
        jobs.send_again(record.id, *again)
    if start:
        await start_job(record, context, may_mail=may_mail)
    if record.facts.plan.seconds <= jobs.patience:
        await jobs.wait(record.id, context)
    return await report(jobs.find(record.id), jobs, context)


def _addresses(context: Context, handle: str) -> list[str]:
    """Of everybody in a selection."""
    chosen = selected(context, "people", [handle], MOST_ROWS)
    if chosen is None:
        raise Mistake(
            f'people: "{handle}" is no handle', "It begins with sel_", next=NextCall.of("find_prospects", where=["…"])
        )
    return chosen.names


def _mark(name: str, folder: Path | None) -> str:
    """Changes when the file changes."""
    try:
        kind = (folder / name).stat() if folder else None
    except (OSError, ValueError):
        return ""
    return f"{kind.st_ino} {kind.st_size} {kind.st_mtime_ns}" if kind else ""
