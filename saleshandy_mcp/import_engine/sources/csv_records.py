"""Records of delimited text. A broken quote costs the record it is in: reading goes on with the next line."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.remarks import Remarks
from saleshandy_mcp.import_engine.sources.table import Line

_NEVER_CLOSED = "a quote is opened and never closed"
_BROKEN = 'a quote inside a quoted field is not written twice ("")'
_MOST_TAKEN_BACK = 50_000_000
"""Characters that are read a second time because of broken quotes; beyond it the file is no table."""
_SHORTENED = re.compile(r"(?<![\w.])\d[.,]\d+E\+\d\d(?!\w)")
"""A long number as Excel shows it in a narrow column, and saves it."""


def records(text: io.TextIOBase, delimiter: str, name: str, start: int, remarks: Remarks) -> Iterator[Line]:
    """The cells of each record, with the line on which it begins.

    Args:
        text: from where the records begin, line ends as they are.
        delimiter: between cells.
        name: of the file.
        start: the number of the first line.
        remarks: hears of numbers that a spreadsheet has shortened.

    Raises:
        Mistake: when quotes are broken all over.
    """
    held = _Lines(text)
    number, width = start, 0
    reader = csv.reader(held, delimiter=delimiter, strict=True)
    while True:
        try:
            cells, flaw = next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            cells, flaw = [], _flaw(error)
        lines = len(held.taken)
        if lines > 1 and not flaw and _swallowed(held.taken, delimiter, width):
            cells, flaw = [], _NEVER_CLOSED
        elif lines == 1 and not flaw:
            width = len(cells)
        if flaw:
            lines = held.keep_first(name)
            reader = csv.reader(held, delimiter=delimiter, strict=True)
        elif held.shortened:
            held.shortened = False
            remarks.count(
                "number was shortened by a spreadsheet (as 4.479E+11), its last digits are lost",
                f"line {number}",
                more="numbers were shortened by a spreadsheet (as 4.479E+11), their last digits are lost",
            )
        yield number, cells, flaw
        number += lines
        held.taken.clear()


class _Lines:
    """Lines of a text; those of the record that is being read can be given back."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._taken_back = 0
        self.taken: list[str] = []
        self.shortened = False

    def __iter__(self) -> Iterator[str]:
        taken = self.taken
        while self._again:
            taken.append(line := self._again.popleft())
            yield line
        for line in self._text:
            taken.append(line)
            if "E+" in line and _SHORTENED.search(line):
                self.shortened = True
            yield line

    def keep_first(self, name: str) -> int:
        """Give back all lines of the record but the first; how many lines are kept.

        Raises:
            Mistake: when that was done too often.
        """
        first, *others = self.taken or [""]
        self._again.extendleft(reversed(others))
        self._taken_back += sum(map(len, others))
        if self._taken_back > _MOST_TAKEN_BACK:
            raise Mistake(
                f"file: {name} cannot be read as CSV: quotes are broken all over", "Save it again as CSV or XLSX."
            )
        return 1 if first else 0


def _flaw(error: csv.Error) -> str:
    said = str(error)
    return _NEVER_CLOSED if "unexpected end" in said or "field limit" in said else _BROKEN


def _swallowed(taken: list[str], delimiter: str, width: int) -> bool:
    """Whether a field that is closed on a later line holds whole rows: its quote was closed by one of another row."""
    return any(
        "@" in line and width > 1 and line.count(delimiter) == width - 1 and line.count('"') % 2 == 0
        for line in taken[1:]
    )
