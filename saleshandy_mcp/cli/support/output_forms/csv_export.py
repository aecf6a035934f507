"""Rows as CSV in which a spreadsheet sees no formulas. Pure."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator

from saleshandy_mcp.import_engine.ledger.results import RowResult

HEADER = ("row", "email", "state", "reason", "verified")

_STARTS = frozenset("=+-@|%＝＋－＠")  # noqa: RUF001 - a spreadsheet reads the wide ones like the others
_BREAKS = ("\t", "\r", "\n")


def csv_lines(rows: Iterable[RowResult]) -> Iterator[str]:
    """The header and a line for each row, each with its line end."""
    yield csv_line(HEADER)
    for row in rows:
        yield csv_line((str(row.number), row.email, row.state, row.reason.text, row.verified))


def harmless(cell: str) -> str:
    """The cell, with ``'`` before it where a spreadsheet might take it for a formula."""
    begins = next((character for character in cell if not _unseen(character)), "")
    return f"'{cell}" if begins in _STARTS or cell.startswith(_BREAKS) else cell


def _unseen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character).startswith("C")


def csv_line(cells: Iterable[str]) -> str:
    """A line with its line end. No cell is a formula to a spreadsheet."""
    page = io.StringIO()
    # The writer quotes cells that hold a character of its line end: a bare CR has to be quoted, too.
    csv.writer(page, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return page.getvalue().removesuffix("\r\n") + "\n"
