"""A process that runs an import against a sandbox elsewhere, and may have to kill itself at a change of the ledger."""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import anyio

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import locked
from saleshandy_mcp.import_engine.run.runner import run
from saleshandy_mcp.sandbox import KEY
from tests.doomed import Doomed
from tests.import_engine.engine import ACCOUNT

SPEED = 40.0
"""How much faster than here the sandbox's time passes."""
JOB = "imp_1"


class DoomedLedger(Doomed, Ledger):
    pass


def killed() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


async def pause(seconds: float) -> None:
    await anyio.sleep(seconds / SPEED)


async def work(ledger: Ledger, address: str) -> None:
    line = ledger.job(JOB, ACCOUNT)
    assert line is not None
    async with Saleshandy(KEY, base_url=address, pause=pause) as api:
        with locked(ledger, JOB):
            async for _ in run(line, ledger, Context(api=api, pause=pause)):
                pass


if __name__ == "__main__":
    path, address, change, moment = sys.argv[1:]
    ledger = DoomedLedger(lambda: Path(path))
    ledger.dies(killed, int(change), after=moment == "after")
    anyio.run(work, ledger, address)
