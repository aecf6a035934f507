"""What a person sees at the command line."""

import gc
import json
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp import __version__
from saleshandy_mcp.cli import cli
from saleshandy_mcp.server.apps.approval_card import CARD_TOOLS
from saleshandy_mcp.server.tools.selection import Selection
from tests.docs_site.commands import commands


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in ("SALESHANDY_API_KEY", "SALESHANDY_BASE_URL", "SALESHANDY_FILES"):
        monkeypatch.delenv(name, raising=False)
    return CliRunner()


def sandboxed(runner: CliRunner, *words: str) -> Result:
    return runner.invoke(cli, ["call", "--sandbox", *words])


def test_the_version_is_told(runner: CliRunner) -> None:
    assert __version__ in runner.invoke(cli, ["--version"]).output


def test_help_names_every_command_with_what_it_does(runner: CliRunner) -> None:
    said = runner.invoke(cli, ["--help"]).output
    for command in ("serve", "sandbox", "demo", "tools", "call"):
        assert f"  {command} " in said


@pytest.fixture
def without_garbage_collection() -> Iterator[None]:
    """As `__main__` starts the command line."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_garbage_collection")
@pytest.mark.parametrize("command", sorted(set(cli.list_commands(click.Context(cli))) - {"serve"}))
def test_garbage_is_collected_while_a_command_runs(command: str) -> None:
    assert cli.get_command(click.Context(cli), command)
    assert gc.isenabled()


SAYS_WHETHER_GARBAGE_IS_COLLECTED = """
import gc, sys
import uvicorn
from saleshandy_mcp.__main__ import main
from saleshandy_mcp.cli import serve as module

async def serve(*_, **__):
    print("collected:", gc.isenabled())

module.serve_stdio = uvicorn.Server.serve = serve
main()
"""


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_garbage_is_collected_while_the_server_runs(transport: str) -> None:
    words = ["serve", "--sandbox", "--port", "0", "--transport", transport]
    line = [sys.executable, "-c", SAYS_WHETHER_GARBAGE_IS_COLLECTED, *words]
    run = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert "collected: True" in run.stdout


def test_an_unknown_command_is_refused(runner: CliRunner) -> None:
    result = runner.invoke(cli, ["srve"])
    assert result.exit_code == 2
    assert "No such command 'srve'. Did you mean serve?" in result.output


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["jobs", "shw"], "show"),
        (["audit", "verfy"], "verify"),
        (["api", "list-sequnces"], "list_sequences"),
        (["call", "--sandbox", "lst_sequences"], "list_sequences"),
        (["call", "lst_sequences", "--help"], "list_sequences"),
        (["import", "x.csv", "--dry-rn"], "--dry-run"),
    ],
)
def test_what_is_not_known_is_answered_with_what_is_near(runner: CliRunner, words: list[str], near: str) -> None:
    result = runner.invoke(cli, words)
    assert result.exit_code == 2
    assert "Did you mean" in result.output
    assert near in result.output.partition("Did you mean")[2]


def test_nothing_is_suggested_where_nothing_is_near(runner: CliRunner) -> None:
    assert "Did you mean" not in runner.invoke(cli, ["qqqq"]).output


NOT_OFFERED: list[tuple[str, list[str], str]] = [
    ("list_sequence_steps", [], "It needs --tools list_sequence_steps."),
    ("find_crm_records", [], "It needs --crm."),
    ("find_crm_records", ["--toolsets", "inbox"], "It needs --crm --tools find_crm_records."),
    ("list_sequences", ["--toolsets", "inbox"], "It needs --tools list_sequences."),
    ("create_sequence", ["--read-only"], "It does more than read, and more is not allowed here."),
    ("set_sequence_status", ["--effects", "read"], "It does more than read, and more is not allowed here."),
    (
        "delete_domain",
        ["--effects", "read,write"],
        "It needs --tools delete_domain. It does more than read, write, and more is not allowed here.",
    ),
    ("list_inbox", ["--exclude-tools", "list_inbox"], "--exclude-tools takes it out."),
]


@pytest.mark.parametrize(("tool", "options", "said"), NOT_OFFERED)
def test_a_tool_that_is_not_offered_here_is_told_with_what_would_offer_it(
    tool: str, options: list[str], said: str, runner: CliRunner
) -> None:
    told = " ".join(sandboxed(runner, tool, *options).output.split())
    assert told.endswith(f"{tool} is not among the tools that are offered here. {said}")


@pytest.mark.parametrize(
    "words", [["import_prospects", "-h"], ["--help", "import-prospects"], ["--sandbox", "import_prospects", "--help"]]
)
def test_the_help_of_a_tool_tells_type_meaning_and_default_of_its_arguments(
    runner: CliRunner, words: list[str]
) -> None:
    said = " ".join(runner.invoke(cli, ["call", *words]).output.split())
    assert "conflict_action=overwrite|noUpdate|addMissingFields|upsert" in said
    assert "sequence=TEXT Title or id" in said
    assert "[default: addMissingFields]" in said
    assert "confirm=" not in said


def test_an_argument_that_there_has_to_be_comes_first_in_the_help_of_a_tool(runner: CliRunner) -> None:
    lines = runner.invoke(cli, ["call", "list_sequence_steps", "--help"]).output.splitlines()
    first = lines[lines.index("Arguments:") + 1]
    assert "[required]" in first


def test_tokens_that_cannot_be_counted_are_not_told_as_zeros(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rs_bpe.bpe", None)
    result = runner.invoke(cli, ["tools", "--tokens"])
    assert result.exit_code == 1
    assert result.output == "Error: tokens cannot be counted without the package rs-bpe: pip install rs-bpe.\n"


def test_tools_are_shown_with_their_tokens(runner: CliRunner) -> None:
    said = runner.invoke(cli, ["tools"]).output
    assert f"{len(Selection().actions()) + len(CARD_TOOLS)} tools" in said
    assert "tokens (o200k_base)" in said
    assert "set_sequence_status" in said


def test_tools_can_be_had_as_clients_get_them(runner: CliRunner) -> None:
    listed = json.loads(runner.invoke(cli, ["tools", "--json", "--read-only"]).output)
    assert "list_sequences" in {tool["name"] for tool in listed}
    assert all(tool["annotations"]["readOnlyHint"] for tool in listed)


def test_a_tool_is_called_with_words(runner: CliRunner) -> None:
    result = sandboxed(runner, "list_sequences", "status=active", "page=1")
    assert result.exit_code == 0
    assert "2 sequences, 2 active" in result.output


def test_a_tool_is_called_with_a_json_object_and_answers_structured(runner: CliRunner) -> None:
    result = sandboxed(runner, "list_sequences", "--json", '{"query": "q3"}')
    assert json.loads(result.stdout)["sequences"][0]["title"] == "Q3 launch"


def test_a_list_may_be_written_as_json_behind_the_name(runner: CliRunner) -> None:
    rows = '[{"Email": "new@harbour.example.com"}]'
    result = sandboxed(runner, "import_prospects", "sequence=SaaS founders", f"rows={rows}")
    assert "1 imported" in result.output


def test_a_failed_call_ends_with_its_sentence_and_a_code(runner: CliRunner) -> None:
    result = sandboxed(runner, "get_sequence", "sequence=nope")
    assert result.exit_code == 1
    assert 'nothing is called "nope"' in result.output
    assert "Traceback" not in result.output


def test_a_word_that_is_no_argument_is_explained(runner: CliRunner) -> None:
    assert "name=value" in sandboxed(runner, "list_sequences", "active").output
    assert "not a JSON object" in sandboxed(runner, "list_sequences", "{oops").output


def test_without_a_person_at_a_terminal_nothing_is_started(runner: CliRunner) -> None:
    result = sandboxed(runner, "set_sequence_status", "sequence=SaaS founders", "status=active")
    assert '- people in it: "60"' in result.output
    assert "so nothing was done: run it in a terminal" in result.output
    assert "did not agree" not in result.output


def test_without_a_key_a_call_says_how_to_set_one(runner: CliRunner) -> None:
    result = runner.invoke(cli, ["call", "list_sequences"])
    assert result.exit_code == 1
    assert "SALESHANDY_API_KEY" in result.output


def test_a_wrong_setting_ends_every_command_that_needs_it(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESHANDY_BASE_URL", "http://example.com/v1")
    for words in (["serve"], ["call", "list_sequences"]):
        result = runner.invoke(cli, words)
        assert result.exit_code == 1
        assert "SALESHANDY_BASE_URL has to be https" in result.output


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_no_help_shows_the_marks_of_its_source(name: str, runner: CliRunner) -> None:
    said = runner.invoke(cli, [*name.split(), "--help"]).output
    assert [mark for mark in ("\\b", "``", "\b") if mark in said] == []
