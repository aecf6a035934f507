"""``audit``: the file as a person reads it, checks it and hands it on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.state import State


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def filled(folder: Path) -> Path:
    state = State(lambda: folder / "state.sqlite3")
    audit = AuditFile(state)
    step = {"tool": "create_step", "arguments": ["sequence", "day"], "account": "one", "call": 1}
    audit.append(time="14:03", outcome="began", operations=["create_sequence_step"], **step)
    audit.append(time="14:04", outcome="done", operations=["create_sequence_step"], channel="token", **step)
    audit.append(time="14:05", tool="=reply", outcome="began", operations=["reply_to_email"], account="one", call=2)
    state.close()
    return audit.path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["audit", *words])


def test_before_anything_was_changed_it_says_so_and_makes_no_file(folder: Path) -> None:
    assert run("show").stdout == "Nothing has been changed or refused from here yet.\n"
    assert run("verify").stdout == "no lines, all as they were written.\n"
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("filled")
def test_calls_without_an_end_come_first_and_each_call_is_told_once() -> None:
    assert run("show").stdout.splitlines() == [
        "1 with an unknown outcome; check in Saleshandy what happened:",
        "  14:05 =reply() began, and has no end: reply_to_email",
        "14:05 =reply() began, and has no end: reply_to_email",
        "14:04 create_step(sequence, day) done: create_sequence_step; agreed by token",
    ]


def test_a_file_that_was_changed_is_refused_with_the_line(filled: Path) -> None:
    assert run("verify").stdout == "3 lines, all as they were written.\n"
    filled.write_text(filled.read_text(encoding="utf-8").replace('"done"', '"refused"'), encoding="utf-8")
    refused = run("verify")
    assert refused.exit_code == 1
    assert "line 2 is not as it was written; 1 line before it in order" in refused.stderr


def test_a_no_is_shown_as_what_it_is_and_is_checked_and_handed_on_like_the_rest(folder: Path) -> None:
    state = State(lambda: folder / "state.sqlite3")
    audit = AuditFile(state)
    audit.note("declined", 1_800_000_000, "one", "create_step", ["day"], plan="p" * 64, channel="card", who="a client")
    audit.note("expired", 1_800_000_600, "one", "reply", plan="q" * 64)
    state.close()
    assert run("show").stdout.splitlines() == [
        "2027-01-15T08:10:00.000+00:00 reply() expired: nothing",
        "2027-01-15T08:00:00.000+00:00 create_step(day) declined: nothing; answered by card; a client",
    ]
    assert run("verify").stdout == "2 lines, all as they were written.\n"
    assert "create_step,day,declined,,,card," in run("export").stdout


@pytest.mark.usefixtures("filled")
def test_it_is_handed_on_as_csv_without_formulas_or_as_json() -> None:
    header, first, _, last = run("export").stdout.splitlines()
    assert header.startswith("number,time,tool")
    assert first.startswith('1,14:03,create_step,"sequence, day",began')
    assert ",'=reply," in last
    lines = [json.loads(line) for line in run("export", "--json").stdout.splitlines()]
    assert [it["number"] for it in lines] == [1, 2, 3]
