"""A process that writes back to the CRM of a sandbox elsewhere. It may kill itself at a change of its ledger."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, NoReturn

import anyio

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.sync.crm_sync_plan import sync_plan
from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.integrations.crm import crm_of
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.integrations.salessheet.salessheet_crm import salessheet_link
from saleshandy_mcp.lookups.by_name import find_sequence
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from saleshandy_mcp.server.app import open_context
from saleshandy_mcp.store.crm_ledger import CrmLedger
from tests.doomed import Doomed

TITLE = "Agencies EU"
CITY = "Newtown"
"""Where those live who are imported."""
WANTED = "wanted.json"
KINDS = ("activities", "tasks", "contacts")


class DoomedLedger(Doomed, CrmLedger):
    pass


@dataclass(frozen=True)
class Death:
    """At which change of the ledger, from 0, a process dies: before it is begun, or when it is on disk."""

    change: int
    after: bool


@dataclass(frozen=True)
class Work:
    """What a process does.

    Attributes:
        folder: its data.
        address: of the sandbox.
        now: the time there.
        part: import: it imports the contacts. plan: it puts down what would be written, in ``wanted.json``. sync: it
            writes back.
        death: when it dies; None for one that comes to its end.
    """

    folder: Path
    address: str
    now: datetime
    part: Literal["import", "plan", "sync"] = "sync"
    death: Death | None = None


def killed() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def done(work: Work) -> bool:
    """Whether a process of its own came to its end; it must not end in another way than that or by the signal.

    The process is a copy of this one (fork), which spares it to load the program.
    """
    process = get_context("fork").Process(target=_run, args=(work,))
    process.start()
    process.join()
    if process.exitcode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"a process ended with {process.exitcode}: {work}")
    return process.exitcode == 0


def _run(work: Work) -> None:
    anyio.run(_work, work)


async def _work(work: Work) -> None:
    place = partial(work.folder.joinpath, "crm.sqlite3")
    crm = SalesSheet(CRM_KEY, base_url=f"{work.address}/salessheet/v1")
    link = salessheet_link(crm, writable=True, ledger=place)
    api = Saleshandy(KEY, base_url=f"{work.address}/v1")
    book = partial(work.folder.joinpath, "imports.sqlite3")
    async with open_context(api, ledger=book, patience=600, now=lambda: work.now, crm=link) as context:
        match work.part:
            case "import":
                await ImportCrmContacts(sequence=TITLE, where=[f"city={CITY}"]).run(context)
            case "plan":
                await _plan(work, context)
            case "sync":
                await SyncToCrm(sequence=TITLE).run(_doomed(context, place, work.death) if work.death else context)


async def _plan(work: Work, context: Context) -> None:
    sequence, today = await find_sequence(context.api, TITLE), work.now.date()
    plan = await sync_plan(crm_of(context), sequence, (today - timedelta(days=90), today), context, opened=False)
    wanted = {kind: [it.event.mark for it in plan.to_write if it.kind == kind] for kind in KINDS}
    work.folder.joinpath(WANTED).write_text(json.dumps(wanted), encoding="utf-8")


def _doomed(context: Context, place: Callable[[], Path], death: Death) -> Context:
    ledger = DoomedLedger(place)
    ledger.dies(killed, death.change, after=death.after)
    return replace(context, services={**context.services, CrmLedger: ledger})
