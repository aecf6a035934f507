"""The fault matrix: every fault of the sandbox, met by every kind of call, from several seeds.

``python -m tests.chaos.faults`` (part of ``make chaos``) writes what it finds to docs/fault-matrix.md; with ``--crm``
only the part about the CRM.
"""

# T201: what it finds is printed.
# ruff: noqa: T201

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from saleshandy_mcp.sandbox.faults.fault import Fault
from saleshandy_mcp.sandbox.faults.table import FAULTS
from tests.chaos.cells import KINDS, Found, call_that_meets, cell
from tests.chaos.crm_cells import CRM_KINDS, crm_call_that_meets, crm_cell

PAGE = Path(__file__).parents[2] / "docs/fault-matrix.md"
HEAD = """# Fault matrix

Every fault of the sandbox, met by five kinds of calls: {cells} runs, number of seeds: {seeds}.
`python -m tests.chaos.faults` writes this page. With the first seed every call fails; with the others the fault comes
by chance, begins later, or ends. Every wait is waited out, on a clock that jumps. The sandbox itself counts what was
carried out.

| what went wrong | runs |
|---|---|
{totals}

A *duplicate* is an effect that happened twice. *Lost* is an effect that was reported as not done and was done, a row
that is missing in the report, or an import that never ends. A *false success* was reported as done and was not.
*Late* is a call that took more than a second longer than its limit.

The tables show how the calls ended, and how often. An import is resumed when the fault is over; its rows are 7 people
and one whom the API refuses.

{table}
"""
CRM_TITLE = "## The CRM"
CRM_HEAD = f"""{CRM_TITLE}

The same for calls to the CRM: {{cells}} runs, number of seeds: {{seeds}}.

| what went wrong | runs |
|---|---|
{{totals}}

A batch holds seven contacts and one with an invalid address; the table shows how its items ended. *Accepted* means
that the answer reports success without naming the item. A sync writes what happened to the contacts of a country
within a week. The fault hits its writes or its reads. The sync is repeated when the fault is over, and the table
shows how its records ended in all these runs. An event that is not in the CRM at the end is *lost*, too.

{{table}}
"""


@dataclass(frozen=True)
class Part:
    """One table of the page.

    Attributes:
        head: what stands before it.
        kinds: names of the kinds of calls.
        meets: the call of a kind that a fault is for; an empty text when there is none.
        cell: lets a call of a kind meet a fault.
        seeds: how many.
    """

    head: str
    kinds: Iterable[str]
    meets: Callable[[Fault, str], str]
    cell: Callable[[Fault, str, int], Found]
    seeds: int


PARTS = {
    "saleshandy": Part(HEAD, KINDS, call_that_meets, cell, 10),
    "crm": Part(CRM_HEAD, CRM_KINDS, crm_call_that_meets, crm_cell, 5),
}
Job = tuple[str, str, str, int]
"""Part, fault, kind of call, seed."""


def _done(job: Job) -> tuple[Job, Found]:
    part, name, kind, seed = job
    return job, PARTS[part].cell(FAULTS[name], kind, seed)


def section(part: Part, found: Mapping[tuple[str, str, int], Found]) -> str:
    """What the page says about all cells of a part."""
    totals = {
        "a duplicate": sum(bool(it.duplicates) for it in found.values()),
        "something lost": sum(bool(it.lost) for it in found.values()),
        "a false success": sum(bool(it.false_success) for it in found.values()),
        "late": sum(bool(it.late) for it in found.values()),
    }
    lines = [f"| fault | {' | '.join(part.kinds)} |", f"|---|{'---|' * len(list(part.kinds))}"]
    for name in dict.fromkeys(fault for fault, _, _ in found):
        ends = (_ends(it for (fault, of, _), it in found.items() if (fault, of) == (name, kind)) for kind in part.kinds)
        lines.append(f"| {name} | {' | '.join(ends)} |")
    return part.head.format(
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
    parser.add_argument("--seeds", type=int, help="how many (10; for the CRM 5)")
    parser.add_argument("--crm", action="store_true", help="only the part about the CRM")
    chosen = parser.parse_args()
    jobs: list[Job] = [
        (of, name, kind, seed)
        for of, part in PARTS.items()
        if of == "crm" or not chosen.crm
        for name, fault in FAULTS.items()
        for kind in part.kinds
        if part.meets(fault, kind)
        for seed in range(chosen.seeds or part.seeds)
    ]
    with ProcessPoolExecutor() as pool:
        found = dict(pool.map(_done, jobs, chunksize=8))
    for job, it in found.items():
        if it.wrong:
            print(f"{', '.join(map(str, job))}: {it}")
    before = PAGE.read_text(encoding="utf-8").partition(CRM_TITLE)[0].rstrip() + "\n"
    texts = {
        of: section(part, {job[1:]: it for job, it in found.items() if job[0] == of}) for of, part in PARTS.items()
    }
    PAGE.write_text(f"{before if chosen.crm else texts['saleshandy']}\n{texts['crm']}", encoding="utf-8")
    wrong = sum(bool(it.wrong) for it in found.values())
    print(f"{len(found)} runs, {wrong} of them wrong: {PAGE.name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
