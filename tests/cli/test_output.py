"""How results are written: tables that fit, formats for programs, and what goes where."""

import csv
import io
import json
import unicodedata
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.support.output_forms.output import OutputChoice, write
from saleshandy_mcp.cli.support.output_forms.tables import table
from saleshandy_mcp.cli.support.output_forms.yaml_output import as_yaml

WORD = st.text(st.sampled_from("abcXYZ0189_@."), min_size=1, max_size=24)
TEXT = st.lists(WORD | st.sampled_from(["東京", "Grüße", "🎉", "e\u0301t\u00e9"]), min_size=2, max_size=12).map(
    " ".join
)
LISTS = (
    ("api", "list_sequences", "--sandbox"),
    ("call", "list_sequences", "--sandbox"),
    ("tools",),
)


def run(*words: str) -> Result:
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    return done


def columns_of(text: str) -> int:
    """How many columns of a terminal a line takes, by the tables of Unicode."""
    return sum(2 if unicodedata.east_asian_width(it) in "WF" else 1 for it in text if not unicodedata.combining(it))


@given(st.lists(st.tuples(WORD, TEXT, TEXT), min_size=1, max_size=6), st.integers(70, 120))
def test_a_table_fits_its_width_and_cuts_no_single_word(rows: list[tuple[str, str, str]], width: int) -> None:
    lines, left_out = table(["id", "title", "note"], rows, width)
    assert left_out == []
    assert all(columns_of(line) <= width for line in lines)
    assert [line.split("   ")[0] for line in lines[1:]] == [row[0] for row in rows]


@given(st.lists(st.tuples(WORD, WORD, TEXT), min_size=1, max_size=6), st.integers(1, 30))
def test_what_has_no_room_is_left_out_by_name_and_the_first_column_stays_whole(
    rows: list[tuple[str, str, str]], width: int
) -> None:
    lines, left_out = table(["id", "email", "note"], rows, width)
    for line, row in zip(lines[1:], rows, strict=True):
        assert line.split("   ")[0] == row[0]
        assert "email" in left_out or row[1] in line
    assert {"email", "note"} >= set(left_out)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_where_width_does_not_matter_nothing_is_cut(rows: list[tuple[str, str]]) -> None:
    lines, _ = table(["a", "b"], rows, None)
    for line, row in zip(lines[1:], rows, strict=True):
        assert row[0] in line
        assert line.endswith(row[1].rstrip())


DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"]))
    | st.sampled_from(
        ["no", "Yes", "on", "~", "null", "1e3", "012", "12:30", "2026-11-28", "- a", "a: b", "#", "", " a "]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc no", max_size=4), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(DATA)
def test_an_old_reader_of_yaml_reads_the_same_data(data: Any) -> None:
    assert yaml.safe_load(as_yaml(data)) == data


@pytest.mark.parametrize("words", LISTS)
def test_each_list_has_rows_in_each_format(words: tuple[str, ...]) -> None:
    read = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    laid = run(*words, "--format", "table").stdout.splitlines()
    assert len(laid) == len(read) + 1
    first = next(iter(read[0].values()))
    assert laid[1].startswith(first)
    document = json.loads(run(*words, "--json").stdout)
    assert yaml.safe_load(run(*words, "--format", "yaml").stdout) == document


@pytest.mark.parametrize("form", ["table", "json", "csv", "yaml"])
def test_columns_are_those_that_were_named_in_their_order(form: str) -> None:
    said = run("api", "list_sequences", "--sandbox", "--columns", "title,id", "--format", form).stdout
    match form:
        case "json":
            assert list(json.loads(said)[0]) == ["title", "id"]
        case "yaml":
            assert list(yaml.safe_load(said)[0]) == ["title", "id"]
        case "csv":
            assert said.splitlines()[0] == "title,id"
        case _:
            assert said.split("\n")[0].split() == ["title", "id"]


def test_a_column_that_there_is_not_is_told_with_those_that_there_are() -> None:
    done = CliRunner().invoke(cli, ["api", "list_sequences", "--sandbox", "--columns", "id,name"])
    assert done.exit_code == 2
    assert "there is no column name. There are: id, title, active" in done.stderr


def test_columns_are_for_reading_so_that_no_complaint_comes_after_a_change() -> None:
    done = CliRunner().invoke(cli, ["api", "create_sequence", "--sandbox", "--title", "New", "--columns", "id"])
    assert (done.exit_code, "only read" in done.stderr) == (2, True)


def test_formats_that_contradict_each_other_are_refused() -> None:
    done = CliRunner().invoke(cli, ["api", "list_sequences", "--sandbox", "--json", "--format", "csv"])
    assert (done.exit_code, "--json means --format json" in done.stderr) == (2, True)


def test_words_about_a_list_are_no_data() -> None:
    done = run("api", "list_sequences", "--sandbox", "--page-size", "2")
    assert len(done.stdout.splitlines()) == 3
    assert "--all for all" in done.stderr
    nothing = run("api", "list_prospects", "--sandbox", "--page", "99")
    assert (nothing.stdout, nothing.stderr) == ("", "None.\n")


def test_a_pipe_gets_whole_cells_and_nothing_drawn() -> None:
    said = run("api", "list_sequence_steps", "--sandbox", "--sequence-id", "v7BPmX4SP9").stdout
    assert "…" not in said
    assert "─" not in said
    assert "\x1b" not in said


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("words", [*LISTS, ("api", "list_prospects", "--sandbox")])
def test_tables_heed_columns(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for line in run(*words, "--format", "table").stdout.splitlines():
        assert columns_of(line) <= width


@pytest.mark.parametrize("start", ["=", "+", "@", "-", " ="])
def test_no_cell_of_csv_is_a_formula(capsys: pytest.CaptureFixture[str], start: str) -> None:
    write([{"title": f"{start}1+1"}], OutputChoice("csv"))
    assert capsys.readouterr().out == f"title\n'{start}1+1\n"
