"""The file in which imports are written down, and what happens when it cannot be used."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.import_engine.ledger.ledger import Ledger, LedgerTrouble
from saleshandy_mcp.import_engine.ledger.locks import is_locked, lock_job, locked
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.rows import NewRow, Rows
from saleshandy_mcp.import_engine.ledger.states import BatchState, JobState, RowState, visible_state
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import (
    ACCOUNT,
    carried_out,
    counts,
    people,
    planned,
    record,
    taken,
    target,
)
from tests.kit import posts


def test_rows_are_stored_as_they_were_added_whatever_is_in_them(box: Sandbox, ledger: Ledger) -> None:
    job = planned(ledger, target(box), [])
    strange = '"\\ é 😀 \u2028 \n'
    added = [
        NewRow(
            2,
            "a@new.example.com",
            bytes(31) + b"\1",
            b"\1" + bytes(15),
            RowState.WAITING,
            NO_REASON,
            '{"A": "é\\u0000"}',
        ),
        NewRow(3, strange, None, None, RowState.SKIPPED, Reason(ReasonCode.UNREADABLE, words=strange), ""),
        NewRow(9, "b@new.example.com", b"k" * 32, None, RowState.SKIPPED, Reason(ReasonCode.DUPLICATE, row=2), ""),
    ]
    Rows(ledger, job).add(added)
    with ledger.reading() as db:
        found = db.execute(
            "SELECT number, email, key, print, state, reason, details, coalesce(json, '') FROM rows "
            "LEFT JOIN payloads USING (job, number) WHERE job = ? ORDER BY number",
            (job,),
        ).fetchall()
    assert found == [(*row[:5], row.reason.code, row.reason.details, row.payload) for row in added]


def test_it_is_readable_by_its_owner_alone(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(1))
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_each_commit_is_synced_in_write_ahead_mode(ledger: Ledger) -> None:
    with ledger.changing() as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_change_that_fails_leaves_nothing(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(1))

    def change() -> None:
        with ledger.changing() as db:
            db.execute("UPDATE jobs SET state = 'finished'")
            db.execute("no SQL at all")

    with pytest.raises(LedgerTrouble):
        change()
    assert record(ledger).state == "planned"


def test_the_job_of_another_account_is_not_told(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(1))
    assert ledger.job("imp_1", "another") is None
    assert ledger.jobs("another") == []
    assert [it.id for it in ledger.jobs(ACCOUNT)] == ["imp_1"]


def test_what_is_remembered_is_remembered_per_account(ledger: Ledger) -> None:
    ledger.remember("a", {"Title": "Job Title", "Score": ""})
    ledger.remember("a", {"Score": "Plan"})
    assert ledger.remembered("a") == {"Title": "Job Title", "Score": "Plan"}
    assert ledger.remembered("b") == {}


def broken(path: Path, how: str) -> None:
    if how == "a folder":
        path.mkdir()
    elif how == "no database":
        path.write_bytes(b"something else entirely" * 100)
    elif how == "of a newer version":
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 99")
        db.close()
    else:
        path.parent.joinpath("file").write_text("")


@pytest.mark.parametrize("how", ["a folder", "no database", "of a newer version", "below a file"])
def test_a_ledger_that_cannot_be_used_says_so_and_what_to_do(tmp_path: Path, how: str) -> None:
    path = tmp_path / "imports.sqlite3"
    broken(path, how)
    ledger = Ledger(lambda: tmp_path / "file" / "imports.sqlite3" if how == "below a file" else path)
    with pytest.raises(LedgerTrouble, match="cannot be used") as trouble:
        ledger.jobs(ACCOUNT)
    assert "SALESHANDY_DATA" in trouble.value.remedy


@pytest.mark.parametrize("table", ["jobs", "batches"])
async def test_when_the_disk_is_full_nothing_is_sent(box: Sandbox, ledger: Ledger, table: str) -> None:
    planned(ledger, target(box), people(5))
    with ledger.reading() as db:
        db.execute(f"CREATE TEMP TRIGGER f BEFORE UPDATE ON {table} BEGIN SELECT raise(FAIL, 'disk is full'); END")
    with pytest.raises(LedgerTrouble, match="disk is full"):
        await carried_out(box, ledger)
    assert posts(box) == 0
    with ledger.reading() as db:
        db.execute("DROP TRIGGER f")
    await carried_out(box, ledger)
    assert counts(ledger) == {"imported": 5}


async def test_when_the_disk_fills_up_on_the_way_the_batch_that_went_out_is_read_back(
    box: Sandbox, ledger: Ledger
) -> None:
    planned(ledger, target(box), people(60), most=30)
    accepted = "BEFORE UPDATE ON batches WHEN NEW.state = 'accepted'"
    with ledger.reading() as db:
        db.execute(f"CREATE TEMP TRIGGER f {accepted} BEGIN SELECT raise(FAIL, 'disk is full'); END")
    with pytest.raises(LedgerTrouble):
        await carried_out(box, ledger)
    with ledger.reading() as db:
        db.execute("DROP TRIGGER f")
    await carried_out(box, ledger)
    assert (counts(ledger), taken(box)) == ({"imported": 60}, dict.fromkeys(people(60), 1))


def test_a_job_has_one_owner(box: Sandbox, ledger: Ledger) -> None:
    other = Ledger(lambda: ledger.path)
    planned(ledger, target(box), people(1))
    assert not is_locked(ledger, "imp_1")
    with locked(ledger, "imp_1"):
        assert is_locked(other, "imp_1")
        with pytest.raises(Mistake, match="imp_1 is being worked on already") as refusal:
            lock_job(other, "imp_1")
        assert refusal.value.words(NextCall.for_model).endswith('See how it stands: check_import_status(job="imp_1").')
        lock_job(other, "imp_2").release()
    assert not is_locked(other, "imp_1")


_HOLDS = """
import sys
from pathlib import Path
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import lock_job
lock = lock_job(Ledger(lambda: Path(sys.argv[1])), "imp_1")
print("held", flush=True)
sys.stdin.read()
"""


def test_who_is_killed_lets_its_jobs_go_at_once(ledger: Ledger) -> None:
    command = [sys.executable, "-c", _HOLDS, str(ledger.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603 - ours
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Mistake, match="is being worked on already"):
            lock_job(ledger, "imp_1")
        other.kill()
        other.wait()
        lock_job(ledger, "imp_1").release()


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize("batch", [None, *BatchState])
@pytest.mark.parametrize("row", list(RowState))
def test_a_row_is_seen_in_one_state_and_an_end_with_its_reason(
    row: RowState, batch: BatchState | None, *, running: bool
) -> None:
    state, reason = visible_state(row, batch, running=running)
    if row is not RowState.WAITING:
        assert (state, reason) == (row, NO_REASON)
    else:
        assert running or state in (RowState.UNKNOWN, RowState.NOT_SENT)
        assert bool(reason) == (state is not RowState.WAITING)
        assert state is not RowState.IMPORTED


def test_what_is_known_of_a_job_is_added_to(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(1), "imp_1")
    planned(ledger, target(box), people(1), "imp_2")
    ledger.keep("imp_1", since="2026", again=True)
    ledger.keep("imp_1", may_mail=True)
    ledger.put("imp_1", JobState.STOPPED, "why")
    ledger.put("imp_1", JobState.RUNNING)
    found, other = record(ledger), record(ledger, "imp_2")
    assert (found.facts.since, found.facts.again, found.facts.may_mail) == ("2026", True, True)
    assert (found.state, found.note) == ("running", "why")
    assert (ledger.may_mail("imp_1"), ledger.may_mail("imp_2"), ledger.may_mail("imp_3")) == (True, False, False)
    assert (other.facts.since, other.facts.again, other.state, other.note) == ("", False, "planned", "")
    ledger.note("imp_1", "the rate limit")
    ledger.put("imp_2", JobState.FINISHED, "")
    assert (record(ledger).note, record(ledger).state) == ("the rate limit", "running")
    assert record(ledger, "imp_2").note == ""


def test_jobs_are_told_with_the_newest_first(box: Sandbox, ledger: Ledger) -> None:
    for job, made in (
        ("imp_1", "2026-01-01"),
        ("imp_3", "2026-01-03"),
        ("imp_2", "2026-01-02"),
        ("imp_4", "2026-01-03"),
    ):
        ledger.open_job(job, ACCOUNT, f"{job}.csv", target(box), f"{made}T00:00:00+00:00")
    assert [it.id for it in ledger.jobs(ACCOUNT)] == ["imp_4", "imp_3", "imp_2", "imp_1"]
    found = record(ledger, "imp_2")
    assert (found.source, found.target, found.state) == ("imp_2.csv", target(box), "planning")


def test_a_ledger_that_was_closed_opens_again(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(1))
    ledger.close()
    ledger.close()
    assert record(ledger).state == "planned"


def test_the_folder_of_locks_that_cannot_be_made_is_trouble(ledger: Ledger) -> None:
    ledger.path.parent.joinpath("locks").write_text("no folder")
    with pytest.raises(LedgerTrouble, match="folder of the import ledger cannot be written"):
        lock_job(ledger, "imp_1")
    assert not is_locked(ledger, "imp_1")


def test_a_lock_is_let_go_whatever_happens_under_it(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="broken"), locked(ledger, "imp_1"):
        raise ValueError("broken")
    assert not is_locked(ledger, "imp_1")
