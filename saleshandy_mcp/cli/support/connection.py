"""From settings and flags to an open context: the real API, or the sandbox in this process."""

import contextlib
import logging
import os
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.http.base_address import account_name
from saleshandy_mcp.api.http.rate_limits import NewTurns
from saleshandy_mcp.api.operation import BUDGET
from saleshandy_mcp.cli.support.sandbox_options import new_sandbox
from saleshandy_mcp.cli.support.setup.kept_keys import kept_key
from saleshandy_mcp.core.context import CALL_SECONDS, Context, wall_clock
from saleshandy_mcp.core.dns import Dns, no_dns
from saleshandy_mcp.core.settings import Settings, on_this_machine
from saleshandy_mcp.core.variables import CRM_KEY, CRM_MCP, KEY, usual_data_folder, whole_path
from saleshandy_mcp.import_engine.ledger.deleting import PLANS_KEPT
from saleshandy_mcp.integrations.crm import CrmLink
from saleshandy_mcp.integrations.salessheet.call_budget import DAY
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.integrations.salessheet.salessheet_crm import salessheet_link
from saleshandy_mcp.lookups.dns_client import network_dns
from saleshandy_mcp.policy.rules import FILE, Rules
from saleshandy_mcp.store.sqlite_file import private_file

if TYPE_CHECKING:
    from saleshandy_mcp.api.http.shared_turns import SharedCounts


def settings(*, sandbox: bool = False) -> Settings:
    """The settings of the environment, with keys out of the system's keyring where it holds them.

    Args:
        sandbox: whether the emulator is used. It has keys of its own, so those of the environment are no matter.

    Raises:
        click.ClickException: naming the variable that is wrong.
    """
    try:
        chosen = Settings.from_env(keys=not sandbox)
    except ValueError as error:
        raise click.ClickException(f"{error}.") from None
    for warning in chosen.warnings:
        _say_once(warning)
    if sandbox:
        return chosen
    folder = data_folder(chosen)
    return replace(
        chosen,
        key=chosen.key or kept_key(folder, KEY),
        crm_key=chosen.crm_key or kept_key(folder, CRM_KEY),
    )


@cache
def _say_once(warning: str) -> None:
    click.echo(warning, err=True)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send the log to stderr, from this level on: stdout belongs to the protocol."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    # The log holds all lines, for clients that ask for them; stderr shows those from the level on.
    logging.getLogger("saleshandy_mcp").setLevel(logging.DEBUG)
    for handler in logging.getLogger().handlers:
        handler.setLevel(level)
    # At INFO these print whole URLs, and URLs here hold addresses of people.
    for chatty in ("httpx2", "httpcore2", "mcp", "uvicorn", "pyrate_limiter"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))


@contextlib.asynccontextmanager
async def chosen_context(
    chosen: Settings,
    *,
    sandbox: bool,
    files: bool = True,
    patience: float = 25.0,
    reading: float = 1.0,
    longest: float = CALL_SECONDS,
) -> AsyncGenerator[Context]:
    """An open context.

    Args:
        chosen: the settings.
        sandbox: use the emulator in this process, with its own key.
        files: whether imports may read the folder of the settings.
        patience: seconds that one call waits for an import.
        longest: seconds that one call may take in all.
        reading: seconds that one call waits until the rows are read.
    """
    # PLC0415: it loads the MCP SDK, which commands that only read the settings do not need.
    from saleshandy_mcp.server.app import open_context  # noqa: PLC0415

    api, crm, now, dns = _sandbox(chosen) if sandbox else (*_by_settings(chosen), wall_clock, _dns(chosen))
    # The sandbox ends with this process, so nothing of it is kept.
    ledger, state = (None, None) if sandbox else (partial(ledger_path, chosen), partial(state_path, chosen))
    folder = chosen.files if files else None
    async with open_context(
        api,
        folder=folder,
        ledger=ledger,
        state=state,
        patience=patience,
        reading=reading,
        longest=longest,
        now=now,
        keep_plans=None if sandbox else kept_plans(chosen),
        crm=crm,
        rules=rules_of(chosen, lasting=not sandbox),
        dns=dns,
    ) as context:
        yield context


def with_rules(chosen: Settings, rules: Path | None) -> Settings:
    """The settings with the file of rules that an option names, if it names one."""
    return replace(chosen, rules=whole_path(rules)) if rules else chosen


def rules_of(chosen: Settings, *, lasting: bool = True) -> Rules | None:
    """The rules of the operator; None where there are none.

    Args:
        chosen: the settings.
        lasting: False for the sandbox in this process, which has only the rules of a file that is named.

    Raises:
        click.ClickException: when the file is not understood.
    """
    path = chosen.rules or (_usual_rules(chosen) if lasting else None)
    try:
        return Rules.read(path) if path else None
    except ValueError as error:
        raise click.ClickException(f"{error}. Nothing is started without them.") from None


def _usual_rules(chosen: Settings) -> Path | None:
    usual = data_folder(chosen) / FILE
    # A link that leads nowhere is a file that cannot be read, not one that is not there.
    return usual if os.path.lexists(usual) else None


def connected(chosen: Settings) -> Saleshandy:
    """A connection to the account of the settings. It shares the limits with other processes that use the same key."""
    return Saleshandy(chosen.key, base_url=chosen.base_url, turns=turns_of_all(chosen))


def turns_of_all(chosen: Settings) -> Callable[[str], NewTurns]:
    """Makes what counts the calls of an account, by all processes with this data folder."""
    return lambda account: _counts(data_folder(chosen)).turns(account)


@cache
def _counts(folder: Path) -> "SharedCounts":
    """One for each folder, so that a process tells once that its file cannot be used, and not for each limit."""
    # PLC0415: it loads the library that counts, and a start must not wait for what the first call needs.
    from saleshandy_mcp.api.http.shared_turns import SharedCounts  # noqa: PLC0415

    return SharedCounts(lambda: private_file(folder / "limits.sqlite3"))


def kept_plans(chosen: Settings) -> timedelta:
    """How long a plan is kept that nobody starts."""
    return PLANS_KEPT if chosen.keep_plans is None else chosen.keep_plans


def ledger_path(chosen: Settings) -> Path:
    """The file of the import ledger."""
    return data_folder(chosen) / "imports.sqlite3"


def state_path(chosen: Settings) -> Path:
    """The file of agreements and of what became of calls."""
    return data_folder(chosen) / "state.sqlite3"


def _wait(chosen: Settings) -> float:
    """Seconds that a call to the CRM may wait for its limits."""
    return 2 * DAY if chosen.crm_wait else BUDGET


def crm_ledger_path(chosen: Settings) -> Path:
    """The file of what was imported from the CRM and written back to it."""
    return data_folder(chosen) / "crm.sqlite3"


def hints_path(chosen: Settings) -> Path:
    """The file of what webhooks delivered."""
    return data_folder(chosen) / "hooks.sqlite3"


def data_folder(chosen: Settings) -> Path:
    """The folder that the operator chose, or the system's usual folder for data.

    Raises:
        NoHome: when there is neither.
    """
    return chosen.data or usual_data_folder()


def _by_settings(chosen: Settings) -> tuple[Saleshandy, CrmLink | None]:
    return connected(chosen), _crm_link(chosen) if chosen.crm else None


def _dns(chosen: Settings) -> Dns:
    if on_this_machine(chosen.base_url):
        return no_dns("the API is on this machine, a sandbox, so its domains are in no DNS")
    return network_dns(chosen.blocklists)


def _crm_link(chosen: Settings) -> CrmLink:
    place = partial(crm_ledger_path, chosen)
    if chosen.crm_mcp is None:
        crm = SalesSheet(chosen.crm_key, base_url=chosen.crm_base_url, turns=turns_of_all(chosen))
        return salessheet_link(crm, writable=chosen.crm_write, ledger=place, budget=_wait(chosen))
    # PLC0415: few accounts have that form.
    from saleshandy_mcp.integrations.salessheet.mcp_crm import mcp_link  # noqa: PLC0415
    from saleshandy_mcp.integrations.salessheet.mcp_endpoint import McpEndpoint, endpoint_client  # noqa: PLC0415
    from saleshandy_mcp.integrations.salessheet.mcp_mapping import McpMapping  # noqa: PLC0415

    try:
        mapping = McpMapping.read(chosen.crm_mcp)
    except ValueError as error:
        raise click.ClickException(f"{CRM_MCP}: {error}.") from None
    endpoint = McpEndpoint(mapping, endpoint_client(mapping, chosen.crm_key))
    account = account_name(mapping.endpoint, chosen.crm_key)
    return mcp_link(endpoint, writable=chosen.crm_write, ledger=place, account=account)


def _sandbox(chosen: Settings) -> tuple[Saleshandy, CrmLink | None, Callable[[], datetime], Dns]:
    from saleshandy_mcp.sandbox import KEY  # noqa: PLC0415 - most starts do not need it
    from saleshandy_mcp.sandbox.salessheet.keys import KEY as INVENTED  # noqa: PLC0415 - the same

    box = new_sandbox()
    crm = SalesSheet(INVENTED, base_url="https://sandbox/salessheet/v1", app=box.app, now=box.clock.now)
    link = salessheet_link(crm, writable=chosen.crm_write) if chosen.crm else None
    return Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app), link, box.clock.now, Dns(box.dns)
