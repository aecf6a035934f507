"""``pause``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.completion.offers import offer_sequence
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox


@click.command("pause")
@click.argument("sequence", required=False, shell_complete=offer_sequence)
@click.option("--all", "everything", is_flag=True, help="Stop everything that sends, subsequences too.")
@click.option("--hold", is_flag=True, help="With --all: nothing is started from this machine until --lift.")
@click.option("--lift", is_flag=True, help="Let sequences be started again. Nothing is started by it.")
@with_sandbox
@done_by("pause.run")
def command() -> None:
    """Pause SEQUENCE (title or id), or with --all everything. Nobody is asked.

    The code is 0 when a second look has shown that all of it is paused.
    """
