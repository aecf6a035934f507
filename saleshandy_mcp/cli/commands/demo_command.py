"""``demo``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by


@click.command("demo")
@click.option("--file", "leads", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another CSV file.")
@done_by("demo.run")
def command() -> None:
    """Show two whole jobs on invented data.

    A real MCP client builds, fills and starts a sequence. Then it imports contacts of the CRM and writes back what
    happened to them. Nothing leaves this machine.
    """
