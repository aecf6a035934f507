"""``pause``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.completion.offers import offer_sequence
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox


@click.command("pause")
@click.argument("sequence", required=False, shell_complete=offer_sequence)
@click.option("--all", "everything", is_flag=True, help="Pause everything that sends, including subsequences.")
@click.option("--hold", is_flag=True, help="With --all: no sequence can be started from this machine until --lift.")
@click.option("--lift", is_flag=True, help="Allow starts again. This starts nothing.")
@with_sandbox
@done_by("pause.run")
def command() -> None:
    """Pause SEQUENCE (title or id), or everything with --all. It does not ask.

    The code is 0 when a second look shows that all of it is paused.
    """
