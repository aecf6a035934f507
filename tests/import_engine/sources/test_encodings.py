"""Which encoding a text has: marked, proven or guessed, and what is said when none fits."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources import SourceRow
from saleshandy_mcp.import_engine.sources.letters import name as name_of
from tests.import_engine.sources.kit import read, values, wrong

PEOPLE = {
    "cp1252": ["Köln", "Müller", "Société Générale", "François", "3 € don\u2019t"],
    "cp1250": ["Łukasz", "Wałęsa", "Świątek", "Gdańsk", "Żółć"],
    "cp1251": ["Иван", "Петров", "Москва", "Компания", "Директор"],
    "cp1253": ["Γιώργος", "Αθήνα", "Παπαδόπουλος"],
    "cp932": ["山田", "太郎", "株式会社", "営業部長"],
    "gb18030": ["北京", "王伟", "公司", "上海"],
    "cp949": ["김철수", "서울", "회사"],
}


@pytest.mark.parametrize("codec", PEOPLE)
def test_an_encoding_of_spreadsheets_is_guessed_and_told_as_a_guess(tmp_path: Path, codec: str) -> None:
    body = "".join(f"p{number}@x.example.com,{name}\r\n" for number, name in enumerate(PEOPLE[codec]))
    source, rows = read(tmp_path, ("Email,Name\r\n" + body).encode(codec))
    assert [row.values["Name"] for row in rows] == PEOPLE[codec]
    assert source.guessed
    assert source.encoding == name_of(codec)


@pytest.mark.parametrize("name", ["Köln", "Zoë", "Søren", "Peña", "it\u2019s", "5 €", "Ångström"])
def test_a_single_sign_is_enough_for_western_text(tmp_path: Path, name: str) -> None:
    assert values(tmp_path, f"Email,Name\na@x.example.com,{name}\n".encode("cp1252"))[0]["Name"] == name


def test_the_sign_that_settles_the_encoding_may_come_late(tmp_path: Path) -> None:
    content = b"Email,Name\n" + b"a@x.example.com,Ann\n" * 20_000 + "b@x.example.com,Jörg\n".encode("cp1252")
    assert values(tmp_path, content)[-1]["Name"] == "Jörg"


def test_a_byte_that_does_not_fit_is_a_flaw_of_its_row(tmp_path: Path) -> None:
    content = "Email,Name\n" + "a@x.example.com,Jörg\n" * 30_000
    source, rows = read(tmp_path, content.encode() + b"b@x.example.com,J\xf6rg\nc@x.example.com,Zo\xc3\xab\n")
    assert (source.encoding, source.guessed) == ("UTF-8", False)
    assert rows[-2:] == [
        SourceRow(30_002, {}, "holds bytes that are no UTF-8"),
        SourceRow(30_003, {"Email": "c@x.example.com", "Name": "Zoë"}),
    ]


def test_a_byte_that_does_not_fit_the_guess_is_a_flaw_of_its_row(tmp_path: Path) -> None:
    content = "Email,Name\n" + "a@x.example.com,Jörg Müller\n" * 5000
    rows = read(tmp_path, content.encode("cp1252") + b"b@x.example.com,\x81x\n")[1]
    assert [row.number for row in rows if row.flaw] == [5002]


def test_a_mark_is_believed_and_a_row_that_does_not_fit_it_is_flawed(tmp_path: Path) -> None:
    rows = read(tmp_path, b"\xef\xbb\xbfEmail,Name\r\nx,y\r\na,\xff")[1]
    assert rows == [SourceRow(2, {"Email": "x", "Name": "y"}), SourceRow(3, {}, "holds bytes that are no UTF-8")]


def test_utf_16_that_is_broken_is_named_by_line(tmp_path: Path) -> None:
    assert "line 2 of a.csv holds bytes that are no UTF-16" in wrong(tmp_path, "Email\nab".encode("utf-16") + b"\0")
    broken = "Email\nab\n".encode("utf-16-le") + b"\0\xdc" + "c\n".encode("utf-16-le")
    assert "line 3 of a.csv holds bytes that are no UTF-16" in wrong(tmp_path, broken)


def test_a_nul_character_is_a_flaw_of_its_row(tmp_path: Path) -> None:
    content = bytearray(b"Email,Name\n" + b"a@x.example.com,Ann\n" * 40_000)
    content[500_000] = 0
    rows = read(tmp_path, bytes(content))[1]
    assert [row for row in rows if row.flaw] == [SourceRow(25_001, {}, "holds a NUL character")]
    assert len(rows) == 40_000


def test_a_file_of_many_nul_characters_is_no_text(tmp_path: Path) -> None:
    content = b"Email,Name\n" + b"a@x.example.com,\0\0nn\n" * 400
    assert "is not a text file: it holds 800 NUL characters" in wrong(tmp_path, content)


def test_a_character_that_lies_across_two_pieces_is_read(tmp_path: Path) -> None:
    for shift in range(4):
        rows = values(tmp_path, "Email,Name\n" + "x" * shift + "@x.example.com,漢字😀é\n" * 30_000)
        assert {row["Name"] for row in rows} == {"漢字😀é"}


@given(
    content=st.binary(max_size=400), start=st.sampled_from([b"", b"Email,Name\n", b"\xff\xfe", b"[{", b"PK\x03\x04"])
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_bytes_are_they_are_read_or_refused_in_a_sentence(
    tmp_path: Path, content: bytes, start: bytes
) -> None:
    with contextlib.suppress(Mistake):
        read(tmp_path, start + content)
