"""``python -m tests.bench.plans``: how long planning a file takes, against the least that anybody needs to read it.

Each measurement is a process of its own, without a server: what is counted is the plan alone. The least is, for CSV,
``csv`` to JSON to one SQLite table, and for XLSX all rows out of the library that reads it; nothing is checked there.
The two take turns, and of each the fastest run counts.
"""

# T201: the tables on stdout are what this is for. RUF001: a sign for "times".
# ruff: noqa: T201, RUF001

import argparse
import csv
import gc
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import anyio
from python_calamine import CalamineWorkbook

from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from tests.bench import leads
from tests.bench.pipes import peak
from tests.kit import context_over, new_box

BARS = {"csv": 3.0, "xlsx": 4.0}
MEMORY_BAR = 80.0
RUNS = 3
_WARM = "warm.csv"


@dataclass(frozen=True)
class Cost:
    """What one thing takes: seconds by the wall and of the processors, and MB over what the process had before."""

    wall: float
    processor: float
    memory: float


@dataclass(frozen=True)
class Measured:
    """One kind of file: the fastest plan and the fastest of the least; of the memory the most."""

    kind: str
    megabytes: float
    plan: Cost
    least: Cost

    @property
    def ratio(self) -> float:
        return self.plan.wall / self.least.wall

    @property
    def kept(self) -> bool:
        return self.ratio <= BARS[self.kind] and self.plan.memory <= MEMORY_BAR


def measure(folder: Path, rows: int, runs: int) -> list[Measured]:
    """Write the files, and plan each of them."""
    folder = Path(mkdtemp(dir=folder))
    leads.write_csv(folder / _WARM, 200)
    found: list[Measured] = []
    for kind, write in {"csv": leads.write_csv, "xlsx": leads.write_xlsx}.items():
        path = folder / f"leads.{kind}"
        write(path, rows)
        pairs = [(_apart("plan", path), _apart("least", path)) for _ in range(runs)]
        plan, least = map(_fastest, zip(*pairs, strict=True))
        found.append(Measured(kind, path.stat().st_size / 1e6, plan, least))
    return found


def report(measured: list[Measured], rows: int) -> str:
    """A table of Markdown."""
    lines = [
        f"| a plan of {rows:,} rows | plan | the least | ratio | bar | processor time | memory over idle |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {it.kind.upper()}, {it.megabytes:.0f} MB | {it.plan.wall:.2f} s | {it.least.wall:.2f} s "
            f"| **{it.ratio:.1f} ×** | {BARS[it.kind]:.0f} × "
            f"| {it.plan.processor:.2f} s over {it.least.processor:.2f} s "
            f"| {it.plan.memory:.0f} MB, the least {it.least.memory:.0f} MB (bar: {MEMORY_BAR:.0f} MB) |"
            for it in measured
        ),
    ]
    return "\n".join(lines)


def _fastest(costs: Sequence[Cost]) -> Cost:
    return Cost(min(it.wall for it in costs), min(it.processor for it in costs), max(it.memory for it in costs))


def _apart(what: str, path: Path) -> Cost:
    """What one thing takes, done in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.plans", "--one", what, str(path)]
    said = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - our own command
    return Cost(*map(float, said.stdout.split()))


@contextmanager
def _measured() -> Generator[None]:
    """Prints what the block takes."""
    gc.freeze()  # as a server does when it has started
    before, began, worked = peak(), time.perf_counter(), time.process_time()
    yield
    print(time.perf_counter() - began, time.process_time() - worked, peak() - before)


def _plan(path: Path) -> None:
    async def planning() -> None:
        with TemporaryDirectory() as data:
            async with context_over(new_box(), folder=path.parent, ledger=Path(data) / "imports.sqlite3") as context:

                async def plan(name: str) -> None:
                    view = await ImportProspects(file=name, dry_run=True).run(context)
                    assert isinstance(view, ImportPlan), view

                await plan(_WARM)  # what is loaded when first used belongs to no row
                with _measured():
                    await plan(path.name)

    anyio.run(planning)


def _least(path: Path) -> None:
    with TemporaryDirectory() as folder, _measured():
        stored(path, Path(folder)) if path.suffix == ".csv" else _gone_through(path)


def stored(path: Path, folder: Path) -> None:
    """The least for CSV: rows read and put as JSON into one table, nothing checked."""
    db = sqlite3.connect(folder / "bare.sqlite3")
    with db, path.open(encoding="utf-8", newline="") as file:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, json TEXT)")
        rows = enumerate(csv.DictReader(file), start=2)
        db.executemany("INSERT INTO rows VALUES (?, ?)", ((number, json.dumps(row)) for number, row in rows))
    db.close()


def _gone_through(path: Path) -> None:
    """The least for XLSX: all rows as the library gives them."""
    reader: Any = CalamineWorkbook  # its stubs leave a type open
    with reader.from_path(path) as book:
        for _ in book.get_sheet_by_index(0).iter_rows():
            pass


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "FILE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        what, path = chosen.one
        {"plan": _plan, "least": _least}[what](Path(path))
        return 0
    with TemporaryDirectory() as folder:
        found = measure(Path(folder), chosen.rows, chosen.runs)
    print(report(found, chosen.rows))
    return 0 if all(it.kept for it in found) else 1


if __name__ == "__main__":
    sys.exit(main())
