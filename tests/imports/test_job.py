"""The states of an import's rows."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.imports.check import Skipped
from saleshandy_mcp.imports.job import Job, RowState, Target
from saleshandy_mcp.imports.source import SourceRow

TARGET = Target("q", "Q3", "s", 1, "overwrite", verify=False, tags=None)
calls = st.lists(st.tuples(st.lists(st.integers(0, 9), max_size=10), st.sampled_from(RowState)), max_size=20)


def new_job(rows: int, *skipped: Skipped) -> Job:
    sent = [SourceRow(number, {"Email": f"p{number}@x.example.com"}) for number in range(rows)]
    return Job.of("imp_1", "a.csv", TARGET, sent, list(skipped))


@given(calls)
def test_whatever_is_settled_the_states_add_up_to_the_rows(calls: list[tuple[list[int], RowState]]) -> None:
    job = new_job(10, Skipped(10, "no", "bad address"), Skipped(11, "", "no address"))
    for numbers, state in calls:
        job.settle([job.rows[number] for number in numbers], state, "because")
    assert sum(job.count(state) for state in RowState) == len(job.fates) == 12
    last = {number: state for numbers, state in calls for number in numbers}
    assert all(job.fates[number].state is state for number, state in last.items())
    assert sum(sum(job.reasons(state).values()) for state in RowState) == 12


def test_a_new_job_waits_with_its_rows_and_has_skipped_the_others() -> None:
    job = new_job(3, Skipped(7, "no", "bad address"))
    assert (job.count(RowState.WAITING), job.count(RowState.SKIPPED)) == (3, 1)
    assert job.progress == "1 of 4 rows settled, 0 being worked on"


def test_duplicates_of_different_rows_count_as_one_reason() -> None:
    job = new_job(
        0, Skipped(2, "a", "duplicate in the file (of row 1)"), Skipped(4, "b", "duplicate in the file (of row 3)")
    )
    assert job.reasons(RowState.SKIPPED) == Counter({"duplicate in the file": 2})
    assert job.fates[4].reason == "duplicate in the file (of row 3)"
