"""Ledgers of earlier versions: everything in them is read as before, and their jobs go on."""

import shutil
import sqlite3
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.ledger.ledger import Ledger, LedgerTrouble
from saleshandy_mcp.import_engine.ledger.migrations import MIGRATIONS, VERSION
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.results import Results
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.sandbox import Sandbox
from tests.features.imports.kit import imported, status
from tests.import_engine.engine import taken
from tests.kit import context_over

STORED = Path(__file__).parent / "ledgers"
ACCOUNT = "daf8077431d0aaac"
"""The account of these files: the sandbox with its key."""


def copy(version: int, folder: Path) -> Path:
    path = folder / "imports.sqlite3"
    shutil.copy(STORED / f"v{version}.sqlite3", path)
    return path


def version_of(path: Path) -> int:
    with sqlite3.connect(path) as db:
        found = db.execute("PRAGMA user_version").fetchone()
    db.close()
    return found[0]


def schema_of(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """The columns of each table, and the columns of each index."""
    with sqlite3.connect(path) as db:
        names = db.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
        found = {
            name: db.execute(f"PRAGMA {'table' if kind == 'table' else 'index'}_info({name})").fetchall()
            for kind, name in names
        }
    db.close()
    return found


@pytest.fixture
def ledger(tmp_path: Path) -> Generator[Ledger]:
    path = copy(1, tmp_path)
    ledger = Ledger(lambda: path)
    yield ledger
    ledger.close()


def reasons(ledger: Ledger, job: str) -> list[tuple[RowState, Reason]]:
    return [(it.state, it.reason) for it in Results(ledger, job, running=False).all()]


def test_versions_follow_on_each_other_and_each_but_the_newest_has_a_stored_file() -> None:
    assert [step.version for step in MIGRATIONS] == list(range(1, VERSION + 1))
    assert {file.name for file in STORED.glob("*.sqlite3")} == {f"v{number}.sqlite3" for number in range(1, VERSION)}


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_ledger_of_any_version_comes_to_be_as_a_new_one(tmp_path: Path, version: int) -> None:
    old, new = copy(version, tmp_path), tmp_path / "new.sqlite3"
    for path in (old, new):
        ledger = Ledger(lambda path=path: path)
        ledger.jobs(ACCOUNT)
        ledger.close()
    assert (version_of(old), version_of(new)) == (VERSION, VERSION)
    assert schema_of(old) == schema_of(new)


def test_jobs_in_every_state_are_there_as_they_were(ledger: Ledger) -> None:
    assert ledger.damaged_jobs(ACCOUNT) == []
    assert {it.id: it.state for it in ledger.jobs(ACCOUNT)} == {
        "imp_abandoned": JobState.ABANDONED,
        "imp_accepted": JobState.STOPPED,
        "imp_again": JobState.FINISHED,
        "imp_doubt": JobState.FINISHED,
        "imp_in_doubt": JobState.STOPPED,
        "imp_mixed": JobState.FINISHED,
        "imp_no_report": JobState.FINISHED,
        "imp_planned": JobState.PLANNED,
        "imp_planning": JobState.PLANNING,
        "imp_running": JobState.RUNNING,
        "imp_sent_before": JobState.FINISHED,
        "imp_stopped": JobState.STOPPED,
        "imp_verified": JobState.FINISHED,
        "imp_waits": JobState.FINISHED,
    }


def test_reasons_that_were_sentences_are_codes_with_details(ledger: Ledger) -> None:
    skipped, unknown, imported_ = RowState.SKIPPED, RowState.UNKNOWN, RowState.IMPORTED
    assert reasons(ledger, "imp_mixed") == [
        *[(imported_, NO_REASON)] * 3,
        (skipped, Reason(ReasonCode.NO_ADDRESS)),
        (skipped, Reason(ReasonCode.BAD_ADDRESS)),
        (skipped, Reason(ReasonCode.DO_NOT_CONTACT, list_name="Asked us not to write")),
        (skipped, Reason(ReasonCode.DUPLICATE, row=2)),
        (RowState.REFUSED, Reason(ReasonCode.REFUSED, words="Prospect is unsubscribed")),
        (skipped, Reason(ReasonCode.UNREADABLE, words="6 fields, the header has 4")),
    ]
    assert (skipped, Reason(ReasonCode.IMPORTED_BEFORE, job="imp_mixed")) in reasons(ledger, "imp_again")
    assert set(reasons(ledger, "imp_doubt")) == {
        (imported_, Reason(ReasonCode.FOUND_AGAIN)),
        (unknown, Reason(ReasonCode.UNPROVEN)),
    }
    assert (RowState.REFUSED, Reason(ReasonCode.REFUSED_UNREAD)) in reasons(ledger, "imp_no_report")
    assert reasons(ledger, "imp_sent_before")[0] == (skipped, Reason(ReasonCode.UNKNOWN_IN_JOB, job="imp_doubt"))
    assert reasons(ledger, "imp_waits")[0] == (skipped, Reason(ReasonCode.WAITS_IN_JOB, job="imp_running"))
    assert set(reasons(ledger, "imp_running")) == {(unknown, Reason(ReasonCode.NO_PROOF))}
    assert set(reasons(ledger, "imp_in_doubt")) == {(unknown, Reason(ReasonCode.NO_PROOF))}
    assert set(reasons(ledger, "imp_accepted")) == {(unknown, Reason(ReasonCode.NOT_READ_YET))}
    assert reasons(ledger, "imp_stopped")[-1] == (RowState.NOT_SENT, Reason(ReasonCode.NOT_REACHED))


def test_a_reason_without_details_has_none_and_words_that_are_not_known_are_kept(tmp_path: Path) -> None:
    path = copy(1, tmp_path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE rows SET reason = 'somehow' WHERE job = 'imp_planned' AND number = 2")
    db.close()
    ledger = Ledger(lambda: path)
    with ledger.reading() as db:
        stored = dict(db.execute("SELECT reason, details FROM rows ORDER BY details").fetchall())
    ledger.close()
    assert (stored["no_address"], stored["unproven"], stored[""]) == ("", "", "")
    assert stored["other"] == '{"words": "somehow"}'
    assert stored["refused"] == '{"words": "Prospect is unsubscribed"}'


def test_what_is_known_of_a_job_and_of_columns_is_kept(ledger: Ledger) -> None:
    stopped = ledger.job("imp_stopped", ACCOUNT)
    assert stopped is not None
    assert (stopped.source, stopped.note) == ("big.csv", "the API key was not accepted (Invalid token)")
    assert (stopped.facts.plan.batches, stopped.facts.may_mail) == ([25, 185], False)
    assert stopped.facts.since.startswith("2026-11-16T")
    assert ledger.remembered(ACCOUNT) == {"Name": "First Name + Last Name", "Score": "-", "Title": "Why Now"}
    verified = [it.verified for it in Results(ledger, "imp_verified", running=False).all()]
    assert sorted(verified) == ["risky", *["valid"] * 7]


async def test_a_plan_and_a_stopped_job_of_version_1_go_on(box: Sandbox, tmp_path: Path) -> None:
    async with context_over(box, ledger=copy(1, tmp_path)) as context:
        assert (await imported(context, job="imp_planned")).imported == 2
        told = await imported(context, job="imp_stopped")
        assert (told.imported, told.finished) == (210, True)
        assert (await imported(context, job="imp_running")).imported == 3
        told = await status(context, "imp_mixed")
    assert (told.imported, told.refused, told.skipped) == (3, 1, 5)
    assert len(taken(box)) == 2 + 185 + 3
    assert set(taken(box).values()) == {1}


async def test_people_of_a_job_of_version_1_are_known_as_imported_before(box: Sandbox, tmp_path: Path) -> None:
    async with context_over(box, ledger=copy(1, tmp_path)) as context:
        told = await imported(context, rows=[{"Email": "p0@stopped.example.com"}, {"Email": "new@n.example.com"}])
    (skipped,) = told.skipped_for
    assert (told.imported, skipped.reason) == (1, ReasonCode.IMPORTED_BEFORE)


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = copy(1, tmp_path)
    with sqlite3.connect(path) as db:
        db.execute("CREATE TRIGGER t BEFORE UPDATE ON rows BEGIN SELECT raise(FAIL, 'disk is full'); END")
    db.close()
    before = schema_of(path)
    with pytest.raises(LedgerTrouble, match="disk is full"):
        Ledger(lambda: path).jobs(ACCOUNT)
    assert (version_of(path), schema_of(path)) == (1, before)


def test_a_ledger_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = copy(1, tmp_path)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    before = schema_of(path)
    with pytest.raises(Mistake, match="newer version of this program"):
        Ledger(lambda: path).jobs(ACCOUNT)
    assert (version_of(path), schema_of(path)) == (VERSION + 1, before)


def test_processes_that_open_an_old_ledger_at_once_all_read_it(tmp_path: Path) -> None:
    path = copy(1, tmp_path)

    def read(_: int) -> int:
        ledger = Ledger(lambda: path)
        jobs = ledger.jobs(ACCOUNT)
        ledger.close()
        return len(jobs)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(4))) == [14] * 4
    assert version_of(path) == VERSION
