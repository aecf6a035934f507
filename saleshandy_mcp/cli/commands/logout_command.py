"""``logout``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by


@click.command("logout")
@click.option("--crm", is_flag=True, help="The key of SalesSheet, the CRM.")
@done_by("logout.run")
def command() -> None:
    """Remove an API key from the keyring of this system. It stays valid until you revoke it in the product."""
