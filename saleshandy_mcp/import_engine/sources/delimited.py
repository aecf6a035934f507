"""CSV and its kin: fields with commas, semicolons, tabs or bars between them."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.table import Table, tabled, too_long

DELIMITERS = ",;\t|"
_SAMPLE = 20
_SAID = re.compile(r'\ufeff?"?sep=(.)"?[ ,;\t|]*(?:\r\n?|\n|$)', re.IGNORECASE)
"""How Excel is told the delimiter: a line in front of the header."""


def delimited(text: io.TextIOBase, head: str, name: str) -> Table:
    """A table out of text.

    Args:
        text: from its beginning, line ends as they are.
        head: the first characters of it.
        name: of the file.

    Raises:
        Mistake: when it cannot be read as one; the rows raise it too.
    """
    said = _SAID.match(head)
    if said:
        text.readline()
    delimiter = said[1] if said else _delimiter(head)
    lines = _lines(text, delimiter, name, 2 if said else 1)
    first = list(islice(lines, _SAMPLE))
    above = _above_header([cells for _, cells in first])
    return tabled(chain(first[above:], lines), name)


def _above_header(lines: list[list[str]]) -> int:
    """How many lines stand above the header: LinkedIn begins with a paragraph of notes and a blank line."""
    widths = [sum(1 for cell in cells if cell.strip()) for cells in lines]
    wide = next((place for place, width in enumerate(widths) if width > 1), 0)
    notes = widths[:wide]
    return wide if len(notes) > 1 and notes[0] == 1 and notes[-1] == 0 else 0


def _lines(text: io.TextIOBase, delimiter: str, name: str, start: int) -> Iterator[tuple[int, list[str]]]:
    """Fields, with the number of the line on which they begin."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = start
    try:
        for cells in reader:
            yield number, cells
            number = start + reader.line_num
    except csv.Error as error:
        raise _broken(str(error), number, start + reader.line_num - 1, name) from None


def _broken(said: str, begin: int, line: int, name: str) -> Mistake:
    if "field limit" in said:
        return too_long(f"line {begin}", name)
    if "unexpected end" in said:
        return Mistake(
            f"file: line {begin} of {name} cannot be read as CSV: a quote is opened and never closed",
            'A " inside a quoted field is written twice.',
        )
    return Mistake(
        f"file: line {line} of {name} cannot be read as CSV: {said}", 'A " inside a quoted field is written twice.'
    )


def _delimiter(head: str) -> str:
    """The one that makes rows as wide as the header; among such, the one that makes most columns."""
    return max(DELIMITERS, key=lambda sign: _fit(head, sign))


def _fit(head: str, delimiter: str) -> tuple[float, int]:
    """How well rows fit the header, and how many columns that has."""
    lines: list[list[str]] = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True)
    with suppress(csv.Error):  # what was read before counts; the rest may have been cut off
        lines.extend(islice(reader, _SAMPLE))
    header, *rows = [len(it) for it in lines[_above_header(lines) :] if any(map(str.strip, it))] or [0]
    if header < 2:
        return 0, 0
    fit = sum(1.0 if row == header else 0.5 if 1 < row < header else 0.0 for row in rows)
    return fit / len(rows) if rows else 1, header
