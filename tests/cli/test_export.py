"""``export``: from its options to its last word, and what it says when it cannot."""

import csv
import json
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli, export
from saleshandy_mcp.cli.support.output_forms.row_forms import CsvRows, JsonRows
from saleshandy_mcp.core.context import silence
from saleshandy_mcp.features.exports.export_source import Row
from saleshandy_mcp.features.exports.export_state import Asked
from tests.cli.kit import Bench
from tests.features.exports.export_kit import more_sequences
from tests.kit import Answer, App, Message, Receive, context_over, faulty, new_box, says

ROW: Row = {
    "id": "n1",
    "text": '=HYPERLINK("http://x.example.com")',
    "fields": {"Phone": "+49 30 1", "Note": "a\nb\u202e"},
}
COLUMNS = ("id", "text", "fields", "empty")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["export", *words, "--sandbox"])


def test_the_end_of_the_name_chooses_the_form(tmp_path: Path) -> None:
    for name in ("numbers.csv", "numbers.jsonl"):
        done = run("numbers", "--out", str(tmp_path / name))
        assert (done.exit_code, done.stdout) == (0, "")
        assert f"Written: {tmp_path / name}, 5 rows" in done.stderr
    with (tmp_path / "numbers.csv").open(encoding="utf-8", newline="") as file:
        titles = {row["sequence"] for row in csv.DictReader(file)}
    lines = (tmp_path / "numbers.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["sequence"] for line in lines} == titles


def test_no_cell_of_csv_is_a_formula_and_json_has_values_as_they_are() -> None:
    line = CsvRows().line(COLUMNS, ROW)
    (cells,) = csv.reader([line])
    assert cells == ["n1", f"'{ROW['text']}", '{"Phone": "+49 30 1", "Note": "a\\nb"}', ""]
    told = json.loads(JsonRows().line(COLUMNS, ROW))
    assert told == {**ROW, "fields": {"Phone": "+49 30 1", "Note": "a\nb"}, "empty": None}


def test_a_second_run_of_a_whole_export_changes_nothing_and_says_what_can_be_done(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    run("numbers", "--out", str(path))
    before = path.read_bytes()
    again = run("numbers", "--out", str(path))
    assert again.exit_code == 1
    assert "is complete" in again.output
    assert "--since last adds what is new" in again.output
    assert path.read_bytes() == before
    assert run("numbers", "--out", str(path), "--since", "last").exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["people", "--sequence", "Q3 launch"], "no call tells the people of a sequence"),
        (["numbers", "--since", "2026-11-01"], "numbers are totals of all time"),
        (["events", "--since", "yesterday"], '"yesterday" is neither a day'),
        (["people", "--since", "2099-01-01"], "2099-01-01 lies ahead"),
        (["events", "--since", "2019-01-01"], "the last two years: from 2024-11-16 on"),
        (["inbox", "--sequence", "Nothing like it"], "Nothing like it"),
    ],
)
def test_what_the_api_cannot_tell_is_refused_before_anything_is_written(
    words: list[str], told: str, tmp_path: Path
) -> None:
    done = run(*words, "--out", str(tmp_path / "a.csv"))
    assert done.exit_code == 1
    assert told in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_somebody_elses_stays(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine", encoding="utf-8")
    done = run("people", "--out", str(tmp_path / "a.csv"))
    assert done.exit_code == 1
    assert "was not written by an export" in done.output
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "mine"


def test_a_file_that_was_changed_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    run("numbers", "--out", str(path))
    path.write_text("opened and saved", encoding="utf-8")
    done = run("numbers", "--out", str(path), "--since", "last")
    assert done.exit_code == 1
    assert "is not as the export wrote it" in done.output
    assert path.read_text(encoding="utf-8") == "opened and saved"


@pytest.mark.parametrize("name", ["circle", "a" * 300])
def test_a_name_that_no_file_can_have_is_told_in_one_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    done = run("numbers", "--out", str(tmp_path / name))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_a_state_that_is_none_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv.export.json").write_text("{}", encoding="utf-8")
    done = run("numbers", "--out", str(tmp_path / "a.csv"))
    assert done.exit_code == 1
    assert "is not the state of an export" in done.output
    assert (tmp_path / "a.csv.export.json").read_text(encoding="utf-8") == "{}"


def test_without_a_key_it_says_how_to_set_one(bench: Bench) -> None:
    done = bench.run("export", "people", "--out", str(bench.folder / "a.csv"))
    assert done.exit_code == 1
    assert "no API key is set" in done.output
    assert not (bench.folder / "a.csv.partial").exists()


def test_when_it_is_stopped_it_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, box, stopping = tmp_path / "a file.csv", new_box(), new_box()

    async def ctrl_c(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        signal.raise_signal(signal.SIGINT)
        await app(scope, receive, send)

    stopping.app = faulty(box, "GET /prospects", ctrl_c, after=2)
    monkeypatch.setattr("saleshandy_mcp.cli.support.connection.new_sandbox", lambda: stopping)
    done = run("people", "--out", str(path))
    assert done.exit_code == 130
    told = f"To go on: saleshandy-mcp export people --out '{path}' --format csv --sandbox"
    assert f"Stopped. What was read is kept. {told}" in done.output
    assert not path.exists()
    monkeypatch.undo()
    assert run("people", "--out", str(path)).exit_code == 0
    with path.open(encoding="utf-8", newline="") as file:
        assert len({row["id"] for row in csv.DictReader(file)}) == 400


def test_when_a_call_fails_it_says_that_the_same_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, failing = new_box(), new_box()
    failing.app = faulty(box, "GET /prospects", says(400, {"error": True, "message": "not now"}), after=2)
    monkeypatch.setattr("saleshandy_mcp.cli.support.connection.new_sandbox", lambda: failing)
    done = run("people", "--out", str(tmp_path / "a.csv"))
    assert done.exit_code == 1
    assert "not now" in done.output
    assert "What was read is kept: the same command goes on." in done.output


async def test_a_wait_for_the_limit_is_told_with_how_far_it_is(tmp_path: Path) -> None:
    box, waits = new_box(limits=True), list[str]()
    more_sequences(box, 20)

    async def waiting(words: str) -> None:
        waits.append(words)

    asked = Asked(kind="numbers", form="csv", account="a")
    progress = export._Progress(silence, waiting)  # pyright: ignore[reportPrivateUsage]
    task = export._Task(asked, "", None, export.ExportFiles(tmp_path / "a.csv"), progress)  # pyright: ignore[reportPrivateUsage]
    async with context_over(box) as context:
        await export._export(context, task)  # pyright: ignore[reportPrivateUsage]
    told = "20 rows; up to 60 seconds left; waiting 60 seconds for the limit of the API"
    assert waits == [told]


def test_two_runs_into_one_file_do_not_mix(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESHANDY_API_KEY", "sk-invented")
    words = ["export", "people", "--out", str(bench.folder / "a.csv")]
    files = export.ExportFiles((bench.folder / "a.csv").resolve())
    with export._alone(files, export.settings(), lasting=True):  # pyright: ignore[reportPrivateUsage]
        done = bench.run(*words)
    assert done.exit_code == 1
    assert "another export is writing" in done.output
