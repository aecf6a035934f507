"""Calls of tools, as models are told them, in the words of the command line. Pure."""

import json
import re
import shlex
from typing import Any

from saleshandy_mcp.core.view import NextCall

_STRING = r'"(?:[^"\\]|\\.)*"'
_CALL = re.compile(rf"\b([a-z]+(?:_[a-z]+)+)\(((?:{_STRING}|[^()\"])*)\)")
_ARGUMENT = re.compile(rf"(\w+)=({_STRING}|[^,]+)")

_OPTIONS = {"sequence: ": "--to: ", "step: ": "--step: ", "map: ": "--map: ", "tags: ": "--tags: ", "job: ": ""}
"""How a sentence begins that is about an argument, and what the command line calls that."""
_BARE = {"check_import_status": "saleshandy-mcp jobs show", "import_prospects": "saleshandy-mcp import"}


def is_call(text: str) -> bool:
    """Whether it is the call of a tool and nothing else."""
    return bool(_CALL.fullmatch(text))


def as_commands(text: str) -> str:
    """The text with every call of a tool as the command that does the same."""
    for argument, option in _OPTIONS.items():
        if text.startswith(argument):
            text = option + text.removeprefix(argument)
    text = _CALL.sub(lambda found: _command(found[1], _arguments(found[2])), text)
    text = re.sub(r'\bmap \[("[^"]*")\]', r"--map \1", text)
    return re.sub(rf"\b({'|'.join(_BARE)})\b", lambda found: _BARE[found[1]], text)


def as_command(call: NextCall) -> str:
    """A call of a tool as a person types it."""
    return _command(call.tool, {name: _typed(value) for name, value in call.arguments.items()})


def _typed(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _arguments(text: str) -> dict[str, str]:
    return {name: json.loads(value) if value.startswith('"') else value for name, value in _ARGUMENT.findall(text)}


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
