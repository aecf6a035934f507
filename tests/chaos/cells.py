"""One cell of the fault matrix: a kind of call that meets a fault, and what is wrong afterwards.

Each cell runs in a loop whose time jumps, so that hours of waiting take no time. The sandbox counts inside what was
carried out; nothing that the client says is believed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import anyio

from saleshandy_mcp.api.client import READ_SECONDS, URGENT_SECONDS, WRITE_SECONDS, Connection, Saleshandy
from saleshandy_mcp.api.resources.sequences import CreateSequence, ListSequences, UpdateSequenceStatus
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Doubtful, SaleshandyError, Unreadable
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.run.runner import run
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.faults.fault import Fault
from tests.boxes import DIALECT
from tests.import_engine.engine import UNSUBSCRIBED, counts, people, planned, record, results, taken, target
from tests.jumping_time import JUMPING_TIME, now
from tests.kit import IMPORT, STATUS

T = TypeVar("T")

READ, WRITE, PAUSE = "GET /sequences$", "POST /sequences$", "POST /sequences/status"
RUNS = 20
"""How often an import that stopped is taken up again."""


@dataclass
class Found:
    """What came of a cell.

    Attributes:
        end: how the call ended, in a word.
        duplicates: effects that happened more than once.
        lost: effects or rows that were told as not done, and were; or of which nothing is told.
        false_success: what was told as done, and was not.
        late: calls that took longer than their limit and a second.
    """

    end: str = ""
    duplicates: int = 0
    lost: int = 0
    false_success: int = 0
    late: list[str] = field(default_factory=list[str])

    @property
    def wrong(self) -> int:
        return self.duplicates + self.lost + self.false_success + len(self.late)


class Late(Connection):
    """A connection, which notes the calls that take too long."""

    late: list[str]

    async def send(self, operation: Request[T], until: float = inf) -> T:
        reading = operation.route.reads
        limit = URGENT_SECONDS if operation.stops_mail else READ_SECONDS if reading else WRITE_SECONDS
        began = now()
        try:
            return await super().send(operation, until)
        finally:
            if now() - began > limit + 1:
                self.late.append(f"{operation.slug} took {now() - began:.0f} s")


class Timed(Late, Saleshandy):
    pass


async def end_of(call: Awaitable[Any]) -> str:
    """How a call ended: done, in doubt, or not done."""
    try:
        await call
    except (Doubtful, Unreadable):
        return "in doubt"
    except SaleshandyError:
        return "not done"
    return "done"


async def _read(box: Sandbox, api: Timed, found: Found) -> None:
    true = {row["id"] for row in box.world.sequences.values()}

    async def read() -> None:
        seen = {it.id for it in (await api.send(ListSequences())).items}
        found.false_success += seen != true

    found.end = await end_of(read())


async def _idempotent(box: Sandbox, api: Timed, found: Found) -> None:
    row = next(row for row in box.world.sequences.values() if row["active"])
    found.end = await end_of(api.send(UpdateSequenceStatus(sequence_ids=[row["id"]], status="pause")))
    found.false_success += found.end == "done" and row["active"]
    found.lost += found.end == "not done" and not row["active"]


async def _other_write(box: Sandbox, api: Timed, found: Found) -> None:
    before = len(box.world.sequences)
    found.end = await end_of(api.send(CreateSequence(title="One more")))
    made = len(box.world.sequences) - before
    found.duplicates += max(made - 1, 0)
    found.false_success += found.end == "done" and not made
    found.lost += found.end == "not done" and made


async def _import(box: Sandbox, api: Timed, found: Found) -> None:
    rows = [*people(7), UNSUBSCRIBED]
    context = Context(api=api, pause=anyio.sleep, now=box.clock.now, clock=now)
    with TemporaryDirectory() as folder:
        ledger = Ledger(lambda: Path(folder) / "imports.sqlite3")
        planned(ledger, target(box), rows, most=3)
        for _ in range(RUNS):
            async for _ in run(record(ledger), ledger, context):
                pass
            if record(ledger).state == "finished":
                break
            # The fault is over some time after the first stop, as outages are.
            box.faults.clear()
            await anyio.sleep(600)
        told = {it.email: str(it.state) for it in results(ledger)}
        found.end = _words(counts(ledger))
        finished = record(ledger).state == "finished"
        ledger.close()
    went = taken(box)
    # A row that was proven absent is sent again. The one that is refused each time has no effect.
    found.duplicates += sum(number - 1 for email, number in went.items() if email != UNSUBSCRIBED)
    stored = {email for email in rows if box.world.prospect(email) is not None} - {UNSUBSCRIBED}
    found.false_success += len({email for email, state in told.items() if state in ("imported", "updated")} - stored)
    # Told as refused or as not sent, and there all the same; not told at all; or never brought to an end.
    denied = {email for email, state in told.items() if state in ("refused", "skipped", "not_sent")}
    found.lost += len(denied & stored) + len(set(rows) - set(told)) + (not finished)


def _words(states: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in states.items())


Kind = Callable[[Sandbox, Timed, Found], Awaitable[None]]
KINDS: dict[str, tuple[str, Kind]] = {
    "read": (READ, _read),
    "idempotent write": (PAUSE, _idempotent),
    "other write": (WRITE, _other_write),
    "import chunk": (IMPORT, _import),
    "poll": (STATUS, _import),
}
"""The kinds of calls: which one meets the fault, and what is done and looked at."""


def call_that_meets(fault: Fault, kind: str) -> str:
    """The call of this kind that the fault is for; an empty text when there is none."""
    call, _ = KINDS[kind]
    if kind == "poll" and fault.calls.startswith("GET /files/"):
        return fault.calls
    return call if call.startswith(fault.calls) else ""


def set_fault(box: Sandbox, fault: str, call: str, kind: str, seed: int) -> None:
    """Seed 0 lets every call go wrong; the others leave some out."""
    # S311: which calls go wrong, the same each time.
    chance = Random(f"{fault}/{kind}/{seed}")  # noqa: S311
    times = chance.choice([None, 1, 2, 3]) if seed else None
    likely = chance.choice([1.0, 0.5]) if seed else 1.0
    box.faults.set(fault, call, after=chance.choice([0, 1]) if seed else 0, times=times, chance=likely)


async def _cell(fault: Fault, kind: str, seed: int) -> Found:
    box = Sandbox(limits=False, clock=Clock(tick=now), dialect=DIALECT, seed=seed)
    set_fault(box, fault.name, call_that_meets(fault, kind), kind, seed)
    found = Found()
    async with Timed(KEY, base_url="http://sandbox/v1", app=box.app, clock=now) as api:
        api.late = found.late
        await KINDS[kind][1](box, api, found)
    return found


def cell(fault: Fault, kind: str, seed: int) -> Found:
    """Let a call of this kind meet the fault."""
    backend, options = JUMPING_TIME
    return anyio.run(_cell, fault, kind, seed, backend=backend, backend_options=options)
