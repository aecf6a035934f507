"""``sandbox``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.completion.index import index
from saleshandy_mcp.cli.support.sandbox_options import FAULTS_HELP, SEED_HELP


@click.command("sandbox")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0 = any free.")
@click.option(
    "--no-limits", is_flag=True, help="Switch off the limits: 20 calls a minute for each endpoint, 300 in all."
)
@click.option(
    "--dialect",
    type=click.Choice(index().dialects),
    default="live",
    show_default=True,
    help="Form of answers where sources disagree: as seen live, as in the vendor's reference, or as an article says.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0, 1_000_000),
    help="How much faster time runs: with 3600, an hour takes a second.",
)
@click.option("--faults", help=FAULTS_HELP)
@click.option("--seed", default=0, show_default=True, help=SEED_HELP)
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Keep the workspace in this file.")
@done_by("sandbox.run")
def command() -> None:
    """Run a local emulator of the Saleshandy API.

    It has invented data and listens on this machine only.
    """
