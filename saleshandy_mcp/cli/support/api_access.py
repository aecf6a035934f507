"""How the command ``api`` reaches the API of an operation, and what the operator lets it do there."""

from collections.abc import Callable
from dataclasses import dataclass

from saleshandy_mcp.api.client import Connection, Saleshandy
from saleshandy_mcp.cli.support.connection import connected, settings, turns_of_all
from saleshandy_mcp.cli.support.sandbox_options import new_sandbox
from saleshandy_mcp.cli.support.selection_options import allowed_effects
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.policy.effects import OUTREACH_ALONE, WITH_CRM


@dataclass(frozen=True)
class Access:
    """The way to one API.

    Attributes:
        connect: makes a connection.
        allowed: the effects that the operator lets through.
        writable: whose data calls may change at all.
        lasting: whether what was done is written down; False for the sandbox of this process.
    """

    connect: Callable[[], Connection]
    allowed: frozenset[Effect]
    writable: frozenset[Service]
    lasting: bool


def access_to(service: Service, *, sandbox: bool, crm_write: bool) -> Access:
    """The way to this API by the settings, or to its emulator in this process.

    Args:
        service: whose API it is.
        sandbox: use the emulator. There the CRM may be written to without a further word.
        crm_write: whether ``--crm-write`` was given.

    Raises:
        click.ClickException: when a setting is wrong.
    """
    chosen = settings(sandbox=sandbox)
    writable = WITH_CRM if sandbox or crm_write or chosen.crm_write else OUTREACH_ALONE
    connect = _in_sandbox(service) if sandbox else _by_settings(service, chosen)
    return Access(connect, allowed_effects(chosen), writable, lasting=not sandbox)


def _by_settings(service: Service, chosen: Settings) -> Callable[[], Connection]:
    if service is Service.SALESSHEET:
        return lambda: SalesSheet(chosen.crm_key, base_url=chosen.crm_base_url, turns=turns_of_all(chosen))
    return lambda: connected(chosen)


def _in_sandbox(service: Service) -> Callable[[], Connection]:
    from saleshandy_mcp.sandbox import KEY  # noqa: PLC0415 - most calls do not need it

    box = new_sandbox()
    if service is Service.SALESSHEET:
        from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY  # noqa: PLC0415 - the same

        return lambda: SalesSheet(CRM_KEY, base_url="https://sandbox/salessheet/v1", app=box.app, now=box.clock.now)
    return lambda: Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app)
