"""What all sources have in common: the shape of what comes out, and the sentences of what cannot be a table."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, Self

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.limits import (
    AHEAD,
    AHEAD_SIGNS,
    LONGEST_FIELD,
    MOST_COLUMNS,
    MOST_ROWS,
)
from saleshandy_mcp.import_engine.sources.remarks import Remarks

_SPLIT = "Split it."
SHOWN = 60
DAMAGE = re.compile("[\0\ud800-\udfff]")
"""What cannot be written: NUL, and what stands for bytes that fit no encoding."""

Line = tuple[int, list[str], str]
"""The number of a line or row, its cells, and why it cannot be read; empty when it can."""


class SourceRow(NamedTuple):
    """One row.

    Attributes:
        number: what a person knows it by: its first line in a text file, its row in a sheet, its place from 1 else.
        values: by column, without blanks around them; empty ones are left out.
        flaw: why this single row cannot be read.
    """

    number: int
    values: Row
    flaw: str = ""


class Pin(NamedTuple):
    """What makes a file this file."""

    sha256: str
    size: int


@dataclass
class Table:
    """Rows under one set of columns.

    Attributes:
        late: columns that turned up only after the others had been told; complete when the rows are through.
        remarks: what a person should hear of it.
    """

    columns: list[str]
    rows: Iterator[SourceRow]
    late: list[str] = field(default_factory=list[str])
    remarks: Remarks = field(default_factory=Remarks)


class Source:
    """A table and where it comes from. A context manager, for files are open behind it; rows can be gone through once.

    Attributes:
        name: of the file without folders, "rows" or "standard input".
        pin: None for rows that were given with a call.
        encoding: of a text file, as people call it; empty elsewhere.
        guessed: the encoding was not sure, so a person should hear of it.
        sheet: the one that is read, where others have rows too.
    """

    def __init__(
        self,
        name: str,
        table: Table,
        *,
        pin: Pin | None = None,
        encoding: str = "",
        guessed: bool = False,
        sheet: str = "",
    ) -> None:
        self.name, self.pin, self.encoding, self.guessed, self.sheet = name, pin, encoding, guessed, sheet
        self.columns, self.rows, self.late, self.remarks = table.columns, table.rows, table.late, table.remarks
        self.opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.close()


def empty(name: str) -> Mistake:
    return Mistake(f"file: {name} is empty", "It needs a header line and rows.")


def changed(name: str) -> Mistake:
    return Mistake(f"file: {name} changed while it was being read", "Try again when nothing writes to it any more.")


def too_wide(count: int, name: str, where: str = "file") -> Mistake:
    return Mistake(
        f"{where}: {name} has {count} columns, at most {MOST_COLUMNS} are taken", "Take out what is not needed."
    )


def too_many(name: str, where: str = "file") -> Mistake:
    return Mistake(f"{where}: {name} has more than {MOST_ROWS:,} rows, the most that are taken at once", _SPLIT)


def too_long(column: str, place: str, remarks: Remarks) -> None:
    """A value is longer than any field: it is left out."""
    where = f'"{column[:SHOWN]}", {place}'
    kind = f"of over {LONGEST_FIELD:,} characters"
    remarks.count(f"value {kind} was left out", where, more=f"values {kind} were left out")


def counted(
    rows: Iterable[SourceRow],
    name: str,
    *,
    moved: Callable[[], bool] = lambda: False,
    other: Callable[[], bool] = lambda: False,
    where: str = "file",
) -> Iterator[SourceRow]:
    """The rows, as long as they are not too many and the file stays the same.

    Args:
        rows: as they are read.
        name: of the source.
        moved: whether the file has been written to; asked when something is wrong, and at the end.
        other: whether what was read, all of it, is not what was pinned.
        where: the argument that is wrong when something is.

    Raises:
        Mistake: when one of the two is not so.
    """
    try:
        for count, row in enumerate(rows, start=1):
            if count > MOST_ROWS:
                raise too_many(name, where)
            yield row
    except UnicodeError:  # all of it could be decoded before
        raise changed(name) from None
    except Mistake:
        # Half of a new file reads like a broken one.
        if moved():
            raise changed(name) from None
        raise
    if moved() or other():
        raise changed(name)


def looked_ahead(rows: Iterator[SourceRow], most: int = AHEAD) -> tuple[list[SourceRow], Iterator[SourceRow]]:
    """The first rows, and all of them."""
    first: list[SourceRow] = []
    signs = 0
    for row in rows:
        first.append(row)
        signs += sum(map(len, row.values.values()))
        if len(first) >= most or signs > AHEAD_SIGNS:
            break
    return first, chain(first, rows)


def without_long(values: Row, place: str, remarks: Remarks) -> Row:
    """The values that are not longer than a field may be."""
    for column, value in values.items():
        if len(value) > LONGEST_FIELD:
            too_long(column, place, remarks)
    return {column: value for column, value in values.items() if len(value) <= LONGEST_FIELD}
