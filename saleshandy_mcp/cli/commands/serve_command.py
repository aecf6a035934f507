"""``serve``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.selection_choices import choosing, with_crm
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox
from saleshandy_mcp.core.variables import APPROVAL, RULES
from saleshandy_mcp.policy.approval_channels import APPROVALS


@click.command("serve")
@click.option("--transport", type=click.Choice(["stdio", "http", "sse"]), default="stdio", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="HTTP only; address of this machine to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="HTTP only; 0 = any free.")
@click.option(
    "--allowed-host",
    "hosts",
    multiple=True,
    help="HTTP only; another name of this server, such as host.docker.internal:8000.",
)
@click.option(
    "--allowed-origin",
    "origins",
    multiple=True,
    help="HTTP only; a page that may call it, such as https://tool.example.com.",
)
@click.option("--hooks", is_flag=True, help="HTTP only; also receive webhooks (see the command hooks).")
@with_sandbox
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="How much is written to stderr; info writes a line for each call.",
)
@click.option("--quiet", is_flag=True, help="Write only errors to stderr.")
@click.option("--approval", type=click.Choice(APPROVALS), help=f"How a person agrees; default: auto. [{APPROVAL}]")
@click.option("--rules", type=click.Path(path_type=Path), help=f"A TOML file with limits for every call. [{RULES}]")
@choosing
@with_crm
@done_by("serve.run")
def command() -> None:
    """Serve MCP over stdio or HTTP.

    A client that starts this program uses stdio. HTTP is at /mcp and, for old clients, at /sse.
    """
