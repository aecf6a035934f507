"""``approvals``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by


@click.command("approvals")
@click.option("--watch", is_flag=True, help="Wait, ring when something is asked, and ask at once. Ctrl-C ends it.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The data folder of the server, where it is not the one of the settings.",
)
@done_by("approvals.run")
def command() -> None:
    """What waits for a person's yes: the whole question, and a prompt for each.

    Only a whole "yes" agrees. It counts for that question alone, once, within 10 minutes.
    """
