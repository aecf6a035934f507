"""``pause``: a person stops one sequence or everything, and allows starts again."""

from pathlib import Path

import pytest

from saleshandy_mcp.cli import pause
from tests.cli.kit import Bench
from tests.kit import faulty, line_of, says

STATUS = "POST /sequences/status"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(tmp_path)
    monkeypatch.setattr(pause, "open_session", bench.session)
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path / "data"))
    return bench


def test_everything_is_paused_without_a_question(bench: Bench) -> None:
    result = bench.run("pause", "--all")
    assert (result.exit_code, "Paused now, seen by a second look" in result.stdout) == (0, True)
    assert not any(row["active"] for row in bench.box.world.sequences.values())
    assert "pause(" in bench.run("audit", "show").stdout


def test_it_is_done_although_the_settings_let_a_model_only_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESHANDY_READ_ONLY", "true")
    assert bench.run("pause", "Q3 launch").exit_code == 0
    assert not line_of(bench.box, "Q3 launch")["active"]


def test_it_is_done_although_nothing_can_be_written_down(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    result = bench.run("pause", "--all", "--hold")
    assert not any(row["active"] for row in bench.box.world.sequences.values())
    assert (result.exit_code, "Starts are NOT held" in result.stdout) == (1, True)


def test_starts_are_held_until_somebody_lifts_that(bench: Bench) -> None:
    assert "saleshandy-mcp pause --lift" in bench.run("pause", "--all", "--hold").stdout
    assert bench.run("pause", "--lift").stdout == "Sequences may be started again.\n"
    assert bench.run("pause", "--lift").stdout == "No start was held.\n"


def test_what_is_still_active_gives_the_code_1(bench: Bench) -> None:
    bench.app = faulty(bench.box, STATUS, says(200, {"message": "ok"}))
    result = bench.run("pause", "--all")
    assert (result.exit_code, result.stdout.startswith("NOT stopped")) == (1, True)


@pytest.mark.parametrize("words", [(), ("x", "--all"), ("--hold",), ("x", "--hold"), ("--lift", "--all")])
def test_what_is_to_be_paused_has_to_be_clear(bench: Bench, words: tuple[str, ...]) -> None:
    assert bench.run("pause", *words).exit_code == 2
