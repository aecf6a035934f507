"""``install``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.completion.index import index
from saleshandy_mcp.policy.approval_channels import APPROVALS


@click.command("install")
@click.argument("client", required=False, type=click.Choice(index().clients), metavar="[CLIENT]")
@click.option("--list", "listed", is_flag=True, help="Show the clients, and where this server is installed.")
@click.option("--sandbox", is_flag=True, help="Use invented data; no key is needed.")
@click.option("--read-only", is_flag=True, help="Offer only tools that change nothing.")
@click.option("--approval", type=click.Choice(APPROVALS), help="How you agree to calls; default: auto.")
@click.option("--files", type=click.Path(path_type=Path), help="The folder that imports may read from.")
@click.option("--key-file", type=click.Path(path_type=Path), help="A file that holds the key and nothing else.")
@click.option(
    "--http", "url", metavar="URL", help="A server that is already running, such as http://127.0.0.1:8000/mcp."
)
@click.option("--project", is_flag=True, help="Use the settings of the project in this folder.")
@click.option("--file", type=click.Path(path_type=Path), help="In this settings file.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@done_by("install.run")
def command() -> None:
    """Put this server into the settings of CLIENT.

    The change is shown first, and you are asked. All else in the file stays, and a copy of it is kept beside it.
    Without CLIENT you pick one of those found here. CLIENT is one of: claude-desktop, claude-code, cursor, vscode,
    codex, gemini-cli, windsurf, zed, goose, lm-studio, continue, cline.
    """
