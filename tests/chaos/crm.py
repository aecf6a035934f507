"""``python -m tests.chaos.crm``: writing back to the CRM, killed with signal 9 at every change of its ledger.

200 contacts are in a sequence, and two weeks have gone by. One process after the other writes back, and each record
meets a process that dies at each of its changes of the ledger, before it and after it. The CRM is looked at then.
With ``--write``, docs/crm-kills.md holds what was found.
"""

# T201: what it finds is printed.
# ruff: noqa: T201

import argparse
import json
import sqlite3
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from saleshandy_mcp.sandbox.salessheet.keys import ENTERPRISE_KEY
from tests.bench.pipes import running
from tests.chaos.crm_worker import CITY, WANTED, Death, Work, done

PAGE = Path(__file__).parents[2] / "docs/crm-kills.md"
BEGUN, ENDED = 0, 1
"""The changes of the ledger for a record."""
DEATHS = {
    "before the ledger is told that it is begun": Death(BEGUN, after=False),
    "when that is on disk, before it is sent": Death(BEGUN, after=True),
    "when it was sent, before the ledger is told that it is written": Death(ENDED, after=False),
    "when it was looked up in the CRM, before the ledger is told": Death(BEGUN, after=False),
    "when that is on disk": Death(BEGUN, after=True),
}
HEAD = """# Killed while it writes back

Written by `python -m tests.chaos.crm --write`, {day}.

{contacts} contacts of the CRM are in a sequence, and two weeks have gone by. What happened is written back by one
process after the other. Each is killed with signal 9 at a change of its ledger, and the next one goes on. Before the
first one, a plan says which records there have to be; afterwards they are looked for in the CRM, by their marks.

| what | number |
|---|---:|
{table}
"""


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


def now(address: str) -> datetime:
    return datetime.fromisoformat(ask(address, "/sandbox/state")["now"])


@contextmanager
def world(contacts: int) -> Generator[Work]:
    """A sandbox whose contacts are in the sequence, two weeks later, its clock stopped; what writes back from there."""
    command = [sys.executable, "-m", "saleshandy_mcp", "sandbox", "--port", "0", "--no-limits", "--speed", "40"]
    with running(command) as process, TemporaryDirectory() as folder:
        assert process.stdout
        address = process.stdout.readline().decode().split()[-1].removesuffix("/v1")
        people = [{"email": f"p{it}@chaos.example.com", "city": CITY} for it in range(contacts)]
        for start in range(0, contacts, 100):
            ask(address, "/salessheet/v1/contacts/batch", people[start : start + 100])
        assert done(Work(Path(folder), address, now(address), part="import"))
        ask(address, "/sandbox/clock", {"speed": 0})
        ask(address, "/sandbox/clock", {"advance": 14 * 86_400})
        yield Work(Path(folder), address, now(address))


def marks(address: str) -> Counter[str]:
    """How often each event stands in the CRM."""
    rows = [row for kind in ("activities", "tasks") for row in records(address, kind)]
    texts = [str(row.get("body") or row.get("note") or "") for row in rows]
    return Counter(text.rpartition("\n")[2] for text in texts if "[saleshandy " in text)


def opted_out(address: str) -> int:
    return sum(row["opted_out"] for row in records(address, "contacts") if row["city"] == CITY)


def written(folder: Path) -> int:
    """How many records the ledger takes for written."""
    with closing(sqlite3.connect(folder / "crm.sqlite3")) as db:
        return db.execute("SELECT count(*) FROM written WHERE state = 'written'").fetchone()[0]


def kill_all(work: Work) -> tuple[Counter[str], int]:
    """Write back with a process for each moment of each record, until one comes to its end: the kills, and the records
    that met each moment.
    """
    kills: Counter[str] = Counter()
    while True:
        for moment, death in DEATHS.items():
            if done(replace(work, death=death)):
                return kills, min(kills[it] for it in DEATHS)
            kills[moment] += 1
        print(f"\r{written(work.folder):,} written, {sum(kills.values()):,} kills", end="", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--contacts", type=int, default=200, help="how many (200)")
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name}")
    chosen = parser.parse_args()
    began = time.perf_counter()
    with world(chosen.contacts) as work:
        assert done(replace(work, part="plan"))
        wanted = json.loads((work.folder / WANTED).read_text(encoding="utf-8"))
        kills, met = kill_all(work)
        there, out = marks(work.address), opted_out(work.address)
    records = {f"[{mark}]" for kind in ("activities", "tasks") for mark in wanted[kind]}
    lost = len(records - there.keys()) + max(len(wanted["contacts"]) - out, 0)
    twice = sum(number > 1 for number in there.values()) + len(there.keys() - records)
    rows = [
        *((f"killed {moment}", f"{number:,}") for moment, number in kills.items()),
        ("processes that were killed", f"{sum(kills.values()):,}"),
        ("records that met each of the five moments", f"{met:,}"),
        ("records that were planned, and that are in the CRM", f"{len(records):,} and {len(there):,}"),
        ("opt-outs that were planned, and contacts that have one", f"{len(wanted['contacts'])} and {out}"),
        ("lost", f"{lost}"),
        ("twice", f"{twice}"),
    ]
    table = "\n".join(f"| {what} | {number} |" for what, number in rows)
    print(f"{table}\n{time.perf_counter() - began:.0f} s")
    if chosen.write:
        text = HEAD.format(day=datetime.now(UTC).date(), contacts=chosen.contacts, table=table)
        PAGE.write_text(text, encoding="utf-8")
    return 1 if lost or twice or not met else 0


if __name__ == "__main__":
    sys.exit(main())
