"""Reading a CSV file: what is read, and what is refused with which words."""

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleshandy_mcp.api.errors import Mistake
from saleshandy_mcp.imports import source
from saleshandy_mcp.imports.source import SourceRow, inline, read_csv

HEAD = "Email,First Name\n"
LINE = "a@x.example.com,Ann\n"


def wrong(folder: Path | None, name: str = "a.csv") -> str:
    """Why a file is refused."""
    with pytest.raises(Mistake) as refusal:
        read_csv(name, folder)
    return f"{refusal.value.wrong}. {refusal.value.remedy}"


def put(folder: Path, content: str | bytes, name: str = "a.csv") -> None:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_table_is_read_whatever_a_spreadsheet_made_of_it(
    tmp_path: Path, delimiter: str, mark: bytes, newline: str
) -> None:
    lines = [["Email", "First Name", "Company"], ["jo@x.example.com", "Jörg Łukasz", "Øst"]]
    put(tmp_path, mark + newline.join(delimiter.join(line) for line in lines).encode())
    table = read_csv("a.csv", tmp_path)
    assert table.columns == lines[0]
    assert table.rows == [SourceRow(2, dict(zip(*lines, strict=True)))]


def test_quotes_hold_commas_and_line_breaks_and_quotes(tmp_path: Path) -> None:
    put(tmp_path, 'Email,Why Now\na@x.example.com,"one, two\nthree ""four"""\n')
    assert read_csv("a.csv", tmp_path).rows[0].values["Why Now"] == 'one, two\nthree "four"'


def test_a_row_has_the_number_of_its_first_line_in_the_file(tmp_path: Path) -> None:
    put(tmp_path, '\nEmail,Why Now\n\na@x.example.com,"one\n\ntwo"\n , \n,,\nb@x.example.com,\n')
    assert [row.number for row in read_csv("a.csv", tmp_path).rows] == [4, 9]


@pytest.mark.parametrize("head", ['Email;"Role, or title, or so"', "\n\nEmail;City", '"Email";"a,b";"c,d"'])
def test_the_delimiter_is_found_behind_blank_lines_and_beside_quotes(tmp_path: Path, head: str) -> None:
    put(tmp_path, f"{head}\na@x.example.com;Bonn\n")
    table = read_csv("a.csv", tmp_path)
    assert table.columns[0] == "Email"
    assert list(table.rows[0].values.values()) == ["a@x.example.com", "Bonn"]


def test_blanks_around_values_and_columns_are_taken_off_and_blank_values_left_out(tmp_path: Path) -> None:
    put(tmp_path, " Email , City \n a@x.example.com ,  \n")
    table = read_csv("a.csv", tmp_path)
    assert (table.columns, table.rows) == (["Email", "City"], [SourceRow(2, {"Email": "a@x.example.com"})])


def test_a_short_row_has_no_value_for_what_is_missing(tmp_path: Path) -> None:
    put(tmp_path, "Email,City,State\na@x.example.com,Bonn\n")
    assert read_csv("a.csv", tmp_path).rows == [SourceRow(2, {"Email": "a@x.example.com", "City": "Bonn"})]


def test_a_file_in_a_folder_of_the_folder_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "june").mkdir()
    put(tmp_path, HEAD + LINE, "june/a.csv")
    assert read_csv("june/a.csv", tmp_path).name == "a.csv"
    assert read_csv("june/../june/a.csv", tmp_path) == read_csv(str(tmp_path / "june/a.csv"), tmp_path)


def test_the_allowed_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    put(tmp_path / "real", HEAD + LINE)
    (tmp_path / "link").symlink_to("real")
    assert len(read_csv("a.csv", tmp_path / "link").rows) == 1


cell = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)
name = st.text(st.characters(exclude_characters="\0\r\n", codec="utf-8"), max_size=9).map(str.strip).filter(bool)


@given(
    columns=st.lists(name, min_size=1, max_size=5, unique=True),
    bodies=st.lists(st.lists(cell, min_size=5, max_size=5), min_size=1, max_size=8),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_as_csv_is_read_back(tmp_path: Path, columns: list[str], bodies: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    names = ["Email", *columns]
    rows = [["p@x.example.com", *body[: len(columns)]] for body in bodies]
    writer.writerows([names, *rows])
    put(tmp_path, text.getvalue())
    table = read_csv("a.csv", tmp_path)
    assert table.columns == names
    expected = [{name: value.strip() for name, value in zip(names, row, strict=True) if value.strip()} for row in rows]
    assert [row.values for row in table.rows] == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a.csv is empty. It needs a header line and rows."),
        (b"\xef\xbb\xbf\n  \n", "a.csv is empty"),
        (HEAD.encode(), "a.csv has a header and no rows"),
        ("Email,Stadt\na@x.example.com,Köln".encode("latin-1"), "is not UTF-8. Save it as CSV UTF-8"),
        (HEAD.encode("utf-16"), "is not a text file (or is UTF-16)"),
        (b"PK\x03\x04\0\0", "is not a text file"),
        (b"Email,City\na@x.example.com,Bonn\nb@x.example.com,Bonn, Rhein\n", "line 3 of a.csv has 3 fields"),
        (b"Email,City,Email\n", "has the column Email twice. Give each"),
        (b"Email, Email\n", "has the column Email twice. Give each"),
        (b'Email,City\na@x.example.com,"Bo"nn\n', "line 2 of a.csv cannot be read as CSV"),
        (b'Email,City\na@x.example.com,"Bonn\n', "cannot be read as CSV: unexpected end of data"),
        (b"Email,City\na@x.example.com," + b"x" * 64_001, "a field of over 64,000 characters"),
        (",".join(f"c{number}" for number in range(201)).encode(), "has 201 columns, at most 200"),
        ((HEAD + LINE * 10_001).encode(), "has 10,001 rows, at most 10,000 are taken at once. Split it."),
    ],
)
def test_what_is_no_proper_table_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    put(tmp_path, content)
    assert words in wrong(tmp_path)


def test_as_much_as_is_allowed_is_read(tmp_path: Path) -> None:
    put(tmp_path, HEAD + LINE * 9_999 + "b@x.example.com," + "x" * 64_000)
    assert len(read_csv("a.csv", tmp_path).rows) == 10_000


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    put(tmp_path, "")
    os.truncate(tmp_path / "a.csv", source.MOST_BYTES + 1)
    assert "has 20,000,001 bytes, at most 20,000,000" in wrong(tmp_path)


def test_without_an_allowed_folder_no_file_is_read() -> None:
    words = wrong(None, "/etc/hostname")
    assert "may not read files" in words
    assert "`rows`" in words
    assert "SALESHANDY_FILES" in words


@pytest.mark.parametrize(
    "name", ["../out.csv", "sub/../../out.csv", "{out}", "/etc/passwd", "linked/out.csv", "../in-2/a.csv", "~/a.csv"]
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    for sub in ("in", "in-2", "in/sub", "elsewhere"):
        (tmp_path / sub).mkdir()
    for file in ("out.csv", "in-2/a.csv", "elsewhere/out.csv"):
        put(tmp_path, HEAD + LINE, file)
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    words = wrong(folder, name.format(out=tmp_path / "out.csv"))
    assert "is not inside the allowed folder" in words or "cannot be read" in words
    assert "x.example.com" not in words


def test_a_link_to_a_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    put(tmp_path, HEAD + LINE)
    (tmp_path / "in/link.csv").symlink_to(tmp_path / "a.csv")
    assert "link.csv cannot be read" in wrong(tmp_path / "in", "link.csv")


@pytest.mark.parametrize("name", ["", ".", "sub", "sub/"])
def test_a_folder_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    assert "is not a regular file" in wrong(tmp_path, name)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is not a regular file" in wrong(tmp_path, "pipe.csv")


def test_a_missing_file_is_told_with_what_is_there(tmp_path: Path) -> None:
    put(tmp_path, LINE, "leads.csv")
    put(tmp_path, LINE, "notes.txt")
    words = wrong(tmp_path, "laeds.csv")
    assert "laeds.csv cannot be read (No such file or directory)" in words
    assert "there is: leads.csv." in words


def test_an_empty_or_missing_folder_is_told_as_such(tmp_path: Path) -> None:
    assert "there is: no such file" in wrong(tmp_path)
    assert "there is: no such file" in wrong(tmp_path / "gone")


@pytest.mark.parametrize("name", ["a\0.csv", "sub\0/a.csv", "x" * 300, "x" * 300 + "/a.csv", "loop/a.csv", "loop"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "file: " in wrong(tmp_path, name)


def test_inline_rows_are_numbered_from_one_and_their_columns_gathered() -> None:
    table = inline([{"Email": "a@x.example.com"}, {"City": "Bonn", "Email": "b@x.example.com"}])
    assert table.columns == ["Email", "City"]
    assert [row.number for row in table.rows] == [1, 2]


def test_a_column_without_a_name_is_told_only_when_it_holds_something(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("Email,,\na@x.example.com,,\n", encoding="utf-8")
    (tmp_path / "full.csv").write_text("Email,\na@x.example.com,something\n", encoding="utf-8")
    assert read_csv("empty.csv", tmp_path).columns == ["Email"]
    assert read_csv("full.csv", tmp_path).columns == ["Email", ""]
