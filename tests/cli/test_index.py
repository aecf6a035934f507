"""The index of names is as the declarations are, and commands are declared as they are done."""

import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, get_args

import click
import pytest

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import RESOURCES, operations
from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.api import words
from saleshandy_mcp.cli.commands.shared.done_by import DoneBy
from saleshandy_mcp.client_settings.known_clients import CLIENTS
from saleshandy_mcp.features.imports.import_report import States
from saleshandy_mcp.integrations.salessheet.crm_operations import CRM_RESOURCES
from saleshandy_mcp.sandbox import DIALECTS
from saleshandy_mcp.server.schema.input_schema import input_schema
from saleshandy_mcp.server.tools.selection import TOOLSETS, Selection


def test_the_index_is_as_the_declarations_are(snapshot: Callable[[str, str], None]) -> None:
    index = {
        "toolsets": TOOLSETS,
        "tools": {it.slug: [*input_schema(it)["properties"]] for it in Selection(crm=True).actions()},
        "operations": {
            _heading(module): {it.slug: _first_sentence(it) for it in operations(module)}
            for module in (*RESOURCES, *CRM_RESOURCES)
        },
        "conflict_actions": get_args(ConflictAction),
        "row_states": get_args(States),
        "dialects": DIALECTS,
        "clients": [it.slug for it in CLIENTS],
    }
    snapshot("saleshandy_mcp/cli/completion/index.json", json.dumps(index, indent=1, ensure_ascii=False) + "\n")


def _heading(module: ModuleType) -> str:
    """``Email accounts`` of "Email accounts: the senders."."""
    return (module.__doc__ or module.__name__).split(":")[0].split(".")[0].strip()


def _first_sentence(operation: type[Operation[Any]]) -> str:
    return " ".join(words(operation).split()).split(". ")[0].removesuffix(".")


def declared(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command but the operations, with the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group) and name != "api":
            yield from declared(command, *path, name)


COMMANDS = dict(declared(cli))


@pytest.mark.parametrize("name", [name for name, it in COMMANDS.items() if isinstance(it.callback, DoneBy)])
def test_what_a_command_takes_is_what_its_function_takes(name: str) -> None:
    command = COMMANDS[name]
    assert isinstance(command.callback, DoneBy)
    given = {it.name for it in command.params if it.expose_value}
    taken = inspect.signature(command.callback.load(), eval_str=True).parameters.values()
    rest = any(it.kind is it.VAR_KEYWORD for it in taken)
    wanted = {it.name for it in taken if it.kind is not it.VAR_KEYWORD}
    assert wanted <= given if rest else wanted == given


@pytest.mark.parametrize("words", [[], *(name.split() for name in COMMANDS)], ids=" ".join)
def test_help_loads_neither_the_sdk_nor_a_client_of_the_api(words: list[str]) -> None:
    program = (
        "import sys; from saleshandy_mcp.cli import cli; cli.main(sys.argv[1:], standalone_mode=False); "
        "print([it for it in ('mcp', 'httpx2', 'pydantic', 'rich', 'anyio') if it in sys.modules], file=sys.stderr)"
    )
    run = [sys.executable, "-c", program, *words, "--help"]
    done = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - this very program
    assert done.stderr.strip() == "[]"
