"""The sandbox is an independent witness, small and quick to start."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import saleshandy_mcp.sandbox
from saleshandy_mcp.sandbox import Clock

ROOT = Path(saleshandy_mcp.sandbox.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
OWN = "saleshandy_mcp.sandbox"
MAY_IMPORT = {
    "world": set[str](),
    "simulation": {"world"},
    "purchases": {"world"},
    "demo": {"simulation", "purchases", "world"},
    "faults": {"world"},
    "routes": {"http", "simulation", "purchases", "world"},
    "salessheet": {"http", "demo", "world"},
    "http": {"routes", "salessheet", "faults", "demo", "simulation", "world"},
    "window": {"http", "salessheet", "faults", "purchases", "simulation", "world"},
    "": {"http", "world"},
}
"""Folder of the sandbox -> the other folders that it may know; "" is the package itself."""
MOST_FILES = 20
SAME_THING_IN_SEVERAL_LAYERS = {
    "__init__",
    "crm",
    "domains",
    "enrichment",
    "imports",
    "inbox",
    "lead_search",
    "leads",
    "sequences",
    "subsequences",
    "tasks",
    "webhooks",
}


def imported(source: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(source.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(ROOT)))
def test_nothing_else_of_the_project_is_imported(source: Path) -> None:
    modules = imported(source)
    assert {name for name in modules if name.startswith("saleshandy_mcp")} == {
        name for name in modules if name.startswith(OWN)
    }
    assert {name.split(".")[0] for name in modules} & {"mcp", "httpx2", "pydantic"} == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(ROOT)))
def test_folders_know_only_those_below_them(source: Path) -> None:
    here = source.relative_to(ROOT).parts[0] if source.parent != ROOT else ""
    folders = {name.removeprefix(f"{OWN}.").split(".")[0] for name in imported(source) if name.startswith(f"{OWN}.")}
    assert folders - {here} <= MAY_IMPORT[here]


@pytest.mark.parametrize("folder", sorted(MAY_IMPORT.keys() - {"routes"}))
def test_no_folder_has_too_many_files(folder: str) -> None:
    assert len(list((ROOT / folder).glob("*.py"))) <= MOST_FILES


def test_no_two_files_share_a_name_unless_they_are_about_the_same_thing() -> None:
    counts = Counter(source.stem for source in SOURCES)
    assert {name for name, number in counts.items() if number > 1} <= SAME_THING_IN_SEVERAL_LAYERS


@pytest.mark.parametrize("source", [*SOURCES, *ROOT.rglob("*.toml")], ids=lambda source: str(source.relative_to(ROOT)))
def test_no_file_is_longer_than_300_lines(source: Path) -> None:
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 300


def test_only_the_clock_knows_the_time() -> None:
    readers = {source.name for source in SOURCES if "time" in imported(source)}
    assert readers == {"clock.py"}


def test_the_clock_runs_with_its_tick_and_can_be_advanced() -> None:
    ticks = iter([100.0, 101.5, 101.5, 103.0])
    clock = Clock(tick=lambda: next(ticks))
    assert clock.seconds() == 1.5
    clock.advance(60)
    assert clock.seconds() == 61.5
    assert clock.now().isoformat() == "2026-11-16T08:01:03+00:00"
