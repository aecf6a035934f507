"""``jobs`` at the command line: what was imported from this machine, and what can still be done about it."""

import csv
import json
import os
import sqlite3
import stat
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from saleshandy_mcp.cli import cli
from tests.cli.kit import REFUSED, Bench, Terminal
from tests.kit import IMPORT, faulty, lost, posts, says, unreachable

PAUSED, ACTIVE = "SaaS founders", "Q3 launch"


@pytest.fixture
def planned(bench: Bench) -> str:
    return bench.job(bench.file(), "--to", ACTIVE, "--dry-run")


@pytest.fixture
def refused(bench: Bench) -> str:
    """A finished job all of whose rows were refused, for a reason that is over."""
    bench.app = faulty(bench.box, IMPORT, says(400, REFUSED))
    job = bench.job(bench.file(), "--to", PAUSED, "--yes")
    bench.app = bench.box.app
    return job


@pytest.fixture
def unknown(bench: Bench) -> str:
    """A finished job whose answer was lost, about people that were there before."""
    bench.run("import", bench.file(), "--to", PAUSED, "--yes")
    bench.app = faulty(bench.box, IMPORT, lost)
    job = bench.job(bench.file(), "--to", PAUSED, "--yes", "--again")
    bench.app = bench.box.app
    return job


def test_where_nothing_was_imported_the_list_says_so(bench: Bench) -> None:
    assert "Nothing was imported from this machine with this key yet." in bench.run("jobs", "list").stdout


def test_the_list_asks_nobody_over_the_network(bench: Bench, stopped: str) -> None:
    bench.app = unreachable
    before = bench.box.state()["requests"]
    said = bench.run("jobs", "list").stdout
    assert f"{stopped}   stopped   0 of 2     leads.csv   SaaS founders" in said
    listed = json.loads(bench.run("jobs", "list", "--json").stdout)
    assert [it["job"] for it in listed["jobs"]] == [stopped]
    assert bench.box.state()["requests"] == before


def test_a_plan_is_shown_again_and_without_the_network_too(bench: Bench, planned: str) -> None:
    assert "how the copy reads" in bench.run("jobs", "show", planned).stdout
    bench.app = unreachable
    result = bench.run("jobs", "show", planned)
    assert (result.exit_code, f"2 rows, plan {planned}" in result.stdout) == (0, True)


def test_rows_of_one_state_are_shown(bench: Bench, refused: str) -> None:
    said = bench.run("jobs", "show", refused, "--state", "refused").stdout
    assert "Rows that are refused, 2 of 2:" in said
    assert "The step is locked" in said
    assert "No row is unknown." in bench.run("jobs", "show", refused, "--state", "unknown").stdout
    assert json.loads(bench.run("jobs", "show", refused, "--json").stdout)["refused"] == 2


@pytest.mark.parametrize("words", [["show"], ["resume"], ["abandon", "--yes"], ["export"]])
def test_a_job_that_is_not_known_ends_in_one_sentence(bench: Bench, words: list[str]) -> None:
    result = bench.run("jobs", *words, "imp_nope")
    assert result.exit_code == 1
    known = 'Error: "imp_nope" is not known here; a plan is kept for 7 days.'
    assert result.stderr == f"{known} List the jobs there are: saleshandy-mcp jobs list.\n"


def test_a_plan_is_started_by_whoever_agrees(
    bench: Bench, planned: str, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal.run("y\n", "jobs", "resume", planned) == 0
    said = capsys.readouterr()
    assert "the active sequence mails them" in said.err
    assert "? [y/N]" in said.err
    assert "2      imported" in said.out
    assert posts(bench.box) == 1


def test_where_nobody_can_be_asked_a_plan_needs_a_yes(bench: Bench, planned: str) -> None:
    result = bench.run("jobs", "resume", planned)
    assert (result.exit_code, "give --yes to go ahead" in result.stderr) == (1, True)
    assert posts(bench.box) == 0
    assert bench.run("jobs", "resume", planned, "--yes").exit_code == 0


def test_a_job_that_stopped_goes_on(bench: Bench, stopped: str) -> None:
    result = bench.run("jobs", "resume", stopped, "--yes")
    assert (result.exit_code, "2      imported" in result.stdout) == (0, True)
    again = bench.run("jobs", "resume", stopped, "--yes")
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)
    assert f"has nothing left to send. See what became of it: saleshandy-mcp jobs show {stopped}" in again.stderr


def test_what_was_refused_is_sent_again(bench: Bench, refused: str) -> None:
    assert f"when the cause is fixed: saleshandy-mcp jobs resume {refused}" in bench.run("jobs", "show", refused).stdout
    assert "2      imported" in bench.run("jobs", "resume", refused, "--yes").stdout


def test_what_is_unknown_is_sent_again_when_somebody_says_so_and_only_then(bench: Bench, unknown: str) -> None:
    sent = posts(bench.box)
    result = bench.run("jobs", "resume", unknown, "--yes")
    assert result.exit_code == 1
    assert "2 rows whose outcome is unknown, and they may be stored already. Look in Saleshandy first" in result.stderr
    assert posts(bench.box) == sent
    result = bench.run("jobs", "resume", unknown, "--yes", "--again")
    assert (result.exit_code, "2      imported" in result.stdout) == (0, True)


def test_again_is_for_jobs_that_have_finished(bench: Bench, stopped: str) -> None:
    assert "--again is for a job that has finished" in bench.run("jobs", "resume", stopped, "--again", "--yes").stderr


def test_an_unknown_row_is_a_code_and_a_word_of_its_own(bench: Bench, unknown: str) -> None:
    said = bench.run("jobs", "show", unknown).stdout
    assert "2      UNKNOWN: sent; what happened to them cannot be proven" in said
    assert f"saleshandy-mcp jobs resume {unknown} --again" in said


def test_who_gives_a_job_up_is_told_what_is_lost(
    bench: Bench, stopped: str, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(click.ClickException, match="nothing was deleted"):
        terminal.run("n\n", "jobs", "abandon", stopped)
    assert f"{stopped} would be given up: 2 rows will not be imported." in capsys.readouterr().err
    terminal.run("y\n", "jobs", "abandon", stopped)
    assert "nothing left to send" in bench.run("jobs", "resume", stopped, "--yes").stderr
    assert "is abandoned, and there is nothing to give up" in bench.run("jobs", "abandon", stopped, "--yes").stderr


def test_where_nobody_can_be_asked_nothing_is_given_up(bench: Bench, planned: str) -> None:
    result = bench.run("jobs", "abandon", planned)
    assert (result.exit_code, "give --yes" in result.stderr) == (1, True)
    assert "will not be imported" in bench.run("jobs", "abandon", planned, "--yes").stderr


def test_every_row_is_exported_and_harmless(bench: Bench) -> None:
    job = bench.job(bench.file("Email\nann@lake.example.com\n=cmd()\n"), "--yes")
    out = bench.run("jobs", "export", job).stdout
    assert list(csv.reader(out.splitlines()))[1:] == [
        ["2", "ann@lake.example.com", "imported", "new: stored since this import began", ""],
        ["3", "'=cmd()", "skipped", "bad address: no @ in it", ""],
    ]
    place = bench.folder / "out.csv"
    result = bench.run("jobs", "export", job, "--output", str(place), "--state", "skipped", "--state", "refused")
    assert f"1 row written to {place}." in result.stderr
    assert place.read_text(encoding="utf-8").splitlines()[1:] == ["3,'=cmd(),skipped,bad address: no @ in it,"]
    result = bench.run("jobs", "export", job, "--output", str(bench.folder / "no" / "out.csv"))
    assert (result.exit_code, "cannot be written (No such file or directory)" in result.stderr) == (1, True)


def test_a_ledger_that_cannot_be_written_is_told_in_one_sentence(bench: Bench) -> None:
    (bench.folder / "data").write_text("no folder", encoding="utf-8")
    for words in (["jobs", "list"], ["import", bench.file(), "--yes"]):
        result = bench.run(*words)
        assert result.exit_code == 1
        assert "the import ledger" in result.stderr
        assert result.stderr.count("\n") == 1
    assert posts(bench.box) == 0


def test_the_ledger_is_for_its_owner_alone(bench: Bench, planned: str) -> None:
    assert planned
    assert stat.S_IMODE((bench.folder / "data" / "imports.sqlite3").stat().st_mode) == 0o600


def test_a_job_that_cannot_be_read_is_listed_as_set_aside_and_the_others_work(
    bench: Bench, planned: str, stopped: str
) -> None:
    ledger = bench.folder / "data" / "imports.sqlite3"
    with sqlite3.connect(ledger) as db:
        db.execute("UPDATE jobs SET state = 'zebra' WHERE id = ?", (planned,))
    db.close()
    said = bench.run("jobs", "list").stdout
    assert f'{planned} (leads.csv) cannot be read in the import ledger and is set aside: its state is "zebra"' in said
    listed = json.loads(bench.run("jobs", "list", "--json").stdout)
    assert ([it["job"] for it in listed["jobs"]], listed["damaged"][0]["job"]) == ([stopped], planned)
    result = bench.run("jobs", "show", planned)
    assert (result.exit_code, "cannot be read" in result.stderr, result.stderr.count("\n")) == (1, True, 1)
    assert bench.run("jobs", "resume", stopped, "--yes").exit_code == 0


def test_a_plan_reminds_of_a_job_that_stopped(bench: Bench, stopped: str) -> None:
    file = bench.file("Email\nnew@lake.example.com\n", "new.csv")
    said = bench.run("import", file, "--dry-run").stdout
    going_on = f"saleshandy-mcp jobs resume {stopped}"
    assert f"Note: {stopped} (leads.csv) stopped before its end. To continue it: {going_on}" in said
    plan = json.loads(bench.run("import", file, "--dry-run", "--json").stdout)
    assert [it["next"] for it in plan["stopped_jobs"]] == [going_on]


def test_jobs_are_kept_by_key_so_without_one_there_is_nothing_to_list(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bench.folder / "data"
    monkeypatch.undo()
    monkeypatch.setenv("SALESHANDY_DATA", str(data))
    monkeypatch.delenv("SALESHANDY_API_KEY", raising=False)
    assert "no API key is set" in CliRunner().invoke(cli, ["jobs", "list"]).stderr


def test_nothing_of_mcp_is_loaded(bench: Bench) -> None:
    program = (
        "import sys; from saleshandy_mcp.cli import cli; cli.main(['jobs', 'list'], standalone_mode=False); "
        "print([name for name in ('mcp', 'rich', 'uvicorn') if name in sys.modules])"
    )
    settings = {"SALESHANDY_DATA": str(bench.folder / "data"), "SALESHANDY_API_KEY": "k"}
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, check=True, env=os.environ | settings, timeout=60)  # noqa: S603 - ours
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_rows_of_a_plan_are_shown_by_state(bench: Bench) -> None:
    people = "Email\n" + "".join(f"p{it}@lake.example.com\n" for it in range(30)) + "no\n"
    plan = bench.job(bench.file(people), "--to", PAUSED, "--dry-run")
    skipped = bench.run("jobs", "show", plan, "--state", "skipped").stdout
    assert f"Rows of plan {plan} that are skipped, 1 of 1:" in skipped
    assert "32    no      skipped   bad address: no @ in it" in skipped
    first = bench.run("jobs", "show", plan, "--state", "not_sent").stdout
    assert f"Rows of plan {plan} that would be imported, 1-25 of 30:" in first
    more = f"saleshandy-mcp jobs show {plan} --state not_sent --page 2"
    assert f"More: {more}" in first
    second = bench.run(*more.split()[1:]).stdout
    assert "26-30 of 30" in second
    assert "p29@lake.example.com" in second
    as_json = json.loads(bench.run("jobs", "show", plan, "--state", "not_sent", "--json").stdout)
    assert (as_json["total"], as_json["listed"][0]["row"], as_json["next"]) == (30, 2, more)


def test_the_rows_of_an_import_are_shown_in_pages(bench: Bench) -> None:
    people = "Email\n" + "".join(f"p{it}@lake.example.com\n" for it in range(30))
    job = bench.job(bench.file(people), "--to", PAUSED, "--yes")
    first = bench.run("jobs", "show", job, "--state", "imported").stdout
    assert "Rows that are imported, 1-25 of 30:" in first
    assert "p29@lake.example.com" in bench.run("jobs", "show", job, "--state", "imported", "--page", "2").stdout
