"""``report``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.output_choices import with_output
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox


@click.command("report")
@click.option("--period", default="last week", show_default=True, help="As get_stats takes it: 2026-10, last 30 days.")
@click.option("--only", metavar="NAME", help="Mails of one sequence, sender, member or client.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page (.html) or a picture (.png); a file of that name is replaced.",
)
@with_output
@with_sandbox
@done_by("report.run")
def command() -> None:
    """Report on a period: numbers against the period before, best and worst, replies by outcome, what to try.

    It is the tool make_report. Nothing is changed.
    """
