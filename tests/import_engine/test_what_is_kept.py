"""What the ledger keeps of people, of jobs that were given up, deleted or carried out."""

import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.rows import Rows
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
