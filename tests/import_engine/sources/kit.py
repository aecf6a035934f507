"""Files for tests, as programs write them."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources import AS_IT_IS, Reading, Source, SourceRow, open_file

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="[h]:mm:ss"/></numFmts>'
    '<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="21"/>'
    '<xf numFmtId="170"/></cellXfs></styleSheet>'
)


def cell(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def lines(*rows: Sequence[str]) -> str:
    """Rows of a sheet with texts in them, from A1 on."""
    return "".join(
        f'<row r="{number}">'
        + "".join(cell(f"{chr(65 + place)}{number}", it) for place, it in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )


def parts(*sheets: str, strings: str = "", hidden: Sequence[int] = ()) -> dict[str, str]:
    """What is in an XLSX file, part by part."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="Sheet{it}" sheetId="{it}"{" state=" + chr(34) + "hidden" + chr(34) if it in hidden else ""}'
        f' r:id="r{it}"/>'
        for it in numbers
    )
    linked = "".join(
        f'<Relationship Id="r{it}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{it}.xml"/>' for it in numbers
    )
    made = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{linked}'
        f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="t" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    data = {f"xl/worksheets/sheet{it}.xml": sheet for it, sheet in zip(numbers, sheets, strict=True)}
    return made | {
        part: f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>' for part, sheet in data.items()
    }


def packed(content: Mapping[str, str | bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in content.items():
            archive.writestr(part, text)
    return into.getvalue()


def book(*sheets: str, strings: str = "", hidden: Sequence[int] = ()) -> bytes:
    return packed(parts(*sheets, strings=strings, hidden=hidden))


def put(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


def read(
    folder: Path, content: str | bytes, name: str = "a.csv", reading: Reading = AS_IT_IS
) -> tuple[Source, list[SourceRow]]:
    """A file put there and read to its end."""
    put(folder, content, name)
    with open_file(name, folder, reading) as source:
        return source, list(source.rows)


def values(folder: Path, content: str | bytes, name: str = "a.csv") -> list[dict[str, str]]:
    return [row.values for row in read(folder, content, name)[1]]


def refused(doing: Callable[[], object]) -> str:
    """The sentences with which something is refused."""
    with pytest.raises(Mistake) as refusal:
        doing()
    return f"{refusal.value.wrong}. {refusal.value.remedy}"


def wrong(folder: Path, content: str | bytes, name: str = "a.csv") -> str:
    """Why a file is refused, at once or on the way."""
    return refused(lambda: read(folder, content, name))
