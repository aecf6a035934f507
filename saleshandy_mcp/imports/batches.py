"""Cutting rows into calls: by number and by size. Pure."""

import json
from collections.abc import Iterator

from saleshandy_mcp.imports.source import SourceRow

ROWS = 500
"""Far below the API's 100,000: a batch that ends in doubt puts this many rows in doubt, not all of them."""
BYTES = 1_000_000


def batches(rows: list[SourceRow], *, most_rows: int = ROWS, most_bytes: int = BYTES) -> Iterator[list[SourceRow]]:
    """The rows in their order; a single row over the size still goes, alone."""
    batch: list[SourceRow] = []
    size = 0
    for row in rows:
        weight = len(json.dumps(row.values, ensure_ascii=False).encode()) + 1
        if batch and (len(batch) >= most_rows or size + weight > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield batch
