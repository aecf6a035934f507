"""``demo``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by


@click.command("demo")
@click.option("--file", "leads", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another CSV file.")
@done_by("demo.run")
def command() -> None:
    """Build, fill and start a sequence through a real MCP client, on invented data; then take contacts of the CRM and
    write back what happened to them. Nothing leaves this machine.
    """
