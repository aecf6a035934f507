"""``logout``: takes an API key out of the system's keyring."""

import click

from saleshandy_mcp.cli.support.connection import data_folder
from saleshandy_mcp.cli.support.setup.kept_keys import forget_key
from saleshandy_mcp.core.settings import CRM_KEY, KEY, Settings


@click.command("logout")
@click.option("--crm", is_flag=True, help="The key of SalesSheet, the CRM.")
def command(*, crm: bool) -> None:
    """Take an API key out of the keyring of this system. It stays valid: revoke it in the product, if need be."""
    forgotten = forget_key(data_folder(Settings.from_env(keys=False)), CRM_KEY if crm else KEY)
    click.echo("The key is not in the keyring any more." if forgotten else "No key was kept in the keyring.")
