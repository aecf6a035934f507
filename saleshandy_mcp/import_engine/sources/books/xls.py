"""XLS, the Excel files of 1997 to 2003 and of programs that still write them; read by xlrd (and olefile).

calamine reads them too, but tells neither hidden rows nor formats of numbers, and copies a shared text for each cell.
Formulas come with the result that was stored last. Cells with an error (#N/A) come as empty ones.
"""

import io
from collections.abc import Iterator
from functools import partial
from typing import IO, Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.books.sheet import (
    Cells,
    Lines,
    Sheet,
    locked,
    missing_library,
    moment,
    said,
    unreadable,
    within,
)
from saleshandy_mcp.import_engine.sources.number_formats import shown
from saleshandy_mcp.import_engine.sources.sheet_facts import SheetFacts

_XLS = "an old Excel file (.xls)"
_COMPOUND = b"\xd0\xcf\x11\xe0"
_EXPORT = "Is it from Word or Outlook? Export the table itself as CSV or XLSX."


def sheets(file: IO[bytes], name: str) -> list[Sheet]:
    """The sheets of a workbook.

    Raises:
        Mistake: when it cannot be read.
    """
    try:
        import olefile  # type: ignore[import-untyped]  # noqa: PLC0415 - for such a file alone
        import xlrd  # type: ignore[import-untyped]  # noqa: PLC0415 - for such a file alone
    except ImportError:
        raise missing_library(name, _XLS) from None
    content = file.read()
    library: Any = xlrd
    try:
        stream = _stream(olefile, content, name) if content.startswith(_COMPOUND) else content
        book = library.open_workbook(
            file_contents=stream, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except Mistake:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged file makes the libraries raise whatever they stumble over
        if "encrypted" in str(error):
            raise locked(name) from None
        raise unreadable(name, _XLS, str(error) or type(error).__name__) from None
    return [Sheet(it.name, it.visibility == 0, partial(_read, book, it, name)) for it in book.sheets()]


def _stream(library: Any, content: bytes, name: str) -> bytes:
    """The workbook out of the file that it lies in. xlrd could do it too, but follows a chain that has no end."""
    with library.OleFileIO(io.BytesIO(content)) as compound:
        found = next((it for it in ("Workbook", "Book") if compound.exists(it)), "")
        if found:
            return compound.openstream(found).read()
        if compound.exists("EncryptedPackage"):  # an XLSX file with a password
            raise locked(name)
    raise Mistake(f"file: {name} is an old Office file without a workbook in it", _EXPORT)


def _read(book: Any, found: Any, name: str) -> Lines:
    facts = SheetFacts()
    facts.hidden.update(row + 1 for row, info in found.rowinfo_map.items() if info.hidden)
    return _lines(book, found, name), facts


def _lines(book: Any, found: Any, name: str) -> Iterator[Cells]:
    for row in range(found.nrows):
        cells = [_shown(book, it) for it in found.row(row)]
        within(row + 1, len(cells), name)
        yield row + 1, cells


def _shown(book: Any, cell: Any) -> str:
    match cell.ctype:
        case 1:  # text
            return cell.value
        case 2:  # number
            code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            return shown(cell.value, code) or said(cell.value)
        case 3:  # date
            return said(moment(cell.value, from_1904=book.datemode == 1))
        case 4:  # yes or no
            return said(bool(cell.value))
        case _:
            return ""
