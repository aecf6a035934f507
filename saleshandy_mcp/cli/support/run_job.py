"""Runs a prepared job to its end: asks for agreement, shows progress, writes the report."""

import math
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import click
from anyio import get_cancelled_exc_class

from saleshandy_mcp.cli.support.at_terminal import terminal_text
from saleshandy_mcp.cli.support.at_terminal.stopping import Interrupted, told_when_stopped
from saleshandy_mcp.cli.support.at_terminal.terminal import moves
from saleshandy_mcp.cli.support.at_terminal.yes_or_no import agrees
from saleshandy_mcp.cli.support.calls_as_commands import as_command
from saleshandy_mcp.cli.support.output_forms.output import OutputChoice, write
from saleshandy_mcp.cli.support.session import Session
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.view import NextCall, counted
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_prospects import ImportProspects, prepare_again
from saleshandy_mcp.features.imports.import_report import ImportReport, report
from saleshandy_mcp.features.imports.import_request import destination_of, jobs_of
from saleshandy_mcp.features.imports.plan_rows import PlanRows
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.policy.approvals import words_of
from saleshandy_mcp.policy.effects import judge, would

_LINE_EVERY = 10
"""Seconds between two lines of progress when there is no terminal to show a bar."""


@dataclass(frozen=True)
class RunOptions:
    """The options that the commands have in common.

    Attributes:
        yes: whether a person has agreed beforehand.
        again: whether rows whose outcome is unknown are sent again, too.
        as_json: whether the result is for a program; text for a person then goes to stderr.
        lasting: whether jobs are kept when the command ends, so that other commands can go on with them.
    """

    yes: bool = False
    again: bool = False
    as_json: bool = False
    lasting: bool = True

    def say(self, text: str) -> None:
        """Write a text for a person."""
        click.echo(text, err=self.as_json)


async def prepare_job(
    context: Context, job: str, *, again: bool, allowed: frozenset[Effect]
) -> Prepared[ImportReport | ImportPlan]:
    """A job as it would be carried out.

    Raises:
        Mistake: when it cannot be carried out, or the operator does not allow it.
    """
    jobs = jobs_of(context)
    record, results = jobs.find(job), jobs.results(job)
    if results.running:
        raise Mistake(
            f"{job} is already running", "See how it stands", next=NextCall.of("check_import_status", job=job)
        )
    counts = results.counts()
    unknown = counts[RowState.UNKNOWN]
    if again and record.state is not JobState.FINISHED:
        raise Mistake(f"--again is for a job that has finished, {job} is {record.state}", "Leave it out.")
    if again:
        prepared = await _prepare_again(context, job)
    elif record.state is JobState.FINISHED and unknown and not counts[RowState.REFUSED]:
        raise Mistake(
            f"{job} has {counted(unknown, 'row')} whose outcome is unknown, and they may be stored already",
            "Look in Saleshandy first; --again sends them again.",
        )
    else:
        prepared = await ImportProspects(job=job).prepare(context)
    if off := would(prepared.effects - allowed):
        raise Mistake(f"this would {off}, which SALESHANDY_READ_ONLY or SALESHANDY_EFFECTS does not allow")
    judge(prepared, allowed)
    return prepared


async def _prepare_again(context: Context, job: str) -> Prepared[ImportReport | ImportPlan]:
    """Send all rows again that were refused or are unknown, because a person asked for it."""
    jobs = jobs_of(context)
    record, states = jobs.find(job), (RowState.REFUSED, RowState.UNKNOWN)
    counts = jobs.results(job).counts()
    rows = sum(counts[state] for state in states)
    if not rows:
        raise Mistake(f"{job} has nothing left to send")
    return await prepare_again(record, await destination_of(record.target, context.api), context, states, rows)


def agree(question: Question | None, job: str, session: Session, options: RunOptions) -> None:
    """Return when a person has agreed.

    Raises:
        click.ClickException: when nobody has agreed; it says whether somebody was asked.
    """
    if options.yes:
        return
    kept = _kept(session, job)
    if not sys.stdin.isatty():
        raise click.ClickException(f"nobody can be asked here, so nothing was sent: give --yes to go ahead.{kept}")
    if question:
        click.echo(f"\n{words_of(question, as_command)}", err=True)
    with told_when_stopped(f"Stopped; nothing was sent.{kept}"):
        agreed = agrees(f"Go ahead with the import {job}?")
    if not agreed:
        raise click.ClickException(f"nothing was sent.{kept}")


def run_job(session: Session, job: str, agreed: Prepared[Any], options: RunOptions) -> ImportReport:
    """Run a job to its end, or until Ctrl-C, and show its report.

    Args:
        session: the ledger and the account of the job.
        job: id of the job.
        agreed: what a person agreed to. The job is prepared again, and has to ask the same question.
        options: the options of the command.

    Raises:
        click.ClickException: when it cannot be run, or was stopped before anything was sent.
    """
    try:
        work = partial(_to_the_end, job=job, agreed=agreed, again=options.again, allowed=session.allowed)
        view = session.run(work, agreed.effects)
    except KeyboardInterrupt:
        view = session.run(partial(_report, job=job))
        if view.state is JobState.PLANNED:
            raise Interrupted(f"Stopped; nothing was sent.{_kept(session, job)}") from None
        show(view, options)
        if view.finished:
            return view
        raise Interrupted(f"Stopped before its end.{_kept(session, job)}") from None
    show(view, options)
    return view


def show(view: ImportPlan | PlanRows | ImportReport, options: RunOptions) -> None:
    """Write a view to stdout, as text or as JSON."""
    if options.as_json:
        write(terminal_text.document(view, lasting=options.lasting), OutputChoice("json"))
        return
    match view:
        case ImportPlan():
            click.echo(terminal_text.plan(view))
        case PlanRows():
            click.echo(terminal_text.plan_rows(view))
        case ImportReport():
            click.echo(terminal_text.report(view, lasting=options.lasting))


def _kept(session: Session, job: str) -> str:
    return f" The job is kept: saleshandy-mcp jobs resume {job}" if session.lasting else ""


async def _report(context: Context, job: str) -> ImportReport:
    jobs = jobs_of(context)
    return await report(jobs.find(job), jobs, context)


async def _to_the_end(
    context: Context, job: str, agreed: Prepared[Any], *, again: bool, allowed: frozenset[Effect]
) -> ImportReport:
    jobs = jobs_of(context)
    prepared = await prepare_job(context, job, again=again, allowed=allowed)
    if prepared.question != agreed.question or not prepared.effects <= agreed.effects:
        raise Mistake(
            "what you agreed to has changed in the meantime",
            "See what would happen now",
            next=NextCall.of("import_prospects", job=job),
        )
    await prepared.execute()
    try:
        with _following(jobs, job) as follow:
            await jobs.wait(job, replace(context, tell=follow), math.inf)
    except get_cancelled_exc_class():
        click.echo("Stopping after the current call …", err=True)
        raise
    return await _report(context, job)


@contextmanager
def _following(jobs: Jobs, job: str) -> Generator[Callable[[str], Awaitable[None]]]:
    """A function that shows the progress of a job: as a bar on a terminal that moves, else as a line every 10 s."""
    ticks = 0

    async def now_and_then(words: str) -> None:
        nonlocal ticks
        ticks += 1
        if ticks % _LINE_EVERY == 0:
            click.echo(words, err=True)

    if not moves(sys.stderr):
        yield now_and_then
        return
    # PLC0415: rich takes its time to load, and only a person at a terminal sees it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    # The clock moves each second; the words say what is with Saleshandy, for a large batch takes its time to settle.
    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.fields[now]} ({task.description})"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        counts = jobs.results(job).counts()
        task = bar.add_task("Ctrl-C stops", now="", total=counts.total() - counts[RowState.SKIPPED])

        async def on_the_bar(words: str) -> None:
            counts = jobs.results(job).counts()
            done = counts[RowState.IMPORTED] + counts[RowState.REFUSED] + counts[RowState.UNKNOWN]
            bar.update(task, completed=done, total=counts.total() - counts[RowState.SKIPPED], now=words)

        yield on_the_bar
