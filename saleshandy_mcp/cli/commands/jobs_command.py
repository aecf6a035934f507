"""``jobs``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.output_choices import with_output
from saleshandy_mcp.cli.commands.shared.suggesting import Suggesting
from saleshandy_mcp.cli.completion.index import index
from saleshandy_mcp.cli.completion.offers import offer_job
from saleshandy_mcp.import_engine.ledger.states import RowState

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_YES = click.option("--yes", is_flag=True, help="Go ahead without asking.")


@click.group("jobs", cls=Suggesting)
def command() -> None:
    """Manage the imports of this machine and this key."""


@command.command("list")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@with_output
@done_by("jobs.list_jobs")
def list_jobs() -> None:
    """List the imports, newest first; no network is used."""


@command.command("show")
@click.argument("job", shell_complete=offer_job)
@click.option(
    "--state",
    type=click.Choice(index().row_states),
    help="Rows of one state. In a plan, not_sent are the rows that would be imported.",
)
@click.option("--page", default=1, show_default=True, type=click.IntRange(1), help="Of the rows, 25 on each.")
@with_output
@done_by("jobs.show_job")
def show_job() -> None:
    """Show a plan or the result of an import: counts, reasons, and rows by their line in the file."""


@command.command("resume")
@click.argument("job", shell_complete=offer_job)
@click.option("--yes", is_flag=True, help="Do not ask, even if the sequence is active and mails people.")
@click.option("--again", is_flag=True, help="Send again also rows whose outcome is unknown (finished imports only).")
@_AS_JSON
@done_by("jobs.resume")
def resume() -> None:
    """Start a plan, resume an import that stopped, or send refused rows again.

    The code is 0 when it finished and no row's outcome is unknown.
    """


@command.command("abandon")
@click.argument("job", shell_complete=offer_job)
@_YES
@done_by("jobs.abandon")
def abandon() -> None:
    """Give up an import for good. Rows that were not sent are deleted from this machine."""


@command.command("clean")
@click.option("--older-than", "age", metavar="TIME", help="Age of a plan, such as 7d or 12h.  [default: 7d]")
@click.option("--finished", is_flag=True, help="Also imports that have ended, with the addresses of their people.")
@_YES
@done_by("jobs.clean")
def clean() -> None:
    """Delete plans that nobody started from this machine, with all of their rows.

    Imports that run, or that can be resumed, are never deleted. Nothing changes in Saleshandy.
    """


@command.command("export")
@click.argument("job", shell_complete=offer_job)
@click.option(
    "--output", "place", type=click.Path(path_type=Path), help="A file, which is overwritten.  [default: stdout]"
)
@click.option(
    "--state",
    "states",
    type=click.Choice([it.value for it in RowState]),
    multiple=True,
    help="Rows of one state. Repeatable.",
)
@done_by("jobs.export")
def export() -> None:
    """Write row, address, state, reason and verification of every row as CSV.

    A cell that a spreadsheet would read as a formula gets a ' in front.
    """
