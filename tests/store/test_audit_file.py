"""The audit file: lines are added, and every change of an earlier one is found."""

import hashlib
import json
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from saleshandy_mcp.store.audit_file import AuditFile, Verdict
from saleshandy_mcp.store.state import State

Change = Callable[[list[str]], list[str]]


@pytest.fixture
def state(tmp_path: Path) -> Generator[State]:
    state = State(lambda: tmp_path / "state.sqlite3")
    yield state
    state.close()


@pytest.fixture
def audit(state: State) -> AuditFile:
    found = AuditFile(state)
    for tool in ("create_step", "reply_to_thread", "create_step"):
        found.append(tool=tool, outcome="done")
    return found


def test_lines_are_read_as_they_were_written_and_numbered(audit: AuditFile) -> None:
    assert [(it["number"], it["tool"]) for it in audit.lines()] == [
        (1, "create_step"),
        (2, "reply_to_thread"),
        (3, "create_step"),
    ]
    assert audit.verify() == Verdict(3)


CHANGES: dict[str, tuple[Change, str]] = {
    "changed": (lambda it: [it[0], it[1].replace("done", "refused"), it[2]], "line 2 is not as it was written"),
    "one missing": (lambda it: [it[0], it[2]], "line 2 does not follow"),
    "first missing": (lambda it: it[1:], "line 1 does not follow"),
    "swapped": (lambda it: [it[1], it[0], it[2]], "line 1 does not follow"),
    "repeated": (lambda it: [*it, it[0]], "line 4 does not follow"),
    "cut": (lambda it: [*it, "half a li\n"], "line 4 is not as it was written"),
    "last missing": (lambda it: it[:2], "missing after the last"),
    "emptied": (lambda _: [], "missing after the last"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_done_to_it_is_found(audit: AuditFile, name: str) -> None:
    change, wrong = CHANGES[name]
    lines = audit.path.read_text(encoding="utf-8").splitlines(keepends=True)
    audit.path.write_text("".join(change(lines)), encoding="utf-8")
    assert wrong in audit.verify().wrong


def test_a_line_with_a_new_hash_breaks_the_one_behind_it(audit: AuditFile) -> None:
    lines = audit.path.read_text(encoding="utf-8").splitlines(keepends=True)
    forged = {**json.loads(lines[1]), "outcome": "refused"}
    del forged["hash"]
    forged["hash"] = hashlib.sha256(json.dumps(forged, sort_keys=True).encode()).hexdigest()
    audit.path.write_text("".join([lines[0], json.dumps(forged) + "\n", lines[2]]), encoding="utf-8")
    assert audit.verify() == Verdict(2, "line 3 does not follow on the line before: one is missing, or was put in")


def test_processes_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    states = [State(lambda: tmp_path / "state.sqlite3") for _ in range(4)]

    def write(number: int) -> None:
        AuditFile(states[number % 4]).append(tool=f"tool {number}")

    with ThreadPoolExecutor(4) as many:
        list(many.map(write, range(40)))
    audit = AuditFile(states[0])
    assert audit.verify() == Verdict(40)
    assert {it["tool"] for it in audit.lines()} == {f"tool {number}" for number in range(40)}
    for state in states:
        state.close()


def test_after_a_line_that_a_crash_cut_off_writing_goes_on_and_the_cut_is_found(audit: AuditFile) -> None:
    with audit.path.open("a", encoding="utf-8") as file:
        file.write('{"number": 4, "tool": "crea\n')
    audit.append(tool="create_step")
    assert audit.verify() == Verdict(3, "line 4 is not as it was written")
    assert [it.get("number") for it in audit.lines()] == [1, 2, 3, None, 4]


@pytest.mark.parametrize("left", ['{"number": 4, "tool": "crea', '{"number": 4, "tool": "crea\n', "é", " "])
def test_what_a_crash_left_behind_takes_no_later_line_with_it(audit: AuditFile, left: str) -> None:
    with audit.path.open("a", encoding="utf-8") as file:
        file.write(left)
    audit.append(tool="reply_to_thread")
    audit.append(tool="create_note")
    assert [it["tool"] for it in audit.lines() if "tool" in it][3:] == ["reply_to_thread", "create_note"]
    assert audit.verify() == Verdict(3, "line 4 is not as it was written")


@pytest.mark.parametrize("requests", [3_000, 12_000])
def test_after_a_line_of_any_length_the_chain_goes_on(audit: AuditFile, requests: int) -> None:
    audit.append(tool="import", operations=["import_prospects_to_sequence"] * requests)
    audit.append(tool="create_step")
    assert [it["number"] for it in audit.lines()] == [1, 2, 3, 4, 5]
    assert audit.verify() == Verdict(5)


def test_it_is_for_its_owner_alone(audit: AuditFile) -> None:
    assert audit.path.stat().st_mode & 0o077 == 0


def test_a_state_that_does_not_last_writes_nothing(audit: AuditFile) -> None:
    passing = State()
    other = AuditFile(passing)
    other.append(tool="create_step")
    assert [list(other.lines()), other.verify()] == [[], Verdict(0)]
    passing.close()
    assert audit.verify().lines == 3
