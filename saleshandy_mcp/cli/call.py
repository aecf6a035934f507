"""``call``: call one tool from the command line, through the same server that a model uses."""

import json
import sys
from math import inf
from pathlib import Path
from typing import Any, cast

import anyio
import click
from mcp import Client
from mcp.types import CallToolResult, ElicitResult, TextContent

from saleshandy_mcp.cli.approvals import command_for
from saleshandy_mcp.cli.support.connection import chosen_context, log_to_stderr, settings, with_rules
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox
from saleshandy_mcp.cli.support.selection_options import choosing, crm_settings, selection, with_crm
from saleshandy_mcp.core.settings import RULES
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.untrusted.one_line import json_text

_PATIENCE = 3600.0
"""Seconds to wait for an import: a command, unlike a chat, can wait until it has ended."""


@click.command("call")
@click.argument("tool")
@click.argument("arguments", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the structured result instead of the text.")
@with_sandbox
@click.option("--rules", type=click.Path(path_type=Path), help=f"Limits for every call, a TOML file. [{RULES}]")
@choosing
@with_crm
def command(
    tool: str,
    arguments: tuple[str, ...],
    *,
    as_json: bool,
    sandbox: bool,
    crm: bool,
    crm_write: bool,
    rules: Path | None,
    **choice: Any,
) -> None:
    """Call TOOL with ARGUMENTS: key=value, or one JSON object.

    A value that is JSON (a list, an object, true, 5) is read as JSON. A tool with consequences asks first, in a
    terminal.
    """
    given = _arguments(arguments)
    chosen = crm_settings(with_rules(settings(), rules), crm=crm, crm_write=crm_write)
    selected = selection(chosen, **choice)
    log_to_stderr()

    person = Person()
    # Whoever types the command is asked, whatever the operator wants for models.
    asking = Asking("person", command_for(chosen.data))

    async def run() -> CallToolResult:
        async with (
            chosen_context(chosen, sandbox=sandbox, patience=_PATIENCE, reading=_PATIENCE, longest=inf) as context,
            Client(build_server(context, selected, asking), elicitation_callback=person.answer) as client,
        ):
            return await client.call_tool(tool, given)

    result = anyio.run(run)
    text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
    if person.missing:
        nobody = "nobody can be asked here, so nothing was done: run it in a terminal."
        raise click.ClickException(nobody if result.is_error else text)
    if result.is_error:
        raise click.ClickException(text)
    click.echo(json_text(result.structured_content) if as_json else text)


def _arguments(given: tuple[str, ...]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for word in given:
        if word.lstrip().startswith("{"):
            read = _value(word)
            if not isinstance(read, dict):
                raise click.UsageError(f"this is not a JSON object: {word}")
            arguments |= cast("dict[str, Any]", read)
            continue
        name, equals, value = word.partition("=")
        if not equals:
            raise click.UsageError(f"an argument is written name=value, this is not: {word}")
        arguments[name] = _value(value)
    return arguments


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


class Person:
    """The person at the terminal.

    Attributes:
        missing: whether a question came and there is no terminal; it is then answered with "cancel".
    """

    missing = False

    async def answer(self, context: Any, params: Any) -> ElicitResult:
        del context
        click.echo(params.message, err=True)
        if not sys.stdin.isatty():
            self.missing = True
            return ElicitResult(action="cancel")
        agreed = await anyio.to_thread.run_sync(lambda: click.confirm("Go ahead?", default=False, err=True))
        return ElicitResult(action="accept", content={"confirm": agreed})
