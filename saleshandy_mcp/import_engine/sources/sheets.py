"""Workbooks of every kind: the sheet with people, as a table."""

import io
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import IO

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.import_engine.sources import headers, kinds
from saleshandy_mcp.import_engine.sources.books import ods, xls, xlsb, xlsx
from saleshandy_mcp.import_engine.sources.books.sheet import Lines, Sheet, unreadable
from saleshandy_mcp.import_engine.sources.limits import MOST_PACKED
from saleshandy_mcp.import_engine.sources.lines import tabled
from saleshandy_mcp.import_engine.sources.reading import AS_IT_IS, Reading
from saleshandy_mcp.import_engine.sources.remarks import Remarks
from saleshandy_mcp.import_engine.sources.sheet_facts import SheetFacts
from saleshandy_mcp.import_engine.sources.table import Line, Table, empty
from saleshandy_mcp.import_engine.sources.workbook import checked

_MOST_TOLD = 20


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
        raise Mistake(f"file: {name} has {size:,} bytes, a workbook may have {MOST_PACKED:,}", "Split it.")
    with _opened(file, name) as sheets:
        shown = [it for it in sheets if it.visible]
        found = _named(sheets, reading.sheet, name) if reading.sheet else _best(shown)
        if found is None:
            raise empty(name)
        read = found.read()
    remarks = Remarks()
    lines = _lines(read, remarks, hidden=reading.hidden)
    return tabled(lines, name, "row", reading, remarks), found.title if len(shown) > 1 else ""


@contextmanager
def _opened(file: IO[bytes], name: str) -> Generator[list[Sheet]]:
    file.seek(0)
    if not kinds.is_zip(file.read(4)):
        file.seek(0)
        yield xls.sheets(file, name)
        return
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            kind = kinds.zipped([it.filename.replace("\\", "/") for it in checked(packed, name)], name)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise unreadable(name, "XLSX", error) from None
    if kind == "xlsx":
        with xlsx.sheets(file, name) as sheets:
            yield sheets
        return
    file.seek(0)
    # Its rows are read after the file is closed to changes; packed, it is small.
    packed = zipfile.ZipFile(io.BytesIO(file.read()))
    yield ods.sheets(packed, name) if kind == "ods" else xlsb.sheets(packed, name)


def _best(shown: list[Sheet]) -> Sheet | None:
    """The first sheet with people; failing that, the first that has a header and a row, or anything."""
    best: Sheet | None = None
    most = (False, False, False, False)
    for found in shown:
        first = found.head()
        filled = sum(map(any, first))
        people = any(map(headers.has_address, first))
        worth = (people, any(map(headers.names_address, first)), filled > 1, filled > 0)
        if worth > most:
            best, most = found, worth
        if all(most):
            break
    return best


def _named(sheets: list[Sheet], wish: str, name: str) -> Sheet:
    """The sheet that somebody names, or gives the number of."""
    if match := next((it for it in sheets if it.title.casefold() == wish.casefold()), None):
        return match
    if wish.isdecimal() and 0 < int(wish) <= len(sheets):
        return sheets[int(wish) - 1]
    raise Mistake(
        f'sheet: {name} has no sheet "{wish}"', f"There is: {', '.join(it.title for it in sheets[:_MOST_TOLD])}."
    )


def _lines(read: Lines, remarks: Remarks, *, hidden: bool) -> Iterator[Line]:
    """The rows that count. What the sheet says beside them is known, and told, when they are through."""
    rows, known = read
    for number, cells in rows:
        if hidden or number not in known.hidden:
            yield number, cells, "holds a NUL character" if "\0" in "".join(cells) else ""
    _remark(known, remarks, hidden=hidden)


def _remark(known: SheetFacts, remarks: Remarks, *, hidden: bool) -> None:
    if known.hidden and not hidden:
        rows = counted(len(known.hidden), "row is", "rows are")
        remarks.say(f'{rows} hidden in the sheet and left out; to read them too: --hidden, or read_as="hidden: yes"')
    if known.no_results:
        cells = counted(known.no_results, "cell holds a formula", "cells hold formulas")
        places = ", ".join(known.no_result)
        remarks.say(f"{cells} without a result ({places}): open the file in Excel and save it once", asks=True)
