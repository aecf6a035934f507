"""The check that runs after every test finds a key and an address in what the test has left."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.state import State
from tests.stores import leaks

SOMEBODY = "jo@lake.example.com"


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    """A folder of which nothing is left: the check of this test has to find nothing."""
    folder = tmp_path / "data"
    yield folder
    for file in folder.glob("*"):
        file.unlink()


def stored(folder: Path, statement: str, *values: str) -> None:
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "state.sqlite3")) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS plans (words TEXT, tool TEXT)")
        db.execute(statement, values)


def emptied(folder: Path) -> list[str]:
    found = list(leaks(folder))
    for file in folder.glob("*"):
        file.unlink()
    return found


def test_an_address_is_found_in_every_column_but_those_that_need_it(folder: Path) -> None:
    stored(folder, "INSERT INTO plans (words) VALUES (?)", SOMEBODY)
    assert emptied(folder) == []
    stored(folder, "INSERT INTO plans (tool) VALUES (?)", SOMEBODY)
    assert emptied(folder) == ["jo@lake.example is in plans.tool in state.sqlite3"]


def test_the_key_is_found_in_every_column(folder: Path) -> None:
    stored(folder, "INSERT INTO plans (words) VALUES (?)", KEY)
    assert emptied(folder) == ["the key is in state.sqlite3"]


@pytest.mark.parametrize("leak", [KEY, SOMEBODY])
def test_both_are_found_in_the_audit_file(folder: Path, leak: str) -> None:
    with closing(State(lambda: folder / "state.sqlite3")) as state:
        AuditFile(state).append(tool=leak)
    assert len(emptied(folder)) == 1


def test_a_file_that_is_no_store_hides_no_key(folder: Path) -> None:
    folder.mkdir()
    (folder / "state.sqlite3").write_text("no database", encoding="utf-8")
    assert emptied(folder) == []
    (folder / "state.sqlite3").write_text(f"no database: {KEY}", encoding="utf-8")
    assert emptied(folder) == ["the key is in state.sqlite3"]
