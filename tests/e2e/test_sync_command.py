"""``sync`` as a process over a real socket: what it writes, how it asks, and how Ctrl-C ends it."""

import os
import signal
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.integrations.salessheet.salessheet_crm import salessheet_link
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from saleshandy_mcp.server.app import open_context
from saleshandy_mcp.server.hook_receiver import HookReceiver, hooks_app, paths
from saleshandy_mcp.store.hints import Hints
from tests.e2e.conftest import Start
from tests.e2e.kit import PATIENCE, Program
from tests.kit import pauses
from tests.served import served

TITLE = "Agencies EU"
HOUR = 3600.0


@pytest.fixture
def box() -> Sandbox:
    return Sandbox(limits=False, clock=Clock(tick=lambda: 0.0))


@pytest.fixture
async def settings(box: Sandbox, tmp_path: Path) -> AsyncGenerator[dict[str, str]]:
    """Contacts of the CRM are in a sequence since Monday, and it is Wednesday night; the settings that lead there."""
    with served(box.app) as address:
        api = Saleshandy(KEY, base_url=f"{address}/v1", pause=pauses(box))
        crm = SalesSheet(CRM_KEY, base_url=f"{address}/salessheet/v1", pause=pauses(box))
        link = salessheet_link(crm, writable=True, ledger=lambda: tmp_path / "crm.sqlite3")
        imports = lambda: tmp_path / "imports.sqlite3"  # noqa: E731 - where, as it is asked for
        async with open_context(api, ledger=imports, crm=link, now=box.clock.now, patience=3600) as context:
            await ImportCrmContacts(sequence=TITLE, where=["country=Germany"]).run(context)
        box.clock.advance(40.5 * HOUR)
        yield {
            "SALESHANDY_API_KEY": KEY,
            "SALESHANDY_BASE_URL": f"{address}/v1",
            "SALESHANDY_DATA": str(tmp_path),
            "SALESSHEET_API_KEY": CRM_KEY,
            "SALESSHEET_BASE_URL": f"{address}/salessheet/v1",
        }


def written(box: Sandbox) -> int:
    return sum("[saleshandy " in str(row) for row in box.salessheet.crm.activities.values())


async def ended(program: Program) -> tuple[int, str, str]:
    code = await program.end()
    return code, await program.out.all(), await program.err.all()


async def synced(start: Start, settings: dict[str, str], *words: str) -> tuple[int, str, str]:
    program = await start("sync", TITLE, *words, **settings)
    await program.close_input()
    return await ended(program)


async def test_a_plan_is_shown_and_then_it_is_written_once(
    box: Sandbox, start: Start, settings: dict[str, str]
) -> None:
    code, said, _ = await synced(start, settings, "--dry-run")
    assert (code, written(box)) == (0, 0)
    assert "A plan; nothing was written." in said
    code, _, why = await synced(start, settings, "--crm-write")
    assert (code, written(box)) == (1, 0)
    assert "run it in a terminal, or with --yes" in why
    code, _, why = await synced(start, settings, "--yes")
    assert (code, written(box)) == (1, 0)
    assert "--crm-write" in why
    code, said, _ = await synced(start, settings, "--yes", "--crm-write")
    assert (code, "written" in said) == (0, True)
    assert (before := written(box)) > 0
    code, said, _ = await synced(start, settings, "--yes", "--crm-write")
    assert (code, "Nothing new." in said, written(box)) == (0, True, before)


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT for one process there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_ends_the_watch_with_what_was_done(
    box: Sandbox, start: Start, settings: dict[str, str], number: signal.Signals
) -> None:
    program = await start("sync", TITLE, "--watch", "--yes", "--crm-write", **settings)
    with anyio.fail_after(PATIENCE):
        await program.out.line(lambda line: line.startswith("Watching: "))
    assert written(box) > 0
    program.process.send_signal(number)
    code, said, why = await ended(program)
    assert (code, "Stopping after this round." in why) == (0, True)
    assert said.splitlines()[-1] == "Stopped after 1 round, each complete; their results are above."


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM for one process there")
async def test_a_delivery_makes_the_watching_sync_look_soon(
    box: Sandbox, start: Start, settings: dict[str, str]
) -> None:
    """Its interval is 15 minutes; a webhook that tells of a mail or a reply makes it write that back long before."""
    program = await start("sync", TITLE, "--watch", "--yes", "--crm-write", **settings)
    with anyio.fail_after(PATIENCE):
        await program.out.line(lambda line: line.startswith("Watching: "))
    before = written(box)
    hints = Hints(lambda: Path(settings["SALESHANDY_DATA"]) / "hooks.sqlite3")
    with served(hooks_app(HookReceiver(hints, {}))) as address:
        url = address + paths(hints)[Service.SALESHANDY]
        hook: dict[str, Any] = {
            "name": "x",
            "webhookUrl": url,
            "webhookEvent": ["email-sent", "reply-received"],
            "headers": {},
        }
        root = settings["SALESHANDY_BASE_URL"]
        async with httpx2.AsyncClient(headers={"x-api-key": KEY}) as http:
            assert (await http.post(f"{root}/webhook/create", json=hook)).status_code == 201
            box.clock.advance(4 * HOUR)
            assert (await http.get(f"{root}/sequences")).status_code == 200
        with anyio.fail_after(PATIENCE):
            await program.out.line(lambda line: line.endswith("a webhook arrived:"))
    assert written(box) > before
    assert hints.last(Service.SALESHANDY) > 0
    hints.close()
    program.process.send_signal(signal.SIGTERM)
    assert (await ended(program))[0] == 0


async def test_watching_and_a_dry_run_exclude_each_other(start: Start, settings: dict[str, str]) -> None:
    code, _, why = await synced(start, settings, "--dry-run", "--watch")
    assert (code, "give only one of them" in why) == (2, True)
    assert not Hints(lambda: Path(settings["SALESHANDY_DATA"]) / "hooks.sqlite3").is_there
