"""A process that writes back to the CRM of a sandbox elsewhere. It may kill itself at a change of its ledger."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection

import anyio

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.integrations.salessheet.salessheet_crm import salessheet_link
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from saleshandy_mcp.server.app import open_context
from saleshandy_mcp.store.crm_ledger import CrmLedger

TITLE = "Agencies EU"
IMPORT = "import"
CITY = "Newtown"
"""Where those live who are imported."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def doom(change: int, *, after: bool) -> None:
    """Let the ledger die at its so-many-th change: before it is begun, or when it is on disk."""
    changing, left = CrmLedger.changing, change

    @contextmanager
    def dying(self: CrmLedger, *, durable: bool = True) -> Generator[Connection]:
        nonlocal left
        left -= 1
        if left < 0 and not after:
            die()
        with changing(self, durable=durable) as db:
            yield db
        if left < 0:
            die()

    CrmLedger.changing = dying


async def work(folder: Path, address: str, now: str, what: str) -> None:
    crm = SalesSheet(CRM_KEY, base_url=f"{address}/salessheet/v1")
    link = salessheet_link(crm, writable=True, ledger=lambda: folder / "crm.sqlite3")
    api = Saleshandy(KEY, base_url=f"{address}/v1")
    moment = partial(datetime.fromisoformat, now)
    book = partial(folder.joinpath, "imports.sqlite3")
    async with open_context(api, ledger=book, patience=600, now=moment, crm=link) as context:
        if what == IMPORT:
            await ImportCrmContacts(sequence=TITLE, where=[f"city={CITY}"]).run(context)
        else:
            await SyncToCrm(sequence=TITLE).run(context)


if __name__ == "__main__":
    place, root, day, part, nth, when = sys.argv[1:]
    if part != IMPORT:
        doom(int(nth), after=when == "after")
    anyio.run(work, Path(place), root, day, part)
