"""Where rows come from: a CSV file in the allowed folder, or rows given with the call."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from saleshandy_mcp.api.errors import Mistake
from saleshandy_mcp.api.prospects import Row
from saleshandy_mcp.imports.files import read_file

if TYPE_CHECKING:
    from _csv import Reader

MOST_BYTES = 20_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 200
LONGEST_FIELD = 64_000


class SourceRow(NamedTuple):
    """One row with the number a person knows it by: the line in the file for a CSV, its place for inline rows."""

    number: int
    values: Row


class Table(NamedTuple):
    """Rows under one set of columns."""

    name: str
    columns: list[str]
    rows: list[SourceRow]


def inline(rows: list[Row]) -> Table:
    columns = list(dict.fromkeys(label for row in rows for label in row))
    return Table("rows", columns, [SourceRow(number, row) for number, row in enumerate(rows, start=1)])


def read_csv(name: str, folder: Path | None) -> Table:
    """A CSV file of the allowed folder.

    Raises:
        Mistake: when the file may not be read, cannot be read, or is not a table with a header.
    """
    text = _decoded(read_file(name, folder, most=MOST_BYTES), name)
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        lines = list(_numbered(reader))
    except csv.Error as error:
        wrong = f"a field of over {LONGEST_FIELD:,} characters" if "field limit" in str(error) else str(error)
        raise Mistake(f"file: line {reader.line_num} of {name} cannot be read as CSV: {wrong}") from None
    if not lines:
        raise Mistake(f"file: {name} is empty", "It needs a header line and rows.")
    columns = [column.strip() for column in lines[0][1]]
    _refuse_odd_header(columns, name)
    if len(lines) == 1:
        raise Mistake(f"file: {name} has a header and no rows")
    if len(lines) - 1 > MOST_ROWS:
        raise Mistake(f"file: {name} has {len(lines) - 1:,} rows, at most {MOST_ROWS:,} are taken at once", "Split it.")
    rows = [_row(number, columns, cells, name) for number, cells in lines[1:]]
    # Spreadsheets leave empty columns behind; one without a name counts only when it holds something.
    named = [column for column in columns if column or any("" in row.values for row in rows)]
    return Table(Path(name).name, named, rows)


def _numbered(reader: "Reader") -> Iterator[tuple[int, list[str]]]:
    """Lines that hold anything, each with the number of its first line in the file."""
    start = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield start, cells
        start = reader.line_num + 1


def _row(number: int, columns: list[str], cells: list[str], name: str) -> SourceRow:
    if len(cells) > len(columns):
        raise Mistake(
            f"file: line {number} of {name} has {len(cells)} fields, the header {len(columns)}",
            "A field with a comma has to be in quotes.",
        )
    return SourceRow(
        number, {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    )


def _refuse_odd_header(columns: list[str], name: str) -> None:
    if len(columns) > MOST_COLUMNS:
        raise Mistake(f"file: {name} has {len(columns)} columns, at most {MOST_COLUMNS} are taken")
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise Mistake(f"file: {name} has the column {twice[0]} twice", "Give each column a name of its own.")


def _delimiter(text: str) -> str:
    """Comma, semicolon or tab: whichever the header has most of, quotes aside."""
    line = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    header = re.sub(r'"[^"]*"', "", line)
    return max(",;\t", key=header.count)


def _decoded(content: bytes, name: str) -> str:
    if b"\0" in content:
        raise Mistake(f"file: {name} is not a text file (or is UTF-16)", "Save it as CSV UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Mistake(f"file: {name} is not UTF-8", "Save it as CSV UTF-8 (Excel offers it as a file type).") from None
