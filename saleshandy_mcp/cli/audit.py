"""``audit``: shows what was changed from here, when and with which agreement; checks and exports the file."""

import json
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any

import click

from saleshandy_mcp.cli.support.connection import settings, state_path
from saleshandy_mcp.cli.support.output_forms.csv_export import csv_line
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.store.audit_file import NOES, AuditFile
from saleshandy_mcp.store.state import State
from saleshandy_mcp.untrusted.one_line import one_line, visible

_COLUMNS = (
    *("number", "time", "tool", "arguments", "outcome", "operations", "unknown"),
    *("channel", "plan", "who", "account", "call", "hash"),
)
_LONGEST = 300


def show(last: int) -> None:
    with closing(State(partial(state_path, settings()))) as state:
        calls = AuditFile(state).calls()
    if not calls:
        click.echo("Nothing has been changed or refused from here yet.")
        return
    open_ = [it for it in calls if it["outcome"] in ("began", "unknown", "partial")]
    if open_:
        click.echo(f"{len(open_)} with an unknown outcome; check in Saleshandy what happened:")
        for line in open_[-last:]:
            click.echo(f"  {_words(line)}")
    for line in islice(reversed(calls), last):
        click.echo(_words(line))


def verify() -> None:
    with closing(State(partial(state_path, settings()))) as state:
        audit = AuditFile(state)
        verdict = audit.verify()
        if verdict.wrong:
            raise click.ClickException(
                f"{audit.path}: {verdict.wrong}; {counted(verdict.lines, 'line')} before it in order."
            )
        click.echo(f"{counted(verdict.lines, 'line')}, all as they were written.")


def export(*, as_json: bool) -> None:
    with closing(State(partial(state_path, settings()))) as state:
        for line in _exported(AuditFile(state), as_json=as_json):
            click.echo(line, nl=False)


def _words(line: dict[str, Any]) -> str:
    """``2026-11-27T14:03:05.120+00:00 create_step(sequence, day) done: create_sequence_step; agreed by token``."""
    operations = [*line.get("operations", []), *(f"{it}?" for it in line.get("unknown", []))]
    outcome = "began, and has no end" if line["outcome"] == "began" else line["outcome"]
    channel = (
        f"; {'answered' if line['outcome'] in NOES else 'agreed'} by {line['channel']}" if line.get("channel") else ""
    )
    who = f"; {line['who']}" if line.get("who") else ""
    call = f"{line.get('time')} {line['tool']}({', '.join(line.get('arguments', []))})"
    return one_line(f"{call} {outcome}: {', '.join(operations) or 'nothing'}{channel}{who}", _LONGEST)


def _exported(audit: AuditFile, *, as_json: bool) -> Iterator[str]:
    if not as_json:
        yield csv_line(_COLUMNS)
    for line in audit.lines():
        yield (
            f"{visible(json.dumps(line, ensure_ascii=False))}\n"
            if as_json
            else csv_line([_cell(line.get(name, "")) for name in _COLUMNS])
        )


def _cell(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - names
