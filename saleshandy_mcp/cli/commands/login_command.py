"""``login``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by


@click.command("login")
@click.option("--crm", is_flag=True, help="The key of SalesSheet, the CRM.")
@done_by("login.run")
def command() -> None:
    """Store an API key in the keyring of this system. The command asks for it, or reads it from stdin.

    The key is tried first. Environment variables override it.
    """
