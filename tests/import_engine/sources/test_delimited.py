"""Tables in text: what is read, and what is refused with which words."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.sources import SourceRow
from tests.import_engine.sources.kit import read, values, wrong

HEAD = "Email,First Name\n"
LINE = "a@x.example.com,Ann\n"
LINES = [["Email", "First Name", "Company"], ["jo@x.example.com", "Jörg Łukasz", "Øst"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_table_is_read_whatever_a_spreadsheet_made_of_it(
    tmp_path: Path, delimiter: str, codec: str, newline: str
) -> None:
    source, rows = read(tmp_path, newline.join(delimiter.join(line) for line in LINES).encode(codec))
    assert source.columns == LINES[0]
    assert rows == [SourceRow(2, dict(zip(*LINES, strict=True)))]
    assert (source.encoding, source.guessed) == (codec[:6].upper().rstrip("-"), False)


def test_quotes_hold_commas_and_line_breaks_and_quotes(tmp_path: Path) -> None:
    found = values(tmp_path, 'Email,Why Now\na@x.example.com,"one, two\nthree ""four"""\n')
    assert found[0]["Why Now"] == 'one, two\nthree "four"'


def test_a_row_has_the_number_of_its_first_line_in_the_file(tmp_path: Path) -> None:
    content = '\nEmail,Why Now\n\na@x.example.com,"one\n\ntwo"\n , \n,,\nb@x.example.com,\n'
    assert [row.number for row in read(tmp_path, content)[1]] == [4, 9]


@pytest.mark.parametrize(
    "head",
    [
        'Email;"Role, or title, or so"',
        "\n\nEmail;City",
        '"Email";"a,b";"c,d"',
        "Email;Name, first, last, all",
        "sep=;\nEmail;a,b,c",
    ],
)
def test_the_delimiter_is_found_by_what_makes_rows_as_wide_as_the_header(tmp_path: Path, head: str) -> None:
    source, rows = read(tmp_path, f"{head}\na@x.example.com;Bonn\n")
    assert source.columns[0] == "Email"
    assert list(rows[0].values.values()) == ["a@x.example.com", "Bonn"]


def test_a_first_line_that_names_the_delimiter_is_believed_and_counted(tmp_path: Path) -> None:
    source, rows = read(tmp_path, "sep=|\r\nEmail|a,b\r\nx@x.example.com|1,2\r\n")
    assert source.columns == ["Email", "a,b"]
    assert rows == [SourceRow(3, {"Email": "x@x.example.com", "a,b": "1,2"})]


def test_blanks_are_taken_off_and_blank_values_left_out(tmp_path: Path) -> None:
    source, rows = read(tmp_path, " Email , First\xa0Name ,City\n a@x.example.com\xa0, \xa0 ,\n")
    assert source.columns == ["Email", "First Name", "City"]
    assert rows == [SourceRow(2, {"Email": "a@x.example.com"})]


def test_a_text_that_excel_was_told_to_leave_alone_is_that_text(tmp_path: Path) -> None:
    content = 'Email,Phone,Note\na@x.example.com,="0123","=""say ""hi"""""\nb@x.example.com,=1+1,="\n'
    assert [list(row.values())[1:] for row in values(tmp_path, content)] == [
        ["0123", 'say "hi"'],
        ["=1+1", '="'],
    ]


def test_a_short_row_has_no_value_for_what_is_missing(tmp_path: Path) -> None:
    assert values(tmp_path, "Email,City,State\na@x.example.com,Bonn\n") == [
        {"Email": "a@x.example.com", "City": "Bonn"}
    ]


def test_a_row_with_too_many_fields_is_a_flaw_of_that_row_alone(tmp_path: Path) -> None:
    rows = read(tmp_path, "Email,City\na@x.example.com,Bonn, Rhein\nb@x.example.com,Bonn, ,\nc@x.example.com\n")[1]
    assert rows[0] == SourceRow(2, {}, "3 fields, the header has 2")
    assert [row.flaw for row in rows[1:]] == ["", ""]


def test_a_column_without_a_name_is_told_only_when_it_holds_something(tmp_path: Path) -> None:
    assert read(tmp_path, "Email,,\na@x.example.com,,\n")[0].columns == ["Email"]
    source, rows = read(tmp_path, "Email,\na@x.example.com,something\n")
    assert (source.columns, rows[0].values["column 2"]) == (["Email", "column 2"], "something")


def test_a_column_without_a_name_that_fills_late_is_told_as_late(tmp_path: Path) -> None:
    source, rows = read(tmp_path, "Email,\n" + "a@x.example.com,\n" * 1500 + "b@x.example.com,x\n")
    assert (source.columns, source.late, len(rows)) == (["Email"], ["column 2"], 1501)


def test_the_empty_columns_that_a_spreadsheet_leaves_do_not_count(tmp_path: Path) -> None:
    assert read(tmp_path, f"Email{',' * 16_000}\na@x.example.com{',' * 16_000}\n")[0].columns == ["Email"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a.csv is empty. It needs a header line and rows."),
        (b"\xef\xbb\xbf\n  \n", "a.csv is empty"),
        (HEAD.encode(), "a.csv has a header and no rows"),
        ((HEAD + ",\n\n , \n").encode(), "a.csv has a header and no rows"),
        (",".join(f"c{number}" for number in range(1001)).encode(), "has 1001 columns, at most 1000"),
        ((HEAD + LINE * 100_001).encode(), "has more than 100,000 rows, the most that are taken at once. Split it."),
    ],
)
def test_what_is_no_proper_table_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in wrong(tmp_path, content)


def test_as_much_as_is_allowed_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, HEAD + LINE * 99_999 + "b@x.example.com," + "x" * 64_000)[1]) == 100_000


cells = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12).filter(
    lambda it: not it.strip().startswith('="')
)
names = (
    st.text(st.characters(exclude_characters='\0\r\n\xa0",;\t|=', codec="utf-8"), max_size=9)
    .map(str.strip)
    .filter(bool)
)


@given(
    columns=st.lists(names, min_size=1, max_size=5, unique=True).filter(lambda it: "Email" not in it),
    bodies=st.lists(st.lists(cells, min_size=5, max_size=5), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    quoted=st.sampled_from(["all", "what has to be"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_as_csv_is_read_back(
    tmp_path: Path,
    columns: list[str],
    bodies: list[list[str]],
    delimiter: str,
    newline: str,
    quoted: str,
    codec: str,
) -> None:
    text = io.StringIO(newline="")
    # What has to be quoted depends on the line end: a bare \r before \n is not, in Python 3.11.
    writer = (
        csv.writer(text, quoting=csv.QUOTE_ALL, delimiter=delimiter, lineterminator=newline)
        if quoted == "all"
        else csv.writer(text, quoting=csv.QUOTE_MINIMAL, delimiter=delimiter)
    )
    header = ["Email", *columns]
    rows = [["p@people.example.com", *body[: len(columns)]] for body in bodies]
    writer.writerows([header, *rows])
    source, found = read(tmp_path, text.getvalue().encode(codec))
    assert source.columns == header
    expected = [{name: it.strip() for name, it in zip(header, row, strict=True) if it.strip()} for row in rows]
    assert [row.values for row in found] == expected


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_notes_above_the_header_are_no_part_of_the_table(tmp_path: Path, delimiter: str) -> None:
    notes = f'Notes:\n"One{delimiter} two, and\nthree."\n\n'
    found, rows = read(tmp_path, f"{notes}Name{delimiter}Email\nAnn{delimiter}a@x.example.com\n")
    assert found.columns == ["Name", "Email"]
    assert rows == [SourceRow(6, {"Name": "Ann", "Email": "a@x.example.com"})]


def test_a_single_column_is_a_table_all_the_same(tmp_path: Path) -> None:
    found = values(tmp_path, "Email\n\na@x.example.com\nb@x.example.com\n")
    assert [row["Email"] for row in found] == ["a@x.example.com", "b@x.example.com"]
