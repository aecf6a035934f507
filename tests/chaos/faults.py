"""The fault matrix: every fault of the sandbox, met by every kind of call, from several seeds.

``python -m tests.chaos.faults`` (part of ``make chaos``) writes what it finds to docs/fault-matrix.md.
"""

# T201: what it finds is printed.
# ruff: noqa: T201

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from saleshandy_mcp.sandbox.faults.table import FAULTS
from tests.chaos.cells import KINDS, Found, call_that_meets, cell

PAGE = Path(__file__).parents[2] / "docs/fault-matrix.md"
SEEDS = 10
HEAD = """# Fault matrix

Every fault of the sandbox, met by five kinds of calls: {cells} runs, number of seeds: {seeds}.
`python -m tests.chaos.faults` has written this page. In the first seed every call goes wrong; in the others the fault
comes by chance, later, or ends. Time jumps, so that every wait is waited out. The sandbox counts inside what was
carried out.

| what went wrong | runs |
|---|---|
{totals}

A *duplicate* is an effect that happened twice. *Lost* is what was told as not done and was done, a row of which nothing
is told, or an import that never comes to its end. A *false success* was told as done and was not. *Late* is a call that
took longer than its limit and a second.

How the calls ended, as often as it says. An import is taken up again when the fault is over; its rows are 7 people and
one whom the API refuses.

{table}
"""


def _done(job: tuple[str, str, int]) -> tuple[tuple[str, str, int], Found]:
    name, kind, seed = job
    return job, cell(FAULTS[name], kind, seed)


def page(found: dict[tuple[str, str, int], Found]) -> str:
    """The page about all cells."""
    totals = {
        "a duplicate": sum(bool(it.duplicates) for it in found.values()),
        "something lost": sum(bool(it.lost) for it in found.values()),
        "a false success": sum(bool(it.false_success) for it in found.values()),
        "late": sum(bool(it.late) for it in found.values()),
    }
    lines = [f"| fault | {' | '.join(KINDS)} |", f"|---|{'---|' * len(KINDS)}"]
    for name in FAULTS:
        ends = (_ends(it for (fault, of, _), it in found.items() if (fault, of) == (name, kind)) for kind in KINDS)
        lines.append(f"| {name} | {' | '.join(ends)} |")
    return HEAD.format(
        seeds=len({seed for _, _, seed in found}),
        cells=len(found),
        totals="\n".join(f"| {name} | {number} |" for name, number in totals.items()),
        table="\n".join(lines),
    )


def _ends(cells: Iterable[Found]) -> str:
    """How often a kind of call ended in which way; a dash where the fault is not for it."""
    ends = Counter(it.end + (" (WRONG)" if it.wrong else "") for it in cells)
    return "; ".join(f"{end}: {number}" for end, number in ends.most_common()) or "-"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"how many ({SEEDS})")
    seeds = parser.parse_args().seeds
    jobs = [
        (name, kind, seed)
        for name, fault in FAULTS.items()
        for kind in KINDS
        if call_that_meets(fault, kind)
        for seed in range(seeds)
    ]
    with ProcessPoolExecutor() as pool:
        found = dict(pool.map(_done, jobs, chunksize=8))
    for (name, kind, seed), it in found.items():
        if it.wrong:
            print(f"{name}, {kind}, seed {seed}: {it}")
    PAGE.write_text(page(found), encoding="utf-8")
    wrong = sum(bool(it.wrong) for it in found.values())
    print(f"{len(found)} runs, {wrong} of them wrong: {PAGE.name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
