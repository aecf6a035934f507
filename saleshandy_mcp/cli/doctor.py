"""``doctor``: looks whether this program is set up well, and says how to mend what is not."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace

import anyio
import click

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.cli.support.connection import connected, data_folder, settings, turns_of_all
from saleshandy_mcp.cli.support.sandbox_options import new_sandbox
from saleshandy_mcp.cli.support.setup.checks import (
    account_finding,
    crm_finding,
    local_findings,
    program_findings,
    sandbox_finding,
)
from saleshandy_mcp.cli.support.setup.client_checks import client_findings
from saleshandy_mcp.cli.support.setup.finding import Finding
from saleshandy_mcp.cli.support.setup.kept_keys import kept_key
from saleshandy_mcp.client_settings.machine import Machine
from saleshandy_mcp.core.errors import BadKey, NoKey, NotSent
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.core.variables import CRM_KEY, KEY
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet


def run(*, offline: bool, as_json: bool, contract: bool, sandbox: bool) -> None:
    if sandbox and not contract:
        raise click.UsageError("--sandbox belongs to --contract; without it, doctor always tries the sandbox.")
    if contract:
        _compare(sandbox=sandbox, as_json=as_json)
        return
    findings = anyio.run(_all, offline)
    if as_json:
        click.echo(json.dumps([it.document() for it in findings], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(it.line() for it in findings))
    if any(it.mend for it in findings):
        click.get_current_context().exit(1)


def _compare(*, sandbox: bool, as_json: bool) -> None:
    # PLC0415: it loads the contract and what judges by it.
    from saleshandy_mcp.cli.support.setup.contract_report import contract_report  # noqa: PLC0415

    if sandbox:
        from saleshandy_mcp.sandbox import KEY as INVENTED  # noqa: PLC0415 - the same

        app, base = new_sandbox().app, "http://sandbox/v1"

        def connect(url: str) -> Saleshandy:
            return Saleshandy(INVENTED, base_url=url, app=app)
    else:
        chosen = settings()
        base = chosen.base_url

        def connect(url: str) -> Saleshandy:
            return connected(replace(chosen, base_url=url))

    try:
        report = anyio.run(contract_report, connect, base)
    except NoKey:
        raise click.ClickException(f"no key is set: saleshandy-mcp login, or set {KEY}. To try it: --sandbox") from None
    except (BadKey, NotSent) as error:
        raise click.ClickException(f"nothing could be compared: {error}") from None
    click.echo(json.dumps(asdict(report), indent=2) if as_json else report.text())
    if not report.same:
        click.get_current_context().exit(1)


async def _all(offline: bool) -> list[Finding]:  # noqa: FBT001 - anyio passes by place
    return [finding async for finding in _each(offline=offline)]


async def _each(*, offline: bool) -> AsyncIterator[Finding]:
    try:
        machine = Machine.here()
        for finding in (*program_findings(machine), *client_findings(machine)):
            yield finding
    except ValueError as error:
        yield Finding("home", str(error), "set HOME")
    try:
        chosen = Settings.from_env()
        for warning in chosen.warnings:
            text, _, mend = warning.partition(" Mend it: ")
            yield Finding("key file", text, mend or "let only its owner read it")
        folder = data_folder(chosen)
        chosen = replace(
            chosen,
            key=chosen.key or kept_key(folder, KEY),
            crm_key=chosen.crm_key or kept_key(folder, CRM_KEY),
        )
    except (ValueError, click.ClickException) as error:
        yield Finding("settings", str(error), "correct this environment variable; the rest was not checked")
        return
    for finding in local_findings(chosen):
        yield finding
    yield await account_finding(chosen, lambda: connected(chosen), offline=offline)
    yield await crm_finding(
        chosen,
        lambda: SalesSheet(chosen.crm_key, base_url=chosen.crm_base_url, turns=turns_of_all(chosen)),
        offline=offline,
    )
    yield await sandbox_finding()
