"""``python -m tests.chaos.crm``: writing back to the CRM, killed with signal 9 at every change of its ledger.

200 contacts are in a sequence, and two weeks have gone by. One process after the other writes back and dies at one of
its first changes, until one of them comes to its end. The sandbox counts what stands in the CRM then.
"""

# T201: what it finds is printed.
# ruff: noqa: T201

import argparse
import json
import random
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from saleshandy_mcp.sandbox.salessheet.keys import ENTERPRISE_KEY
from tests.bench.pipes import running
from tests.chaos.crm_worker import CITY, IMPORT

NEVER = "1000000"


def ask(address: str, path: str, body: Any = None) -> dict[str, Any]:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(address + path, data)  # noqa: S310 - on this machine
    request.add_header("authorization", f"Bearer {ENTERPRISE_KEY}")
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - on this machine
        return json.load(answer)


def records(address: str, kind: str) -> list[dict[str, Any]]:
    """All records of a kind in the CRM."""
    found: list[dict[str, Any]] = []
    for page in range(1, 1000):
        rows = ask(address, f"/salessheet/v1/{kind}?per_page=100&page={page}")["data"]
        found += rows
        if len(rows) < 100:
            break
    return found


def work(folder: str, address: str, *how: str) -> bool:
    """Whether it came to its end; it must not end in another way than by the signal."""
    now = ask(address, "/sandbox/state")["now"].replace("Z", "+00:00")
    command = [sys.executable, "-m", "tests.chaos.crm_worker", folder, address, now, *how]
    ended = subprocess.run(command, check=False)  # noqa: S603 - our own program
    if ended.returncode not in (0, -9):
        raise RuntimeError(f"a process ended with {ended.returncode}: {' '.join(how)}")
    return ended.returncode == 0


@contextmanager
def world(contacts: int) -> Generator[tuple[str, str]]:
    """A sandbox whose contacts are in the sequence, two weeks later, its clock stopped; a folder for ledgers."""
    command = [sys.executable, "-m", "saleshandy_mcp", "sandbox", "--port", "0", "--no-limits", "--speed", "40"]
    with running(command) as process, TemporaryDirectory() as folder:
        assert process.stdout
        address = process.stdout.readline().decode().split()[-1].removesuffix("/v1")
        people = [{"email": f"p{it}@chaos.example.com", "city": CITY} for it in range(contacts)]
        for start in range(0, contacts, 100):
            ask(address, "/salessheet/v1/contacts/batch", people[start : start + 100])
        work(folder, address, IMPORT, NEVER, "before")
        ask(address, "/sandbox/clock", {"speed": 0})
        ask(address, "/sandbox/clock", {"advance": 14 * 86_400})
        yield folder, address


def marks(address: str) -> Counter[str]:
    """How often each event stands in the CRM."""
    rows = [row for kind in ("activities", "tasks") for row in records(address, kind)]
    texts = [str(row.get("body") or row.get("note") or "") for row in rows]
    return Counter(text.rpartition("\n")[2] for text in texts if "[saleshandy " in text)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--contacts", type=int, default=200, help="how many (200)")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    chance, kills = random.Random(chosen.seed), 0  # noqa: S311 - where it is killed, the same each time
    with world(chosen.contacts) as (folder, address):
        while not work(folder, address, "sync", str(chance.randint(0, 3)), chance.choice(("before", "after"))):
            kills += 1
        killed = marks(address)
    with world(chosen.contacts) as (folder, address):
        work(folder, address, "sync", NEVER, "before")
        wanted = marks(address)
    twice = [mark for mark, number in killed.items() if number > 1]
    print(f"{kills} kills: {len(killed)} records in the CRM, {len(wanted)} without a kill, {len(twice)} twice")
    return 1 if twice or not kills or len(killed) != len(wanted) else 0


if __name__ == "__main__":
    sys.exit(main())
