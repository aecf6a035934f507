"""XLSX: the first sheet with rows.

The library holds that sheet as a whole, about 100 bytes for each cell and its text on top, and lays out the full
rectangle from the first cell to the last; so the file is unpacked, measured and judged before it sees anything.
Cells with an error (#N/A) come as empty ones.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.limits import MOST_PACKED
from saleshandy_mcp.import_engine.sources.lines import tabled
from saleshandy_mcp.import_engine.sources.objects import decimal
from saleshandy_mcp.import_engine.sources.table import Line, Table, empty
from saleshandy_mcp.import_engine.sources.workbook import unpack

_SAVE = "Open it in Excel, and save it again as XLSX or CSV."


def sheet(file: IO[bytes], size: int, name: str) -> tuple[Table, str]:
    """A table out of a workbook, and the sheet it is on where there are several.

    Args:
        file: the workbook.
        size: of it, in bytes.
        name: of the file.

    Raises:
        Mistake: when it cannot be read as one; the rows raise it too.
    """
    if size > MOST_PACKED:
        raise Mistake(f"file: {name} has {size:,} bytes, an XLSX file may have {MOST_PACKED:,}", "Split it.")
    folder = Path(tempfile.mkdtemp(prefix="saleshandy-"))
    try:
        path = folder / "book.xlsx"
        unpack(file, path, name)
        found, title = _first(path, name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return tabled(_lines(found), name, "row"), title


def _first(path: Path, name: str) -> tuple[Any, str]:
    """The first visible sheet with a header and a row; failing that, the first with anything."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 - an extra
    except ImportError:
        remedy = 'pip install "saleshandy-mcp[xlsx]", or save it as CSV.'
        raise Mistake(f"file: {name} is an XLSX file, and what reads those is not installed", remedy) from None
    try:
        reader: Any = CalamineWorkbook  # its stubs leave a type open
        with reader.from_path(path) as book:
            # A hidden sheet is somebody's list of choices, not the table.
            shown = [it.name for it in book.sheets_metadata if it.visible == SheetVisibleEnum.Visible]
            fallback = None
            for title in shown:
                found = book.get_sheet_by_name(title)
                if found.height > 1:
                    return found, title if len(shown) > 1 else ""
                fallback = fallback or (found if found.height else None)
    except CalamineError as error:
        raise Mistake(f"file: {name} cannot be read as XLSX ({error})", _SAVE) from None
    if fallback is None:
        raise empty(name)
    return fallback, ""


def _lines(found: Any) -> Iterator[Line]:
    for number, cells in enumerate(found.iter_rows(), start=1):
        line = [cell if type(cell) is str else _said(cell) for cell in cells]
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
