"""Rows into batches: a canary first, then by number, by size and by the rate limit. Pure."""

from collections.abc import Iterable, Iterator
from math import ceil

CANARY = 25
"""Rows of the first batch, where there are many. What is wrong with all rows shows on these."""
FEW = 200
"""Up to this number of rows the first batch is small enough without a canary."""
LEAST, MOST = 500, 10_000
"""Rows of a batch. When the outcome of a batch is unknown, that of all its rows is; the API would take 100,000."""
BYTES = 5_000_000
CALLS = 18
"""Batches to aim at. With the canary they fit into the calls of one minute."""


def in_batches(rows: Iterable[tuple[int, int]], total: int, *, canary: bool = True) -> Iterator[list[int]]:
    """Numbers of rows, batch by batch, in their order. A single row over the size is a batch of its own.

    Args:
        rows: number and size in bytes of each.
        total: how many they are.
        canary: whether the first batch is a small one.
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
