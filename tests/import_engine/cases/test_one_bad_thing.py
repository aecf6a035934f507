"""One bad thing costs one row: flawed rows are told with their line, and the file goes on."""

import json
from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.sources import SourceRow
from tests.import_engine.sources.kit import read

BROKEN = 'a quote inside a quoted field is not written twice ("")'
OPEN = "a quote is opened and never closed"


def flaws(folder: Path, content: str | bytes, name: str = "a.csv") -> dict[int, str]:
    return {row.number: row.flaw for row in read(folder, content, name)[1] if row.flaw}


def people(folder: Path, content: str | bytes, name: str = "a.csv") -> list[str]:
    """The first letters of the addresses that can be read."""
    rows = read(folder, content, name)[1]
    return [row.values["Email"].split("@")[0] for row in rows if not row.flaw]


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        ('"x@x.example.com","Bea "Bee" Moor","Fern"', BROKEN),
        ('x@x.example.com,"Bea" Moor,Fern', BROKEN),
        ('x@x.example.com,"Bea,Fern', OPEN),
        ('x@x.example.com,Bea,"Fern', OPEN),
        ('"x@x.example.com,Bea,Fern', OPEN),
        ("x@x.example.com,Bea,Fern,more", "4 fields, the header has 3"),
    ],
)
@pytest.mark.parametrize("after", [0, 1, 3, 5000])
def test_a_broken_line_costs_itself_alone(tmp_path: Path, line: str, flaw: str, after: int) -> None:
    rows = [f"p{number}@x.example.com,Ann,Fern\n" for number in range(after)]
    content = "Email,First Name,Company\nann@x.example.com,Ann,Fern\n" + line + "\n" + "".join(rows)
    found = flaws(tmp_path, content)
    assert found.keys() == {3}
    assert found[3] in {flaw, OPEN, BROKEN}
    assert people(tmp_path, content) == ["ann", *(f"p{number}" for number in range(after))]


def test_a_quote_that_another_rows_quote_closes_does_not_swallow_the_rows_between(tmp_path: Path) -> None:
    content = (
        "Email,First Name,Company\na@x.example.com,Ann,Fern\n"
        'b@x.example.com,Bea,"19 inch\nc@x.example.com,Cem,Fern\nd@x.example.com,Dan,19"\ne@x.example.com,Eva,Fern\n'
    )
    assert flaws(tmp_path, content) == {3: OPEN}
    assert people(tmp_path, content) == ["a", "c", "d", "e"]


def test_a_cell_with_proper_line_breaks_is_no_flaw(tmp_path: Path) -> None:
    content = 'First Name,Email,Note\nAnn,a@x.example.com,"one\n\ntwo, three\n"\n"Bea\nB.",b@x.example.com,"x, y, z"\n'
    rows = read(tmp_path, content)[1]
    assert rows == [
        SourceRow(2, {"First Name": "Ann", "Email": "a@x.example.com", "Note": "one\n\ntwo, three"}),
        SourceRow(6, {"First Name": "Bea\nB.", "Email": "b@x.example.com", "Note": "x, y, z"}),
    ]


def test_two_columns_of_one_name_are_numbered_and_told(tmp_path: Path) -> None:
    source, rows = read(tmp_path, "Email,Phone,Phone,Phone,Phone (2)\na@x.example.com,1,2,3,4\n")
    assert source.columns == ["Email", "Phone", "Phone (3)", "Phone (4)", "Phone (2)"]
    assert list(rows[0].values.values()) == ["a@x.example.com", "1", "2", "3", "4"]
    assert source.remarks.sentences[0] == ('The column "Phone" is there more than once; this one is called "Phone (3)"')


def test_columns_without_a_name_are_called_by_their_place(tmp_path: Path) -> None:
    source, rows = read(tmp_path, "Email,,,\na@x.example.com,x,,z\n")
    assert source.columns == ["Email", "column 2", "column 4"]
    assert rows[0].values == {"Email": "a@x.example.com", "column 2": "x", "column 4": "z"}


@pytest.mark.parametrize("size", [64_001, 130_000])
def test_a_huge_cell_is_left_out_and_its_row_stays(tmp_path: Path, size: int) -> None:
    source, rows = read(tmp_path, f"Email,Notes\na@x.example.com,{'x' * size}\nb@x.example.com,y\n")
    assert [row.values for row in rows] == [
        {"Email": "a@x.example.com"},
        {"Email": "b@x.example.com", "Notes": "y"},
    ]
    assert source.remarks.sentences == ['1 value of over 64,000 characters was left out ("Notes", line 2)']


def test_hundreds_of_columns_are_read(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(900)]
    content = ",".join(["Email", *names]) + "\na@x.example.com," + ",".join(names) + "\n"
    assert read(tmp_path, content)[1][0].values["c899"] == "c899"


def test_shortened_numbers_are_told_with_their_lines(tmp_path: Path) -> None:
    source, _ = read(
        tmp_path, "Email,Phone\na@x.example.com,4.479E+11\nb@x.example.com,1E+2x\nc@x.example.com,4.4E+10\n"
    )
    assert source.remarks.sentences == [
        "2 numbers were shortened by a spreadsheet (as 4.479E+11), their last digits are lost (line 2, line 4)"
    ]


def test_a_list_that_nobody_needs_costs_no_row(tmp_path: Path) -> None:
    line = '{{"email":"{0}@x.example.com","emails":[{{"value":"{0}@x.example.com"}}],"tags":["a","b"]}}\n'
    source, rows = read(tmp_path, line.format("ann") + line.format("bea"), "a.jsonl")
    assert [row.values for row in rows] == [
        {"email": "ann@x.example.com", "tags": "a, b"},
        {"email": "bea@x.example.com", "tags": "a, b"},
    ]
    assert source.remarks.sentences == ['2 lists under "emails" were left out (line 1, line 2)']


def test_objects_in_objects_become_columns(tmp_path: Path) -> None:
    person = {
        "id": 1,
        "properties": {"email": "a@x.example.com", "firstname": "Ann"},
        "organization": {"name": "Fern", "place": {"city": "Ulm"}},
        "fields": [{"key": "Score", "value": 7}, {"key": "Open", "value": None}],
    }
    assert read(tmp_path, json.dumps([person]), "a.json")[1][0].values == {
        "id": "1",
        "email": "a@x.example.com",
        "firstname": "Ann",
        "organization.name": "Fern",
        "organization.place.city": "Ulm",
        "Score": "7",
    }


def test_a_broken_line_of_json_lines_costs_itself_alone(tmp_path: Path) -> None:
    content = '{"Email": "a@x.example.com"}\n{"Email": "b@\n\n[1]\n{"Email": "c@x.example.com", "n": NaN}\n'
    content += '{"Email": "d@x.example.com"}\n'
    found = flaws(tmp_path, content, "a.jsonl")
    assert found.keys() == {2, 4, 5}
    assert found[2].startswith("cannot be read as JSON: ")
    assert found[4] == "not an object"
    assert people(tmp_path, content, "a.jsonl") == ["a", "d"]


def test_keys_that_differ_in_case_are_one_column(tmp_path: Path) -> None:
    rows = read(tmp_path, '[{"email": "", "Email": "a@x.example.com"}, {" Email": "b@x.example.com"}]', "a.json")[1]
    assert [list(row.values.values()) for row in rows] == [["a@x.example.com"], ["b@x.example.com"]]
