"""XLSX, read by calamine.

The library holds a sheet as a whole, about 100 bytes for each cell and its text on top, and lays out the full
rectangle from the first cell to the last; so the file is unpacked, measured and judged before it sees anything.
Cells with an error (#N/A) come as empty ones.
"""

import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any

from saleshandy_mcp.import_engine.sources.books.sheet import (
    Cells,
    Lines,
    Sheet,
    missing_library,
    said,
    unreadable,
)
from saleshandy_mcp.import_engine.sources.number_formats import shown
from saleshandy_mcp.import_engine.sources.workbook import unpack

_NUMBERS = (int, float)


@contextmanager
def sheets(file: IO[bytes], name: str) -> Generator[list[Sheet]]:
    """The sheets of a workbook; they can be read until the block ends, and rows that were begun also after it.

    Raises:
        Mistake: when it cannot be read.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 - for such a file alone
    except ImportError:
        raise missing_library(name, "an XLSX file") from None
    with tempfile.TemporaryDirectory(prefix="saleshandy-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "book.xlsx"
        facts = unpack(file, path, name)
        reader: Any = CalamineWorkbook  # its stubs leave a type open
        try:
            with reader.from_path(path) as book:
                # The sheet that was judged last is mostly the one that is read next.
                held = lru_cache(maxsize=1)(book.get_sheet_by_name)

                def read(title: str) -> Lines:
                    known = facts.titled(title)
                    return _lines(held(title), known.formats), known

                yield [
                    Sheet(it.name, it.visible == SheetVisibleEnum.Visible, partial(read, it.name))
                    for it in book.sheets_metadata
                ]
        except CalamineError as error:
            raise unreadable(name, "XLSX", error) from None


def _lines(found: Any, formats: Mapping[int, list[tuple[int, str]]]) -> Iterator[Cells]:
    first = found.start[1] if found.start else 0  # rows are laid out from the top, but not from the left
    for number, cells in enumerate(found.iter_rows(), start=1):
        line = [cell if type(cell) is str else said(cell) for cell in cells]
        for place, code in formats.get(number, ()):
            column = place - first
            if type(cells[column]) in _NUMBERS and (text := shown(cells[column], code)) is not None:
                line[column] = text
        yield number, line
