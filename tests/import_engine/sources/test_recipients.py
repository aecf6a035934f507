"""Lists of recipients out of mail programs, tables that lie on their side, and lists deep inside JSON."""

import json
from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from tests.import_engine.sources.kit import read

ANN = {"Email": "ann@north.example.com", "Full Name": "Ann Lake"}
BEA = {"Email": "bea@south.example.com", "Full Name": "Moor, Bea"}


@pytest.mark.parametrize(
    "content",
    [
        'Ann Lake <ann@north.example.com>, "Moor, Bea" <bea@south.example.com>',
        "Ann Lake <ann@north.example.com>; Moor, Bea <bea@south.example.com>;\n",
        'To: Ann Lake <ann@north.example.com>\n"Moor, Bea" <bea@south.example.com>\n',
        'Ann Lake <ann@north.example.com>\r\n\r\n"Moor, Bea" <bea@south.example.com>\r\n',
    ],
)
def test_recipients_on_one_line_or_on_many_are_people(tmp_path: Path, content: str) -> None:
    source, rows = read(tmp_path, content.encode())
    assert [(row.number, row.values) for row in rows] == [(1, ANN), (2, BEA)]
    assert "list of recipients" in source.remarks.sentences[0]


def test_bare_addresses_on_one_line_are_people_too(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b"ann@north.example.com, bea@south.example.com; cid@east.example.com")
    assert [row.values["Email"].partition("@")[0] for row in rows] == ["ann", "bea", "cid"]


@pytest.mark.parametrize(
    "content",
    [
        "ann@north.example.com,ann@home.example.com\nbea@south.example.com,bea@home.example.com\n",
        "Email,Name\nann@north.example.com,Ann <3\n",
        "ann@north.example.com,Ann,Lake\n",
    ],
)
def test_a_table_is_no_list_of_recipients(tmp_path: Path, content: str) -> None:
    source, _ = read(tmp_path, content.encode())
    assert not any("recipients" in it for it in source.remarks.sentences)


def test_a_table_on_its_side_is_refused_with_the_way_out(tmp_path: Path) -> None:
    content = b"Email,ann@north.example.com,bea@south.example.com\nFirst Name,Ann,Bea\nCompany,North,South\n"
    with pytest.raises(Mistake) as refusal:
        read(tmp_path, content)
    assert "lies on its side" in refusal.value.wrong
    assert "Transpose" in refusal.value.remedy


def test_the_one_list_of_people_is_found_inside_other_objects(tmp_path: Path) -> None:
    people = [{"email": "ann@north.example.com", "name": {"first": "Ann"}}]
    whole = {"meta": {"count": 1}, "data": {"page": {"contacts": people}}, "links": {}}
    _, rows = read(tmp_path, json.dumps(whole).encode(), "a.json")
    assert [row.values for row in rows] == [{"email": "ann@north.example.com", "name.first": "Ann"}]


def test_of_two_lists_of_people_both_are_named(tmp_path: Path) -> None:
    whole = {"data": {"leads": [{"email": "ann@north.example.com"}], "contacts": [{"email": "b@south.example.com"}]}}
    with pytest.raises(Mistake, match=r"data\.leads and data\.contacts"):
        read(tmp_path, json.dumps(whole).encode(), "a.json")


def test_an_excel_sheet_of_2003_is_called_that(tmp_path: Path) -> None:
    content = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    with pytest.raises(Mistake, match="Excel sheet of 2003"):
        read(tmp_path, content, "a.xls")
