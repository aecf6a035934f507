"""Memory under answers that never end, and over many calls: ``python -m tests.chaos.memory``, part of ``make chaos``.

The client runs in this process, the sandbox in another one, with a socket between them.
"""

# T201: what it finds is printed.
# ruff: noqa: T201

import argparse
import json
import os
import resource
import sys
import urllib.request

import anyio

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.sandbox import KEY
from tests.bench.pipes import resident, running

MOST_MB = 80
"""How much memory may grow by, at its peak."""
FLAT_MB = 5
"""How much it may grow by between the first tenth of many calls and the last."""


class Strides:
    """A clock that goes so far ahead at each look that the limits of the API hold nobody back."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


async def no_pause(_: float) -> None:
    pass


def set_fault(address: str, **body: object) -> None:
    request = urllib.request.Request(f"{address.removesuffix('/v1')}/sandbox/faults", json.dumps(body).encode())  # noqa: S310 - on this machine
    urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - the same


def peak_mb() -> float:
    """The most memory that this process ever had: kB on Linux, bytes on macOS."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


async def calls(api: Saleshandy, number: int) -> int:
    """Make so many calls. Returns how many were answered."""
    answered = 0
    for _ in range(number):
        try:
            await api.send(ListSchedules())
            answered += 1
        except SaleshandyError:
            continue
    return answered


async def measured(address: str, number: int) -> list[tuple[str, float, float]]:
    """What grew by how many MB, and by how many it may."""
    found: list[tuple[str, float, float]] = []
    async with Saleshandy(KEY, base_url=address, clock=Strides(), pause=no_pause) as api:
        await calls(api, 50)
        for fault in ("endless", "gzip-bomb"):
            before = peak_mb()
            set_fault(address, fault=fault)
            assert await calls(api, 5) == 0 or fault == "gzip-bomb"
            set_fault(address, off=True)
            found.append((f"5 calls that meet {fault}, at the peak", peak_mb() - before, MOST_MB))
        answered = await calls(api, number // 10)
        first = resident(os.getpid()) / 1000
        answered += await calls(api, number - number // 10)
        assert answered == number, f"{answered} of {number} calls were answered"
        found.append((f"{number:,} calls", resident(os.getpid()) / 1000 - first, FLAT_MB))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=10_000, help="how many (10,000)")
    number = parser.parse_args().calls
    command = [sys.executable, "-m", "saleshandy_mcp", "sandbox", "--port", "0", "--no-limits"]
    with running(command) as process:
        assert process.stdout
        found = anyio.run(measured, process.stdout.readline().decode().split()[-1], number)
    for name, grown, most in found:
        print(f"{name}: {grown:+.1f} MB (at most {most} MB)")
    return 1 if any(grown > most for _, grown, most in found) else 0


if __name__ == "__main__":
    sys.exit(main())
