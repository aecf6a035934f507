"""A process that runs an import against a sandbox elsewhere, and may have to kill itself at a change of the ledger."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

import anyio

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import locked
from saleshandy_mcp.import_engine.run.runner import run
from saleshandy_mcp.sandbox import KEY
from tests.import_engine.engine import ACCOUNT

SPEED = 40.0
"""How much faster than here the sandbox's time passes."""
JOB = "imp_1"


class Doomed(Ledger):
    """Dies at its so-many-th change: before it is begun, or when it is on disk."""

    def __init__(self, path: Path, change: int, *, after: bool) -> None:
        super().__init__(lambda: path)
        self._left, self._after = change, after

    @contextmanager
    def changing(self, *, durable: bool = True) -> Generator[Connection]:
        self._left -= 1
        if self._left < 0 and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        with super().changing(durable=durable) as db:
            yield db
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


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
    anyio.run(work, Doomed(Path(path), int(change), after=moment == "after"), address)
