"""How long plans are kept, what is told of deleted ones, who works on a job, and rows that cannot be read."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from filelock import FileLock

from saleshandy_mcp.import_engine.ledger.deleting import (
    AGAIN,
    PLANS_KEPT,
    STARTING,
    Keeping,
    deletable,
    drop_old_plans,
)
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import is_locked, lock_job, locked
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.import_engine.ledger.results import Results
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import BatchState, JobState, RowState, visible_job_state
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import ACCOUNT, people, planned, target

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def opened(ledger: Ledger, box: Sandbox, age: timedelta, state: JobState, job: str = "imp_1") -> None:
    ledger.open_job(job, ACCOUNT, "leads.csv", target(box), (NOW - age).isoformat())
    ledger.put(job, state)


def there(ledger: Ledger) -> list[str]:
    return [it.id for it in ledger.jobs(ACCOUNT)]


@pytest.mark.parametrize(("age", "kept"), [(STARTING - SECOND, True), (STARTING + SECOND, False)])
def test_rows_that_a_killed_process_was_reading_are_deleted_after_a_minute(
    box: Sandbox, ledger: Ledger, age: timedelta, *, kept: bool
) -> None:
    opened(ledger, box, age, JobState.PLANNING)
    drop_old_plans(ledger, NOW, PLANS_KEPT)
    assert there(ledger) == (["imp_1"] if kept else [])


def test_where_plans_are_kept_for_less_than_a_minute_so_are_these(box: Sandbox, ledger: Ledger) -> None:
    opened(ledger, box, 10 * SECOND, JobState.PLANNING)
    drop_old_plans(ledger, NOW, 11 * SECOND)
    assert there(ledger) == ["imp_1"]
    drop_old_plans(ledger, NOW, 9 * SECOND)
    assert there(ledger) == []


@pytest.mark.parametrize("states", [[it] for it in JobState] + [list(JobState)])
def test_of_all_states_a_running_or_stopped_job_is_never_deletable(
    box: Sandbox, ledger: Ledger, states: list[JobState]
) -> None:
    for state in JobState:
        opened(ledger, box, timedelta(days=9), state, f"imp_{state}")
    found = {it.id for it in deletable(ledger, states, NOW)}
    assert found == {f"imp_{it}" for it in states if it not in (JobState.RUNNING, JobState.STOPPED)}
    assert deletable(ledger, states, NOW, "another account") == []


def test_it_is_looked_for_expired_plans_at_once_and_then_each_hour(box: Sandbox, ledger: Ledger) -> None:
    moment = [NOW]
    keeping = Keeping(timedelta(days=1), lambda: moment[0])
    opened(ledger, box, timedelta(days=2), JobState.PLANNED)
    keeping.tidy(ledger)
    assert there(ledger) == []
    opened(ledger, box, timedelta(days=2), JobState.PLANNED)
    moment[0] = NOW + AGAIN
    keeping.tidy(ledger)
    assert there(ledger) == ["imp_1"]
    moment[0] += SECOND
    keeping.tidy(ledger)
    assert there(ledger) == []


def test_a_clock_that_was_set_back_keeps_no_expired_plan(box: Sandbox, ledger: Ledger) -> None:
    moment = [NOW + timedelta(days=365)]
    keeping = Keeping(timedelta(days=1), lambda: moment[0])
    keeping.tidy(ledger)
    opened(ledger, box, timedelta(days=2), JobState.PLANNED)
    moment[0] = NOW
    keeping.tidy(ledger)
    assert there(ledger) == []


@pytest.mark.parametrize(
    ("plans", "until", "remark"),
    [
        (timedelta(days=7), NOW + timedelta(days=7), "; a plan is kept for 7 days"),
        (timedelta(hours=2), NOW + timedelta(hours=2), "; a plan is kept for 2 hours"),
        (None, None, ""),
    ],
)
def test_it_is_told_how_long_a_plan_is_kept(plans: timedelta | None, until: datetime | None, remark: str) -> None:
    keeping = Keeping(plans)
    assert (keeping.until(NOW.isoformat()), keeping.remark) == (until, remark)


def test_a_request_of_saleshandy_is_known_by_its_job_for_its_account_alone(box: Sandbox, ledger: Ledger) -> None:
    planned(ledger, target(box), people(2), "imp_1", most=1)
    planned(ledger, target(box), people(2, "other.example.com"), "imp_2", most=1)
    Rows(ledger, "imp_1").move(1, BatchState.ACCEPTED, request="one")
    Rows(ledger, "imp_2").move(2, BatchState.ACCEPTED, request="two")
    assert [ledger.job_of_request(it, ACCOUNT) for it in ("one", "two", "three")] == ["imp_1", "imp_2", None]
    assert ledger.job_of_request("one", "another account") is None


def test_the_folder_of_locks_is_made_with_those_above_it_for_its_owner_alone(tmp_path: Path) -> None:
    ledger = Ledger(lambda: tmp_path / "one" / "two" / "imports.sqlite3")
    assert not ledger.path.parent.joinpath("locks").exists()
    assert not is_locked(ledger, "imp_1")
    with locked(ledger, "imp_1"):
        assert (is_locked(ledger, "imp_1"), is_locked(ledger, "imp_2")) == (True, False)
        assert ledger.path.parent.joinpath("locks").stat().st_mode & 0o077 == 0
    assert not is_locked(ledger, "imp_1")


def test_to_ask_whether_somebody_works_on_a_job_waits_for_nobody(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = lock_job(ledger, "imp_1")
    waited: list[float | None] = []
    acquire = FileLock.acquire

    def watched(self: FileLock, timeout: float | None = None) -> object:
        waited.append(timeout)
        return acquire(self, timeout)

    monkeypatch.setattr(FileLock, "acquire", watched)
    assert is_locked(ledger, "imp_1")
    assert waited == [0]
    lock.release()


@pytest.mark.parametrize("text", ["[]", '"a"', "{", "", "null"])
def test_a_row_whose_content_cannot_be_read_is_skipped_with_that_reason(
    box: Sandbox, ledger: Ledger, text: str
) -> None:
    job = planned(ledger, target(box), people(3))
    with ledger.changing() as db:
        db.execute("UPDATE payloads SET json = ? WHERE job = ? AND number = 2", (text, job))
    rows, seen = Rows(ledger, job), Results(ledger, job, running=False)
    numbers = [number for number, _ in rows.waiting()]
    assert 2 in numbers
    assert sorted(rows.content(1)) == [it for it in numbers if it != 2]
    (reason,) = seen.reasons(RowState.SKIPPED)
    assert (reason.code, "what would be sent is no JSON object" in reason.details) == (ReasonCode.DAMAGED, True)
    assert [number for number, _ in rows.waiting()] == [it for it in numbers if it != 2]


def test_rows_are_listed_from_the_first_one_in_any_portion(box: Sandbox, ledger: Ledger) -> None:
    job = planned(ledger, target(box), people(7), most=2)
    seen = Results(ledger, job, running=False)
    every = [it.number for it in seen.all()]
    assert len(every) == 7
    states = list(RowState)
    assert [it.number for it in seen.rows(states, limit=7)] == every
    for limit, offset in product(range(1, 9), range(9)):
        assert [it.number for it in seen.rows(states, limit=limit, offset=offset)] == every[offset : offset + limit]


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("running", [True, False])
def test_a_running_job_that_nobody_works_on_has_stopped(state: JobState, *, running: bool) -> None:
    wanted = JobState.STOPPED if state is JobState.RUNNING and not running else state
    assert visible_job_state(state, running=running) is wanted
