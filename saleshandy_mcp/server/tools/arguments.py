"""From what a client sent to an action, or to a sentence about what is wrong with it. Pure."""

import json
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.files import read_file

A = TypeVar("A", bound=Action[Any])

_SHOWN = 5
MOST_BYTES = 50_000_000
"""Of one file: the largest that any operation takes."""


def read(action: type[A], arguments: dict[str, Any], nested: set[str], folder: Path | None = None) -> A:
    """The action with these arguments.

    Args:
        action: which one.
        arguments: as they came.
        nested: names of lists and objects; they may come as a JSON string.
        folder: the only one that an argument which is a file may lie in.

    Raises:
        Mistake: naming each argument that is unknown, missing or wrong, and what is allowed.
    """
    opened = {name: _opened(value) if name in nested else value for name, value in arguments.items()}
    given = {name: value for name, value in opened.items() if value is not None}
    try:
        return action.model_validate(given, context={"reader": partial(read_file, folder=folder, most=MOST_BYTES)})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        wrong = "; ".join(_sentence(part, action.slug()) for part in found[:_SHOWN])
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        takes = ", ".join(name + ("" if field.is_required() else "?") for name, field in action.model_fields.items())
        raise Mistake(wrong + more, f"It takes: {takes} (? = may be left out).") from None


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _sentence(part: Any, name: str) -> str:
    """One pydantic error without its URL, its input and its jargon."""
    place = ""
    for step in part["loc"]:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    context: dict[str, Any] = part.get("ctx") or {}
    match part["type"]:
        case "extra_forbidden":
            return f"{place} is no argument of {name}"
        case "missing":
            return f"{place} is missing"
        case "literal_error" | "enum":
            return f"{place} has to be one of {context['expected'].replace(' or ', ', ')}"
        case "too_short" | "string_too_short":
            return f"{place} is empty" if context.get("min_length") == 1 else f"{place} is too short"
        case _:
            said = str(part["msg"])
            return f"{place} {said[0].lower()}{said[1:]}".replace("input should", "should")
