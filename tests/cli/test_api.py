"""Every operation at the command line: its options, what is refused, who is asked, and what comes out."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Annotated, Any

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result
from pydantic import Field

from saleshandy_mcp.api.action import Command, Effect, Operation, post
from saleshandy_mcp.api.catalog import OPERATIONS, RESOURCES
from saleshandy_mcp.api.inbox import InboxThread
from saleshandy_mcp.api.model import ApiModel, Channel
from saleshandy_mcp.api.paging import Page
from saleshandy_mcp.api.upload import File, limited
from saleshandy_mcp.cli import cli, output
from saleshandy_mcp.cli.api import command, command_of
from saleshandy_mcp.cli.options import BadOption, build


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


class Part(ApiModel):
    name: str
    share: int = 0


class Everything(Command):
    """Takes one argument of each sort."""

    route = post("/nowhere", Effect.WRITE)
    title: str
    channel: Channel | None = None
    tags: list[str] | None = None
    counts: list[Annotated[int, Field(ge=1)]] | None = None
    parts: list[Part] | None = None
    part: Part | None = None
    labels: dict[str, str] | None = None
    urgent: bool | None = None
    file: Annotated[File, limited(20, ".csv")] | None = None


def built(*words: str) -> Operation[Any]:
    """The operation that a command line stands for."""
    found = command_of(Everything)
    context = found.make_context("everything", list(words))
    fields = {name: value for name, value in context.params.items() if name in Everything.model_fields}
    return build(Everything, fields)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (["--channel", "call_demo"], "channel", Channel.CALL_DEMO),
        (["--tags", "a", "--tags", "b"], "tags", ["a", "b"]),
        (["--tags", '["a", "b"]', "--tags", "c"], "tags", ["a", "b", "c"]),
        (["--tags", "[draft] a"], "tags", ["[draft] a"]),
        (["--counts", "1", "--counts", "[2, 3]"], "counts", [1, 2, 3]),
        (["--part", '{"name": "a", "share": 2}'], "part", Part(name="a", share=2)),
        (["--parts", '{"name": "a"}', "--parts", '[{"name": "b"}]'], "parts", [Part(name="a"), Part(name="b")]),
        (["--labels", '{"X": "y"}'], "labels", {"X": "y"}),
        (["--urgent"], "urgent", True),
        (["--no-urgent"], "urgent", False),
        ([], "urgent", None),
        ([], "tags", None),
    ],
)
def test_an_argument_of_each_sort_can_be_written(words: list[str], field: str, value: Any) -> None:
    assert getattr(built("--title", "t", *words), field) == value


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--title is missing"),
        (["--channel", "fax"], "--channel has to be one of email, linkedin_connection"),
        (["--counts", "0"], "--counts[0] should be greater than or equal to 1"),
        (["--part", "{oops"], "--part is not JSON"),
        (["--part", '{"share": 1}'], "--part.name is missing"),
        (["--parts", '{"name": "a", "share": "b"}'], "--parts[0].share should be a valid integer"),
        (["--file", "no/such.csv"], "--file: no/such.csv cannot be read (No such file or directory)"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence_with_its_option(words: list[str], said: str) -> None:
    with pytest.raises(BadOption, match="Nothing was sent") as caught:
        built(*words)
    assert said in caught.value.message
    assert "\n" not in caught.value.message


def test_a_file_is_read_from_its_path_and_held_to_its_limits(tmp_path: Path) -> None:
    for name, content, said in (("a.csv", "Email", ""), ("a.txt", "Email", ".csv"), ("b.csv", "x" * 21, "at most 20")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        words = ["--title", "t", "--file", str(tmp_path / name)]
        if said:
            with pytest.raises(BadOption, match=f"--file: .*{said}"):
                built(*words)
        else:
            assert getattr(built(*words), "file").content == b"Email"  # noqa: B009 - of no one type


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug())
def test_every_operation_has_a_command_whose_options_do_not_clash(operation: type[Operation[Any]]) -> None:
    made = command_of(operation)
    names = [name for option in made.params for name in (*option.opts, *option.secondary_opts)]
    assert len(names) == len(set(names))
    assert len({option.name for option in made.params}) == len(made.params)
    with click.Context(made, info_name=operation.slug()) as context:
        assert made.get_help(context)


def test_help_lists_every_operation_under_its_resource() -> None:
    said = api("--help").output
    for operation in OPERATIONS:
        assert f"  {operation.slug()}" in said
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
    said = api("list_sequences", "--sandbox", "--page-size", "2").stdout
    assert "title" in said
    assert "Q3 launch" in said
    assert "--all for all" in said


def test_an_object_is_names_and_values(paused: str) -> None:
    said = api("get_sequence_settings", "--sandbox", "--sequence-id", paused).stdout
    assert said.startswith("settings: [")


def test_what_answers_nothing_says_that_it_is_done(paused: str) -> None:
    words = ["update_sequence_status", "--sandbox", "--sequence-ids", paused, "--status", "resume", "--yes"]
    assert api(*words).stdout == "Done.\n"
    assert api(*words, "--json").stdout == "null\n"


def test_all_pages_are_walked_with_a_line_of_progress_aside() -> None:
    result = api("list_prospects", "--sandbox", "--all", "--json")
    page = json.loads(result.stdout)
    assert (len(page["items"]), page["total"], page["more"]) == (page["total"], page["total"], False)
    assert page["total"] > 100
    assert "100 so far" in result.stderr
    assert f"{page['total']:,} in all" in result.stderr


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
    assert "can reach people. Give --yes to go ahead. Nothing was sent." in result.output
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
    assert "Go ahead?" in said.err
    assert ("Done." in said.out) is done


def test_what_strangers_wrote_cannot_steer_a_terminal_and_is_no_markup() -> None:
    page = Page(items=[InboxThread(id="1", subject="[red]Hi[/red] \x1b[2J\x9b2J")])
    said = output.as_text(page)
    assert "[red]Hi[/red]" in said
    assert said.replace("\n", "").isprintable()
    assert output.as_text(page.items[0]).replace("\n", "").isprintable()


def test_nothing_is_said_where_there_is_nothing() -> None:
    assert output.as_text([]) == "None."
    assert output.as_text(Page[InboxThread](items=[])) == "None."
    assert output.as_text(InboxThread()) == "Nothing is told."


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
