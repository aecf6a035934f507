"""``approvals``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by


@click.command("approvals")
@click.option("--watch", is_flag=True, help="Keep waiting; when a question comes, ring and show it. Ctrl-C ends it.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The data folder of the server, if it is not the one in your settings.",
)
@done_by("approvals.run")
def command() -> None:
    """Answer the questions that wait for your yes.

    Each question is shown in full, with a prompt. Only the whole word "yes" agrees. It counts once, for this question
    only, within 10 minutes.
    """
