"""What the ledger keeps of people, of jobs that were given up, deleted or carried out."""

from datetime import UTC, datetime, timedelta

import pytest

from saleshandy_mcp.import_engine.ledger.deleting import Deletable, deletable, drop_old_plans
from saleshandy_mcp.import_engine.ledger.imported import imported_people
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import lock_job
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import JobState
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import (
    ACCOUNT,
    UNSUBSCRIBED,
    carried_out,
    counts,
    people,
    planned,
    record,
    target,
)

TABLES = ("jobs", "batches", "rows", "payloads")


def kept(ledger: Ledger, job: str) -> dict[str, int]:
    """How many entries of a job are in each table."""
    with ledger.reading() as db:
        return {
            table: db.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (job,)).fetchone()[0]  # noqa: S608 - our own words
            for table, column in (("jobs", "id"), ("batches", "job"), ("rows", "job"), ("payloads", "job"))
        }


ALL_OF_IT = dict(zip(TABLES, (1, 2, 4, 4), strict=True))
"""What is kept of a job of four rows in two batches."""


@pytest.fixture
def two_jobs(box: Sandbox, ledger: Ledger) -> Ledger:
    planned(ledger, target(box), people(4), "imp_1", most=2)
    planned(ledger, target(box), people(4, "other.example.com"), "imp_2", most=2)
    assert kept(ledger, "imp_1") == ALL_OF_IT
    return ledger


def test_of_a_job_that_was_given_up_nothing_is_kept_that_it_would_have_sent(two_jobs: Ledger) -> None:
    two_jobs.give_up("imp_1")
    assert kept(two_jobs, "imp_1") == {**ALL_OF_IT, "payloads": 0}
    assert record(two_jobs).state == "abandoned"
    assert (kept(two_jobs, "imp_2"), record(two_jobs, "imp_2").state) == (ALL_OF_IT, "planned")


def test_of_a_job_that_is_deleted_nothing_is_kept(two_jobs: Ledger) -> None:
    two_jobs.drop("imp_1")
    assert kept(two_jobs, "imp_1") == dict.fromkeys(TABLES, 0)
    assert two_jobs.job("imp_1", ACCOUNT) is None
    assert kept(two_jobs, "imp_2") == ALL_OF_IT


async def test_people_who_were_imported_are_not_kept_and_the_others_are(box: Sandbox, two_jobs: Ledger) -> None:
    await carried_out(box, two_jobs)
    assert kept(two_jobs, "imp_1") == {**ALL_OF_IT, "payloads": 0}
    assert kept(two_jobs, "imp_2") == ALL_OF_IT


async def test_only_imported_people_of_this_sequence_and_account_count_as_imported_into_it(
    box: Sandbox, ledger: Ledger
) -> None:
    where = target(box)
    planned(ledger, where, [*people(2), UNSUBSCRIBED], "imp_1")
    planned(ledger, where, people(2, "planned.example.com"), "imp_2")
    planned(ledger, target(box, account_wide=True), people(2, "stored.example.com"), "imp_3")
    for job in ("imp_1", "imp_3"):
        await carried_out(box, ledger, job)
    assert ledger.imported_into(ACCOUNT, where.sequence_id) == people(2)
    assert ledger.imported_into("another", where.sequence_id) == []
    assert ledger.imported_into(ACCOUNT, "another") == []
    found = imported_people(ledger, ACCOUNT)
    assert [(it.email, it.job, it.sequence_id) for it in found] == [
        *((email, "imp_1", where.sequence_id) for email in people(2)),
        *((email, "imp_3", "") for email in people(2, "stored.example.com")),
    ]
    assert all(it.request for it in found)
    assert imported_people(ledger, "another") == []


async def test_people_of_several_jobs_count_once(box: Sandbox, ledger: Ledger) -> None:
    where = target(box)
    planned(ledger, where, people(2), "imp_1")
    await carried_out(box, ledger)
    planned(ledger, where, people(3), "imp_2")
    ledger.keep("imp_2", again=True)
    await carried_out(box, ledger, "imp_2")
    assert counts(ledger, "imp_2") == {"imported": 3}
    assert ledger.imported_into(ACCOUNT, where.sequence_id) == people(3)


def test_rows_are_counted_by_job(two_jobs: Ledger) -> None:
    assert (Rows(two_jobs, "imp_1").number(), Rows(two_jobs, "imp_3").number()) == (4, 0)


OLD, DAY = "2026-11-01T08:00:00+00:00", timedelta(days=1)
LATER = datetime(2026, 11, 3, tzinfo=UTC)


def made(ledger: Ledger, moment: str) -> None:
    with ledger.changing() as db:
        db.execute("UPDATE jobs SET made = ? WHERE id = 'imp_1'", (moment,))


def gone(ledger: Ledger) -> bool:
    return kept(ledger, "imp_1")["jobs"] == 0


@pytest.mark.parametrize(("days", "left"), [(1, 0), (2, 1), (3, 1)])
def test_a_plan_that_nobody_started_expires_alone_once_its_time_is_over(two_jobs: Ledger, days: int, left: int) -> None:
    made(two_jobs, OLD)
    drop_old_plans(two_jobs, datetime(2026, 11, 3, 8, tzinfo=UTC), days * DAY)
    assert kept(two_jobs, "imp_1")["jobs"] == left
    assert kept(two_jobs, "imp_2") == ALL_OF_IT


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.STOPPED, JobState.FINISHED])
def test_a_job_that_was_started_does_not_expire(two_jobs: Ledger, state: JobState) -> None:
    made(two_jobs, OLD)
    two_jobs.put("imp_1", state)
    drop_old_plans(two_jobs, LATER, DAY)
    assert not gone(two_jobs)
    assert deletable(two_jobs, [JobState.RUNNING, JobState.STOPPED], LATER) == []


def test_a_job_that_somebody_works_on_is_not_deleted(two_jobs: Ledger) -> None:
    made(two_jobs, OLD)
    with lock_job(two_jobs, "imp_1"):
        drop_old_plans(two_jobs, LATER, DAY)
        assert not gone(two_jobs)
    drop_old_plans(two_jobs, LATER, DAY)
    assert gone(two_jobs)


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-11-01T08:00:00"])
def test_a_job_whose_time_cannot_be_read_is_not_deleted(two_jobs: Ledger, moment: str) -> None:
    made(two_jobs, moment)
    drop_old_plans(two_jobs, LATER, DAY)
    assert not gone(two_jobs)


def test_what_may_be_deleted_is_told_with_its_rows_by_account_and_the_oldest_first(two_jobs: Ledger) -> None:
    made(two_jobs, OLD)
    now = datetime.now(UTC) + DAY
    found = deletable(two_jobs, [JobState.PLANNED], now, ACCOUNT)
    assert found == [Deletable(job, JobState.PLANNED, "a.csv", 4) for job in ("imp_1", "imp_2")]
    assert deletable(two_jobs, [JobState.PLANNED], now, "another") == []


def test_the_first_people_of_a_plan_are_those_who_would_be_sent_first(two_jobs: Ledger) -> None:
    assert [row["Email"] for row in Rows(two_jobs, "imp_1").first(2)] == people(4)[:2]
