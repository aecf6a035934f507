"""Calls of tools, as models are told them, in the words of the command line. Pure."""

import json
import re
import shlex
from typing import Any

from saleshandy_mcp.core.view import NextCall

_OPTIONS = {"sequence: ": "--to: ", "step: ": "--step: ", "map: ": "--map: ", "tags: ": "--tags: ", "job: ": ""}
"""How a sentence begins that is about an argument, and what the command line calls that."""


def as_options(text: str) -> str:
    """What is wrong with an argument, by the name of its option."""
    for argument, option in _OPTIONS.items():
        if text.startswith(argument):
            text = option + text.removeprefix(argument)
    return re.sub(r'\bmap \[("[^"]*")\]', r"--map \1", text)


def as_command(call: NextCall) -> str:
    """A call of a tool as a person types it."""
    return _command(call.tool, {name: _typed(value) for name, value in call.arguments.items()})


def _typed(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _command(tool: str, arguments: dict[str, str]) -> str:
    job = arguments.get("job", "")
    match tool:
        case "check_import_status" if not job:
            words = ["jobs", "list"]
        case "check_import_status":
            words = ["jobs", "export" if "page" in arguments else "show", job]
        case "import_prospects" if job:
            words = ["jobs", "resume", job]
        case _:
            words = ["call", tool, *(f"{name}={value}" for name, value in arguments.items())]
    return shlex.join(["saleshandy-mcp", *words])
