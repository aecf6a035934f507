"""``python -m tests.bench.imports``: 100,000 rows through a server, limits on, and beside it the way of an article."""

# T201: the tables on stdout are what this is for. E501, RUF001: lines of a page, with a sign for "times".
# ruff: noqa: T201, E501, RUF001

import argparse
import csv
import json
import os
import platform
import sys
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from saleshandy_mcp.sandbox import KEY
from tests.bench import article, plans
from tests.bench.pipes import CLIENT, Pipes, peak, resident, running

REPORT = Path(__file__).parent.parent.parent / "docs" / "bench-imports.md"
PROGRAM = [sys.executable, "-m", "saleshandy_mcp"]
BARS = {"first answer": 2.0, "plan": 10.0, "memory": 100.0, "ratio": 50.0}

HEADER = ("Email", "First Name", "Last Name", "Company", "Job Title", "City", "Country", "Website", "Why Now")
WORDS = "growing team new help centre in beta, hiring for support, moved office, asked for a quote "


@dataclass
class Measured:
    """One import; seconds by the wall, memory in MB."""

    rows: int = 0
    megabytes: float = 0.0
    first_answer: float = 0.0
    plan: float = 0.0
    whole: float = 0.0
    idle: float = 0.0
    peak: float = 0.0
    calls: Counter[str] = field(default_factory=Counter[str])
    imported: int = 0
    stored: int = 0


def write_leads(path: Path, rows: int) -> None:
    """Invented people, some 900 bytes each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for number in range(rows):
            domain = f"company{number % 20_000}.example.com"
            company = f'Company "{number % 20_000}", Ltd.'
            why = WORDS * 8 + str(number)
            person = f"person.{number}@{domain}", f"Given{number}", f"Family{number}", company, "Head of Support"
            table.writerow([*person, "Malmö", "Sweden", f"https://{domain}/{'about' * 8}", why])


def least_of(leads: Path, folder: Path) -> float:
    """Seconds that the least takes."""
    began = time.perf_counter()
    plans.stored(leads, folder)
    return time.perf_counter() - began


def measure(leads: Path, rows: int) -> Measured:
    sandbox = [*PROGRAM, "sandbox", "--port", "0"]
    with running(sandbox) as box, TemporaryDirectory() as data:
        assert box.stdout
        address = box.stdout.readline().decode().split()[-1]
        settings = {
            "SALESHANDY_API_KEY": KEY,
            "SALESHANDY_BASE_URL": address,
            "SALESHANDY_FILES": str(leads.parent),
            "SALESHANDY_DATA": data,
        }
        before = _state(address)
        with running([*PROGRAM, "serve"], **settings) as server:
            pipes = Pipes(server)
            pipes.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT})
            pipes.say({"method": "notifications/initialized"})
            _call(pipes, "list_sequences")
            found = Measured(rows, leads.stat().st_size / 1e6, idle=resident(server.pid) / 1e3)
            _import(pipes, leads.name, found)
            found.peak = peak(server.pid)
        after = _state(address)
    found.calls = Counter(after["requests"]) - Counter(before["requests"])
    found.stored = _people(after) - _people(before)
    return found


def _import(pipes: Pipes, name: str, found: Measured) -> None:
    began = time.perf_counter()
    told = _call(pipes, "import_prospects", sequence=article.TITLE, file=name, conflict_action="noUpdate")
    found.first_answer = time.perf_counter() - began
    while told.get("reading"):
        told = _call(pipes, "check_import_status", job=told["job"])
    found.plan = time.perf_counter() - began
    if "to_send" in told:
        told = _call(pipes, "import_prospects", job=told["job"])
    while not told["finished"]:
        assert not told["stopped"], told["stopped"]
        told = _call(pipes, "check_import_status", job=told["job"])
    found.whole = time.perf_counter() - began
    found.imported = told["imported"]


def _call(pipes: Pipes, tool: str, **arguments: Any) -> dict[str, Any]:
    return pipes.ask("tools/call", {"name": tool, "arguments": arguments})["structuredContent"]


def _state(address: str) -> dict[str, Any]:
    url = f"{address.removesuffix('/v1')}/sandbox/state"
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - on this machine
        return json.load(answer)


def _people(state: dict[str, Any]) -> int:
    return next(it["prospects"] for it in state["sequences"] if it["title"] == article.TITLE)


PLANS = f"""## Plans

Planning alone, without a server: invented people, three in ten rows with letters that are no ASCII, one in twenty
dirty (an address in brackets or written out, broken letters, HTML, N/A, line breaks, "opted out"). The least is, for
CSV, the rows read with `csv` and put as JSON into one SQLite table, and for XLSX all rows out of the library that reads
it; nothing is checked there. Each is a process of its own; the two take turns, and the fastest of {plans.RUNS} counts. Where other
programs keep the processors busy, processor time says more than the wall. The same alone:
`python -m tests.bench.plans`.
"""


def report(ours: Measured, least: float, written: article.Run, free: article.Run, within: article.Run) -> str:
    busy = f"on average {os.getloadavg()[2]:.0f} programs wanted them"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors ({busy})"
    theirs, limited = free.slept + free.worked, within.slept + within.worked
    posts = sum(number for call, number in ours.calls.items() if "import-with-field-name" in call)
    broke = f"{written.broke}, after {written.calls * article.BATCH:,} rows" if written.broke else "none"
    return f"""# Bench of imports

Written by `python -m tests.bench.imports --write`. {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {machine}.

{ours.rows:,} rows in a CSV file of {ours.megabytes:.0f} MB, through `serve` over stdio to the sandbox in another process, with its limits of
20 calls a minute for each endpoint and 300 in all, and its own work of 3 s and a second for 500 rows for each import (assumed).
Seconds are by the wall, memory is that of the server process.

| what | measured | bar |
|---|---:|---:|
| first answer, with a job id | {ours.first_answer:.1f} s | {BARS["first answer"]:.0f} s |
| plan: read, checked, in the ledger | {ours.plan:.1f} s | {BARS["plan"]:.0f} s |
| the same over the least: csv to JSON to one SQLite table, nothing checked ({least:.1f} s here) | {ours.plan / least:.1f} × | |
| all rows told | {ours.whole:.0f} s | |
| imported, as told and as counted in the sandbox | {ours.imported:,} and {ours.stored:,} | {ours.rows:,} |
| memory, peak over idle | {ours.peak - ours.idle:.0f} MB ({ours.peak:.0f} over {ours.idle:.0f}) | {BARS["memory"]:.0f} MB |
| calls | {ours.calls.total()}, {posts} of them imports | |

The article's way, on the same rows: {article.BATCH} rows a call and a second of sleep, no look at what became of them. Its sleeps are
counted by the sandbox's clock, its calls by the wall.

| the article's way | calls | seconds | over ours |
|---|---:|---:|---:|
| as written, limits on: breaks ({broke}) | {written.calls} | | |
| as written, limits off | {free.calls:,} | {theirs:,.0f} | {theirs / ours.whole:.0f} × |
| waiting where the limits turn it away | {within.calls:,} | {limited:,.0f} | **{limited / ours.whole:.0f} ×** (aim: {BARS["ratio"]:.0f} ×) |
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="write docs/bench-imports.md too")
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        leads = Path(folder) / "leads.csv"
        write_leads(leads, chosen.rows)
        os.sync()  # nobody is to wait for the disk to take in what the bench has written
        planned = plans.report(plans.measure(Path(folder), chosen.rows, plans.RUNS), chosen.rows)
        ours = measure(leads, chosen.rows)
        least = least_of(leads, Path(folder))
        text = report(
            ours, least, article.as_written(leads), article.without_limits(leads), article.within_limits(leads)
        )
        text = f"{text}\n{PLANS}\n{planned}\n"
    print(text)
    if chosen.write:
        REPORT.write_text(text, encoding="utf-8")
    return 0 if ours.imported == ours.stored == ours.rows else 1


if __name__ == "__main__":
    sys.exit(main())
