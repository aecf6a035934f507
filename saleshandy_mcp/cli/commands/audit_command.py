"""``audit``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.suggesting import Suggesting


@click.group("audit", cls=Suggesting)
def command() -> None:
    """What was changed through this server and these commands, and what was not for somebody said no."""


@command.command("show")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 100_000), help="Newest calls to show.")
@done_by("audit.show")
def show() -> None:
    """The newest calls, one a line; first of all those of which nobody knows what became of them."""


@command.command("verify")
@done_by("audit.verify")
def verify() -> None:
    """Whether each line of the file is as it was written, and none is missing."""


@command.command("export")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of CSV.")
@done_by("audit.export")
def export() -> None:
    """The whole file on stdout, as CSV for a spreadsheet."""
