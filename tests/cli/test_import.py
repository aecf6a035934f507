"""``import`` at the command line: the plan, who is asked, the verdict, and what cannot be imported."""

import json
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.support.run_job import RunOptions, prepare_job, run_job
from saleshandy_mcp.core.effects import Effect
from tests.cli.kit import REFUSED, TWO, Bench, Terminal
from tests.features.imports.kit import set_active
from tests.kit import IMPORT, faulty, posts, says

PAUSED, ACTIVE = "SaaS founders", "Q3 launch"


def test_a_dry_run_shows_everything_and_sends_nothing(bench: Bench) -> None:
    file = bench.file("Email,Title,Score\nann@lake.example.com,CTO,3\ninfo@hill.example.com,,\nnonsense,,\n")
    said = bench.run("import", file, "--to", ACTIVE, "--dry-run").stdout
    job = bench.newest()
    for words in (
        f"leads.csv → Q3 launch, step 1: 3 rows, plan {job}. Nothing was sent yet.",
        "2      would be imported",
        "1      skipped: bad address",
        '"Title" → Job Title',
        'Left out, no such field: "Score"',
        '  ann@lake.example.com\n    Job Title: CTO\n    "The same ten questions at ',
        "Note: 2 people have no Company, which the copy needs.",
        "Note: 1 role address: info@hill.example.com.",
        "in 1 call",
        f"Start it: saleshandy-mcp jobs resume {job}",
    ):
        assert words in said
    assert posts(bench.box) == 0


def test_what_was_mended_is_told_before_and_after(bench: Bench) -> None:
    file = bench.file("Email,First Name\nAnn Lake <ann@lake.example.com>,'Ann\n")
    said = bench.run("import", file, "--to", ACTIVE, "--dry-run").stdout
    assert (
        "Mended, an address taken out of what stands around it: 1 cell, as row 2: "
        "Ann Lake <ann@lake.example.com> → ann@lake.example.com" in said
    )
    assert "Mended, a spreadsheet's text mark ' taken off: 1 cell, as row 2: 'Ann → Ann" in said


def test_without_a_sequence_people_are_stored_and_the_plan_says_so(bench: Bench) -> None:
    result = bench.run("import", bench.file(), "--yes")
    assert "stored in the account and enrolled nowhere" in result.stdout
    assert "2      imported: new" in result.stdout
    assert result.exit_code == 0


def test_where_nobody_can_be_asked_nothing_is_sent(bench: Bench) -> None:
    result = bench.run("import", bench.file(), "--to", PAUSED)
    assert result.exit_code == 1
    assert "nobody can be asked here, so nothing was sent: give --yes" in result.stderr
    assert posts(bench.box) == 0


def test_yes_goes_ahead_and_rows_in_trouble_are_told(bench: Bench) -> None:
    file = bench.file(f"{TWO}nonsense,\n")
    result = bench.run("import", file, "--to", ACTIVE, "--yes", "--tags", "autumn,north", "--map", "First Name=")
    assert result.exit_code == 0
    assert "3 rows, job" in result.stdout
    assert "4     nonsense   skipped   bad address" in result.stdout
    assert f"saleshandy-mcp jobs export {bench.newest()} --output" in result.stdout


def test_json_is_all_that_comes_out_where_a_program_reads(bench: Bench) -> None:
    plan = json.loads(bench.run("import", bench.file(), "--dry-run", "--json").stdout)
    assert (plan["to_send"], plan["next"]) == (2, f"saleshandy-mcp jobs resume {plan['job']}")
    told = json.loads(bench.run("import", bench.file(), "--yes", "--json").stdout)
    assert (told["imported"], told["state"]) == (2, "finished")


def test_standard_input_is_read(bench: Bench) -> None:
    result = bench.run("import", "-", "--yes", typed=TWO)
    assert result.exit_code == 0
    assert "standard input → the account" in result.stdout


def test_dates_of_standard_input_are_looked_at_before_its_rows(bench: Bench) -> None:
    bench.box.world.fields["field-renewal"] = {
        "id": "field-renewal",
        "label": "Renewal",
        "fieldType": "date",
        "isDefault": False,
    }
    text = "Email,Renewal\nann@quill.example.com,03/04/2026\nbo@quill.example.com,15/03/2026\n"
    result = bench.run("import", "-", "--yes", typed=text)
    assert result.exit_code == 0
    assert "03/04/2026 → 2026-04-03" in result.stdout


@pytest.mark.parametrize(("answer", "sent"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_a_person_at_a_terminal_is_told_of_mail_and_asked(
    bench: Bench, terminal: Terminal, capsys: pytest.CaptureFixture[str], answer: str, sent: int
) -> None:
    words = ("import", bench.file(), "--to", ACTIVE)
    if sent:
        assert terminal.run(answer, *words) == 0
    else:
        with pytest.raises(click.ClickException, match=r"nothing was sent\. The job is kept: .* resume imp_"):
            terminal.run(answer, *words)
    asked = capsys.readouterr().err
    assert '- sequence: "Q3 launch [' in asked
    assert "On yes they are stored and the active sequence mails them." in asked
    assert "Go ahead with the import imp_" in asked
    assert posts(bench.box) == sent


def test_into_a_paused_sequence_a_person_is_asked_without_talk_of_mail(
    bench: Bench, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal.run("y\n", "import", bench.file(), "--to", PAUSED) == 0
    said = capsys.readouterr()
    assert "Go ahead with the import imp_" in said.err
    assert "mails people" not in said.err


def test_what_changed_while_somebody_was_thinking_is_looked_at_again(bench: Bench) -> None:
    job, session = bench.job(bench.file(), "--to", PAUSED, "--dry-run"), bench.session()
    allowed = session.allowed
    agreed = session.run(partial(prepare_job, job=job, again=False, allowed=allowed))
    set_active(bench.box, PAUSED)
    with pytest.raises(click.ClickException, match="what you agreed to has changed in the meantime"):
        run_job(session, job, agreed, RunOptions())
    assert posts(bench.box) == 0


def test_of_bad_rows_alone_nothing_is_sent_and_that_is_said(bench: Bench) -> None:
    result = bench.run("import", bench.file("Email\nnobody\nnowhere\n"))
    assert result.exit_code == 1
    assert "2      skipped: bad address" in result.stdout
    assert "Nothing was sent: no row could be." in result.stderr


def test_the_same_list_again_is_nothing_new_and_no_failure(bench: Bench) -> None:
    assert bench.run("import", bench.file(), "--yes").exit_code == 0
    result = bench.run("import", bench.file(), "--yes")
    assert result.exit_code == 0
    assert "Nothing was sent: all usable rows were imported before." in result.stderr
    assert "--again" in result.stdout
    assert bench.run("import", bench.file(), "--yes", "--again").stdout.count("2      imported") == 1


def test_a_job_that_stops_ends_with_a_code_and_how_to_go_on(bench: Bench) -> None:
    bench.app = faulty(bench.box, IMPORT, says(401, REFUSED))
    result = bench.run("import", bench.file(), "--to", PAUSED, "--yes")
    assert result.exit_code == 1
    assert "2      not sent, because it stopped before" in result.stdout
    assert "It stopped: the API key was not accepted (The step is locked)." in result.stdout
    assert f"Continue from there: saleshandy-mcp jobs resume {bench.newest()}" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.csv"], "nowhere.csv cannot be read"),
        (["."], "a folder"),
        (["empty.csv"], "empty.csv is empty"),
        (["emial.csv"], 'Nearest: "Emial". Say which one it is: --map "Emial=Email".'),
        (["names.csv"], 'there is no Email column. There is: "Name". Say which one it is: --map "<column>=Email".'),
        (["leads.csv", "--to", "Nope"], '--to: nothing is called "Nope". There is: '),
        (["leads.csv", "--to", "Q3", "--step", "9"], '--step: nothing is called "9"'),
        (["leads.csv", "--to", "a"], '--to: "a" fits '),
        (["leads.csv", "--map", "Email"], '--map: "Email" is no pair'),
        (["leads.csv", "--tags", "x"], '--tags: "x" is too short'),
    ],
)
def test_what_cannot_be_imported_ends_in_one_sentence(bench: Bench, words: list[str], said: str) -> None:
    bench.file()
    bench.file("", "empty.csv")
    bench.file("Name\nAnn\n", "names.csv")
    bench.file("Emial\nann@lake.example.com\n", "emial.csv")
    result = bench.run("import", str(bench.folder / words[0]), *words[1:], "--yes")
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not result.stdout
    assert posts(bench.box) == 0


def test_wrong_use_has_a_code_of_its_own(bench: Bench) -> None:
    assert bench.run("import").exit_code == 2
    assert bench.run("import", bench.file(), "--conflict", "replace").exit_code == 2
    result = bench.run("import", bench.file(), "--step", "2")
    assert (result.exit_code, "say which with --to" in result.stderr) == (2, True)


def test_who_may_only_read_gets_a_plan_and_no_more(bench: Bench) -> None:
    bench.allowed = frozenset({Effect.READ})
    assert "would be imported" in bench.run("import", bench.file(), "--dry-run").stdout
    result = bench.run("import", bench.file(), "--yes")
    assert (result.exit_code, "does not allow imports" in result.stderr) == (1, True)
    assert bench.run("jobs", "resume", bench.newest(), "--yes").exit_code == 1


def test_who_may_not_send_cannot_import_into_an_active_sequence(bench: Bench) -> None:
    bench.allowed = frozenset({Effect.READ, Effect.WRITE})
    result = bench.run("import", bench.file(), "--to", ACTIVE, "--yes")
    assert result.exit_code == 1
    assert "this would reach people, which SALESHANDY_READ_ONLY or SALESHANDY_EFFECTS does not allow" in result.stderr
    assert bench.run("import", bench.file(), "--to", PAUSED, "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "no API key is set. Run `saleshandy-mcp login`"),
        ({"SALESHANDY_API_KEY": "two words"}, "SALESHANDY_API_KEY holds characters"),
        ({"SALESHANDY_API_KEY": "k", "SALESHANDY_EFFECTS": "all"}, "no effect called all"),
        ({"SALESHANDY_API_KEY": "k", "SALESHANDY_BASE_URL": "http://127.0.0.1:1/v1"}, "could not be reached"),
    ],
)
def test_settings_that_lead_nowhere_end_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    for name in ("SALESHANDY_API_KEY", "SALESHANDY_BASE_URL", "SALESHANDY_EFFECTS", "SALESHANDY_READ_ONLY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"SALESHANDY_DATA": str(tmp_path)} | settings).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "leads.csv").write_text(TWO, encoding="utf-8")
    result = CliRunner().invoke(cli, ["import", str(tmp_path / "leads.csv"), "--yes"])
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_the_sandbox_of_a_command_needs_no_settings(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    result = CliRunner().invoke(cli, ["import", bench.file(), "--sandbox", "--dry-run"])
    assert "The sandbox ends with this command, and so does the plan." in result.stdout


def test_after_the_sandbox_of_a_command_nothing_is_proposed_that_cannot_work(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    people = bench.file("Email\nann@lake.example.com\nno\n")
    done = CliRunner().invoke(cli, ["import", people, "--sandbox", "--yes"])
    assert "The sandbox ends with this command, and so does the job." in done.stdout
    assert "saleshandy-mcp" not in done.stdout
    as_json = json.loads(CliRunner().invoke(cli, ["import", people, "--sandbox", "--dry-run", "--json"]).stdout)
    assert "next" not in as_json
    unknown = CliRunner().invoke(cli, ["import", people, "--sandbox", "--to", "Nobody"]).stderr
    assert unknown.rstrip().endswith("saleshandy-mcp call list_sequences --sandbox.")
