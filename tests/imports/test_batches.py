"""Rows cut into calls."""

import json

from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.imports.batches import batches
from saleshandy_mcp.imports.source import SourceRow

rows = st.lists(st.text(max_size=40), max_size=40).map(
    lambda texts: [SourceRow(number, {"Email": text}) for number, text in enumerate(texts)]
)


@given(rows, st.integers(1, 10), st.integers(1, 300))
def test_batches_are_the_rows_in_order_and_within_the_limits(rows: list[SourceRow], most: int, size: int) -> None:
    cut = list(batches(rows, most_rows=most, most_bytes=size))
    assert [row for batch in cut for row in batch] == rows
    assert all(1 <= len(batch) <= most for batch in cut)
    weights = [sum(len(json.dumps(row.values, ensure_ascii=False).encode()) for row in batch) for batch in cut]
    assert all(weight <= size or len(batch) == 1 for weight, batch in zip(weights, cut, strict=True))


def test_no_rows_are_no_batches() -> None:
    assert list(batches([])) == []


def test_a_batch_is_as_full_as_it_may_be() -> None:
    rows = [SourceRow(number, {"Email": "a"}) for number in range(1200)]
    assert [len(batch) for batch in batches(rows)] == [500, 500, 200]
