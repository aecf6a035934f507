"""An audit of the installed packages never calls clean what was not looked up."""

import json
from typing import Any

import pytest

from tests.advisories import NOT_REACHED, verdict

CLEAN: dict[str, Any] = {"name": "anyio", "version": "4.16.0", "vulns": []}
WEAK: dict[str, Any] = {"name": "attrs", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1"}]}
SKIPPED: dict[str, Any] = {"name": "rich", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([CLEAN], 0, "No weakness is known in 1 package."),
        ([CLEAN, WEAK], 1, "Known weaknesses:\nattrs 1.0: PYSEC-2026-1"),
        ([CLEAN, WEAK, SKIPPED], 1, "attrs 1.0"),
        ([CLEAN, SKIPPED], 2, f"{NOT_REACHED} 1 of 2 packages were not found there."),
        ([], 2, NOT_REACHED),
    ],
)
def test_only_what_was_looked_up_can_be_clean(packages: list[dict[str, Any]], code: int, words: str) -> None:
    said = verdict(json.dumps({"dependencies": packages, "fixes": []}))
    assert said[0] == code
    assert words in said[1]


@pytest.mark.parametrize("report", ["", "Traceback", "[]", "{}", "null"])
def test_a_service_that_was_not_reached_is_told_as_that(report: str) -> None:
    assert verdict(report) == (2, NOT_REACHED)
