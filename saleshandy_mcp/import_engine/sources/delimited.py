"""CSV and its kin: fields with commas, semicolons, tabs or bars between them."""

import csv
import io
import re
from contextlib import suppress
from itertools import islice

from saleshandy_mcp.import_engine.sources import headers
from saleshandy_mcp.import_engine.sources.csv_records import records
from saleshandy_mcp.import_engine.sources.limits import HEADER_WITHIN
from saleshandy_mcp.import_engine.sources.lines import tabled
from saleshandy_mcp.import_engine.sources.reading import AS_IT_IS, Reading
from saleshandy_mcp.import_engine.sources.remarks import Remarks
from saleshandy_mcp.import_engine.sources.table import Table

DELIMITERS = ",;\t|"
_SAID = re.compile(r'\ufeff?"?sep=(.)"?[ ,;\t|]*(?:\r\n?|\n|$)', re.IGNORECASE)
"""How Excel is told the delimiter: a line in front of the header."""


def delimited(text: io.TextIOBase, head: str, name: str, reading: Reading = AS_IT_IS) -> Table:
    """A table out of text.

    Args:
        text: from its beginning, line ends as they are.
        head: the first characters of it.
        name: of the file.
        reading: how, as far as somebody says.

    Raises:
        Mistake: when it cannot be read as one; the rows raise it too.
    """
    said = _SAID.match(head)
    if said:
        text.readline()
    inner = _inside_quotes(head[said.end() :] if said else head)
    delimiter = reading.delimiter or (said[1] if said else _delimiter(inner or head))
    remarks = Remarks()
    lines = records(text, delimiter, name, 2 if said else 1, remarks)
    if inner:
        lines = ((number, _fields(cells, delimiter), flaw) for number, cells, flaw in lines)
    return tabled(lines, name, reading=reading, remarks=remarks)


def _fields(cells: list[str], delimiter: str) -> list[str]:
    return next(csv.reader(cells, delimiter=delimiter), list[str]())


def _inside_quotes(head: str) -> str:
    """The text inside, where each line is quoted as a whole; empty where that is not so."""
    lines = [it for it in head.splitlines()[:HEADER_WITHIN] if it.strip()]
    if not all(line[0] == line[-1] == '"' and line.count('"') == 2 for line in lines):
        return ""
    inner = "\n".join(line.strip('"') for line in lines)
    return inner if _fit(inner, _delimiter(inner))[-1] > 1 else ""


def _delimiter(head: str) -> str:
    """The one that makes rows as wide as the header; among such, the one that makes most columns."""
    return max(DELIMITERS, key=lambda sign: _fit(head, sign))


def _fit(head: str, delimiter: str) -> tuple[bool, float, int]:
    """How well rows fit the header, and how many columns that has; addresses in cells of their own come first."""
    lines: list[list[str]] = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    with suppress(csv.Error):  # what was read before counts; the rest may have been cut off
        lines.extend(islice(reader, HEADER_WITHIN))
    first = headers.found(lines).rows - 1 if lines else 0
    counts = [len(it) for it in lines[max(first, 0) :] if any(map(str.strip, it))] or [0]
    header, *rows = counts
    if header < 2:
        return False, 0, 0
    fit = sum(1.0 if row == header else 0.5 if 1 < row < header else 0.0 for row in rows)
    addressed = any(map(headers.has_address, lines))
    return addressed, fit / len(rows) if rows else 1, header
