"""Tool calls and messages about their arguments, rewritten for the command line. Pure."""

import json
import re
from typing import Any

from saleshandy_mcp.cli.support.at_terminal.shell_words import command_line
from saleshandy_mcp.core.view import NextCall

_OPTIONS = {"sequence: ": "--to: ", "step: ": "--step: ", "map: ": "--map: ", "tags: ": "--tags: ", "job: ": ""}
"""The beginning of a sentence about an argument, and its replacement on the command line."""
_ALSO_IN_SANDBOX = ("saleshandy-mcp call ", "saleshandy-mcp deliverability")
"""Commands that have the option --sandbox."""


def as_options(text: str) -> str:
    """A message about an argument, with the name of the option in place of the argument's."""
    for argument, option in _OPTIONS.items():
        if text.startswith(argument):
            text = option + text.removeprefix(argument)
    return re.sub(r'\bmap \[("[^"]*")\]', r"--map \1", text)


def in_sandbox(call: NextCall) -> str:
    """As ``as_command``, for somebody who works with the sandbox."""
    command = as_command(call)
    return f"{command} --sandbox" if command.startswith(_ALSO_IN_SANDBOX) else command


def as_command(call: NextCall) -> str:
    """A tool call as the command that a person types."""
    return command_line(["saleshandy-mcp", *_words(call.tool, call.arguments)])


def _words(tool: str, arguments: dict[str, Any]) -> list[str]:
    job = str(arguments.get("job", ""))
    match tool:
        case "check_import_status" if not job:
            return ["jobs", "list"]
        case "check_import_status":
            names = [name for name in ("state", "page") if name in arguments]
            return ["jobs", "show", job, *(word for name in names for word in (f"--{name}", str(arguments[name])))]
        case "import_prospects" if job:
            return ["jobs", "resume", job]
        case "audit_deliverability":
            named = [
                word for name in ("domain", "selector") if (it := arguments.get(name)) for word in (f"--{name}", it)
            ]
            return ["deliverability", *named, *(["--all"] if arguments.get("all_findings") else [])]
        case _:
            return ["call", tool, *(f"{name}={_written(value)}" for name, value in arguments.items())]


def _written(value: Any) -> str:
    """The value as ``read_value`` reads it. A text is written as it is, unless it would be read as something else."""
    plain = isinstance(value, str) and value.isprintable() and read_value(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)


def read_value(text: str) -> Any:
    """The value of an argument on the command line: what it says as JSON, or the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text
