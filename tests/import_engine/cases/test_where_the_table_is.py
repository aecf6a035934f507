"""Where the table is in a file: header, sheet, rows that are shown, cells as the sheet shows them."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.sources import Reading, SourceRow
from saleshandy_mcp.import_engine.sources.number_formats import shown
from tests.import_engine.sources.kit import MAIN, book, cell, lines, packed, parts, read, refused, values

PEOPLE = lines(["Email", "City"], ["a@x.example.com", "Köln"])
KOELN = [{"Email": "a@x.example.com", "City": "Köln"}]
TABLE = [["First Name", "Kontakt"], ["Ann", "ann@x.example.com"], ["Bea", "bea@x.example.com"]]


def text(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


@pytest.mark.parametrize("header", ["Email", "E-Mail", "Kontakt", "Correo electrónico"])
@pytest.mark.parametrize(
    "above",
    [
        [],
        [["Leads for spring"]],
        [["Leads for spring", ""], ["", ""], ["made by", "Dan"]],
        [["#TYPE Selected.User"]],
        [[""]] * 30 + [["a note"]],
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_header_is_found_by_what_is_in_it(tmp_path: Path, header: str, above: list[list[str]], kind: str) -> None:
    rows = [*above, ["First Name", header, "City"], ["Ann", "", "Ulm"], ["Bea", "bea@x.example.com", "Ulm"]]
    content = text(rows).encode() if kind == "csv" else book(lines(*rows))
    source, found = read(tmp_path, content, f"a.{kind}")
    assert source.columns == ["First Name", header, "City"]
    assert [row.number for row in found] == [len(above) + 2, len(above) + 3]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_without_a_header_keeps_everybody_and_asks(tmp_path: Path, kind: str) -> None:
    rows = [["Ann", "Lake", "ann@x.example.com"], ["Bea", "Moor", "bea@x.example.com"]]
    content = text(rows).encode() if kind == "csv" else book(lines(*rows))
    source, found = read(tmp_path, content, f"a.{kind}")
    assert source.columns == ["column 1", "column 2", "Email"]
    assert [row.values["Email"] for row in found] == ["ann@x.example.com", "bea@x.example.com"]
    assert source.remarks.asks
    assert source.remarks.sentences == [
        'There is no header; the columns are: column 1 ("Ann"), column 2 ("Lake"), Email ("ann@x.example.com")'
    ]


def test_the_row_of_the_header_can_be_said(tmp_path: Path) -> None:
    rows = [["Email", "old"], ["Address", "Name"], ["a@x.example.com", "Ann"]]
    assert read(tmp_path, text(rows), reading=Reading(header=2))[1] == [
        SourceRow(3, {"Address": "a@x.example.com", "Name": "Ann"})
    ]
    assert len(read(tmp_path, text(rows), reading=Reading(header=0))[1]) == 3
    words = refused(lambda: read(tmp_path, text(rows), reading=Reading(header=9)))
    assert words == "header: line 9 of a.csv holds no header. Count from 1; 0 says there is none."


def test_the_delimiter_is_the_one_that_leaves_addresses_alone(tmp_path: Path) -> None:
    source, rows = read(tmp_path, "Email\tCity, State\na@x.example.com\tAustin, TX\nb@x.example.com\tReno, NV\n")
    assert source.columns == ["Email", "City, State"]
    assert rows[0].values["City, State"] == "Austin, TX"


def test_the_delimiter_can_be_said(tmp_path: Path) -> None:
    reading = Reading.said({"delimiter": "^"})
    assert (
        read(tmp_path, "Email^City\na@x.example.com^Ulm, Donau\n", reading=reading)[1][0].values["City"] == "Ulm, Donau"
    )


def test_lines_that_are_quoted_as_a_whole_are_taken_apart(tmp_path: Path) -> None:
    content = '"Email;First Name"\r\n"a@x.example.com;Ann"\r\n"b@x.example.com;Bea"\r\n'
    assert values(tmp_path, content)[1] == {"Email": "b@x.example.com", "First Name": "Bea"}


@pytest.mark.parametrize(
    "others",
    [
        [lines(["How to fill this in"], ["1. One person a row"], ["2. Do not change the header"])],
        [lines(["Row Labels", "Count of Email"], ["Ulm", "3"], ["Grand Total", "3"])],
        [lines(["Email", "City"]), ""],
    ],
)
def test_the_sheet_with_people_is_taken_and_told(tmp_path: Path, others: list[str]) -> None:
    source, rows = read(tmp_path, book(*others, PEOPLE), "a.xlsx")
    assert [row.values for row in rows] == KOELN
    assert source.sheet == f"Sheet{len(others) + 1}"


@pytest.mark.parametrize("wish", ["Sheet2", "sheet2", "2"])
def test_a_sheet_can_be_named_even_a_hidden_one(tmp_path: Path, wish: str) -> None:
    content = book(lines(["Email"], ["b@x.example.com"]), PEOPLE, hidden=[2])
    assert [row.values for row in read(tmp_path, content, "a.xlsx", Reading(sheet=wish))[1]] == KOELN
    words = refused(lambda: read(tmp_path, content, "a.xlsx", Reading(sheet="People")))
    assert words == 'sheet: a.xlsx has no sheet "People". There is: Sheet1, Sheet2.'


@pytest.mark.parametrize("mark", ['hidden="1"', "hidden='true'", 'ht="0" hidden="1" customHeight="1"'])
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_hidden_rows_are_left_out_unless_asked_for_and_told(tmp_path: Path, mark: str, prefix: str) -> None:
    table = lines(["Email"], ["a@x.example.com"], ["b@x.example.com"], ["c@x.example.com"])
    table = table.replace('<row r="3">', f'<row r="3" {mark}>')
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{table}</sheetData></worksheet>'
    if prefix:
        sheet = sheet.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=")
    content = packed(parts(PEOPLE) | {"xl/worksheets/sheet1.xml": sheet})
    source, rows = read(tmp_path, content, "a.xlsx")
    assert [row.number for row in rows] == [2, 4]
    assert source.remarks.sentences[0].startswith("1 row is hidden in the sheet and left out")
    source, rows = read(tmp_path, content, "a.xlsx", Reading(hidden=True))
    assert ([row.number for row in rows], source.remarks.sentences) == ([2, 3, 4], [])


@pytest.mark.parametrize("result", ["", "<v/>", "<v></v>"])
def test_formulas_without_a_result_are_told_with_what_to_do(tmp_path: Path, result: str) -> None:
    row = f'<row r="2">{cell("A2", "Ann")}<c r="B2"><f>LOWER(A2)&amp;"@x.example.com"</f>{result}</c></row>'
    source, _ = read(tmp_path, book(lines(["Name", "Email"]) + row), "a.xlsx")
    assert source.remarks.asks
    assert source.remarks.sentences == [
        "1 cell holds a formula without a result (B2): open the file in Excel and save it once"
    ]


def test_a_formula_with_its_result_is_a_value(tmp_path: Path) -> None:
    row = f'<row r="2">{cell("A2", "Ann")}<c r="B2" t="str"><f>A2</f><v>a@x.example.com</v></c></row>'
    source, rows = read(tmp_path, book(lines(["Name", "Email"]) + row), "a.xlsx")
    assert (rows[0].values["Email"], source.remarks.sentences) == ("a@x.example.com", [])


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (123, "00000", "00123"),
        (1234567, "00000", "1234567"),
        (1234567890, "000-000-0000", "123-456-7890"),
        (1234567890, r"\(000\)\ 000\-0000", "(123) 456-7890"),
        (491701234567, '"+"0', "+491701234567"),
        (30123, '"D-"00000', "D-30123"),
        (0.125, "0%", "12%"),
        (0.125, "0.00%", "12.50%"),
        (1.5, "00000", None),
        (-3, "00000", None),
        (45000, "dd.mm.yyyy", None),
        (3, "0.00", None),
        (1234, "#,##0", None),
        (3, "0", None),
        (3, "General", None),
        (3, "@", None),
    ],
)
def test_a_number_reads_as_its_format_shows_it(value: float, code: str, said: str | None) -> None:
    assert shown(value, code) == said


def test_leading_zeros_of_a_format_are_kept(tmp_path: Path) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt formatCode="00000" numFmtId="164"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    numbers = '<c r="B2" s="1"><v>1067</v></c><c r="C2" s="0"><v>1067</v></c>'
    row = f'<row r="2">{cell("A2", "a@x.example.com")}{numbers}</row>'
    content = packed(parts(lines(["Email", "Zip", "Number"]) + row) | {"xl/styles.xml": styles})
    assert values(tmp_path, content, "a.xlsx") == [{"Email": "a@x.example.com", "Zip": "01067", "Number": "1067"}]


def test_parts_that_are_named_with_backslashes_are_found(tmp_path: Path) -> None:
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for part, content in parts(PEOPLE).items():
            info = zipfile.ZipInfo("x")
            info.filename = part.replace("/", "\\")
            archive.writestr(info, content)
    assert values(tmp_path, into.getvalue(), "a.xlsx") == KOELN


def test_hundreds_of_columns_of_a_sheet_are_read_and_a_vast_rectangle_is_not(tmp_path: Path) -> None:
    wide = PEOPLE + '<row r="3"><c r="ALL3"><v>1</v></c></row>'
    assert len(read(tmp_path, book(wide), "a.xlsx")[1]) == 2
    vast = wide + '<row r="90000"><c r="A90000"><v>1</v></c></row>'
    words = refused(lambda: read(tmp_path, book(vast), "a.xlsx"))
    assert "a.xlsx has 90,000 rows of 1,000 columns, which is too much. Save it as CSV." in words


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"header": "two"}, 'header: "two" is no number of a line'),
        ({"delimiter": ";;"}, 'delimiter: ";;" is not one sign'),
        ({"encoding": "klingon"}, 'encoding: "klingon" is not known'),
        ({"encoding": "rot13"}, 'encoding: "rot13" is not known'),
        ({"hidden": "maybe"}, 'hidden: "maybe" is neither yes nor no'),
    ],
)
def test_what_cannot_be_said_of_a_table_is_refused(words: dict[str, str], why: str) -> None:
    assert why in refused(lambda: Reading.said(words))


def test_what_is_said_of_a_table_is_understood() -> None:
    words = {"header": "3", "sheet": "People", "encoding": "Windows-1250", "delimiter": "tab", "hidden": "yes"}
    assert Reading.said(words) == Reading(3, "People", "cp1250", "\t", hidden=True)
    assert Reading.said({"encoding": "Mac Roman", "sheet": ""}) == Reading(encoding="mac-roman")
