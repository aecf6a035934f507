"""One module under mutation, in a copy of the project: mutmut changes the code, and runs the tests that reach it."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.modules import Module

ROOT = Path(__file__).parents[2]
_MUTMUT = Path(sys.executable).with_name("mutmut")
_SETTINGS = """
[tool.mutmut]
source_paths = ["saleshandy_mcp"]
only_mutate = {files}
also_copy = ["docs", "manifests", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "constraints.txt"]
pytest_add_cli_args_test_selection = {tests}
track_dependencies = false
use_git_change_detection = false
"""
_OUTCOME = re.compile(r"^\s+(\S+__mutmut_\d+): (.+)$", re.MULTILINE)
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE|FROM|AND|ORDER BY)\b")
_TYPE = re.compile(r"cast\((\"[^\"]*\"|None)")
KILLED = ("killed", "timeout")
"""A change that keeps a test from ending is noticed, too."""


@dataclass(frozen=True)
class Mutant:
    """A change of the code, and what became of it.

    Attributes:
        name: as mutmut calls it.
        outcome: killed, timeout, survived, no tests, or another word of mutmut.
        change: lines that were taken away and put in; empty for a mutant that was noticed.
    """

    name: str
    outcome: str
    change: str = ""

    @property
    def means_the_same(self) -> bool:
        """Whether no test could notice it: SQL in other letters, or the type that is named in a cast."""
        before, after = ("\n".join(it[2:] for it in self.change.splitlines() if it[0] == sign) for sign in "-+")
        sql = before.casefold() == after.casefold() and bool(_SQL.search(before))
        return sql or (before != after and _TYPE.sub("", before) == _TYPE.sub("", after))


@dataclass(frozen=True)
class Run:
    """What was found in a module.

    Attributes:
        made: how many mutants there are.
        mutants: those that were run.
    """

    made: int
    mutants: list[Mutant]


def run(module: Module, place: Path, *, sample: int, seed: int, minutes: float) -> Run:
    """Mutate a module in a copy of the project.

    Args:
        module: which.
        place: the folder of the copy; what is there is replaced.
        sample: how many mutants are run, chosen by chance; all of them where there are no more.
        seed: of the choice.
        minutes: after so many no further mutant is begun; what was run until then counts.
    """
    _copy(module, place)
    # Mutants are made only in a run. One of none ends with an error when it has made them.
    _mutmut(place, "run", "none-of-them")
    names = sorted(_outcomes(place))
    if not names:
        raise RuntimeError(f"no mutants were made: run {_MUTMUT} run in {place}")
    chosen = random.Random(seed).sample(names, min(sample, len(names)))  # noqa: S311 - a choice of what is tried
    _mutmut(place, "run", *chosen, minutes=minutes)
    found = _outcomes(place)
    tried = [name for name in sorted(chosen) if found[name] != "not checked"]
    return Run(len(names), [Mutant(name, found[name], _change(place, name, found[name])) for name in tried])


def _copy(module: Module, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(".*", "build", "dist", "__pycache__"))
    settings = _SETTINGS.format(
        files=[f"saleshandy_mcp/{it}" for it in module.files], tests=[f"tests/{it}" for it in module.tests]
    )
    with (place / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(settings)


def _mutmut(place: Path, *arguments: str, minutes: float | None = None) -> str:
    with (place / "mutmut.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [_MUTMUT, *arguments], cwd=place, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
        try:
            said, _ = process.communicate(timeout=minutes and minutes * 60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with the mutants that are running
            said, _ = process.communicate()
        log.write(f"{said}\nmutmut ended with {process.returncode}\n")
    return said


def _outcomes(place: Path) -> dict[str, str]:
    return dict(_OUTCOME.findall(_mutmut(place, "results", "--all", "true")))


def _change(place: Path, name: str, outcome: str) -> str:
    """The lines that differ, without where they stand."""
    if outcome in KILLED:
        return ""
    lines = _mutmut(place, "show", name).splitlines()
    kept = (line for line in lines if line.startswith(("-", "+")) and not line.startswith(("---", "+++")))
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in kept)
