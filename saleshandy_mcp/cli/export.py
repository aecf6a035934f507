"""``export``: all rows of one kind, in a file; a run that was stopped goes on with the same command."""

import hashlib
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

import anyio
import click

from saleshandy_mcp.api.http.base_address import account_name
from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.cli.support.at_terminal.shell_words import command_line
from saleshandy_mcp.cli.support.at_terminal.stopping import Interrupted
from saleshandy_mcp.cli.support.at_terminal.terminal import moves
from saleshandy_mcp.cli.support.connection import chosen_context, data_folder, log_to_stderr, settings
from saleshandy_mcp.cli.support.output_forms.row_forms import CsvRows, JsonRows
from saleshandy_mcp.cli.support.session import sentence
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.core.view import counted, time_words
from saleshandy_mcp.features.exports.export_state import Asked, ExportState, Kind
from saleshandy_mcp.features.exports.next_run import next_run, refuse_impossible, state_in
from saleshandy_mcp.features.exports.run_export import Export
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.store.export_files import ExportFiles

Tell = Callable[[str], Awaitable[None]]

_FORMS = {"csv": CsvRows(), "jsonl": JsonRows()}
_LINE_EVERY = 10.0
"""Seconds between two lines of progress when there is no terminal to show it on."""
_CONTENTION = 0.2


class _Progress(NamedTuple):
    """What shows how far it is: after a page, and before a wait, which may be long."""

    after_page: Tell
    before_wait: Tell


class _Task(NamedTuple):
    """What is exported, how far it is, where it goes, and what shows that."""

    asked: Asked
    since: str
    before: ExportState | None
    files: ExportFiles
    progress: _Progress


class _Failed(NamedTuple):
    """Why a run did not come to its end: an error raised in the event loop would be wrapped in a group."""

    words: str


def run(
    *,
    kind: Kind,
    out: Path,
    form: Literal["csv", "jsonl"] | None,
    since: str,
    sequences: tuple[str, ...],
    sandbox: bool,
) -> None:
    log_to_stderr(logging.WARNING)
    chosen = settings(sandbox=sandbox)
    account = "sandbox" if sandbox else account_name(chosen.base_url, chosen.key)
    written = form or ("jsonl" if out.suffix == ".jsonl" else "csv")
    asked = Asked(kind=kind, form=written, account=account, sequences=sequences)
    files = ExportFiles(Path(os.path.realpath(out)))  # Path.resolve fails where links go in a circle
    again = _command(asked, out, since, sandbox=sandbox)
    try:
        refuse_impossible(asked, since)
        with _alone(files, chosen, lasting=not sandbox), _progress() as progress:
            task = _Task(asked, since, state_in(files), files, progress)
            ended = anyio.run(_carried_out, chosen, sandbox, task)
    except Mistake as mistake:
        raise click.ClickException(f"{mistake.what} {mistake.remedy}".strip()) from None
    except KeyboardInterrupt:
        kept = f"What was read is kept. To go on: {again}" if files.begun() else "Nothing was read yet."
        raise Interrupted(f"Stopped. {kept}") from None
    if isinstance(ended, _Failed):
        raise click.ClickException(ended.words)
    click.echo(f"Written: {out}, {counted(ended.rows, 'row')}", err=True)
    if ended.moved:
        click.echo(
            f"{counted(ended.moved, 'row')} came twice: the order of the list moved while it was read, so others may "
            "be missing. An export into another file shows whether that is so.",
            err=True,
        )


async def _carried_out(
    chosen: Settings,
    sandbox: bool,  # noqa: FBT001 - anyio.run passes no keywords
    task: _Task,
) -> ExportState | _Failed:
    async with chosen_context(chosen, sandbox=sandbox, files=False) as context:
        gate = Gate(context.api, READING, clock=context.clock)
        gate.open(READING)
        try:
            return await _export(replace(context, api=gate), task)
        except (Mistake, SaleshandyError) as error:
            going_on = " What was read is kept: the same command goes on." if task.files.begun() else ""
            return _Failed(f"{sentence(error, gate)}{'' if isinstance(error, Mistake) else going_on}")


async def _export(context: Context, task: _Task) -> ExportState:
    now = ""

    async def pause(seconds: float) -> None:
        await task.progress.before_wait(
            f"{now}; waiting {time_words(seconds)} for the limit of the API".removeprefix("; ")
        )
        await context.pause(seconds)

    async def progress(words: str) -> None:
        nonlocal now
        now = words
        await task.progress.after_page(words)

    patient = replace(context, api=PatientApi(context.api, pause))
    state, source = await next_run(patient, task.asked, task.since, task.before)
    return await Export(source, _FORMS[task.asked.form], task.files, progress, context.now_there).run(state)


@contextmanager
def _alone(files: ExportFiles, chosen: Settings, *, lasting: bool) -> Generator[None]:
    """One run at a time for a file.

    Raises:
        Mistake: when another process writes it.
    """
    if not lasting:
        yield
        return
    from filelock import FileLock, Timeout  # noqa: PLC0415 - help and completion load none of it

    folder = data_folder(chosen) / "locks"
    name = hashlib.sha256(str(files.path).encode()).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(folder / f"export-{name}.lock")
        lock.acquire(timeout=_CONTENTION)
    except Timeout:
        raise Mistake(f"another export is writing {files.path}", "Wait for its end, or choose another file.") from None
    except OSError as error:
        raise Mistake(f"{folder} cannot be written ({error.strerror})") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _progress() -> Generator[_Progress]:
    """On a terminal one line that changes, else a line before each wait, and now and then."""
    shown = time.monotonic()

    async def line(words: str) -> None:
        nonlocal shown
        shown = time.monotonic()
        click.echo(words, err=True)

    async def now_and_then(words: str) -> None:
        if time.monotonic() - shown >= _LINE_EVERY:
            await line(words)

    if not moves(sys.stderr):
        yield _Progress(now_and_then, line)
        return
    # PLC0415: rich takes its time to load, and only a person at a terminal sees it.
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    with Console(stderr=True).status(Text("Reading")) as status:

        async def in_place(words: str) -> None:
            status.update(Text(words))

        yield _Progress(in_place, in_place)


def _command(asked: Asked, out: Path, since: str, *, sandbox: bool) -> str:
    """The command, so that it can be typed again."""
    words = ["saleshandy-mcp", "export", asked.kind, "--out", str(out), "--format", asked.form]
    words += ["--since", since] if since else []
    words += [word for name in asked.sequences for word in ("--sequence", name)]
    return command_line([*words, *(["--sandbox"] if sandbox else [])])
