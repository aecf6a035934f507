"""Every operation at the command line: help and completion, who is asked, what comes out, what is loaded."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from saleshandy_mcp.api.operation import Operation, Page
from saleshandy_mcp.api.resources.catalog import OPERATIONS, RESOURCES
from saleshandy_mcp.api.resources.inbox import InboxThread
from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.api import command_of
from saleshandy_mcp.cli.commands.api_command import command
from saleshandy_mcp.cli.support.output_forms import output


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SALESHANDY_API_KEY", "SALESHANDY_BASE_URL", "SALESHANDY_FILES"):
        monkeypatch.delenv(name, raising=False)


def api(*words: str) -> Result:
    return CliRunner().invoke(cli, ["api", *words])


def id_of(title: str) -> str:
    listed = json.loads(api("list_sequences", "--sandbox", "--json").stdout)
    return next(item["id"] for item in listed["items"] if item["title"] == title)


@pytest.fixture
def paused() -> str:
    return id_of("SaaS founders")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_every_operation_has_a_command_whose_options_do_not_clash(operation: type[Operation[Any]]) -> None:
    made = command_of(operation)
    names = [name for option in made.params for name in (*option.opts, *option.secondary_opts)]
    assert len(names) == len(set(names))
    assert len({option.name for option in made.params}) == len(made.params)
    with click.Context(made, info_name=operation.slug) as context:
        assert made.get_help(context)


def test_help_lists_every_operation_under_its_resource() -> None:
    said = api("--help").output
    for operation in OPERATIONS:
        assert f"  {operation.slug}" in said
    for module in RESOURCES:
        assert module.__doc__ is not None
        assert module.__doc__.split(":")[0].split(".")[0] in said


def test_help_of_an_operation_tells_words_and_defaults() -> None:
    said = " ".join(api("list_prospects", "--help").output.split())
    assert "List prospects of the account. There is no total: a short page is the last." in said
    assert "--sort [ASC|DESC]" in said
    assert "[default: createdAt]" in said
    assert "--include-custom-fields / --no-include-custom-fields" in said


def test_commands_options_and_words_are_completed() -> None:
    def offered(*words: str) -> list[str]:
        complete = ShellComplete(cli, {}, "saleshandy-mcp", "_SALESHANDY_MCP_COMPLETE")
        return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]

    assert "list_sequences" in offered("api", "list_s")
    assert offered("api", "list_sequences", "--sort") == ["--sort", "--sort-by"]
    assert offered("api", "list_sequences", "--sort", "") == ["ASC", "DESC"]
    assert offered("api", "create_sequence_step", "--type", "call_d") == ["call_demo"]


def test_the_name_may_be_written_with_hyphens() -> None:
    assert api("list-sequences", "--sandbox").exit_code == 0


def test_an_unknown_operation_is_refused() -> None:
    result = api("list_everything", "--sandbox")
    assert result.exit_code == 2
    assert "No such command" in result.output


def test_a_list_is_a_table_that_says_what_is_left() -> None:
    said = api("list_sequences", "--sandbox", "--page-size", "2")
    assert "title" in said.stdout
    assert "Q3 launch" in said.stdout
    assert "--all for all" in said.stderr


def test_an_object_is_names_and_values(paused: str) -> None:
    said = api("get_sequence_settings", "--sandbox", "--sequence-id", paused).stdout
    assert said.startswith("settings: [")


def test_what_answers_nothing_says_that_it_is_done(paused: str) -> None:
    words = ["update_sequence_status", "--sandbox", "--sequence-ids", paused, "--status", "resume", "--yes"]
    assert (api(*words).stdout, api(*words).stderr) == ("", "Done.\n")
    assert api(*words, "--json").stdout == "null\n"


def test_all_pages_are_walked_with_a_line_of_progress_aside() -> None:
    result = api("list_prospects", "--sandbox", "--all", "--json")
    page = json.loads(result.stdout)
    assert (len(page["items"]), page["total"], page["more"]) == (page["total"], page["total"], False)
    assert page["total"] > 100
    assert "100 so far" in result.stderr
    assert f"{page['total']:,} read" in result.stderr


def test_a_walk_from_a_later_page_does_not_call_its_part_the_total() -> None:
    page = json.loads(api("list_prospects", "--sandbox", "--all", "--json", "--page", "3").stdout)
    assert (page["total"], page["more"]) == (None, False)
    assert page["items"]


@pytest.mark.parametrize("words", [["--page", "0"], ["--sort", "up"], ["--page-size", "many"]])
def test_a_bad_value_ends_with_its_option_before_a_key_is_asked_for(words: list[str]) -> None:
    result = api("list_sequences", *words)
    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {words[0]} ")
    assert result.output.count("\n") == 1


def test_a_refusal_of_the_api_is_told_as_to_a_model() -> None:
    result = api("list_sequence_steps", "--sandbox", "--sequence-id", "nope")
    assert result.exit_code == 1
    assert "list_sequence_steps did nothing: Saleshandy refused" in result.output
    assert "Traceback" not in result.output


def test_without_a_key_it_says_how_to_set_one() -> None:
    result = api("list_sequences")
    assert result.exit_code == 1
    assert "SALESHANDY_API_KEY" in result.output


def test_a_wrong_setting_ends_in_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESHANDY_BASE_URL", "http://example.com/v1")
    assert "SALESHANDY_BASE_URL has to be https" in api("list_sequences").output


def test_elsewhere_than_at_a_terminal_what_reaches_people_needs_a_yes(paused: str) -> None:
    words = ["update_sequence_status", "--sandbox", "--sequence-ids", paused, "--status", "resume"]
    result = api(*words)
    assert result.exit_code == 1
    assert "Nobody can be asked here: give --yes to run update_sequence_status. Nothing was sent." in result.output
    assert api(*words, "--yes").exit_code == 0


def test_what_this_call_does_decides_not_what_the_operation_could(paused: str) -> None:
    words = ["update_sequence_status", "--sandbox", "--sequence-ids", id_of("Q3 launch"), "--status", "pause"]
    assert api(*words).exit_code == 0
    assert "--yes" not in api("create_sequence", "--help").output
    assert paused


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Generator[int]:
    """The far end of a terminal that a person sits at."""
    far, near = os.openpty()
    with os.fdopen(near, "r", encoding="utf-8") as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        yield far
    os.close(far)


@pytest.mark.parametrize(("answer", "done"), [(b"y\n", True), (b"n\n", False), (b"\n", False)])
def test_a_person_at_a_terminal_is_asked(
    terminal: int, capsys: pytest.CaptureFixture[str], paused: str, answer: bytes, *, done: bool
) -> None:
    os.write(terminal, answer)
    words = ["api", "update_sequence_status", "--sandbox", "--sequence-ids", paused, "--status", "resume"]
    if done:
        cli.main(words, standalone_mode=False)
    else:
        with pytest.raises(click.ClickException, match="Nothing was sent"):
            cli.main(words, standalone_mode=False)
    said = capsys.readouterr()
    assert "Go ahead with update_sequence_status?" in said.err
    assert ("Done." in said.err) is done


def test_what_strangers_wrote_cannot_steer_a_terminal_and_is_no_markup() -> None:
    page = Page(items=[InboxThread(id="1", subject="[red]Hi[/red] \x1b[2J\x9b2J")])
    said = output.as_text(page)
    assert "[red]Hi[/red]" in said
    assert said.replace("\n", "").isprintable()
    assert output.as_text(page.items[0]).replace("\n", "").isprintable()


def test_nothing_is_said_where_there_is_nothing() -> None:
    assert output.as_text([]) == "None."
    assert output.as_text(Page[InboxThread](items=[])) == "None."
    assert output.as_text(InboxThread()) == "The answer is empty."


@pytest.mark.parametrize(
    ("words", "unloaded"),
    [(["api", "--help"], ["mcp", "rich", "starlette"]), (["--version"], ["mcp", "pydantic", "httpx2", "rich"])],
)
def test_only_what_is_needed_is_loaded(words: list[str], unloaded: list[str]) -> None:
    program = (
        "import sys; from saleshandy_mcp.cli import cli; cli.main(sys.argv[1:], standalone_mode=False); "
        f"print([name for name in {unloaded} if name in sys.modules], file=sys.stderr)"
    )
    run = [sys.executable, "-c", program, *words]
    done = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - this very program
    assert done.stderr.strip() == "[]"


def test_the_group_is_one_of_the_commands() -> None:
    with cli.make_context("saleshandy-mcp", ["api", "--help"], resilient_parsing=True) as context:
        assert cli.get_command(context, "api") is command
