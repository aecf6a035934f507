"""``audit``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.suggesting import Suggesting


@click.group("audit", cls=Suggesting)
def command() -> None:
    """Show what was changed from here, and what was declined."""


@command.command("show")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 100_000), help="Newest calls to show.")
@done_by("audit.show")
def show() -> None:
    """The newest calls, one per line; calls with an unknown outcome first."""


@command.command("verify")
@done_by("audit.verify")
def verify() -> None:
    """Check that each line of the file is unchanged and none is missing."""


@command.command("export")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line instead of CSV.")
@done_by("audit.export")
def export() -> None:
    """The whole file on stdout, as CSV for a spreadsheet."""
