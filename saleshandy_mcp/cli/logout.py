"""``logout``: takes an API key out of the system's keyring."""

import click

from saleshandy_mcp.cli.support.connection import data_folder
from saleshandy_mcp.cli.support.setup.kept_keys import forget_key
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.core.variables import CRM_KEY, KEY


def run(*, crm: bool) -> None:
    forgotten = forget_key(data_folder(Settings.from_env(keys=False)), CRM_KEY if crm else KEY)
    click.echo("The key was removed from the keyring." if forgotten else "There was no key in the keyring.")
