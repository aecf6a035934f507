"""Cutting rows into calls: a canary, then by number, by size and by the rate budget. Pure."""

from collections.abc import Iterable, Iterator
from math import ceil

CANARY = 25
"""Rows that go first, alone, where there are many: what is wrong with all of them shows on these."""
FEW = 200
"""Up to here the first batch is small enough to be its own canary."""
LEAST, MOST = 500, 10_000
"""Rows of a batch. One that ends in doubt puts all of its rows in doubt: the API would take 100,000."""
BYTES = 5_000_000
CALLS = 18
"""Batches to aim at: with the canary they are the calls that one minute allows."""


def cut(rows: Iterable[tuple[int, int]], total: int, *, canary: bool = True) -> Iterator[list[int]]:
    """Numbers of rows, batch by batch, in their order; a single row over the size still goes, alone.

    Args:
        rows: number and size in bytes of each.
        total: how many they are.
        canary: whether the first batch shall be a small one.
    """
    full = min(max(ceil(total / CALLS), LEAST), MOST)
    most = CANARY if canary and total > FEW else full
    batch: list[int] = []
    size = 0
    for number, weight in rows:
        if batch and (len(batch) >= most or size + weight > BYTES):
            yield batch
            batch, size, most = [], 0, full
        batch.append(number)
        size += weight
    if batch:
        yield batch


def seconds(batches: list[int]) -> int:
    """About how long batches of so many rows take: 20 calls a minute, and Saleshandy's own work (assumed)."""
    limits = 60 * (max(len(batches) - 1, 0) // 20)
    return ceil(limits + 5 * min(len(batches), 2) + max(batches, default=0) / 500 + len(batches))
