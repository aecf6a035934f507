"""Tool calls and messages about their arguments, rewritten for the command line. Pure."""

import json
import re
from typing import Any

from saleshandy_mcp.cli.support.shell_words import typed
from saleshandy_mcp.core.view import NextCall

_OPTIONS = {"sequence: ": "--to: ", "step: ": "--step: ", "map: ": "--map: ", "tags: ": "--tags: ", "job: ": ""}
"""The beginning of a sentence about an argument, and its replacement on the command line."""


def as_options(text: str) -> str:
    """A message about an argument, with the name of the option in place of the argument's."""
    for argument, option in _OPTIONS.items():
        if text.startswith(argument):
            text = option + text.removeprefix(argument)
    return re.sub(r'\bmap \[("[^"]*")\]', r"--map \1", text)


def in_sandbox(call: NextCall) -> str:
    """As ``as_command``, for somebody who works with the sandbox."""
    command = as_command(call)
    return f"{command} --sandbox" if command.startswith("saleshandy-mcp call ") else command


def as_command(call: NextCall) -> str:
    """A tool call as the command that a person types."""
    return _command(call.tool, {name: _typed(value) for name, value in call.arguments.items()})


def _typed(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _command(tool: str, arguments: dict[str, str]) -> str:
    job = arguments.get("job", "")
    match tool:
        case "check_import_status" if not job:
            words = ["jobs", "list"]
        case "check_import_status":
            options = [
                word for name in ("state", "page") if name in arguments for word in (f"--{name}", arguments[name])
            ]
            words = ["jobs", "show", job, *options]
        case "import_prospects" if job:
            words = ["jobs", "resume", job]
        case _:
            words = ["call", tool, *(f"{name}={value}" for name, value in arguments.items())]
    return typed(["saleshandy-mcp", *words])
