"""Results of a job: counts, reasons and rows, page by page."""

import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.results import Results
from saleshandy_mcp.import_engine.ledger.rows import NewRow, Rows
from saleshandy_mcp.import_engine.ledger.states import BatchState, JobState, RowState, visible_job_state
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import people, planned, results, target

SKIPPED, REFUSED, IMPORTED = RowState.SKIPPED, RowState.REFUSED, RowState.IMPORTED


@pytest.fixture
def mixed(box: Sandbox, ledger: Ledger) -> Ledger:
    """Ten rows in two batches, and four that were skipped: rows 2 to 15."""
    planned(ledger, target(box), people(10), most=5)
    rows = Rows(ledger, "imp_1")
    bad = Reason(ReasonCode.BAD_ADDRESS)
    twice = [Reason(ReasonCode.DUPLICATE, row=number) for number in (2, 2, 3)]
    skipped = [NewRow(12 + place, "x", None, None, SKIPPED, it, "") for place, it in enumerate([*twice, bad])]
    rows.add(skipped)
    no, never = Reason(ReasonCode.REFUSED, words="no"), Reason(ReasonCode.REFUSED, words="never")
    rows.settle(
        1, {2: (REFUSED, no), 3: (IMPORTED, NO_REASON), 4: (REFUSED, never), 5: (REFUSED, no), 6: (IMPORTED, NO_REASON)}
    )
    return ledger


def numbers(ledger: Ledger, *states: RowState, limit: int, offset: int = 0) -> list[int]:
    found = Results(ledger, "imp_1", running=False).rows(states, limit=limit, offset=offset)
    return [it.number for it in found]


def test_reasons_are_counted_and_duplicates_together(mixed: Ledger) -> None:
    found = Results(mixed, "imp_1", running=False)
    assert found.reasons(SKIPPED) == {Reason(ReasonCode.DUPLICATE): 3, Reason(ReasonCode.BAD_ADDRESS): 1}
    assert found.reasons(REFUSED) == {
        Reason(ReasonCode.REFUSED, words="no"): 2,
        Reason(ReasonCode.REFUSED, words="never"): 1,
    }
    assert found.reasons(RowState.NOT_SENT) == {Reason(ReasonCode.NOT_REACHED): 5}
    assert found.counts() == {SKIPPED: 4, REFUSED: 3, IMPORTED: 2, RowState.NOT_SENT: 5}
    assert found.progress() == "9 of 14 rows settled"


@pytest.mark.parametrize("state", [BatchState.IN_FLIGHT, BatchState.ACCEPTED])
def test_progress_tells_the_rows_of_a_batch_that_is_under_way(mixed: Ledger, state: BatchState) -> None:
    Rows(mixed, "imp_1").move(2, state)
    assert Results(mixed, "imp_1", running=True).progress() == "9 of 14 rows settled, 5 with Saleshandy"
    assert "with Saleshandy" not in Results(mixed, "imp_1", running=False).progress()


def test_rows_of_one_reason_in_several_batches_are_counted_together(mixed: Ledger) -> None:
    rows = Rows(mixed, "imp_1")
    rows.settle(2, dict.fromkeys(range(7, 12), (REFUSED, Reason(ReasonCode.REFUSED, words="no"))))
    found = Results(mixed, "imp_1", running=False)
    assert found.reasons(REFUSED)[Reason(ReasonCode.REFUSED, words="no")] == 7
    rows.move(2, BatchState.UNKNOWN)
    assert found.reasons(REFUSED)[Reason(ReasonCode.REFUSED, words="no")] == 7


def test_what_waits_in_a_batch_of_unknown_outcome_is_counted_by_the_state_of_the_batch(mixed: Ledger) -> None:
    Rows(mixed, "imp_1").move(2, BatchState.UNKNOWN)
    found = Results(mixed, "imp_1", running=False)
    assert found.reasons(RowState.UNKNOWN) == {Reason(ReasonCode.NO_PROOF): 5}
    assert found.reasons(RowState.NOT_SENT) == {}


def test_rows_that_people_see_in_one_state_are_added_up_whatever_is_stored(mixed: Ledger) -> None:
    rows = Rows(mixed, "imp_1")
    rows.settle(1, {3: (RowState.UNKNOWN, Reason(ReasonCode.UNPROVEN)), 6: (RowState.WAITING, NO_REASON)})
    rows.move(1, BatchState.ACCEPTED)
    rows.move(2, BatchState.UNKNOWN)
    found = Results(mixed, "imp_1", running=False)
    assert found.counts() == {SKIPPED: 4, REFUSED: 3, RowState.UNKNOWN: 7}
    assert Results(mixed, "imp_1", running=True).counts()[RowState.WAITING] == 1


def test_a_settled_row_keeps_its_state_whatever_its_batch_says(mixed: Ledger) -> None:
    with mixed.changing() as db:
        db.execute("UPDATE batches SET state = 'zebra' WHERE number = 1")
    found = Results(mixed, "imp_1", running=False)
    assert found.counts() == {SKIPPED: 4, REFUSED: 3, IMPORTED: 2, RowState.NOT_SENT: 5}


@pytest.mark.parametrize(
    ("limit", "offset", "expected"),
    [
        (3, 0, [2, 4, 5]),
        (2, 0, [2, 4]),
        (5, 0, [2, 4, 5, 12, 13]),
        (2, 2, [5, 12]),
        (4, 3, [12, 13, 14, 15]),
        (9, 5, [14, 15]),
        (9, 7, []),
        (0, 0, []),
    ],
)
def test_a_page_goes_on_with_the_next_state_and_holds_no_row_twice(
    mixed: Ledger, limit: int, offset: int, expected: list[int]
) -> None:
    assert numbers(mixed, REFUSED, SKIPPED, limit=limit, offset=offset) == expected


def test_every_row_is_read_once_however_many_there_are(box: Sandbox, ledger: Ledger) -> None:
    for job, number in (("imp_1", 999), ("imp_2", 1000), ("imp_3", 1001), ("imp_4", 2500)):
        planned(ledger, target(box), people(number, f"{job}.example.com"), job)
        assert [it.number for it in results(ledger, job)] == list(range(2, number + 2))


@pytest.mark.parametrize("state", list(JobState))
@pytest.mark.parametrize("running", [True, False])
def test_only_a_running_job_that_nobody_works_on_is_seen_in_another_state(state: JobState, *, running: bool) -> None:
    cut_short = state is JobState.RUNNING and not running
    assert visible_job_state(state, running=running) == ("stopped" if cut_short else state)
