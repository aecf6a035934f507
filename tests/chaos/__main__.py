"""``make chaos``: imports killed with signal 9 at every change of their ledger and taken up again; a sandbox counts."""

# T201: what it finds is printed.
# ruff: noqa: T201

import argparse
import json
import random
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.records import Target
from tests.bench.pipes import running
from tests.chaos.worker import JOB, SPEED
from tests.import_engine.engine import TITLE, counts, people, planned

NEVER = 10_000


class Sandbox:
    """One in another process, looked at and reset over HTTP."""

    def __init__(self, address: str) -> None:
        self.address, self._root = address, address.removesuffix("/v1")

    def ask(self, path: str, *, post: bool = False, body: object = None) -> dict[str, Any]:
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._root}{path}", sent, method="POST" if post else "GET")  # noqa: S310 - on this machine
        request.add_header("x-api-key", "sandbox-key")
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - on this machine
            return json.load(answer)

    def target(self) -> Target:
        sequence = next(it for it in self.ask("/v1/sequences")["payload"] if it["title"] == TITLE)
        step = sequence["steps"][0]["id"]
        return Target(sequence["id"], TITLE, step, 1, "addMissingFields", verify=False, tags=[])

    def people(self) -> int:
        return next(it["prospects"] for it in self.ask("/sandbox/state")["sequences"] if it["title"] == TITLE)

    def rows_taken(self) -> int:
        return sum(it["rows"] for it in self.ask("/sandbox/state")["imports"])


def once(sandbox: Sandbox, folder: Path, rows: int, most: int, change: int, moment: str) -> tuple[bool, str]:
    """One job, killed and taken up again: whether it was killed, and what is wrong afterwards."""
    sandbox.ask("/sandbox/reset", post=True)
    before = sandbox.people()
    path = folder / "imports.sqlite3"
    ledger = Ledger(lambda: path)
    planned(ledger, sandbox.target(), people(rows), JOB, most)
    ledger.close()
    killed = _work(path, sandbox.address, change, moment)
    began = time.perf_counter()
    if killed and _work(path, sandbox.address, NEVER, moment):
        return True, "the second run was killed as well"
    took = time.perf_counter() - began
    told = counts(ledger)
    ledger.close()
    wrong = [
        f"told {told}" if told != {"imported": rows} else "",
        f"{sandbox.people() - before} people for {rows} rows" if sandbox.people() - before != rows else "",
        f"{sandbox.rows_taken()} rows went out for {rows}" if sandbox.rows_taken() != rows else "",
    ]
    return killed, "; ".join(filter(None, wrong)) + (f" ({took:.1f} s)" if any(wrong) else "")


def _work(path: Path, address: str, change: int, moment: str) -> bool:
    command = [sys.executable, "-m", "tests.chaos.worker", str(path), address, str(change), moment]
    return subprocess.run(command, check=False).returncode != 0  # noqa: S603 - our own program


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3, help="how many shapes of jobs (3)")
    chosen = parser.parse_args()
    kills = failures = 0
    with running([sys.executable, "-m", "saleshandy_mcp", "sandbox", "--port", "0", "--speed", str(SPEED)]) as process:
        assert process.stdout
        sandbox = Sandbox(process.stdout.readline().decode().split()[-1])
        for seed in range(chosen.seeds):
            chance = random.Random(seed)  # noqa: S311 - shapes of jobs, the same each time
            rows, most = chance.randint(4, 12), chance.randint(2, 5)
            for moment in ("before", "after"):
                change = 0
                while True:
                    with TemporaryDirectory() as folder:
                        killed, wrong = once(sandbox, Path(folder), rows, most, change, moment)
                    kills += killed
                    failures += bool(wrong)
                    if wrong:
                        print(f"seed {seed}, {rows} rows by {most}, {moment} change {change}: {wrong}")
                    if not killed:
                        break
                    change += 1
            print(f"seed {seed}: {rows} rows in batches of {most}, {kills} kills so far, {failures} wrong")
    print(f"{kills} kills: {failures} jobs lost somebody, sent somebody twice or told it wrongly")
    return 1 if failures or not kills else 0


if __name__ == "__main__":
    sys.exit(main())
