"""The way of a public article: 50 rows a call, a second of sleep after each, nothing asked about afterwards.

It runs against the sandbox in this process, whose clock its sleeps move: they cost nothing here and are counted in
full.
"""

import csv
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import httpx2

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox

BATCH = 50
TITLE = "SaaS founders"


class Run(NamedTuple):
    """How far it came.

    Attributes:
        calls: that were let through.
        slept: seconds, by the sandbox's clock.
        worked: seconds that the calls themselves took on this machine.
        broke: what ended it; empty when it reached the end of the file.
    """

    calls: int
    slept: float
    worked: float
    broke: str


def as_written(leads: Path) -> Run:
    """With the limits on."""
    return anyio.run(partial(_run, leads, limits=True, waits=False))


def without_limits(leads: Path) -> Run:
    return anyio.run(partial(_run, leads, limits=False, waits=False))


def within_limits(leads: Path) -> Run:
    """The same script, mended to wait a second more whenever it is turned away."""
    return anyio.run(partial(_run, leads, limits=True, waits=True))


async def _run(leads: Path, *, limits: bool, waits: bool) -> Run:
    box = Sandbox(limits=limits, clock=Clock(tick=lambda: 0.0))
    sequence = next(row for row in box.world.sequences.values() if row["title"] == TITLE)
    step = box.world.steps_of(sequence["id"])[0]["id"]
    calls, began = 0, time.perf_counter()
    transport = httpx2.ASGITransport(box.app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://sandbox/v1", headers={"x-api-key": KEY}
    ) as http:
        for batch in _batches(leads):
            body = {"prospectList": batch, "stepId": step, "verifyProspects": True, "conflictAction": "noUpdate"}
            answer = await http.post("/sequences/prospects/import-with-field-name", json=body)
            while waits and answer.status_code == 400:
                box.clock.advance(1)
                answer = await http.post("/sequences/prospects/import-with-field-name", json=body)
            try:
                answer.json()["payload"]["requestId"]
            except (KeyError, TypeError) as error:
                broke = f"{type(error).__name__} in call {calls + 1}"
                return Run(calls, box.clock.seconds(), time.perf_counter() - began, broke)
            calls += 1
            box.clock.advance(1)
    return Run(calls, box.clock.seconds(), time.perf_counter() - began, "")


def _batches(leads: Path) -> Iterator[list[dict[str, Any]]]:
    with leads.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        while batch := list(islice(rows, BATCH)):
            yield batch
