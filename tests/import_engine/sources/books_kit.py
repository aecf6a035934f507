"""Workbooks of the other kinds, as small as they can be: XLS by xlwt, ODS and XLSB part by part."""

import io
import struct
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlwt  # type: ignore[import-untyped] # it has no types

from tests.import_engine.sources.kit import packed

Cell = str | float | bool | date | tuple[float, str]
"""A number with its format is a pair."""
Rows = Sequence[Sequence[Cell]]

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMES = " ".join(f'xmlns:{it}="{_OASIS}{it}:1.0"' for it in ("office", "table", "text", "style"))


def xls(*sheets: Rows, hidden_rows: Sequence[int] = (), hidden_sheets: Sequence[int] = ()) -> bytes:
    library: Any = xlwt
    book = library.Workbook()
    for number, rows in enumerate(sheets, start=1):
        sheet = book.add_sheet(f"Sheet{number}")
        sheet.visibility = int(number in hidden_sheets)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                shown, code = value if isinstance(value, tuple) else (value, "General")
                code = "DD.MM.YYYY" if isinstance(value, date) else code
                sheet.write(row, column, shown, library.easyxf(num_format_str=code))
            sheet.row(row).hidden = row + 1 in hidden_rows
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def ods(*sheets: Rows, hidden_rows: Sequence[int] = (), hidden_sheets: Sequence[int] = ()) -> bytes:
    tables = "".join(
        f'<table:table table:name="Sheet{number}" table:style-name="t{int(number in hidden_sheets)}">'
        + "".join(_ods_row(cells, hidden=row in hidden_rows) for row, cells in enumerate(rows, start=1))
        + "</table:table>"
        for number, rows in enumerate(sheets, start=1)
    )
    return ods_of(tables)


def ods_of(tables: str, before: str = "") -> bytes:
    """An ODS file with these tables in its content."""
    style = (
        '<style:style style:name="t1" style:family="table"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    content = (
        f"{before}<office:document-content {_NAMES}><office:automatic-styles>{style}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def _ods_row(cells: Sequence[Cell], *, hidden: bool) -> str:
    state = ' table:visibility="filter"' if hidden else ""
    return f"<table:table-row{state}>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(value: Cell) -> str:
    match value:
        case bool():
            kind, shown = f'boolean" office:boolean-value="{str(value).lower()}', str(value).upper()
        case date():
            kind, shown = f'date" office:date-value="{value.isoformat()}', f"{value:%d.%m.%Y}"
        case (float() | int() as number, code) if code.endswith("%"):
            kind, shown = f'percentage" office:value="{number}', f"{number:.0%}"
        case (float() | int() as number, code):
            kind, shown = f'float" office:value="{number}', f"{number:0{len(code)}.0f}"
        case float() | int():
            kind, shown = f'float" office:value="{value}', f"{value:.2f}"
        case _:
            kind, shown = "string", str(value)
    return f'<table:table-cell office:value-type="{kind}"><text:p>{shown}</text:p></table:table-cell>'


def xlsb(*sheets: Rows, hidden_rows: Sequence[int] = (), hidden_sheets: Sequence[int] = ()) -> bytes:
    numbers = range(1, len(sheets) + 1)
    codes = ["General", "dd/mm/yyyy", "00000", "0%"]
    texts: list[str] = []
    parts = {
        f"xl/worksheets/sheet{number}.bin": _xlsb_sheet(rows, codes, texts, hidden_rows)
        for number, rows in zip(numbers, sheets, strict=True)
    }
    links = "".join(f'<Relationship Id="r{it}" Target="worksheets/sheet{it}.bin"/>' for it in numbers)
    listed = b"".join(
        record(156, struct.pack("<II", it in hidden_sheets, it) + wide(f"r{it}") + wide(f"Sheet{it}")) for it in numbers
    )
    styles = b"".join(record(44, struct.pack("<H", 164 + it) + wide(code)) for it, code in enumerate(codes))
    used = b"".join(record(47, struct.pack("<HH", 0, 164 + it) + bytes(12)) for it in range(len(codes)))
    return packed(
        parts
        | {
            "xl/workbook.bin": record(153, bytes(12)) + listed,
            "xl/_rels/workbook.bin.rels": f"<Relationships>{links}</Relationships>",
            "xl/styles.bin": styles + record(617, struct.pack("<I", len(codes))) + used + record(618),
            "xl/sharedStrings.bin": b"".join(record(19, b"\0" + wide(it)) for it in texts),
        }
    )


def _xlsb_sheet(rows: Rows, codes: list[str], texts: list[str], hidden: Sequence[int]) -> bytes:
    made = b""
    for row, cells in enumerate(rows):
        flags = 0x10 if row + 1 in hidden else 0
        made += record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 0))
        for column, value in enumerate(cells):
            made += _xlsb_cell(column, value, codes, texts)
    return record(129) + record(145) + made + record(146)


def _xlsb_cell(column: int, value: Cell, codes: list[str], texts: list[str]) -> bytes:
    value, code = value if isinstance(value, tuple) else (value, "General")
    match value:
        case bool():
            kind, data = 4, bytes([value])
        case date():
            kind, data, code = 5, struct.pack("<d", (value - date(1899, 12, 30)).days), "dd/mm/yyyy"
        case int():
            kind, data = 2, struct.pack("<i", value << 2 | 2)
        case float():
            kind, data = 5, struct.pack("<d", value)
        case _:
            texts.append(value)
            kind, data = 7, struct.pack("<I", len(texts) - 1)
    return record(kind, struct.pack("<II", column, codes.index(code)) + data)


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = bytes([len(data)]) if len(data) < 0x80 else bytes([len(data) & 0x7F | 0x80, len(data) >> 7])
    return head + length + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
