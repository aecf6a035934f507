"""A context over the sandbox and the CRM in it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from saleshandy_mcp.api.operation import BUDGET
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.integrations.salessheet.salessheet_crm import salessheet_link
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.keys import KEY
from tests.kit import App, context_over, over_a_line, pauses

URL = "https://sandbox/salessheet/v1"


@asynccontextmanager
async def crm_context_over(
    box: Sandbox,
    key: str = KEY,
    *,
    writable: bool = True,
    app: App | None = None,
    folder: Path | None = None,
    ledger: Path | None = None,
    budget: float = BUDGET,
    now: Callable[[], datetime] | None = None,
) -> AsyncGenerator[Context]:
    """A context over the sandbox; calls to the CRM go through ``app``, where one is given.

    It is as late as in the sandbox, or as ``now`` says.
    """
    line = over_a_line(app or box.app)
    connection = SalesSheet(key, base_url=URL, app=line, clock=box.clock.seconds, pause=pauses(box), now=box.clock.now)
    beside = ledger.with_name("crm.sqlite3") if ledger else None
    book = (lambda: beside) if beside else None
    link = salessheet_link(connection, writable=writable, ledger=book, budget=budget)
    async with context_over(box, folder=folder, ledger=ledger, crm=link, now=now) as context:
        yield context
