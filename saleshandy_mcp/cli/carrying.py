"""From a job that is ready to go to its end: what somebody must agree to, the progress, the verdict."""

import math
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import click
from anyio import get_cancelled_exc_class

from saleshandy_mcp.cli import output, telling
from saleshandy_mcp.cli.commands import as_command
from saleshandy_mcp.cli.working import Work
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.imports.import_prospects import ImportProspects, once_more
from saleshandy_mcp.features.imports.import_request import jobs_of, place_of
from saleshandy_mcp.features.imports.import_views import ImportPlan, ImportReport, report
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.policy.approvals import words_of
from saleshandy_mcp.policy.effects import judge

_TELLS = 10
"""Seconds between two lines of progress where no terminal shows a bar."""


@dataclass(frozen=True)
class Manner:
    """How the commands that import somebody are told to do it.

    Attributes:
        yes: somebody has agreed beforehand.
        again: rows of the job whose outcome is unknown, too.
        as_json: the result is for a program; what a person reads goes to stderr.
    """

    yes: bool = False
    again: bool = False
    as_json: bool = False

    def say(self, text: str) -> None:
        click.echo(text, err=self.as_json)


async def ready_of(
    context: Context, job: str, *, again: bool, allowed: frozenset[Effect]
) -> Prepared[ImportReport | ImportPlan]:
    """A job as it would be carried out.

    Raises:
        Mistake: when it cannot, or the operator does not want it.
    """
    jobs = jobs_of(context)
    line, alive = jobs.find(job), jobs.alive(job)
    if alive:
        raise Mistake(f"{job} is being worked on already", f"How it stands: saleshandy-mcp jobs show {job}.")
    unknown = jobs.verdict(job).counts()[RowState.UNKNOWN]
    if again and line.state is not JobState.FINISHED:
        raise Mistake(f"--again is for a job that has finished, {job} is {line.state}", "Leave it out.")
    if again:
        ready = await _once_more(context, job)
    elif line.state is JobState.FINISHED and unknown and not jobs.verdict(job).counts()[RowState.REFUSED]:
        raise Mistake(
            f"{job} has {counted(unknown, 'row')} whose outcome is unknown, and they may be stored already",
            "Look in Saleshandy first; --again sends them once more.",
        )
    else:
        ready = await ImportProspects(job=job).prepare(context)
    judge(ready, allowed)
    return ready


async def _once_more(context: Context, job: str) -> Prepared[ImportReport | ImportPlan]:
    """Everything of a job that was refused or is unknown; a person has said so."""
    jobs = jobs_of(context)
    line, states = jobs.find(job), (RowState.REFUSED, RowState.UNKNOWN)
    counts = jobs.verdict(job).counts()
    rows = sum(counts[state] for state in states)
    if not rows:
        raise Mistake(f"{job} has nothing left to send")
    return await once_more(line, await place_of(line.target, context.api), context, states, rows)


def agree(question: Question | None, job: str, work: Work, manner: Manner) -> None:
    """Return when somebody has agreed.

    Raises:
        click.ClickException: when nobody has.
    """
    if manner.yes:
        return
    kept = _kept(work, job)
    if not sys.stdin.isatty():
        raise click.ClickException(f"nobody can be asked here, so nothing was sent: give --yes to go ahead.{kept}")
    if question:
        click.echo(words_of(question, as_command), err=True)
    try:
        agreed = click.confirm("Go ahead?", default=False, err=True)
    except click.Abort:
        click.echo("", err=True)
        agreed = False
    if not agreed:
        raise click.ClickException(f"nothing was sent.{kept}")


def carry_out(work: Work, job: str, agreed: Prepared[Any], manner: Manner) -> ImportReport:
    """Run a job to its end, or until Ctrl-C, and tell its verdict."""
    try:
        doing = partial(_to_the_end, job=job, agreed=agreed, again=manner.again, allowed=work.allowed)
        view = work.in_context(doing, agreed.effects)
    except KeyboardInterrupt:
        view = work.in_context(partial(verdict, job=job))
        if view.state == JobState.PLANNED:
            raise click.ClickException(f"stopped; nothing was sent.{_kept(work, job)}") from None
    tell(view, manner)
    return view


def _kept(work: Work, job: str) -> str:
    return f" What is planned is kept: saleshandy-mcp jobs resume {job}" if work.lasting else ""


def tell(view: ImportPlan | ImportReport, manner: Manner) -> None:
    if manner.as_json:
        click.echo(output.as_json(telling.document(view)))
    else:
        click.echo(telling.plan(view) if isinstance(view, ImportPlan) else telling.report(view))


async def verdict(context: Context, job: str) -> ImportReport:
    jobs = jobs_of(context)
    return await report(jobs.find(job), jobs, context)


async def _to_the_end(
    context: Context, job: str, agreed: Prepared[Any], *, again: bool, allowed: frozenset[Effect]
) -> ImportReport:
    jobs = jobs_of(context)
    ready = await ready_of(context, job, again=again, allowed=allowed)
    if ready.question != agreed.question or not ready.effects <= agreed.effects:
        raise Mistake("what was agreed to has changed meanwhile", f"Look again: saleshandy-mcp jobs resume {job}.")
    await ready.execute()
    try:
        with _following(jobs, job) as follow:
            await jobs.wait(job, replace(context, tell=follow), math.inf)
    except get_cancelled_exc_class():
        click.echo("Stopping, after the call that is under way …", err=True)
        raise
    return await verdict(context, job)


@contextmanager
def _following(jobs: Jobs, job: str) -> Generator[Callable[[str], Awaitable[None]]]:
    """Hears every second how far a job is; stderr shows a bar if it is a terminal, else a line now and then."""
    ticks = 0

    async def now_and_then(words: str) -> None:
        nonlocal ticks
        ticks += 1
        if ticks % _TELLS == 0:
            click.echo(words, err=True)

    if not sys.stderr.isatty():
        yield now_and_then
        return
    # PLC0415: rich takes its time to load, and only a person at a terminal sees it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        counts = jobs.verdict(job).counts()
        task = bar.add_task("rows settled (Ctrl-C stops)", total=counts.total() - counts[RowState.SKIPPED])

        async def on_the_bar(words: str) -> None:
            del words
            counts = jobs.verdict(job).counts()
            done = counts[RowState.IMPORTED] + counts[RowState.REFUSED] + counts[RowState.UNKNOWN]
            bar.update(task, completed=done, total=counts.total() - counts[RowState.SKIPPED])

        yield on_the_bar
