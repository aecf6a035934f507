"""Each promise of ``docs/safety.md`` names tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "safety.md"
_HELD_BY = re.compile(r"`(tests/\S+\.py)::(test_\w+)`")
_ROW = re.compile(r"^\| (?P<promise>.+?) \| (?P<held_by>.+?) \|$")


def _rows() -> list[tuple[str, str]]:
    found = [row for line in PAGE.read_text(encoding="utf-8").splitlines() if (row := _ROW.match(line))]
    return [(row["promise"], row["held_by"]) for row in found if row["promise"] != "promise"]


def _tests_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_there_are_promises() -> None:
    assert _rows()


@pytest.mark.parametrize(("promise", "held_by"), _rows())
def test_a_promise_is_held_by_tests_that_are_there(promise: str, held_by: str) -> None:
    named = _HELD_BY.findall(held_by)
    assert named, f"no test holds: {promise}"
    assert [f"{path}::{test}" for path, test in named if test not in _tests_in(ROOT / path)] == []
    assert _HELD_BY.sub("", held_by).strip() == "", "something else than tests stands beside the promise"
