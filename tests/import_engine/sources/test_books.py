"""XLS, XLSB and ODS are read with the same promises as XLSX."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.sources import Reading
from tests.import_engine.sources.books_kit import ods, ods_of, record, xls, xlsb
from tests.import_engine.sources.kit import cell, packed, parts, read, values, wrong

KINDS = pytest.mark.parametrize("made", [xls, xlsb, ods])
TABLE = [["Email", "City"], ["ann@x.example.com", "Köln"], ["bea@x.example.com", "Łódź"]]
PEOPLE = [
    {"Email": "ann@x.example.com", "City": "Köln"},
    {"Email": "bea@x.example.com", "City": "Łódź"},
]
Made = Callable[..., bytes]


@KINDS
def test_its_rows_are_read_whatever_its_name_says(tmp_path: Path, made: Made) -> None:
    assert values(tmp_path, made(TABLE), "people.csv") == PEOPLE


@KINDS
def test_the_header_is_found_below_a_title_and_rows_keep_their_numbers(tmp_path: Path, made: Made) -> None:
    source, rows = read(tmp_path, made([["Our customers"], [], *TABLE]))
    assert [row.number for row in rows] == [4, 5]
    assert source.remarks.sentences == ["The header was found in row 3; what is above it was left out"]


@KINDS
def test_the_sheet_with_people_is_read_and_told(tmp_path: Path, made: Made) -> None:
    content = made([["Read me first"]], TABLE, TABLE[:2], hidden_sheets=[2])
    source, rows = read(tmp_path, content)
    assert (source.sheet, [row.values for row in rows]) == ("Sheet3", PEOPLE[:1])
    assert [row.values for row in read(tmp_path, content, reading=Reading(sheet="sheet2"))[1]] == PEOPLE


@KINDS
def test_hidden_rows_are_left_out_and_told_unless_they_are_asked_for(tmp_path: Path, made: Made) -> None:
    content = made(TABLE, hidden_rows=[2])
    source, rows = read(tmp_path, content)
    assert [row.values for row in rows] == PEOPLE[1:]
    assert source.remarks.sentences[0].startswith("1 row is hidden in the sheet and left out")
    assert [row.values for row in read(tmp_path, content, reading=Reading(hidden=True))[1]] == PEOPLE


@KINDS
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "3"),
        (7.5, "7.5"),
        (491701234567.0, "491701234567"),
        (True, "TRUE"),
        (date(2026, 3, 15), "2026-03-15"),
        ((1067, "00000"), "01067"),
        ((0.12, "0%"), "12%"),
    ],
)
def test_a_cell_says_what_a_person_sees(tmp_path: Path, made: Made, value: object, said: str) -> None:
    assert values(tmp_path, made([["Email", "x"], ["ann@x.example.com", value]]))[0]["x"] == said


@KINDS
@pytest.mark.parametrize("value", [float("inf"), float("nan"), (float("inf"), "00000"), (float("nan"), "0%")])
def test_what_a_damaged_sheet_holds_in_place_of_a_number_is_left_empty(
    tmp_path: Path, made: Made, value: object
) -> None:
    assert values(tmp_path, made([["Email", "x"], ["ann@x.example.com", value]])) == [{"Email": "ann@x.example.com"}]


@KINDS
@pytest.mark.parametrize("keep", [100, 300])
def test_a_file_that_was_cut_off_is_refused_with_what_to_do(tmp_path: Path, made: Made, keep: int) -> None:
    words = wrong(tmp_path, made(TABLE)[:keep])
    assert "cannot be read" in words
    assert "and save it again as XLSX or CSV" in words


def test_an_xls_file_whose_sectors_follow_one_another_in_a_circle_is_read_or_refused_and_ends(tmp_path: Path) -> None:
    content = bytearray(xls(TABLE))
    first = int.from_bytes(content[76:80], "little") * 512 + 512  # the allocation table
    for sector in range(128):
        content[first + 4 * sector : first + 4 * sector + 4] = b"\0\0\0\0"
    assert "cannot be read as an old Excel file (.xls)" in wrong(tmp_path, bytes(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed({"xl/workbook.bin": record(156, b"\1")}), "cannot be read as XLSB"),
        (ods_of("", before='<!DOCTYPE a [<!ENTITY b "c">]>'), "it holds a document type"),
        (ods_of("", before='<?xml version="1.0" encoding="UTF-R"?>'), "cannot be read as ODS (unknown encoding"),
        (
            ods_of("", before='<?xml version="1.0" encoding="shift_jis"?>'),
            "cannot be read as ODS (multi-byte encodings",
        ),
        (ods_of(""), "is an OpenDocument file without a sheet"),
        (ods_of("<table:table>"), "cannot be read as ODS (mismatched tag"),
        (packed({"content.xml": "x", "META-INF/manifest.xml": "<encryption-data/>"}), "locked with a password"),
    ],
)
def test_what_is_broken_or_locked_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in wrong(tmp_path, content)


def _repeated(rows: str, columns: str) -> bytes:
    cell = f'<table:table-cell table:number-columns-repeated="{columns}"><text:p>a@x.example.com</text:p>'
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-cell></table:table-row>'
    return ods_of(f"<table:table>{row}</table:table>")


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        ("999999999", "1", "has more than 100,000 rows"),
        ("1", "999999999", "has 999999999 columns, at most 1000 are taken"),
    ],
)
def test_repeated_cells_do_not_fill_the_memory(tmp_path: Path, rows: str, columns: str, words: str) -> None:
    assert words in wrong(tmp_path, _repeated(rows, columns))


def test_empty_cells_and_rows_that_are_repeated_to_the_end_of_an_ods_sheet_count_for_nothing(tmp_path: Path) -> None:
    rest = '<table:table-cell table:number-columns-repeated="16382"/>'
    rows = "".join(
        f'<table:table-row><table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type='
        f'"string"><text:p>{text}</text:p></table:table-cell>{rest}</table:table-row>'
        for text in ("Email", "ann@x.example.com")
    )
    end = f'<table:table-row table:number-rows-repeated="1048574">{rest}</table:table-row>'
    assert values(tmp_path, ods_of(f"<table:table>{rows}{end}</table:table>")) == [{"Email": "ann@x.example.com"}]


def test_hidden_rows_that_are_repeated_thousands_of_times_in_an_ods_file_are_all_left_out(tmp_path: Path) -> None:
    rows = "".join(
        f"<table:table-row {more}><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row>"
        for text, more in (
            ("Email", ""),
            ("hidden@x.example.com", 'table:visibility="collapse" table:number-rows-repeated="5000"'),
            ("ann@x.example.com", ""),
        )
    )
    source, rows_read = read(tmp_path, ods_of(f"<table:table>{rows}</table:table>"))
    assert [(row.number, row.values["Email"]) for row in rows_read] == [(5002, "ann@x.example.com")]
    assert source.remarks.sentences[0].startswith("5,000 rows are hidden in the sheet and left out")


def test_notes_on_an_ods_cell_are_no_part_of_it_and_blanks_and_lines_are(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>call first</text:p></office:annotation>"
    written = f'{note}<text:p>Ann<text:s text:c="2"/><text:span>Lake</text:span></text:p><text:p>Founder</text:p>'
    head = "".join(f"<table:table-cell><text:p>{it}</text:p></table:table-cell>" for it in ("Email", "x"))
    cells = f"<table:table-cell><text:p>a@x.example.com</text:p></table:table-cell><table:table-cell>{written}"
    rows = f"<table:table-row>{head}</table:table-row><table:table-row>{cells}</table:table-cell></table:table-row>"
    assert values(tmp_path, ods_of(f"<table:table>{rows}</table:table>"))[0]["x"] == "Ann  Lake\nFounder"


def test_a_formula_without_a_result_in_an_ods_file_is_told(tmp_path: Path) -> None:
    head = "<table:table-row><table:table-cell><text:p>Email</text:p></table:table-cell></table:table-row>"
    address = "<table:table-cell><text:p>a@x.example.com</text:p></table:table-cell>"
    row = f'<table:table-row>{address}<table:table-cell table:formula="of:=[.A2]"/></table:table-row>'
    source, _ = read(tmp_path, ods_of(f"<table:table>{head}{row}</table:table>"))
    assert source.remarks.sentences[0].startswith("1 cell holds a formula without a result (row 2)")


def test_a_sheet_whose_first_columns_are_empty_shows_its_numbers_as_well(tmp_path: Path) -> None:
    content = parts(f'<row r="1">{cell("C1", "Email")}<c r="D1" s="1"><v>45000</v></c></row>')
    content["xl/styles.xml"] = content["xl/styles.xml"].replace('numFmtId="14"', 'numFmtId="9"')
    more = f'<row r="2">{cell("C2", "a@x.example.com")}<c r="D2" s="1"><v>0.5</v></c></row>'
    sheet = "xl/worksheets/sheet1.xml"
    content[sheet] = content[sheet].replace("</sheetData>", f"{more}</sheetData>")
    assert values(tmp_path, packed(content))[0] == {"Email": "a@x.example.com", "4500000%": "50%"}


def test_without_the_library_for_xls_what_to_do_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlrd", None)
    assert "Install saleshandy-mcp again with all it needs, or save the file as CSV." in wrong(tmp_path, xls(TABLE))
