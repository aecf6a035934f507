"""``forget``: a person deleted from the files of this machine, with a word on what stays where."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from saleshandy_mcp.cli.support.at_terminal.yes_or_no import agree_to_deletion
from saleshandy_mcp.cli.support.calls_as_commands import as_command
from saleshandy_mcp.cli.support.connection import (
    crm_ledger_path,
    data_folder,
    hints_path,
    ledger_path,
    settings,
    state_path,
)
from saleshandy_mcp.core.addresses import is_address
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.import_engine.ledger import forgetting
from saleshandy_mcp.import_engine.ledger.forgetting import ImportTraces
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.store import traces
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.store.hints import Hints
from saleshandy_mcp.store.sqlite_file import SqliteFile
from saleshandy_mcp.store.state import State

STAYS = """\
What stays, and is not reached from here:
- Saleshandy: the person, their mails and statistics. No call deletes a prospect; its web app does. To have them mailed
  never again, put them on a do-not-contact list (add_to_dnc).
- the CRM: its contact. An opt-out that was read from there stays here, too: it keeps them out of imports.
- files that were imported or exported, the chats of your AI client, and backups of this machine.
- audit.jsonl: it holds names of tools and of arguments, and digests, but no address. Each line is bound to the one
  before, so that a missing line would show."""


class _Files(NamedTuple):
    """The files of the data folder that may hold something of a person."""

    ledger: Ledger
    state: State
    others: Sequence[SqliteFile]


class _Traces(NamedTuple):
    """What they hold."""

    imports: ImportTraces
    others: dict[str, int]

    @property
    def lines(self) -> list[str]:
        imports = self.imports
        rows = f"{counted(imports.rows, 'row')} of {', '.join(imports.jobs)}: emptied, and still counted"
        plans = f"{counted(len(imports.plans), 'plan')}, deleted with all rows: {', '.join(imports.plans)}"
        return [
            *([rows] if imports.rows else []),
            *([plans] if imports.plans else []),
            *(counted(number, thing) for thing, number in self.others.items()),
        ]


def run(email: str, *, dry_run: bool, yes: bool) -> None:
    if not is_address(email.strip()):
        raise click.UsageError(f'EMAIL: "{email}" is no address')
    with ExitStack() as stack:
        files = _opened(stack)
        try:
            _forget(files, email, dry_run=dry_run, yes=yes)
        except Mistake as trouble:
            raise click.ClickException(trouble.words(as_command)) from None


def _forget(files: _Files, email: str, *, dry_run: bool, yes: bool) -> None:
    found = _looked_up(files, email)
    if found.lines:
        click.echo("\n".join([f"This machine keeps of {email}:", *(f"- {it}" for it in found.lines)]))
    else:
        click.echo(f"This machine keeps nothing of {email}.")
    if found.lines and not dry_run:
        agree_to_deletion(f"Forget {email} on this machine?", yes=yes)
        if files.ledger.is_there:
            forgetting.forget(files.ledger, email)
        traces.forget(files.others, email)
        AuditFile(files.state).note("done", time.time(), "", "forget", ("email",))
        click.echo(f"\nDeleted from {files.state.path.parent}.")
        for place in _still_holding(files.state.path.parent, email):
            click.echo(f"{place.name} still holds the address, for another program reads it: run this again later.")
    click.echo(f"\n{STAYS}")


def _opened(stack: ExitStack) -> _Files:
    chosen = settings()
    data_folder(chosen)
    ledger = stack.enter_context(closing(Ledger(partial(ledger_path, chosen))))
    state = stack.enter_context(closing(State(partial(state_path, chosen))))
    crm = stack.enter_context(closing(CrmLedger(partial(crm_ledger_path, chosen))))
    hooks = stack.enter_context(closing(Hints(partial(hints_path, chosen))))
    return _Files(ledger, state, (state, crm, hooks))


def _looked_up(files: _Files, email: str) -> _Traces:
    imports = forgetting.traces(files.ledger, email) if files.ledger.is_there else ImportTraces(0, (), ())
    return _Traces(imports, traces.traces(files.others, email))


def _still_holding(folder: Path, email: str) -> Iterator[Path]:
    """Files of SQLite in the folder in which the address can still be found."""
    sought = re.compile(rb"(?<![\w.+-])" + re.escape(email.strip().encode()) + rb"(?![\w.-])", re.IGNORECASE)
    yield from (it for it in sorted(folder.glob("*.sqlite3*")) if sought.search(it.read_bytes()))
