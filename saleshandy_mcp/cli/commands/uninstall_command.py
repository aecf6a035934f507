"""``uninstall``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.completion.index import index


@click.command("uninstall")
@click.argument("client", required=False, type=click.Choice(index().clients), metavar="[CLIENT]")
@click.option("--project", is_flag=True, help="Use the settings of the project in this folder.")
@click.option("--file", type=click.Path(path_type=Path), help="From this settings file.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@done_by("uninstall.run")
def command() -> None:
    """Remove this server from the settings of CLIENT.

    The file becomes byte for byte what it was before install, when nothing else in it has changed since. Else only
    the entry of this server is taken out. The change is shown first, and you are asked.
    """
