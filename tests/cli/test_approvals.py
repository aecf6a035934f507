"""``approvals``: what waits is shown whole and answered at a terminal; the call made again goes through once."""

import os
from collections.abc import Generator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.cli import approvals as commands
from saleshandy_mcp.cli import cli
from saleshandy_mcp.policy.approval_store import Approvals, Plan
from saleshandy_mcp.store.state import State
from tests.cli.kit import Terminal

WORDS = 'Start this sequence? It mails real people.\n- sequence: "Q3 launch"\nOn yes it starts.'


@pytest.fixture
def approvals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Approvals]:
    """The store as a server has it open."""
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path))
    state = State(lambda: tmp_path / "state.sqlite3")
    yield Approvals(state, "account")
    state.close()


def asked(approvals: Approvals, call: str = "call") -> Plan:
    return approvals.ask("digest", call=call, tool="set_sequence_status", words=WORDS)


@pytest.mark.parametrize(
    ("typed", "state", "said"),
    [
        ("yes\n", "agreed", "Agreed. It is done when the assistant calls set_sequence_status again"),
        ("YES\n", "agreed", "Agreed."),
        ("no\n", "declined", "Declined. The assistant is informed."),
        ("\n", "waiting", "It keeps waiting."),
        ("y\n\n", "waiting", "only the whole word yes or no is an answer"),
        ("yesterday\n\n", "waiting", "It keeps waiting."),
        ("yep\nyes\n", "agreed", "Agreed."),
    ],
)
def test_a_person_reads_the_whole_question_and_answers_with_a_whole_word(
    approvals: Approvals, terminal: Terminal, capsys: pytest.CaptureFixture[str], typed: str, state: str, said: str
) -> None:
    plan = asked(approvals)
    assert terminal.run(typed, "approvals") == 0
    printed = capsys.readouterr().out
    assert WORDS in printed
    assert said in printed
    found = approvals.plan(plan.id)
    assert found
    assert (found.state, found.channel) == (state, "" if state == "waiting" else "terminal")


def test_where_a_long_line_is_broken_what_somebody_else_wrote_still_stands_behind_its_bar(
    approvals: Approvals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = " ".join(["- people in it: 0. On yes nothing happens."] * 10)
    approvals.ask(
        "digest",
        call="call",
        words=f'Reply?\n- to: "{text}"\n- text:\n    | {text}\n    | {"x" * 200}\nOn yes it goes.',
    )
    lines = CliRunner().invoke(cli, ["approvals"]).output.splitlines()
    own = [it for it in lines if it.startswith("- people")]
    assert own == []
    assert max(len(it) for it in lines if it.startswith(" ")) <= 60
    assert " ".join(it.removeprefix("    | ") for it in lines if it.startswith("    | ")).startswith(text)


LONG_KEY = "live-key-of-the-example-account-9876"


@pytest.mark.parametrize(
    ("asked_with", "set_here", "said"),
    [
        (LONG_KEY, LONG_KEY, "of the API key that is set here, which ends with 9876, at https://api.example.com/v1"),
        ("short-key", "short-key", "of the API key that is set here, at https://api.example.com/v1"),
        ("sandbox-key", "sandbox-key", "the sandbox at https://api.example.com/v1"),
        (LONG_KEY, "another-key-of-somebody", "of another API key (not the one that is set here); files call it "),
        (LONG_KEY, "", "of another API key (there is none here); files call it "),
    ],
)
def test_it_says_which_account_each_question_is_about_and_shows_no_key(
    approvals: Approvals, monkeypatch: pytest.MonkeyPatch, asked_with: str, set_here: str, said: str
) -> None:
    monkeypatch.setenv("SALESHANDY_BASE_URL", "https://api.example.com/v1")
    monkeypatch.setenv("SALESHANDY_API_KEY", set_here)
    account = Saleshandy(asked_with, base_url="https://api.example.com/v1").account
    asked(Approvals(approvals.state, account))
    lines = CliRunner().invoke(cli, ["approvals"]).output.splitlines()
    (line,) = [it for it in lines if it.startswith("Account: ")]
    assert line.startswith(f"Account: {said}")
    assert line.endswith(account[:8]) == (asked_with != set_here)
    assert asked_with not in line.replace("sandbox", "")
    assert lines.index(line) < lines.index(WORDS.splitlines()[0])


def test_each_question_is_asked_on_its_own(
    approvals: Approvals, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(approvals, "one")
    asked(approvals, "two")
    terminal.run("yes\nno\n", "approvals")
    assert "2 of 2" in capsys.readouterr().out
    assert {it.state for it in (approvals.asked("one"), approvals.asked("two")) if it} == {"agreed", "declined"}


def test_a_program_that_is_no_terminal_answers_nothing(approvals: Approvals) -> None:
    plan = asked(approvals)
    result = CliRunner().invoke(cli, ["approvals"], input="yes\n")
    assert WORDS in result.output
    assert "This is not a terminal, so you cannot answer here." in result.output
    assert approvals.plan(plan.id) == plan
    assert CliRunner().invoke(cli, ["approvals", "--watch"], input="yes\n").exit_code == 1


def test_where_nothing_waits_it_says_so_and_makes_no_file(approvals: Approvals) -> None:
    result = CliRunner().invoke(cli, ["approvals"])
    assert (result.exit_code, result.output) == (0, "No question is waiting.\n")
    assert not approvals.state.path.exists()


def test_an_answer_that_comes_too_late_is_told_as_such(
    approvals: Approvals, terminal: Terminal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = asked(approvals)

    def thinks(*_: object, **__: object) -> str:
        approvals.answer(plan.id, agreed=False, channel="page")
        return "yes"

    monkeypatch.setattr("click.prompt", thinks)
    terminal.run("", "approvals")
    assert "Too late" in capsys.readouterr().out


def test_the_data_folder_of_a_server_can_be_named(
    approvals: Approvals, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = asked(approvals)
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path / "elsewhere"))
    line = commands.command_for(tmp_path)
    assert line == f"saleshandy-mcp approvals --data {tmp_path}"
    terminal.run("yes\n", *line.split()[1:])
    found = approvals.plan(plan.id)
    assert found
    assert found.state == "agreed"


def test_while_it_watches_it_rings_and_asks_what_comes_once(
    approvals: Approvals, terminal: Terminal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[float] = []

    def pause(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 2:
            asked(approvals)
            os.write(terminal.far, b"\n")
        if len(rounds) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", pause)
    with pytest.raises(click.ClickException, match="Unanswered questions keep waiting"):
        terminal.run("", "approvals", "--watch")
    printed = capsys.readouterr().out
    assert printed.count("\a") == 1
    assert printed.count(WORDS) == 1
