"""docs/mutants.md: what the mutants of each module came to, and why some of them survive."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.mutants.running import KILLED, Mutant

PAGE = Path(__file__).parents[2] / "docs/mutants.md"
REASONS = Path(__file__).with_name("survivors.toml")
WANTED = 0.85
"""The share of mutants that have to be noticed."""
_HEAD = """# Mutants

A mutant is the program with one small change: `<` for `<=`, a word more, an argument less. A test has to fail then; a
mutant with which all tests pass has survived. `make mutants` makes them in the modules that keep people safe, runs the
tests of each module alone, and writes this page; 85 % have to be noticed. All of them would take a night, so a
sample is run, chosen by a seed: `python -m tests.mutants --sample 100 --seed 2 untrusted` tries others.

| module | mutants | run | noticed | mean the same | survived | reached by no test | share noticed |
|---|---|---|---|---|---|---|---|
{table}

The share leaves out what *means the same*: SQL in other letters, and the type that is named in a `cast`, which only the
checker of types reads. A test that does not end counts as noticed.

{runs}
"""


@dataclass(frozen=True)
class Found:
    """A run of one module.

    Attributes:
        module: its name.
        day: on which it was run.
        made: how many mutants there are.
        sample: how many were wanted.
        seed: of the choice.
        minutes: the limit of time.
        mutants: those that were run.
    """

    module: str
    day: str
    made: int
    sample: int
    seed: int
    minutes: float
    mutants: list[Mutant]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Found":
        mutants = [Mutant(**it) for it in stored.pop("mutants")]
        return cls(**stored, mutants=mutants)

    @property
    def command(self) -> str:
        limit = f"--sample {self.sample} --seed {self.seed} --minutes {self.minutes:g}"
        return f"python -m tests.mutants {limit} {self.module}"

    @property
    def counts(self) -> Counter[str]:
        return Counter(_kind(it) for it in self.mutants)

    @property
    def share(self) -> float:
        """How many of those that mean something else were noticed."""
        counts = self.counts
        meant = counts.total() - counts["same"]
        return counts["noticed"] / meant if meant else 0.0


def _kind(mutant: Mutant) -> str:
    if mutant.outcome in KILLED:
        return "noticed"
    if mutant.means_the_same:
        return "same"
    return "unreached" if mutant.outcome == "no tests" else "survived"


def page(found: Iterable[Found]) -> str:
    """The page about all modules that were run."""
    runs, reasons = list(found), _reasons()
    return _HEAD.format(
        table="\n".join(_row(it) for it in runs), runs="\n\n".join("\n".join(_told(it, reasons)) for it in runs)
    )


def _row(found: Found) -> str:
    counts = found.counts
    numbers = [found.made, len(found.mutants), *(counts[it] for it in ("noticed", "same", "survived", "unreached"))]
    return f"| {found.module} | {' | '.join(f'{it:,}' for it in numbers)} | {found.share:.0%} |"


def _told(found: Found, reasons: dict[str, str]) -> Iterator[str]:
    yield f"## {found.module}"
    yield ""
    yield f"Run on {found.day}: `{found.command}`"
    left = [it for it in found.mutants if _kind(it) in ("survived", "unreached")]
    for mutant in left:
        place = mutant.name.removeprefix("saleshandy_mcp.")
        note = " (no test reaches it)" if mutant.outcome == "no tests" else ""
        yield f"\n`{place}`{note}: {reasons.get(mutant.change, 'no reason yet.')}\n"
        yield f"```diff\n{mutant.change}\n```"


def _reasons() -> dict[str, str]:
    """Why a survivor may live, by its change: numbers of mutants move with every line that is written."""
    stated = tomllib.loads(REASONS.read_text(encoding="utf-8"))["survivor"]
    return {it["change"].strip(): it["reason"] for it in stated}
