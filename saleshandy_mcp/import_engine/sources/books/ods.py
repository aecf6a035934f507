"""ODS, the workbooks of LibreOffice: read from its XML piece by piece, as cells are shown.

calamine reads them too, but lays out every repeated row and cell, and tells neither hidden rows nor what a cell shows.
The file has both, side by side; the standard library's expat is enough. A document type, and with it any entity, is
refused.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import NoReturn
from xml.parsers import expat

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.books.sheet import (
    LAST_ROW,
    Cells,
    Lines,
    Sheet,
    locked,
    said,
    unreadable,
    within,
)
from saleshandy_mcp.import_engine.sources.limits import HEADER_WITHIN, LONGEST_FIELD
from saleshandy_mcp.import_engine.sources.sheet_facts import SheetFacts

_CHUNK = 1 << 18
_CONTENT = "content.xml"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _OFFICE, _STYLE = (f"{_OASIS}{it}:1.0 " for it in ("table", "text", "office", "style"))
_ROW, _SHEET = f"{_TABLE}table-row", f"{_TABLE}table"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_ASIDE = (f"{_OFFICE}annotation", f"{_OASIS}drawing:1.0 ")
"""What lies over a cell and is no part of it: notes and pictures."""
_SIGNS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_HIDDEN = {"collapse", "filter"}
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_DIGITS = re.compile(r"\D")
_NO_COUNT = re.compile(r"[-+/()]")


class _Parser:
    """Rows out of the XML. What is finished is taken away after each piece.

    Attributes:
        wanted: the place of the one sheet that is read; None for the first rows of all.
        facts: what that sheet says beside its cells.
        sheets: the title of each sheet, and its style.
        hidden_styles: styles of sheets that are not shown.
        rows: finished ones: the place of their sheet, their number, how often they are repeated, and their cells.
    """

    def __init__(self, name: str, wanted: int | None) -> None:
        self._name, self.wanted, self.facts = name, wanted, SheetFacts()
        self.sheets: list[tuple[str, str]] = []
        self.hidden_styles: set[str] = set()
        self.rows: list[tuple[int, int, int, list[str]]] = []
        self._style = ""
        self._number = self._repeated = self._blank = self._aside = 0
        self._row: list[str] | None = None
        self._cell: dict[str, str] | None = None
        self._texts: list[str] = []
        self._length = 0
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._begin
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._take
        self._expat.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes) -> list[tuple[int, int, int, list[str]]]:
        """The rows that end in this piece; an empty piece is the end."""
        self._expat.Parse(piece, not piece)
        rows, self.rows = self.rows, []
        return rows

    def _refuse(self, *_: object) -> NoReturn:
        raise unreadable(self._name, "ODS", "it holds a document type", "LibreOffice")

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if self._aside or tag.startswith(_ASIDE):
            self._aside += 1
        elif self._cell is not None:
            if tag == f"{_TEXT}p" and self._texts:
                self._take("\n")
            elif sign := _SIGNS.get(tag):
                self._take(sign * min(_count(attributes, f"{_TEXT}c"), LONGEST_FIELD))
        elif tag in _CELLS and self._row is not None:
            self._cell, self._texts, self._length = attributes, [], 0
        elif tag == _ROW and self.wanted in {None, len(self.sheets) - 1}:
            self._row, self._blank = [], 0
            self._number += self._repeated
            self._repeated = _count(attributes, f"{_TABLE}number-rows-repeated")
            self._is_hidden = attributes.get(f"{_TABLE}visibility") in _HIDDEN
        elif tag == _SHEET:
            self.sheets.append((attributes.get(f"{_TABLE}name", ""), attributes.get(f"{_TABLE}style-name", "")))
            self._number, self._repeated = 1, 0
        elif tag == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif tag == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self.hidden_styles.add(self._style)

    def _end(self, tag: str) -> None:
        if self._aside:
            self._aside -= 1
        elif self._cell is not None and tag in _CELLS:
            self._finish_cell(self._cell)
            self._cell = None
        elif tag == _ROW and self._row is not None:
            if self._row:
                self.rows.append((len(self.sheets) - 1, self._number, self._repeated, self._row))
                if self._is_hidden:
                    self.facts.hidden.update(range(self._number, min(self._number + self._repeated, LAST_ROW + 1)))
            self._row = None

    def _take(self, text: str) -> None:
        if self._cell is not None and not self._aside and self._length <= LONGEST_FIELD:
            self._texts.append(text)
            self._length += len(text)

    def _finish_cell(self, cell: dict[str, str]) -> None:
        row = self._row
        if row is None:
            return
        text = _shown(cell, "".join(self._texts))
        times = _count(cell, f"{_TABLE}number-columns-repeated")
        if f"{_TABLE}formula" in cell and not text and f"{_OFFICE}value-type" not in cell:
            self.facts.without_result(f"row {self._number}")
        if not text:
            self._blank += times
            return
        within(self._number, len(row) + self._blank + times, self._name)
        row += [""] * self._blank + [text] * times
        self._blank = 0


def sheets(packed: zipfile.ZipFile, name: str) -> list[Sheet]:
    """The sheets of a workbook.

    Raises:
        Mistake: when it cannot be read; the rows raise it too.
    """
    if b"encryption-data" in _part(packed, "META-INF/manifest.xml"):
        raise locked(name)
    parser = _Parser(name, None)
    first: dict[int, list[list[str]]] = {}
    for place, _, _, cells in _rows(packed, parser, name):
        if len(head := first.setdefault(place, [])) < HEADER_WITHIN:
            head.append(cells)
    if not parser.sheets:
        raise Mistake(f"file: {name} is an OpenDocument file without a sheet", "Export the table as CSV or XLSX.")
    return [
        Sheet(title, style not in parser.hidden_styles, partial(_read, packed, place, name), first.get(place, []))
        for place, (title, style) in enumerate(parser.sheets)
    ]


def _read(packed: zipfile.ZipFile, place: int, name: str) -> Lines:
    parser = _Parser(name, place)
    return _lines(packed, parser, name), parser.facts


def _lines(packed: zipfile.ZipFile, parser: _Parser, name: str) -> Iterator[Cells]:
    for _, number, times, cells in _rows(packed, parser, name):
        for more in range(times):
            within(number + more, 0, name)
            yield number + more, cells


def _rows(packed: zipfile.ZipFile, parser: _Parser, name: str) -> Iterator[tuple[int, int, int, list[str]]]:
    try:
        with packed.open(_CONTENT) as source:
            while piece := source.read(_CHUNK):
                yield from parser.feed(piece)
        yield from parser.feed(b"")
    except (expat.ExpatError, zipfile.BadZipFile, LookupError, ValueError) as error:
        raise unreadable(name, "ODS", error, "LibreOffice") from None


def _part(packed: zipfile.ZipFile, part: str) -> bytes:
    return packed.read(part) if part in packed.namelist() else b""


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def _shown(cell: dict[str, str], text: str) -> str:
    """A cell as a person sees it, with numbers and dates written the same way in every kind of workbook."""
    kind, value = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_OFFICE}value", "")
    match kind:
        case "float" | "percentage" | "currency":
            tells_more = _tells_more(text, value) if kind == "float" else text.endswith("%")
            number = _number(value, text)
            return text if number and tells_more else number
        case "date":
            return _date(cell.get(f"{_OFFICE}date-value", ""), text)
        case "time":
            found = _TIME.fullmatch(cell.get(f"{_OFFICE}time-value", ""))
            return f"{found[1]}:{found[2]}:{found[3]}" if found else text
        case "boolean":
            return cell.get(f"{_OFFICE}boolean-value", text).upper()
        case _:
            return cell.get(f"{_OFFICE}string-value", text)


def _tells_more(text: str, value: str) -> bool:
    """Whether what is shown has the digits of a number and more: leading zeros, or the signs of a telephone number."""
    digits = _DIGITS.sub("", text)
    same = value.isdecimal() and digits.lstrip("0") == value.lstrip("0")
    return same and (digits != value or _NO_COUNT.search(text) is not None)


def _number(value: str, text: str) -> str:
    try:
        return said(float(value))
    except ValueError:
        return text


def _date(value: str, text: str) -> str:
    try:
        return said(dt.datetime.fromisoformat(value))
    except ValueError:
        return text
