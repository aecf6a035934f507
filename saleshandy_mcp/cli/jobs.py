"""``jobs``: the imports of this machine: list, show, resume, abandon, clean, export."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from saleshandy_mcp.cli.support.at_terminal import terminal_text
from saleshandy_mcp.cli.support.at_terminal.stopping import told_when_stopped
from saleshandy_mcp.cli.support.at_terminal.yes_or_no import agree_to_deletion
from saleshandy_mcp.cli.support.output_forms.csv_export import csv_lines
from saleshandy_mcp.cli.support.output_forms.output import Format, OutputChoice, write
from saleshandy_mcp.cli.support.run_job import RunOptions, agree, prepare_job, run_job, show
from saleshandy_mcp.cli.support.session import open_session
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.settings import span
from saleshandy_mcp.core.view import counted, time_words
from saleshandy_mcp.features.imports.check_import_status import ImportList, job_list
from saleshandy_mcp.features.imports.import_plan import ImportPlan, plan_of
from saleshandy_mcp.features.imports.import_report import ImportReport, States, report
from saleshandy_mcp.features.imports.import_request import Destination, destination_of, jobs_of
from saleshandy_mcp.features.imports.plan_rows import PlanRows, plan_rows
from saleshandy_mcp.import_engine.ledger.deleting import Deletable, deletable
from saleshandy_mcp.import_engine.ledger.records import JobRecord
from saleshandy_mcp.import_engine.ledger.results import RowResult
from saleshandy_mcp.import_engine.ledger.states import JobState


def list_jobs(page: int, *, form: Format | None, columns: str, as_json: bool) -> None:
    choice = OutputChoice.of(form, columns, as_json=as_json)

    async def listed(context: Context) -> ImportList:
        return job_list(jobs_of(context), page)

    view = open_session().run(listed)
    if choice.chosen:
        write(terminal_text.document(view), choice)
    else:
        click.echo(terminal_text.jobs(view))


def show_job(job: str, state: States | None, page: int, *, form: Format | None, columns: str, as_json: bool) -> None:
    choice = OutputChoice.of(form, columns, as_json=as_json)

    async def view(context: Context) -> ImportPlan | PlanRows | ImportReport:
        jobs = jobs_of(context)
        record = jobs.find(job)
        if state and record.state is JobState.PLANNED:
            return plan_rows(record, jobs, state, page)
        return await _view(context, job, state, page)

    found = open_session().run(view)
    if choice.form in {None, "json"} and not choice.columns:
        show(found, RunOptions(as_json=choice.form == "json"))
    else:
        write(terminal_text.job_rows(found, choice.form), choice)


def resume(job: str, *, yes: bool, again: bool, as_json: bool) -> None:
    session, options = open_session(), RunOptions(yes=yes, again=again, as_json=as_json)

    async def prepare(context: Context) -> tuple[ImportPlan | ImportReport, Prepared[Any]]:
        prepared = await prepare_job(context, job, again=again, allowed=session.allowed)
        return await _view(context, job), prepared

    with told_when_stopped("Stopped; this command sent nothing, and the job is kept as it was."):
        view, prepared = session.run(prepare)
    if not yes:
        options.say(terminal_text.plan(view) if isinstance(view, ImportPlan) else terminal_text.report(view))
        agree(prepared.question, job, session, options)
    ended = run_job(session, job, prepared, options)
    click.get_current_context().exit(0 if ended.finished and not ended.unknown else 1)


def abandon(job: str, *, yes: bool) -> None:
    session = open_session()

    async def lost(context: Context) -> str:
        return _loss(jobs_of(context).find(job), await _view(context, job))

    async def give_up(context: Context) -> None:
        jobs_of(context).abandon(job)

    _agree_to(session.run(lost), f"Give {job} up?", yes=yes)
    session.run(give_up)
    click.echo(f"{job} is abandoned.")


def clean(age: str | None, *, finished: bool, yes: bool) -> None:
    session = open_session()
    old = session.keep_plans if age is None else _span(age)
    states = (JobState.PLANNED, *((JobState.FINISHED, JobState.ABANDONED) if finished else ()))

    async def find(context: Context) -> list[Deletable]:
        jobs = jobs_of(context)
        return deletable(jobs.ledger, states, context.now() - old, jobs.account)

    async def drop(context: Context) -> None:
        for job in found:
            jobs_of(context).ledger.drop(job.id)

    found = session.run(find)
    if not found:
        what = "no plan and no import that has ended" if finished else "no plan"
        click.echo(f"There is nothing to delete: {what} is older than {time_words(old.total_seconds())}.")
        return
    jobs = counted(len(found), "job")
    _agree_to(terminal_text.deletion(found), f"Delete {jobs}?", yes=yes)
    session.run(drop)
    click.echo(f"{jobs} deleted from this machine, with all rows.")


def export(job: str, place: Path | None, states: tuple[str, ...]) -> None:
    async def rows(context: Context) -> list[RowResult]:
        jobs = jobs_of(context)
        found = jobs.results(jobs.find(job).id).all()
        return [row for row in found if not states or row.state in states]

    found = open_session().run(rows)
    if place is None:
        click.echo("".join(csv_lines(found)), nl=False)
        return
    _write(place, csv_lines(found))
    click.echo(f"{counted(len(found), 'row')} written to {place}.", err=True)


def _span(age: str) -> timedelta:
    try:
        return span(age)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--older-than'") from None


def _agree_to(loss: str, question: str, *, yes: bool) -> None:
    """Say what would be lost, and return when a person has agreed to it."""
    click.echo(loss, err=True)
    agree_to_deletion(question, yes=yes)


async def _view(context: Context, job: str, state: States | None = None, page: int = 1) -> ImportPlan | ImportReport:
    jobs = jobs_of(context)
    record = jobs.find(job)
    if record.state not in (JobState.PLANNING, JobState.PLANNED):
        return await report(record, jobs, context, page, state)
    try:
        destination = await destination_of(record.target, context.api)
    except SaleshandyError:
        destination = Destination()  # without the network, only the samples of the copy are missing
    return plan_of(record, destination, jobs)


def _loss(record: JobRecord, view: ImportPlan | ImportReport) -> str:
    """What is lost when a job is given up, in words.

    Raises:
        Mistake: when nothing would be lost.
    """
    if isinstance(view, ImportPlan):
        rows = counted(view.to_send, "row")
        return f"The plan {view.job} would be given up: {rows} of {view.source} will not be imported."
    lost = [
        f"{counted(view.not_sent, 'row')} will not be imported" if view.not_sent else "",
        f"what became of {counted(view.unknown, 'row')} will not be looked up" if view.unknown else "",
        f"{counted(view.refused, 'refused row')} cannot be sent again" if view.refused else "",
    ]
    told = ", ".join(filter(None, lost))
    if not told or record.state is JobState.ABANDONED:
        raise Mistake(f"{view.job} is {view.state}, and there is nothing to give up")
    return f"{view.job} would be given up: {told}. What was imported stays imported."


def _write(place: Path, lines: Iterable[str]) -> None:
    try:
        with place.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise click.ClickException(f"{place} cannot be written ({error.strerror}).") from None
