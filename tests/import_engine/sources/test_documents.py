"""JSON in its shapes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.sources import SourceRow
from tests.import_engine.sources.kit import read, values, wrong

TWO = [{"Email": "a@x.example.com", "Name": "Ann"}, {"Email": "b@x.example.com", "City": "Köln"}]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(TWO),
        json.dumps(TWO, indent=2, ensure_ascii=False),
        "\n".join(map(json.dumps, TWO)),
        "\r\n\r\n".join(map(json.dumps, TWO)) + "\r\n",
        "\n".join(json.dumps(it, indent=2) for it in TWO),
        json.dumps({"prospects": TWO}),
        json.dumps({"total": 2, "meta": {"page": 1}, "columns": ["a", "b"], "prospects": TWO, "next": None}, indent=1),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_objects_are_read_in_whatever_shape_they_come(tmp_path: Path, content: str, codec: str) -> None:
    source, rows = read(tmp_path, content.encode(codec), "a.json")
    assert [row.values for row in rows] == TWO
    assert source.columns == ["Email", "Name", "City"]


def test_an_object_has_its_line_as_its_number_and_a_member_of_a_list_its_place(tmp_path: Path) -> None:
    assert [row.number for row in read(tmp_path, '\n{"a": 1}\n\n{"a": 2}\n', "a.jsonl")[1]] == [2, 4]
    assert [row.number for row in read(tmp_path, '[\n\n{"a": 1},\n\n{"a": 2}]', "a.json")[1]] == [1, 2]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("3", "3"),
        ("3.0", "3"),
        ("1.50", "1.5"),
        ("0.1", "0.1"),
        ("-0.0", "0"),
        ("1e3", "1000"),
        ("491701234567", "491701234567"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("0.12345678901234567890123456789012345", "0.12345678901234567890123456789012345"),
        ("1e999", "1E+999"),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ('" "', None),
        ("[]", None),
        ("{}", None),
        (r'" \u00e9\ud83d\ude00 "', "é😀"),
    ],
)
def test_a_value_is_the_text_that_a_person_would_read(tmp_path: Path, written: str, said: str | None) -> None:
    row = values(tmp_path, f'[{{"Email": "a", "x": {written}}}]', "a.json")[0]
    assert row.get("x") == said


@pytest.mark.parametrize(
    ("member", "flaw"),
    [
        ('"a"', "not an object"),
        ("7", "not an object"),
        ('{"x": "a\\u0000b"}', "holds a NUL character"),
        ('{"x": "\\ud800"}', "holds half a character (a lone surrogate)"),
    ],
)
@pytest.mark.parametrize("shape", ["[{ok},\n{member}]", "{ok}\n{member}"])
def test_what_cannot_be_a_value_is_a_flaw_of_its_row(tmp_path: Path, member: str, flaw: str, shape: str) -> None:
    content = shape.replace("{ok}", '{"x": "1"}').replace("{member}", member)
    assert read(tmp_path, content, "a.jsonl" if shape[0] == "{" else "a.json")[1][1] == SourceRow(2, {}, flaw)


def test_a_key_that_comes_late_is_told_as_late(tmp_path: Path) -> None:
    content = '{"a": "1"}\n' * 1000 + '{"a": "1", "b": "2"}\n' * 3
    source, rows = read(tmp_path, content, "a.jsonl")
    assert (source.columns, source.late, len(rows)) == (["a"], ["b"], 1003)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "a.json holds no objects. It should be a list of objects"),
        ('{"prospects": []}', "a.json holds no objects"),
        ('[["a", "b"]]', "a.json holds no objects"),
        ('{"a": [{"x": 1}], "b": [{"y": 2}]}', "a.json has two lists, a and b. Give a file with one"),
        ('[{"x": 1},\n{"x": 2},\n]', "line 3 of a.json cannot be read as JSON: a list ends with a comma"),
        ('[{"x": 1}\n{"x": 2}]', "line 2 of a.json cannot be read as JSON: , is missing"),
        ('[{"x": 1}]\n[]', "line 2 of a.json cannot be read as JSON: there is more after the end of the list"),
        ('[{"x": NaN}]', "cannot be read as JSON: a number is too large, or none"),
        ('[{"x": 1e99999999999999999999}]', "cannot be read as JSON: a number is too large, or none"),
        (f'[{{"x": {"9" * 5000}}}]', "cannot be read as JSON: a number has too many digits"),
        ('[{"x": ' + "[" * 100_000, "cannot be read as JSON: lists or objects are nested too deeply"),
        ('[{"x": "abc', "line 1 of a.json cannot be read as JSON: unterminated string"),
        (json.dumps([{f"k{it}": "1" for it in range(1001)}]), "has 1001 columns, at most 1000 are taken"),
        ('{"x": 1}\n' * 100_001, "has more than 100,000 rows"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(tmp_path: Path, content: str, words: str) -> None:
    assert words in wrong(tmp_path, content, "a.json")


keys = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6).map(
    lambda it: it.replace("\xa0", " ").strip()
)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
objects = st.dictionaries(keys, st.one_of(texts, st.integers(), st.booleans(), st.none()), max_size=5)


def said(value: Any) -> str:
    return "" if value is None else json.dumps(value) if isinstance(value, bool | int) else value.strip()


def row_of(found: dict[str, Any], columns: dict[str, str]) -> dict[str, str]:
    """What is filled; keys that differ in case alone share a column, and the first that is filled wins."""
    row: dict[str, str] = {}
    for key, value in found.items():
        column = columns.setdefault(key.casefold(), key)
        if said(value):
            row.setdefault(column, said(value))
    return row


@given(
    found=st.lists(objects, min_size=1, max_size=6),
    form=st.sampled_from(["ascii", "utf-8"]),
    indent=st.sampled_from([None, 0, 3]),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_as_json_is_read_back(
    tmp_path: Path, found: list[dict[str, Any]], form: str, indent: int | None
) -> None:
    columns: dict[str, str] = {}
    expected = [row_of(it, columns) for it in found]
    assert values(tmp_path, json.dumps(found, ensure_ascii=form == "ascii", indent=indent), "a.json") == expected
    lines = "\n".join(json.dumps(it, ensure_ascii=form == "ascii") for it in found)
    assert values(tmp_path, lines, "a.jsonl") == expected
