"""Importing from Python: ``async for progress in run_import(...)``."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.resources.prospects import FEW, Row
from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.imports.import_plan import plan_view
from saleshandy_mcp.features.imports.import_questions import plan_question, rest_question
from saleshandy_mcp.features.imports.import_request import (
    Destination,
    ImportRequest,
    create_fields,
    destination_of,
    effects_of_import,
    resolve,
)
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import locked
from saleshandy_mcp.import_engine.ledger.records import JobRecord
from saleshandy_mcp.import_engine.ledger.results import Results, RowResult
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.import_engine.plan import new_job, plan
from saleshandy_mcp.import_engine.run.runner import run
from saleshandy_mcp.import_engine.sources import inline, open_path
from saleshandy_mcp.policy.approvals import words_of
from saleshandy_mcp.policy.effects import Gate, NotAllowed


@dataclass(frozen=True)
class Progress:
    """How an import stands; the six counts add up to ``rows``.

    Attributes:
        job: its id in the ledger, by which ``resume_import`` goes on with it.
        state: running, stopped (``note`` says why) or finished.
        rows: of the source.
        imported: stored, new or updated.
        refused: refused by Saleshandy.
        skipped: never sent.
        unknown: sent, and nothing proves what became of them.
        not_sent: the job stopped before.
        waiting: not sent yet, or being worked on.
        note: why it stopped.
        trouble: every row that was not imported, with its reason; given with the last progress alone.
    """

    job: str
    state: JobState
    rows: int
    imported: int
    refused: int
    skipped: int
    unknown: int
    not_sent: int
    waiting: int
    note: str = ""
    trouble: tuple[RowResult, ...] = ()


async def run_import(
    api: Saleshandy,
    people: Path | str | Sequence[Row],
    *,
    ledger: Path,
    sequence: str = "",
    step: str = "1",
    columns: Sequence[str] = (),
    conflict_action: ConflictAction = "addMissingFields",
    verify: bool = False,
    tags: Sequence[str] = (),
    again: bool = False,
    agree: Callable[[str], bool] | None = None,
) -> AsyncGenerator[Progress]:
    """Import people, batch by batch.

    When the caller stops iterating, the job stops; ``resume_import`` goes on with it.

    Args:
        api: an open connection.
        people: a file (CSV, workbook, JSON, vCard) or rows by field label.
        ledger: the SQLite file in which jobs are written; made if it is not there.
        sequence: title or id; empty to store people in the account and enroll nobody.
        step: number or id.
        columns: "Title=Job Title"; "Score=" leaves a column out, "Score=+Lead Score" makes a field of it.
        conflict_action: what happens to people who are stored already.
        verify: verify addresses, which may use credits.
        tags: for every row.
        again: rows too that a previous job imported, or whose outcome is unknown.
        agree: is given the question in words, and says whether to go ahead. It is asked where people are mailed or
            changed, credits are used, or columns were guessed; left out, such an import is refused.

    Raises:
        NotAllowed: when it needs an agreement and has none; nothing was sent.
        Mistake: when it cannot be imported as asked; nothing was sent.
        SaleshandyError: when something cannot be looked up; nothing was sent.
    """
    is_file = isinstance(people, Path | str)
    request = ImportRequest(
        source=partial(open_path, Path(people)) if is_file else partial(inline, list(people)),
        name=Path(people).name if is_file else "rows",
        mark="",
        sequence=sequence,
        step=step,
        columns=tuple(columns),
        conflict_action=conflict_action,
        verify=verify,
        tags=tuple(tags),
        again=again,
    )
    book, context = Ledger(lambda: ledger), Context(api=api, pause=api.pause)
    try:
        resolved, _ = await resolve(request, api, api.account)
        job = new_job(resolved, book, context.now())
        with locked(book, job):
            await plan(job, resolved, book, context)
        async with aclosing(resume_import(api, job, ledger=ledger, agree=agree)) as going:
            async for progress in going:
                yield progress
    finally:
        book.close()


async def resume_import(
    api: Saleshandy, job: str, *, ledger: Path, agree: Callable[[str], bool] | None = None
) -> AsyncGenerator[Progress]:
    """Go on with a job from where it is; ``agree`` is as for ``run_import``.

    Raises:
        NotAllowed: when it needs an agreement and has none.
        Mistake: when the ledger has no such job of this account, or somebody else is running it.
    """
    book, gate = Ledger(lambda: ledger), Gate(api)
    context = Context(api=gate, pause=api.pause)
    try:
        record = book.job(job, api.account)
        if record is None:
            raise Mistake(f"job: {job} is not in {ledger}")
        destination = await destination_of(record.target, api)
        gate.open(await _agreed(record, destination, book, context, agree))
        with locked(book, job):
            await create_fields(record, book, gate)
            book.keep(job, may_mail=destination.active)
            async with aclosing(run(record, book, context)) as steps:
                async for _ in steps:
                    yield _progress(book, record, JobState.RUNNING)
        if ended := book.job(job, api.account):
            yield _progress(book, ended, ended.state)
    finally:
        book.close()


async def _agreed(
    record: JobRecord, destination: Destination, book: Ledger, context: Context, agree: Callable[[str], bool] | None
) -> frozenset[Effect]:
    """The effects that the rest of a job may have.

    Raises:
        NotAllowed: when somebody has to agree and nobody does.
    """
    waiting = [email for _, email in Rows(book, record.id).waiting()]
    few = waiting if len(waiting) <= FEW else None
    effects = await effects_of_import(record.target, few, destination, context.api)
    new = record.state is JobState.PLANNED
    if waiting and (effects & CONSEQUENCES or (new and record.facts.plan.asks)):
        view = plan_view(record, destination, Results(book, record.id, running=False))
        question = (
            plan_question(view, record, destination) if new else rest_question(record, destination, (), len(waiting))
        )
        words = words_of(question, NextCall.for_model)
        if agree is None or not agree(words):
            raise NotAllowed(f"nobody has agreed to this import: {words}", "Pass agree=, which is asked.")
    return effects


def _progress(book: Ledger, record: JobRecord, state: JobState) -> Progress:
    running = state is JobState.RUNNING
    results = Results(book, record.id, running)
    counts = results.counts()
    return Progress(
        job=record.id,
        state=state,
        rows=counts.total(),
        imported=counts[RowState.IMPORTED],
        refused=counts[RowState.REFUSED],
        skipped=counts[RowState.SKIPPED],
        unknown=counts[RowState.UNKNOWN],
        not_sent=counts[RowState.NOT_SENT],
        waiting=counts[RowState.WAITING],
        note="" if running else record.note,
        trouble=() if running else tuple(it for it in results.all() if it.state is not RowState.IMPORTED),
    )
