"""Rows put into batches."""

from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.batching import BYTES, CANARY, FEW, MOST, in_batches, seconds

sizes = st.lists(st.integers(1, BYTES * 2), max_size=60)


@given(sizes, st.integers(0, 100_000), st.booleans())
def test_batches_are_the_rows_in_order_and_within_the_limits(sizes: list[int], more: int, canary: bool) -> None:  # noqa: FBT001 - drawn by place
    rows = list(enumerate(sizes))
    batches = list(in_batches(rows, len(rows) + more, canary=canary))
    assert [number for batch in batches for number in batch] == [number for number, _ in rows]
    assert all(1 <= len(batch) <= MOST for batch in batches)
    assert all(sum(sizes[it] for it in batch) <= BYTES or len(batch) == 1 for batch in batches)


@given(st.integers(0, 100_000))
def test_a_file_goes_in_the_calls_of_one_minute_behind_a_canary(total: int) -> None:
    batches = [len(batch) for batch in in_batches(((number, 900) for number in range(total)), total)]
    assert sum(batches) == total
    assert len(batches) <= 20
    assert total <= FEW or batches[0] == CANARY


def test_few_rows_are_their_own_canary() -> None:
    assert [len(batch) for batch in in_batches([(number, 10) for number in range(FEW)], FEW)] == [FEW]


def test_no_rows_are_no_batches_and_take_no_time() -> None:
    assert list(in_batches([], 0)) == []
    assert seconds([]) == 0


def test_more_calls_than_a_minute_allows_take_minutes() -> None:
    assert seconds([500] * 10) < 60 < seconds([500] * 21) < 120 < seconds([500] * 41)
