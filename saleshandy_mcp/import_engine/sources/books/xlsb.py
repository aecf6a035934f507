"""XLSB, the binary workbooks of Excel: a zip archive whose parts are records, one after another.

Read here, record by record, because what has to be known beside the values (hidden rows, formats of numbers, how large
it would become) stands in the same records, and no library tells it. The numbers of records and the places in them
are those of Microsoft's [MS-XLSB].
"""

import struct
import zipfile
from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from typing import IO

from saleshandy_mcp.import_engine.sources.books.sheet import Cells, Lines, Sheet, moment, said, unreadable, within
from saleshandy_mcp.import_engine.sources.number_formats import BUILT_IN, is_date, shown
from saleshandy_mcp.import_engine.sources.sheet_facts import SheetFacts, linked_parts

_CHUNK = 1 << 20
_LONGEST = 16_000_000
_LONGEST_LENGTH = 28
_ROW, _SHARED_TEXT, _FORMAT, _STYLE, _WORKBOOK, _SHEET = 0, 19, 44, 47, 153, 156
_STYLES_BEGIN, _STYLES_END = 617, 618
_RICH_TEXT = 62
_HIDDEN_ROW = 0x10
_AT = 8
"""Where the value of a cell begins, behind its column and its style."""

Record = tuple[int, bytes]


class _Book:
    """What the cells of all sheets refer to."""

    def __init__(self, packed: zipfile.ZipFile, name: str) -> None:
        self._packed, self.name = packed, name
        self._parts = {it.replace("\\", "/").lower(): it for it in packed.namelist()}
        links = linked_parts(self._content("xl/_rels/workbook.bin.rels"))
        self.sheets: list[tuple[str, bool, str]] = []
        self.from_1904 = False
        for kind, data in self.records("xl/workbook.bin"):
            if kind == _WORKBOOK:
                self.from_1904 = bool(data[0] & 1)
            elif kind == _SHEET:
                link, end = _text(data, 8)
                title, _ = _text(data, end)
                part = f"xl/{links.get(link, '')}".lower()
                # Sheets that hold a chart or a dialogue are no tables.
                if "/worksheets/" in part:
                    self.sheets.append((title, data[0] == 0, part))
        self.texts = [_text(data, 1)[0] for kind, data in self.records("xl/sharedstrings.bin") if kind == _SHARED_TEXT]
        self.formats = self._formats()

    def records(self, part: str) -> Iterator[Record]:
        """The records of a part, none where it is missing."""
        if part in self._parts:
            with self._packed.open(self._parts[part]) as source:
                yield from _records(source, self.name)

    def _content(self, part: str) -> bytes:
        return self._packed.read(self._parts[part]) if part in self._parts else b""

    def _formats(self) -> list[str]:
        """The format of each style."""
        made = dict(BUILT_IN)
        styles = self.records("xl/styles.bin")
        for kind, data in takewhile(lambda it: it[0] != _STYLES_BEGIN, styles):
            if kind == _FORMAT:
                made[str(int.from_bytes(data[:2], "little"))] = _text(data, 2)[0]
        used = (data for kind, data in takewhile(lambda it: it[0] != _STYLES_END, styles) if kind == _STYLE)
        return [made.get(str(int.from_bytes(data[2:4], "little")), "") for data in used]


def sheets(packed: zipfile.ZipFile, name: str) -> list[Sheet]:
    """The sheets of a workbook.

    Raises:
        Mistake: when it cannot be read; the rows raise it too.
    """
    try:
        book = _Book(packed, name)
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise unreadable(name, "XLSB", error) from None
    return [Sheet(title, visible, partial(_read, book, part)) for title, visible, part in book.sheets]


def _read(book: _Book, part: str) -> Lines:
    facts = SheetFacts()
    return _lines(book, part, facts), facts


def _lines(book: _Book, part: str, facts: SheetFacts) -> Iterator[Cells]:
    row, cells = 0, list[str]()
    try:
        for kind, data in book.records(part):
            if kind == _ROW:
                if cells:
                    yield row, cells
                row, cells = int.from_bytes(data[:4], "little") + 1, []
                if data[11] & _HIDDEN_ROW:
                    facts.hidden.add(row)
            elif text := _shown(book, kind, data):
                column = int.from_bytes(data[:4], "little")
                within(row, column + 1, book.name)
                cells += [""] * (column + 1 - len(cells))
                cells[column] = text
    except (IndexError, struct.error, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise unreadable(book.name, "XLSB", error) from None
    if cells:
        yield row, cells


def _records(source: IO[bytes], name: str) -> Iterator[Record]:
    """Each record is a number, a length, both in one to four bytes of seven bits, and so many bytes."""
    held, at = b"", 0
    while chunk := source.read(_CHUNK):
        held, at = held[at:] + chunk, 0
        while (head := _head(held, at)) and head[1] + head[2] <= len(held):
            kind, start, size = head
            yield kind, held[start : start + size]
            at = start + size
        if len(held) - at > _LONGEST:
            raise unreadable(name, "XLSB", "a record has no end")
    if at < len(held):
        raise unreadable(name, "XLSB", "it was cut off")


def _head(held: bytes, at: int) -> tuple[int, int, int] | None:
    """The number of a record, where its content begins, and how long that is; None where more has to be read."""
    size = shift = 0
    try:
        kind = held[at]
        if kind & 0x80:
            at += 1
            kind = kind & 0x7F | (held[at] & 0x7F) << 7
        while True:
            at += 1
            size |= (held[at] & 0x7F) << shift
            shift += 7
            if held[at] < 0x80 or shift == _LONGEST_LENGTH:
                return kind, at + 1, size
    except IndexError:
        return None


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length if length != 0xFFFFFFFF else at + 4
    if end > len(data):
        raise IndexError("a text is longer than its record")
    return data[at + 4 : end].decode("utf-16-le"), end


def _shown(book: _Book, kind: int, data: bytes) -> str:
    """A cell as a person sees it; empty for one that holds nothing, or an error."""
    match kind:
        case 2:
            return _number(book, data, _packed(data))
        case 5 | 9:  # as it is, or the result of a formula
            return _number(book, data, struct.unpack_from("<d", data, _AT)[0])
        case 4 | 10:
            return said(bool(data[_AT]))
        case 6 | 8 | 62:  # the last has formats inside, and says so first
            return _text(data, _AT + (kind == _RICH_TEXT))[0]
        case 7:
            return book.texts[int.from_bytes(data[_AT : _AT + 4], "little")]
        case _:
            return ""


def _packed(data: bytes) -> float:
    """A number in four bytes: 30 bits of a whole one, or the first 30 of a fraction; perhaps times 100."""
    (bits,) = struct.unpack_from("<i", data, _AT)
    value = float(bits >> 2) if bits & 2 else struct.unpack("<d", struct.pack("<q", (bits & ~3) << 32))[0]
    return value / 100 if bits & 1 else value


def _number(book: _Book, data: bytes, value: float) -> str:
    style = int.from_bytes(data[4:7], "little")
    code = book.formats[style] if style < len(book.formats) else ""
    if is_date(code):
        return said(moment(value, from_1904=book.from_1904))
    return shown(value, code) or said(value)
