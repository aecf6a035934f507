"""XLSX: what cells say, which sheet is taken, and what would take too much."""

import io
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.sources import SourceRow, limits
from tests.import_engine.sources.kit import MAIN, book, cell, lines, packed, parts, put, read, values, wrong

HEAD = '<row r="1">' + cell("A1", "Email") + cell("B1", "x") + "</row>"
TABLE = lines(["Email", "City"], ["a@x.example.com", "Köln"])
TABLE_X = '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>Email</x:t></x:is></x:c></x:row>'
KOELN = [{"Email": "a@x.example.com", "City": "Köln"}]


def test_a_sheet_is_read_with_the_numbers_of_its_rows(tmp_path: Path) -> None:
    sheet = '<row r="3">' + cell("B3", "Email") + "</row>" + '<row r="6">' + cell("B6", " a@x.example.com ") + "</row>"
    source, rows = read(tmp_path, book(sheet), "a.xlsx")
    assert source.columns == ["Email"]
    assert rows == [SourceRow(6, {"Email": "a@x.example.com"})]
    assert (source.encoding, source.sheet) == ("", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('<c r="B2"><v>3</v></c>', "3"),
        ('<c r="B2"><v>491701234567</v></c>', "491701234567"),
        ('<c r="B2"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="B2"><v>1E-3</v></c>', "0.001"),
        ('<c r="B2" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="B2" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="B2" s="1"><v>45000</v></c>', "2023-03-15"),
        ('<c r="B2" s="2"><v>45000</v></c>', "2023-03-15"),
        ('<c r="B2" s="2"><v>45000.5</v></c>', "2023-03-15T12:00:00"),
        ('<c r="B2" s="3"><v>0.5</v></c>', "12:00:00"),
        ('<c r="B2" s="4"><v>1.5</v></c>', "1 day, 12:00:00"),
        ('<c r="B2" t="s"><v>0</v></c>', "shared"),
        ('<c r="B2" t="str"><f>A1</f><v>made</v></c>', "made"),
        ('<c r="B2" t="e"><v>#N/A</v></c>', None),
        ('<c r="B2" s="1"/>', None),
        ('<c r="B2" t="inlineStr"><is><t>="0123"</t></is></c>', "0123"),
    ],
)
def test_a_cell_says_what_a_person_sees(tmp_path: Path, written: str, said: str | None) -> None:
    sheet = HEAD + f'<row r="2">{cell("A2", "a")}{written}</row>'
    assert values(tmp_path, book(sheet, strings="<si><t>shared</t></si>"), "a.xlsx")[0].get("x") == said


def test_the_first_visible_sheet_with_rows_is_read_and_told(tmp_path: Path) -> None:
    content = book("", lines(["A title"]), TABLE, TABLE, hidden=[3])
    assert read(tmp_path, content, "a.xlsx")[0].sheet == "Sheet4"
    assert values(tmp_path, content, "a.xlsx") == KOELN


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    assert values(tmp_path, book(TABLE), "people.csv") == KOELN


def test_what_formats_leave_behind_is_no_cell(tmp_path: Path) -> None:
    left = '<row r="1048576" ht="12.8"><c r="XFD1048576" s="1"/></row>'
    assert values(tmp_path, book(TABLE + left), "a.xlsx") == KOELN


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("", "a.xlsx is empty"),
        (lines(["Email"]), "a.xlsx has a header and no rows"),
        (TABLE + '<row r="9">' + cell("ALM9", "x") + "</row>", "has more than 1,000 columns"),
        (TABLE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "has more than 1,000 columns"),
        (TABLE + "<row><x:c s='1' r = 'XFD7'><v>1</v></x:c></row>", "has more than 1,000 columns"),
        (TABLE + '<row r="101000"><c r="A101000"><v>1</v></c></row>', "has more than 100,000 rows"),
        (TABLE + '<row><c a=">" r="XFD7"><v>1</v></c></row>', "cells do not say where they are"),
        (TABLE + "<row><c><v>1</v></c></row>", "cells do not say where they are"),
        (TABLE + '<row r="3"><c r="A3" t="s"><v>7</v></c></row>', "has a text that is not there"),
        ("<row", "a.xlsx cannot be read as XLSX"),
    ],
)
def test_a_sheet_that_is_no_table_or_would_fill_the_memory_is_refused(tmp_path: Path, sheet: str, words: str) -> None:
    assert words in wrong(tmp_path, book(sheet), "a.xlsx")


def test_a_text_that_many_cells_share_counts_for_each(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(2, 20_002))
    words = wrong(tmp_path, book(TABLE[:0] + cells, strings=f"<si><t>{'x' * 30_000}</t></si>"), "a.xlsx")
    assert "bytes unpacked, which is too much. Save it as CSV." in words


def test_an_archive_that_unpacks_to_too_much_is_refused_by_its_directory(tmp_path: Path) -> None:
    content = packed(parts(TABLE) | {"xl/media/image1.xml": "x" * 30_000_000})
    assert "bytes unpacked, which is too much" in wrong(tmp_path, content, "a.xlsx")


def test_an_archive_that_lies_about_its_sizes_is_not_unpacked_beyond_them(tmp_path: Path) -> None:
    content = bytearray(packed(parts(TABLE + "<!--" + "x" * 1_000_000 + "-->")))
    entry = next(it for it in zipfile.ZipFile(io.BytesIO(content)).infolist() if it.file_size > 1_000_000)
    struct.pack_into(
        "<I", content, content.index(struct.pack("<I", entry.file_size), content.rindex(b"sheet1") - 80), 99
    )
    assert "cannot be read as XLSX" in wrong(tmp_path, bytes(content), "a.xlsx")


def test_a_file_that_is_larger_than_a_workbook_may_be_is_refused(tmp_path: Path) -> None:
    content = book(TABLE) + b"\0" * limits.MOST_PACKED
    assert "a workbook may have 50,000,000. Split it." in wrong(tmp_path, content, "a.xlsx")


@pytest.mark.parametrize("keep", [30, 200, 700])
def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path, keep: int) -> None:
    assert "a.xlsx cannot be read as XLSX" in wrong(tmp_path, book(TABLE)[:keep], "a.xlsx")


def test_without_the_library_what_to_do_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert "Install saleshandy-mcp again with all it needs, or save the file as CSV." in wrong(
        tmp_path, book(TABLE), "a.xlsx"
    )


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    put(tmp_path, "")
    read(tmp_path, book(TABLE), "a.xlsx")
    wrong(tmp_path, book("<row"), "a.xlsx")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_sheet_whose_tags_have_a_prefix_is_read_and_judged_alike(tmp_path: Path) -> None:
    def written(place: str) -> bytes:
        row = f'<x:row r="2"><x:c t="s" r="{place}"><x:v>0</x:v></x:c></x:row>'
        sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{TABLE_X}{row}</x:sheetData></x:worksheet>'
        strings = f'<x:sst xmlns:x="{MAIN}"><x:si><x:t>a@x.example.com</x:t></x:si></x:sst>'
        return packed(parts(TABLE) | {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings})

    assert values(tmp_path, written("A2"), "a.xlsx") == [{"Email": "a@x.example.com"}]
    assert "has more than 1,000 columns" in wrong(tmp_path, written("XFD2"), "a.xlsx")
    assert "has more than 100,000 rows" in wrong(tmp_path, written("A1048576"), "a.xlsx")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("00000", "01067"),
        ('00-000"x"', "01-067x"),
        ("0 €", "1067"),
        ('0.00 "€"', "1067"),
        ('"$"0', "1067"),
        ("[$€-407]0", "1067"),
        ("#,##0", "1067"),
    ],
)
def test_a_number_reads_as_its_format_shows_it_and_an_amount_of_money_as_a_number(
    tmp_path: Path, code: str, said: str
) -> None:
    content = parts(HEAD + f'<row r="2">{cell("A2", "a")}<c r="B2" s="4"><v>1067</v></c></row>')
    content["xl/styles.xml"] = content["xl/styles.xml"].replace("[h]:mm:ss", code.replace('"', "&quot;"))
    assert values(tmp_path, packed(content), "a.xlsx")[0]["x"] == said
