"""What other jobs did with the people of a job: nobody is sent twice without being asked for."""

from collections.abc import Iterable

import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.previous_jobs import Compared, compare
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.records import Target
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import BatchState, JobState, RowState
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import people, planned, target

(JO,) = people(1)
FIRST_ROW = 2


@pytest.fixture
def where(box: Sandbox) -> Target:
    return target(box)


def before(
    ledger: Ledger,
    where: Target,
    row: RowState,
    *,
    batch: BatchState = BatchState.SETTLED,
    job: JobState = JobState.FINISHED,
    name: str = "imp_0",
) -> None:
    """A job that has done this with Jo."""
    planned(ledger, where, [JO], name)
    rows = Rows(ledger, name)
    if row is not RowState.WAITING:
        rows.settle(1, {FIRST_ROW: (row, NO_REASON)})
    rows.move(1, batch)
    ledger.put(name, job)


def other_values(ledger: Ledger, job: str) -> None:
    with ledger.changing() as db:
        db.execute("UPDATE rows SET print = x'00' WHERE job = ?", (job,))


def compared(ledger: Ledger, where: Target, *, again: bool = False, who: Iterable[str] = (JO,)) -> Compared:
    planned(ledger, where, who, "imp_1")
    return compare(ledger, "imp_1", again=again)


def because(code: ReasonCode, job: str = "imp_0") -> Compared:
    return Compared({FIRST_ROW: Reason(code, job=job)}, 0)


NOTHING = Compared({}, 0)


@pytest.mark.parametrize("job", [JobState.FINISHED, JobState.STOPPED, JobState.RUNNING, JobState.ABANDONED])
def test_who_was_imported_with_the_same_values_is_skipped_unless_asked_for(
    ledger: Ledger, where: Target, job: JobState
) -> None:
    before(ledger, where, RowState.IMPORTED, job=job)
    assert compared(ledger, where) == because(ReasonCode.IMPORTED_BEFORE)
    assert compare(ledger, "imp_1", again=True) == NOTHING


def test_who_was_imported_with_other_values_is_sent_and_counted(ledger: Ledger, where: Target) -> None:
    before(ledger, where, RowState.IMPORTED)
    other_values(ledger, "imp_0")
    assert compared(ledger, where) == Compared({}, 1)
    assert compare(ledger, "imp_1", again=True) == NOTHING


def test_who_was_imported_with_both_is_skipped_and_not_counted(ledger: Ledger, where: Target) -> None:
    before(ledger, where, RowState.IMPORTED, name="imp_0")
    before(ledger, where, RowState.IMPORTED, name="imp_2")
    other_values(ledger, "imp_2")
    assert compared(ledger, where) == because(ReasonCode.IMPORTED_BEFORE)


@pytest.mark.parametrize("row", [RowState.REFUSED, RowState.SKIPPED])
@pytest.mark.parametrize("job", [JobState.FINISHED, JobState.RUNNING])
def test_who_was_refused_or_skipped_is_sent(ledger: Ledger, where: Target, row: RowState, job: JobState) -> None:
    before(ledger, where, row, job=job)
    assert compared(ledger, where) == NOTHING


def test_whose_outcome_is_unknown_is_skipped_unless_asked_for(ledger: Ledger, where: Target) -> None:
    before(ledger, where, RowState.UNKNOWN)
    assert compared(ledger, where) == because(ReasonCode.UNKNOWN_IN_JOB)
    assert compare(ledger, "imp_1", again=True) == NOTHING


@pytest.mark.parametrize(("unknown", "imported"), [("imp_0", "imp_2"), ("imp_2", "imp_0")])
def test_that_an_outcome_is_unknown_weighs_more_than_that_another_job_imported_the_person(
    ledger: Ledger, where: Target, unknown: str, imported: str
) -> None:
    before(ledger, where, RowState.UNKNOWN, name=unknown)
    before(ledger, where, RowState.IMPORTED, name=imported)
    assert compared(ledger, where) == because(ReasonCode.UNKNOWN_IN_JOB, unknown)


@pytest.mark.parametrize("batch", [BatchState.IN_FLIGHT, BatchState.ACCEPTED, BatchState.UNKNOWN])
@pytest.mark.parametrize("job", [JobState.STOPPED, JobState.ABANDONED])
def test_who_may_have_been_sent_by_a_job_that_stopped_is_skipped(
    ledger: Ledger, where: Target, batch: BatchState, job: JobState
) -> None:
    before(ledger, where, RowState.WAITING, batch=batch, job=job)
    assert compared(ledger, where) == because(ReasonCode.UNKNOWN_IN_JOB)
    assert compare(ledger, "imp_1", again=True) == NOTHING


@pytest.mark.parametrize("job", [JobState.STOPPED, JobState.ABANDONED, JobState.PLANNED])
def test_whom_a_job_never_sent_is_sent(ledger: Ledger, where: Target, job: JobState) -> None:
    before(ledger, where, RowState.WAITING, batch=BatchState.PLANNED, job=job)
    assert compared(ledger, where) == NOTHING


@pytest.mark.parametrize("batch", [BatchState.PLANNED, BatchState.IN_FLIGHT, BatchState.ACCEPTED, BatchState.UNKNOWN])
@pytest.mark.parametrize("again", [False, True])
def test_who_waits_in_a_running_job_is_skipped_even_when_asked_for(
    ledger: Ledger, where: Target, batch: BatchState, *, again: bool
) -> None:
    before(ledger, where, RowState.WAITING, batch=batch, job=JobState.RUNNING)
    assert compared(ledger, where, again=again) == because(ReasonCode.WAITS_IN_JOB)


def test_other_people_another_step_and_the_job_itself_are_another_matter(
    box: Sandbox, ledger: Ledger, where: Target
) -> None:
    before(ledger, where, RowState.IMPORTED)
    before(ledger, target(box, 2), RowState.IMPORTED, name="imp_2")
    assert compared(ledger, target(box, 3)) == NOTHING
    planned(ledger, where, people(1, "other.example.com"), "imp_3")
    assert compare(ledger, "imp_3", again=False) == NOTHING


@pytest.mark.parametrize("batch", [BatchState.IN_FLIGHT, BatchState.ACCEPTED, BatchState.UNKNOWN, BatchState.SETTLED])
def test_rows_that_were_sent_already_are_not_skipped_any_more(ledger: Ledger, where: Target, batch: BatchState) -> None:
    before(ledger, where, RowState.IMPORTED)
    planned(ledger, where, [JO], "imp_1")
    Rows(ledger, "imp_1").move(1, batch)
    assert compare(ledger, "imp_1", again=False) == NOTHING


def test_rows_without_a_batch_are_compared_and_settled_ones_are_not(ledger: Ledger, where: Target) -> None:
    before(ledger, where, RowState.IMPORTED)
    planned(ledger, where, [JO], "imp_1")
    with ledger.changing() as db:
        db.execute("UPDATE rows SET batch = NULL WHERE job = 'imp_1'")
    assert compare(ledger, "imp_1", again=False) == because(ReasonCode.IMPORTED_BEFORE)
    with ledger.changing() as db:
        db.execute("UPDATE rows SET state = 'refused' WHERE job = 'imp_1'")
    assert compare(ledger, "imp_1", again=False) == NOTHING
