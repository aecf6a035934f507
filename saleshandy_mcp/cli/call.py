"""``call``: call one tool from the command line, through the same server that a model uses."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import anyio
import click
from mcp.types import CallToolResult

from saleshandy_mcp.cli.commands.call_command import no_such_tool
from saleshandy_mcp.cli.support.at_terminal.stopping import told_when_stopped
from saleshandy_mcp.cli.support.calls_as_commands import read_value
from saleshandy_mcp.cli.support.connection import log_to_stderr, settings, with_rules
from saleshandy_mcp.cli.support.output_forms.output import Format, OutputChoice, write
from saleshandy_mcp.cli.support.selection_options import crm_settings, selection
from saleshandy_mcp.cli.support.tool_client import Person, text_in, tool_client
from saleshandy_mcp.cli.support.tool_help import tool_help
from saleshandy_mcp.server.tools.selection import Selection


def run(tool: str, arguments: tuple[str, ...], **given: Any) -> None:
    print_answer(tool, arguments, **given)


def print_answer(
    tool: str,
    arguments: tuple[str, ...],
    *,
    form: Format | None,
    columns: str,
    as_json: bool,
    sandbox: bool,
    crm: bool,
    crm_write: bool,
    crm_wait: bool,
    rules: Path | None,
    as_typed: Callable[[str], str] = str,
    **choice: Any,
) -> None:
    """Call a tool and print its answer; ``as_typed`` writes the calls in its text as commands."""
    output, given = OutputChoice.of(form, columns, as_json=as_json), _arguments(arguments)
    chosen = crm_settings(with_rules(settings(sandbox=sandbox), rules), crm=crm, crm_write=crm_write)
    chosen = replace(chosen, crm_wait=crm_wait)
    selected = selection(chosen, **choice)
    log_to_stderr(logging.WARNING)  # the answer says what was done; the audit file keeps it

    person = Person(f"Go ahead with {tool}?")

    async def run() -> CallToolResult | None:
        async with tool_client(chosen, selected, person, sandbox=sandbox) as client:
            if tool not in {it.name for it in (await client.list_tools()).tools}:
                return None
            return await client.call_tool(tool, given)

    with told_when_stopped("Stopped. Changes until then, if any, are listed by: saleshandy-mcp audit show"):
        result = anyio.run(run)
    if result is None:
        raise click.UsageError(_not_offered(tool, selected))
    text = text_in(result)
    if person.missing:
        nobody = "nobody can be asked here, so nothing was done: run it in a terminal."
        raise click.ClickException(nobody if result.is_error else text)
    if result.is_error:
        raise click.ClickException(text)
    if output.chosen:
        write(result.structured_content, output)
    else:
        click.echo(as_typed(text))


def run_one(tool: str, given: dict[str, Any], **output: Any) -> None:
    """Call a tool for a command of its own.

    Args:
        tool: its name.
        given: its arguments; those that are None are left out.
        output: how the answer is written, and whether the API is the sandbox: as ``print_answer`` takes them.
    """
    arguments = json.dumps({name: value for name, value in given.items() if value is not None})
    without = {"crm": False, "crm_write": False, "crm_wait": False, "rules": None, "read_only": False}
    choice = dict.fromkeys(("toolsets", "exclude_tools", "effects"))
    print_answer(tool, (arguments,), **output, **without, tools=tool, **choice)


def _not_offered(tool: str, selected: Selection) -> str:
    """Why a tool cannot be called: its name is wrong, or the options do not offer it."""
    if not tool_help(tool):
        return no_such_tool(tool)
    words = {"crm": "--crm", "tools": f"--tools {tool}"}
    in_the_way = selected.in_the_way(tool)
    options = [words[it] for it in in_the_way if it in words]
    reasons = [f" It needs {' '.join(options)}."] * bool(options)
    if "effects" in in_the_way:
        reasons.append(f" It does more than {', '.join(sorted(selected.effects))}, and more is not allowed here.")
    if "excluded" in in_the_way:
        reasons.append(" --exclude-tools takes it out.")
    return f"{tool} is not among the tools that are offered here.{''.join(reasons)}"


def _arguments(given: tuple[str, ...]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for word in given:
        if word.lstrip().startswith("{"):
            read = read_value(word)
            if not isinstance(read, dict):
                raise click.UsageError(f"this is not a JSON object: {word}")
            arguments |= cast("dict[str, Any]", read)
            continue
        name, equals, value = word.partition("=")
        if not equals:
            raise click.UsageError(f"an argument is written name=value, this is not: {word}")
        arguments[name] = read_value(value)
    return arguments
