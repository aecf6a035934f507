"""What all sources have in common: the shape of what comes out, and the sentences of what cannot be a table."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, Self

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.limits import AHEAD, AHEAD_SIGNS, LONGEST_FIELD, MOST_COLUMNS, MOST_ROWS

_SPLIT = "Split it."


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
    """

    columns: list[str]
    rows: Iterator[SourceRow]
    late: list[str] = field(default_factory=list[str])


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
        self.columns, self.rows, self.late = table.columns, table.rows, table.late
        self.opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.close()


def empty(name: str) -> Mistake:
    return Mistake(f"file: {name} is empty", "It needs a header line and rows.")


def changed(name: str) -> Mistake:
    return Mistake(f"file: {name} changed while it was being read", "Try again when nothing writes to it any more.")


def too_long(place: str, name: str, where: str = "file") -> Mistake:
    return Mistake(
        f"{where}: {place} of {name} has a field of over {LONGEST_FIELD:,} characters",
        "Shorten it; or a quote is opened there and never closed.",
    )


def too_wide(count: int, name: str, where: str = "file") -> Mistake:
    return Mistake(
        f"{where}: {name} has {count} columns, at most {MOST_COLUMNS} are taken", "Take out what is not needed."
    )


def too_many(name: str, where: str = "file") -> Mistake:
    return Mistake(f"{where}: {name} has more than {MOST_ROWS:,} rows, the most that are taken at once", _SPLIT)


def twice(column: str, name: str, where: str = "file") -> Mistake:
    return Mistake(f"{where}: {name} has the column {column} twice", "Give each column a name of its own.")


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


def tabled(lines: Iterator[tuple[int, list[str]]], name: str, unit: str = "line") -> Table:
    """Lines of cells with their numbers, the first with anything in it being the header.

    A column without a name is one only when it holds something.

    Raises:
        Mistake: when it cannot be a table; the rows raise it too.
    """
    header = next((cells for _, cells in lines if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise empty(name)
    names = _names(header, name)
    table = Table([column for column in names if column], iter(()))
    rows = _rows(names, lines, name, unit)
    first, rows = looked_ahead(rows, AHEAD if "" in names else 1)
    if not first:
        raise Mistake(f"file: {name} has a header and no rows")
    if any("" in row.values for row in first):
        table.columns = list(dict.fromkeys(names))
    elif "" in names:
        rows = _noticing(rows, table.late)
    table.rows = rows
    return table


def _names(header: list[str], name: str) -> list[str]:
    names = [unwrapped(cell.replace("\xa0", " ").strip()) for cell in header]
    long = next((column for column in names if len(column) > LONGEST_FIELD), None)
    if long:
        raise too_long("the header", name)
    named = max(place for place, column in enumerate(names, start=1) if column)
    if named > MOST_COLUMNS:
        raise too_wide(named, name)
    seen: set[str] = set()
    for column in names:
        if column and column in seen:
            raise twice(column, name)
        seen.add(column)
    return names[:MOST_COLUMNS]  # what is behind is blank, as spreadsheets leave it


def _rows(names: list[str], lines: Iterator[tuple[int, list[str]]], name: str, unit: str) -> Iterator[SourceRow]:
    width = len(names)
    for number, cells in lines:
        if not cells:
            continue
        if max(map(len, cells)) > LONGEST_FIELD:
            raise too_long(f"{unit} {number}", name)
        if len(cells) > width and (filled := _last_filled(cells)) > width:
            yield SourceRow(number, {}, f"{filled} fields, the header has {width}")
        elif values := _named(names, cells):
            yield SourceRow(number, values)


def _last_filled(cells: list[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _named(names: list[str], cells: list[str]) -> dict[str, str]:
    """The cells that hold something, by the name of their column."""
    return {
        column: unwrapped(value) if value[0] == "=" else value
        for column, cell in zip(names, cells, strict=False)
        if (value := cell.strip())
    }


def unwrapped(value: str) -> str:
    """What Excel is made to leave as it is: ="0123" is the text 0123."""
    if len(value) > 3 and value.startswith('="') and value.endswith('"'):
        return value[2:-1].replace('""', '"').strip()
    return value


def _noticing(rows: Iterator[SourceRow], late: list[str]) -> Iterator[SourceRow]:
    for row in rows:
        if "" in row.values and not late:
            late.append("")
        yield row
