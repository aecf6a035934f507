"""What every kind of workbook is read as."""

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.limits import HEADER_WITHIN, MOST_COLUMNS, MOST_ROWS
from saleshandy_mcp.import_engine.sources.objects import decimal
from saleshandy_mcp.import_engine.sources.sheet_facts import SheetFacts
from saleshandy_mcp.import_engine.sources.table import too_many, too_wide

Cells = tuple[int, list[str]]
"""The number of a row, from 1, and its cells."""
Lines = tuple[Iterator[Cells], SheetFacts]
"""The rows of a sheet, and what it says beside them: complete when the rows are through."""

LAST_ROW = MOST_ROWS + 999
"""A row below it is not there for people: too many rows, or one cell at the far end."""
_FIRST_DAY = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 - sheets know no zones


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        title: its name.
        visible: whether a person sees it; a hidden one is somebody's list of choices, not the table.
        read: goes through its rows from the beginning, each time it is called.
        first: its first rows, where they are at hand.
    """

    title: str
    visible: bool
    read: Callable[[], Lines]
    first: list[list[str]] | None = None

    def head(self) -> list[list[str]]:
        """The first rows, to judge it by."""
        return self.first if self.first is not None else [cells for _, cells in islice(self.read()[0], HEADER_WITHIN)]


def said(cell: Any) -> str:
    """A value as text, as a person would read it; empty for what is no number in place of one."""
    match cell:
        case bool():
            return str(cell).upper()
        case float() if not math.isfinite(cell):
            return ""
        case float():
            # Excel shows 15 digits; the others are noise of its arithmetic.
            return decimal(Decimal(f"{cell:.15g}"))
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def moment(days: float, *, from_1904: bool) -> dt.datetime | dt.time | float:
    """What a number means in a cell that is shown as a date; the number itself where it is no date."""
    try:
        found = _FIRST_DAY[from_1904] + dt.timedelta(seconds=round(days * 86_400))
    except (OverflowError, ValueError):
        return days
    return found.time() if 0 < days < 1 else found


def within(row: int, columns: int, name: str) -> None:
    """Raises: Mistake: when something stands in a place that no list of people reaches."""
    if row > LAST_ROW:
        raise too_many(name)
    if columns > MOST_COLUMNS:
        raise too_wide(columns, name)


def unreadable(name: str, kind: str, why: object, program: str = "Excel") -> Mistake:
    return Mistake(
        f"file: {name} cannot be read as {kind} ({why})", f"Open it in {program}, and save it again as XLSX or CSV."
    )


def locked(name: str) -> Mistake:
    return Mistake(f"file: {name} is locked with a password", "Open it, and save it as XLSX or CSV without one.")


def missing_library(name: str, kind: str) -> Mistake:
    return Mistake(
        f"file: {name} is {kind}, and the library that reads those is missing here",
        "Install saleshandy-mcp again with all it needs, or save the file as CSV.",
    )
