"""``login``: keeps an API key in the system's keyring, so that it stands in no file of settings."""

import sys

import anyio
import click
from pydantic import SecretStr

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.resources.sequences import ListSequences
from saleshandy_mcp.cli.support.at_terminal.stopping import told_when_stopped
from saleshandy_mcp.cli.support.connection import data_folder
from saleshandy_mcp.cli.support.setup.kept_keys import keep_key
from saleshandy_mcp.core.errors import BadKey, Mistake, Rejected, SaleshandyError
from saleshandy_mcp.core.keys.found_key import checked_key
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.core.variables import CRM_KEY, KEY
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.integrations.salessheet.resources.me import GetMe
from saleshandy_mcp.untrusted.one_line import one_line

_WHERE = {KEY: "in Saleshandy: Settings, API Key", CRM_KEY: "in SalesSheet: Settings, Integrations, API"}

_NOT_KEPT = "Stopped; the key is not stored."


def run(*, crm: bool) -> None:
    name = CRM_KEY if crm else KEY
    chosen = Settings.from_env(keys=False)
    with told_when_stopped(_NOT_KEPT):
        given = (
            click.prompt(f"API key ({_WHERE[name]})", hide_input=True, err=True)
            if sys.stdin.isatty()
            else sys.stdin.readline()
        ).strip()
    if not given:
        raise click.ClickException("no key was given.")
    try:
        key = checked_key("what was given", given)
    except ValueError as error:
        raise click.ClickException(f"{error}.") from None
    with told_when_stopped(_NOT_KEPT):
        tried = anyio.run(_tried, chosen, name, key)
        keyring = keep_key(data_folder(chosen), name, key)
    click.echo(
        f"The key is stored in the keyring of this system ({keyring}); {tried}. saleshandy-mcp logout removes it."
    )


async def _tried(chosen: Settings, name: str, key: SecretStr) -> str:
    """What a call with the key has shown.

    Raises:
        click.ClickException: when it is not accepted.
    """
    crm = name == CRM_KEY
    connection = SalesSheet(key, base_url=chosen.crm_base_url) if crm else Saleshandy(key, base_url=chosen.base_url)
    failed = ""
    async with connection:
        try:
            await connection.send(GetMe() if crm else ListSequences(page_size=1))
        except (BadKey, Rejected, Mistake) as error:
            failed = one_line(str(error))
        except SaleshandyError as error:
            return f"it could not be tried ({one_line(str(error))})"
    if failed:
        raise click.ClickException(f"the key was not accepted, so it is not stored: {failed}.")
    return "it was tried and works"
