"""A file that another program keeps locked: it is read all the same, and nothing waits for it for long."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.store import sqlite_file
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.store.hints import Hints
from saleshandy_mcp.store.sqlite_file import SqliteFile
from saleshandy_mcp.store.state import State

FILES: list[type[SqliteFile]] = [State, Ledger, CrmLedger, Hints]


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "LONGEST_WAIT", 0.2)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "data.sqlite3"


@contextmanager
def locked(place: Path) -> Generator[None]:
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def change(file: SqliteFile) -> None:
    with file.changing() as db:
        db.execute("PRAGMA user_version")


def waits(file: SqliteFile) -> float:
    with file.reading() as db:
        return db.execute("PRAGMA busy_timeout").fetchone()[0] / 1000


def test_so_long_the_other_calls_of_a_process_may_wait() -> None:
    assert sqlite_file.LONGEST_WAIT <= 2


@pytest.mark.parametrize("kind", FILES)
def test_what_needs_it_is_refused_with_what_to_do_and_once_it_is_free_again_it_is_changed(
    place: Path, kind: type[SqliteFile]
) -> None:
    with closing(kind(lambda: place)) as file:
        change(file)
        with locked(place):
            with pytest.raises(Mistake, match="cannot be used \\(another program keeps it locked\\)") as refusal:
                change(file)
            assert isinstance(refusal.value, kind.failure)
            assert refusal.value.remedy == f"{kind.without} Try again when that program is done with it.".lstrip()
        change(file)


@pytest.mark.parametrize("kind", FILES)
def test_it_is_waited_for_once_and_not_by_each_change(place: Path, kind: type[SqliteFile]) -> None:
    with closing(kind(lambda: place)) as file:
        change(file)
        assert waits(file) == 0.2
        with locked(place):
            for _ in range(2):
                with pytest.raises(Mistake):
                    change(file)
                assert waits(file) == 0.05
        change(file)
        assert waits(file) == 0.2


@pytest.mark.parametrize("kind", FILES)
def test_a_process_that_starts_meanwhile_reads_it(place: Path, kind: type[SqliteFile]) -> None:
    with closing(kind(lambda: place)) as file:
        change(file)
    with locked(place), closing(kind(lambda: place)) as file, file.reading() as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
