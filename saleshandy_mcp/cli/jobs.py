"""``jobs``: the imports of this machine, looked at, gone on with, given up, and exported."""

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click

from saleshandy_mcp.cli import output, telling
from saleshandy_mcp.cli.carrying import Manner, agree, carry_out, ready_of, tell
from saleshandy_mcp.cli.exporting import csv_lines
from saleshandy_mcp.cli.working import work
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.imports.import_request import Place, jobs_of, place_of
from saleshandy_mcp.features.imports.import_views import (
    ImportList,
    ImportPlan,
    ImportReport,
    States,
    job_list,
    plan_view,
    report,
)
from saleshandy_mcp.import_engine.ledger.ledger import JobLine
from saleshandy_mcp.import_engine.ledger.results import Line
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_YES = click.option("--yes", is_flag=True, help="Go ahead without asking.")


@click.group("jobs")
def command() -> None:
    """The imports that were made from this machine with the key of the settings."""


@command.command("list")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@_AS_JSON
def list_jobs(page: int, *, as_json: bool) -> None:
    """List them, the newest first; nothing is asked over the network."""

    async def listed(context: Context) -> ImportList:
        return job_list(jobs_of(context), page)

    view = work().in_context(listed)
    click.echo(output.as_json(telling.document(view)) if as_json else telling.jobs(view))


@command.command("show")
@click.argument("job")
@click.option("--state", type=click.Choice(get_args(States)), help="Rows of one state.")
@_AS_JSON
def show(job: str, state: States | None, *, as_json: bool) -> None:
    """Show a plan, or what became of an import: counts, reasons, and the first rows in trouble."""
    tell(work().in_context(partial(_shown, job=job, state=state)), Manner(as_json=as_json))


@command.command("resume")
@click.argument("job")
@click.option("--yes", is_flag=True, help="Go ahead without asking, into an active sequence too: that mails people.")
@click.option("--again", is_flag=True, help="Of a finished one, rows too whose outcome is unknown.")
@_AS_JSON
def resume(job: str, *, yes: bool, again: bool, as_json: bool) -> None:
    """Start a plan, go on with an import that stopped, or send again what was refused.

    The code is 0 when it finished and no row's outcome is unknown.
    """
    at_work, manner = work(), Manner(yes=yes, again=again, as_json=as_json)

    async def looked_at(context: Context) -> tuple[ImportPlan | ImportReport, Prepared[Any]]:
        ready = await ready_of(context, job, again=again, allowed=at_work.allowed)
        return await _shown(context, job), ready

    view, ready = at_work.in_context(looked_at)
    shown = telling.plan(view) if isinstance(view, ImportPlan) else telling.report(view)
    if not yes:
        manner.say(shown)
        agree(ready.question, job, at_work, manner)
    ended = carry_out(at_work, job, ready, manner)
    click.get_current_context().exit(0 if ended.finished and not ended.unknown else 1)


@command.command("abandon")
@click.argument("job")
@_YES
def abandon(job: str, *, yes: bool) -> None:
    """Give a job up for good: what was not sent will not be, and is deleted from this machine."""
    at_work = work()

    async def lost(context: Context) -> str:
        return _loss(jobs_of(context).find(job), await _shown(context, job))

    async def give_up(context: Context) -> None:
        jobs_of(context).abandon(job)

    click.echo(at_work.in_context(lost), err=True)
    if not yes:
        if not sys.stdin.isatty():
            raise click.ClickException("nobody can be asked here, so nothing was deleted: give --yes to go ahead.")
        if not click.confirm("Go ahead?", default=False, err=True):
            raise click.ClickException("nothing was deleted.")
    at_work.in_context(give_up)
    click.echo(f"{job} is abandoned.")


@command.command("export")
@click.argument("job")
@click.option(
    "--output", "place", type=click.Path(path_type=Path), help="A file, which is overwritten.  [default: stdout]"
)
@click.option(
    "--state",
    "states",
    type=click.Choice([it.value for it in RowState]),
    multiple=True,
    help="Rows of one state; repeat it.",
)
def export(job: str, place: Path | None, states: tuple[str, ...]) -> None:
    """Write row, address, state, reason and verification of every row as CSV.

    A cell that a spreadsheet would take for a formula gets a ' before it.
    """

    async def rows(context: Context) -> list[Line]:
        jobs = jobs_of(context)
        found = jobs.verdict(jobs.find(job).id).all()
        return [row for row in found if not states or row.state in states]

    found = work().in_context(rows)
    if place is None:
        click.echo("".join(csv_lines(found)), nl=False)
        return
    _write(place, csv_lines(found))
    click.echo(f"{counted(len(found), 'row')} written to {place}.", err=True)


async def _shown(context: Context, job: str, state: States | None = None) -> ImportPlan | ImportReport:
    jobs = jobs_of(context)
    line = jobs.find(job)
    if line.state not in (JobState.PLANNING, JobState.PLANNED):
        return await report(line, jobs, context, state=state)
    try:
        place = await place_of(line.target, context.api)
    except SaleshandyError:
        place = Place()  # without the network all is shown but how the copy reads
    return plan_view(line, place, jobs)


def _loss(line: JobLine, view: ImportPlan | ImportReport) -> str:
    """What is lost when a job is given up.

    Raises:
        Mistake: when nothing would be.
    """
    if isinstance(view, ImportPlan):
        return (
            f"The plan {view.job} would be given up: {counted(view.to_send, 'row')} of {view.source} will not be sent."
        )
    lost = [
        f"{counted(view.not_sent, 'row')} will not be sent" if view.not_sent else "",
        f"what became of {counted(view.unknown, 'row')} will not be looked up" if view.unknown else "",
        f"{counted(view.refused, 'refused row')} cannot be sent again" if view.refused else "",
    ]
    told = ", ".join(filter(None, lost))
    if not told or line.state is JobState.ABANDONED:
        raise Mistake(f"{view.job} is {view.state}, and there is nothing to give up")
    return f"{view.job} would be given up: {told}. What was imported stays imported."


def _write(place: Path, lines: Iterable[str]) -> None:
    try:
        with place.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise click.ClickException(f"{place} cannot be written ({error.strerror}).") from None
