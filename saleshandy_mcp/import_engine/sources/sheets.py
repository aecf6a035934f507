"""XLSX: the sheet with people.

The library holds that sheet as a whole, about 100 bytes for each cell and its text on top, and lays out the full
rectangle from the first cell to the last; so the file is unpacked, measured and judged before it sees anything.
Cells with an error (#N/A) come as empty ones.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.import_engine.sources import headers
from saleshandy_mcp.import_engine.sources.limits import HEADER_WITHIN, MOST_PACKED
from saleshandy_mcp.import_engine.sources.lines import tabled
from saleshandy_mcp.import_engine.sources.number_formats import shown
from saleshandy_mcp.import_engine.sources.objects import decimal
from saleshandy_mcp.import_engine.sources.reading import AS_IT_IS, Reading
from saleshandy_mcp.import_engine.sources.remarks import Remarks
from saleshandy_mcp.import_engine.sources.sheet_facts import SheetFacts
from saleshandy_mcp.import_engine.sources.table import Line, Table, empty
from saleshandy_mcp.import_engine.sources.workbook import unpack

_MOST_TOLD = 20
_NUMBERS = (int, float)
_SAVE = "Open it in Excel, and save it again as XLSX or CSV."


def sheet(file: IO[bytes], size: int, name: str, reading: Reading = AS_IT_IS) -> tuple[Table, str]:
    """A table out of a workbook, and the sheet it is on where there are several.

    Args:
        file: the workbook.
        size: of it, in bytes.
        name: of the file.
        reading: how, as far as somebody says.

    Raises:
        Mistake: when it cannot be read as one; the rows raise it too.
    """
    if size > MOST_PACKED:
        raise Mistake(f"file: {name} has {size:,} bytes, an XLSX file may have {MOST_PACKED:,}", "Split it.")
    folder = Path(tempfile.mkdtemp(prefix="saleshandy-"))
    try:
        path = folder / "book.xlsx"
        facts = unpack(file, path, name)
        found, title, several = _chosen(path, name, reading.sheet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    known, remarks = facts.titled(title), Remarks()
    _remark(known, remarks, hidden=reading.hidden)
    lines = _lines(found, known.formats)
    if not reading.hidden and known.hidden:
        lines = (line for line in lines if line[0] not in known.hidden)
    return tabled(lines, name, "row", reading, remarks), title if several else ""


def _remark(known: SheetFacts, remarks: Remarks, *, hidden: bool) -> None:
    if known.hidden and not hidden:
        rows = counted(len(known.hidden), "row is", "rows are")
        remarks.say(f'{rows} hidden in the sheet and left out; to read them too: --hidden, or read_as="hidden: yes"')
    if known.no_results:
        cells = counted(known.no_results, "cell holds a formula", "cells hold formulas")
        places = ", ".join(known.no_result)
        remarks.say(f"{cells} without a result ({places}): open the file in Excel and save it once", asks=True)


def _chosen(path: Path, name: str, wish: str) -> tuple[Any, str, bool]:
    """The sheet that is wanted, its title, and whether others are shown."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 - an extra
    except ImportError:
        remedy = 'pip install "saleshandy-mcp[xlsx]", or save it as CSV.'
        raise Mistake(f"file: {name} is an XLSX file, and what reads those is not installed", remedy) from None
    try:
        reader: Any = CalamineWorkbook  # its stubs leave a type open
        with reader.from_path(path) as book:
            every = [it.name for it in book.sheets_metadata]
            # A hidden sheet is somebody's list of choices, not the table.
            shown = [it.name for it in book.sheets_metadata if it.visible == SheetVisibleEnum.Visible]
            title = _named(every, wish, name) if wish else ""
            found, title = (book.get_sheet_by_name(title), title) if wish else _best(book, shown)
    except CalamineError as error:
        raise Mistake(f"file: {name} cannot be read as XLSX ({error})", _SAVE) from None
    if found is None or not found.height:
        raise empty(name)
    return found, title, len(shown) > 1


def _best(book: Any, shown: list[str]) -> tuple[Any, str]:
    """The first sheet with people; failing that, the first that has a header and a row, or anything."""
    best: Any = None
    title, most = "", (False, False, False, False)
    for name in shown:
        found = book.get_sheet_by_name(name)
        first = [line for _, line, _ in islice(_lines(found, {}), HEADER_WITHIN)]
        people = any(map(headers.has_address, first))
        worth = (people, any(map(headers.names_address, first)), found.height > 1, found.height > 0)
        if worth > most:
            best, title, most = found, name, worth
    return best, title


def _named(every: list[str], wish: str, name: str) -> str:
    """The sheet that somebody names, or gives the number of."""
    if match := next((it for it in every if it.casefold() == wish.casefold()), None):
        return match
    if wish.isdecimal() and 0 < int(wish) <= len(every):
        return every[int(wish) - 1]
    raise Mistake(f'sheet: {name} has no sheet "{wish}"', f"There is: {', '.join(every[:_MOST_TOLD])}.")


def _lines(found: Any, formats: Mapping[int, list[tuple[int, str]]]) -> Iterator[Line]:
    for number, cells in enumerate(found.iter_rows(), start=1):
        line = [cell if type(cell) is str else _said(cell) for cell in cells]
        for column, code in formats.get(number, ()):
            if type(cells[column]) in _NUMBERS and (text := shown(cells[column], code)) is not None:
                line[column] = text
        yield number, line, "holds a NUL character" if "\0" in "".join(line) else ""


def _said(cell: Any) -> str:
    """A cell as text, as a person would read it."""
    match cell:
        case bool():
            return str(cell).upper()
        case float():
            # Excel shows 15 digits; the others are noise of its arithmetic.
            return decimal(Decimal(f"{cell:.15g}"))
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)
