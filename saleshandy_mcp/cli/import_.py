"""``import``: people from a file or standard input, with a plan before and a report after."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import click

from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.cli.support.at_terminal import terminal_text
from saleshandy_mcp.cli.support.at_terminal.stopping import Interrupted
from saleshandy_mcp.cli.support.run_job import RunOptions, agree, prepare_job, run_job, show
from saleshandy_mcp.cli.support.session import Session, open_session, waiting
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.settings import names
from saleshandy_mcp.features.imports.import_plan import ImportPlan, plan_of
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.features.imports.import_request import ImportRequest, jobs_of, plan_import
from saleshandy_mcp.features.imports.row_lines import has_reason
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.import_engine.read_as import ReadAs
from saleshandy_mcp.import_engine.sources import Reading, Source, open_path, open_stream
from saleshandy_mcp.import_engine.sources.limits import MOST_BYTES
from saleshandy_mcp.import_engine.sources.reading import WORDS

_STDIN = "-"
_CHUNK = 1 << 20
_STOPPED = "Stopped; nothing was sent, and no plan is kept."
_NOTHING_BAD = "no row could be"
_NOTHING_NEW = "all usable rows were imported before"


def run(
    file: str,
    *,
    sequence: str,
    step: str | None,
    columns: tuple[str, ...],
    header: str,
    sheet: str,
    encoding: str,
    delimiter: str,
    hidden: bool,
    only: tuple[str, ...],
    excluded: tuple[str, ...],
    ignored: tuple[str, ...],
    tags: str,
    conflict: ConflictAction,
    verify: bool,
    again: bool,
    dry_run: bool,
    yes: bool,
    sandbox: bool,
    as_json: bool,
) -> None:
    if step is not None and not sequence:
        raise click.UsageError("--step is a step of a sequence: say which with --to")
    session = open_session(sandbox=sandbox)
    options = RunOptions(yes=yes, as_json=as_json, lasting=session.lasting)
    if not (session.may_import or dry_run):
        raise click.ClickException(
            "SALESHANDY_READ_ONLY or SALESHANDY_EFFECTS does not allow imports; --dry-run shows the plan."
        )
    table = _reading(header, sheet, encoding, delimiter, hidden=hidden)
    request = ImportRequest(
        source=_source(file, table),
        name="standard input" if file == _STDIN else Path(file).name,
        mark="",
        sequence=sequence,
        step=step or "1",
        columns=columns,
        conflict_action=conflict,
        verify=verify,
        tags=names(tags),
        again=again,
        read_as=ReadAs(only, excluded, ignored, table),
    )
    view, prepared = _planned(request, session, dry_run=dry_run)
    if prepared is None:
        _only_shown(view, session, options)
        return
    if not as_json or not yes:
        options.say(terminal_text.plan(view))
    if view.to_send:
        agree(prepared.question, view.job, session, options)
    ended = run_job(session, view.job, prepared, options)
    code = _code(ended)
    if not view.to_send:
        click.echo(f"Nothing was sent: {_NOTHING_BAD if code else _NOTHING_NEW}.", err=True)
    click.get_current_context().exit(code)


def _reading(header: str, sheet: str, encoding: str, delimiter: str, *, hidden: bool) -> Reading:
    values = (header, sheet, encoding, delimiter, "yes" if hidden else "")
    try:
        return Reading.said(dict(zip(WORDS, values, strict=True)))
    except Mistake as mistake:
        raise click.UsageError(f"{mistake.wrong}. {mistake.remedy}") from None


def _source(file: str, reading: Reading) -> Callable[[], Source]:
    if file != _STDIN:
        return partial(open_path, Path(file), reading)
    # Read here and now: a thread that waits for input cannot be interrupted.
    kept = click.get_current_context().with_resource(TemporaryFile())  # noqa: SIM115 - the command closes it
    try:
        while kept.tell() <= MOST_BYTES and (some := sys.stdin.buffer.read(_CHUNK)):
            kept.write(some)
    except KeyboardInterrupt:
        raise Interrupted(_STOPPED) from None

    def open_again() -> Source:
        kept.seek(0)
        return open_stream(cast("BinaryIO", kept), reading=reading)

    return open_again


def _planned(request: ImportRequest, session: Session, *, dry_run: bool) -> tuple[ImportPlan, Prepared[Any] | None]:
    """The plan as it is shown, and the import as it would be carried out."""

    async def plan(context: Context) -> tuple[ImportPlan, Prepared[Any] | None]:
        record, destination = await plan_import(request, context)
        view = plan_of(record, destination, jobs_of(context))
        if dry_run:
            return view, None
        return view, await prepare_job(context, record.id, again=False, allowed=session.allowed)

    try:
        with waiting(f"Reading {request.name} and the do-not-contact lists …", shown=sys.stderr.isatty()):
            return session.run(plan)
    except KeyboardInterrupt:
        raise Interrupted(_STOPPED) from None


def _only_shown(view: ImportPlan, session: Session, options: RunOptions) -> None:
    show(view, options)
    if not session.lasting:
        options.say("The sandbox ends with this command, and so does the plan.")
    elif view.to_send and session.may_import:
        options.say(f"Start it: saleshandy-mcp jobs resume {view.job}")


def _code(view: ImportReport) -> int:
    """0 when all that could be done was done, and something was, now or before."""
    sent = view.rows > view.skipped or has_reason(view.skipped_for, ReasonCode.IMPORTED_BEFORE)
    return 0 if view.finished and sent and not view.unknown else 1
