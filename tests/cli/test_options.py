"""Options out of declarations: every argument can be written, and what cannot be used is told with its option."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import pytest
from pydantic import AwareDatetime, EmailStr, Field

from saleshandy_mcp.api.operation import Command, Operation, post
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.api.types import ApiModel, Channel
from saleshandy_mcp.cli.api import command_of
from saleshandy_mcp.cli.support.operation_options import BadOption, build, flag_of, kind_of
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.uploads import File, limited
from saleshandy_mcp.sandbox.http import contract


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
    when: AwareDatetime | None = None
    email: EmailStr | None = None
    hosts: list[str | Part] | None = None
    file: Annotated[File, limited(20, ".csv")] | None = None


def built(*words: str, operation: type[Operation[Any]] = Everything) -> Operation[Any]:
    """The operation that a command line stands for."""
    given = command_of(operation).make_context(operation.slug, list(words)).params
    return build(operation, {name: value for name, value in given.items() if name in operation.model_fields})


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
        (["--channel", "12"], "channel", Channel.CALL_DEMO),
        (["--when", "2030-01-07T09:00:00Z"], "when", datetime(2030, 1, 7, 9, tzinfo=UTC)),
        (["--email", "ann@birchway.example.com"], "email", "ann@birchway.example.com"),
        (["--hosts", "a", "--hosts", '{"name": "b"}'], "hosts", ["a", Part(name="b")]),
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
        (["--when", "2030-01-07T09:00:00"], "--when should have timezone info"),
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


def words_for(arguments: dict[str, Any]) -> list[str]:
    """A command line for some arguments, given by the names of the fields."""
    words: list[str] = []
    for name, value in arguments.items():
        if isinstance(value, bool):
            words.append(flag_of(name) if value else f"--no-{flag_of(name)[2:]}")
        else:
            words += [flag_of(name), value if isinstance(value, str) else json.dumps(value)]
    return words


def documented(operation: type[Operation[Any]]) -> dict[str, Any]:
    """The arguments of the contract's example, by the names of the fields; none where it has none.

    A list that travels as text, and a body that is a list, are no examples of how the arguments are written.
    """
    spec = contract.operation_of(operation.route.method, operation.route.path).spec
    found: Any = spec.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    example = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    names = {str(info.serialization_alias): name for name, info in operation.model_fields.items()}
    if not example or not example.keys() <= names.keys():
        return {}
    parameters = [entry for entry in spec.get("parameters", []) if entry["in"] == "path"]
    in_path = {entry["name"]: entry["schema"].get("enum", ["abc"])[0] for entry in parameters}
    arguments = {names[wire]: value for wire, value in (in_path | example).items()}
    lists = {name for name, info in operation.model_fields.items() if kind_of(info.annotation).many}
    return {} if any(isinstance(arguments.get(name), str) for name in lists) else arguments


DOCUMENTED = [(operation, documented(operation)) for operation in OPERATIONS if documented(operation)]


@pytest.mark.parametrize(("operation", "arguments"), DOCUMENTED, ids=[pair[0].slug for pair in DOCUMENTED])
def test_a_documented_request_can_be_written_at_the_command_line(
    operation: type[Operation[Any]], arguments: dict[str, Any]
) -> None:
    assert built(*words_for(arguments), operation=operation) == operation.model_validate(arguments)


def test_most_operations_with_a_body_have_an_example_to_write() -> None:
    assert len(DOCUMENTED) > 15
