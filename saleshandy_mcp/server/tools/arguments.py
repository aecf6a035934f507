"""Turns what a client sent into an action, or into a sentence about what is wrong with it. Pure."""

import json
from collections.abc import Callable, Collection, Container
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.files import read_file
from saleshandy_mcp.server.schema.input_schema import nested

A = TypeVar("A", bound=Action[Any])

_OF_CLIENTS = frozenset({"toolCallId", "sessionId", "chatInput", "action", "tool", "task_progress", "random_string"})
"""What clients add to the arguments by themselves: n8n (the first five), Cline, Cursor, as reported in public."""

_SHOWN = 5
MOST_BYTES = 50_000_000
"""Of one file: the largest that any operation takes."""


def given(action: type[Action[Any]], sent: dict[str, Any]) -> dict[str, Any]:
    """The arguments that were meant, of those that were sent.

    Many clients send null or an empty text for each argument that a model left out (where all properties of a schema
    have to be there, for instance), and some add arguments of their own. None of that is the model's word.
    """
    meant = {name: value for name, value in sent.items() if name in action.model_fields or name not in _OF_CLIENTS}
    return _meant(action, meant)


def known_names(sent: Collection[str], known: Container[str]) -> tuple[str, ...]:
    """The names of arguments, for a log. One that is not known may hold anything: such are only counted."""
    own = [name for name in sent if name in known]
    others = len(sent) - len(own)
    return (*own, *([f"{others} unknown"] if others else []))


def read(action: type[A], sent: dict[str, Any], schema: Callable[[], dict[str, Any]], folder: Path | None) -> A:
    """The action with these arguments; what some clients get wrong is mended.

    Args:
        action: which one.
        sent: the arguments as they came.
        schema: the input schema, for when a list or an object came as a JSON string.
        folder: the only one that an argument which is a file may lie in.

    Raises:
        Mistake: naming each argument that is unknown, missing or wrong, and what is allowed.
    """
    there = given(action, sent)
    files = {"reader": partial(read_file, folder=folder, most=MOST_BYTES)}
    try:
        return action.model_validate(there, context=files)
    except ValidationError:
        pass
    lists = nested(schema())
    there = given(action, {name: _opened(value) if name in lists else value for name, value in there.items()})
    try:
        return action.model_validate(there, context=files)
    except ValidationError as error:
        raise _explained(action, error) from None


def _meant(model: type[BaseModel], sent: dict[str, Any]) -> dict[str, Any]:
    meant: dict[str, Any] = {}
    for name, value in sent.items():
        field = model.model_fields.get(name)
        if value is None or (value == "" and field and not field.is_required()):
            continue
        part = _model_in(field.annotation) if field else None
        meant[name] = _meant_within(part, value) if part else value
    return meant


def _meant_within(model: type[BaseModel], value: Any) -> Any:
    """The same for the objects within an argument."""
    match value:
        case dict():
            return _meant(model, cast("dict[str, Any]", value))
        case list():
            return [_meant_within(model, item) for item in cast("list[Any]", value)]
        case _:
            return value


@cache
def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of the objects that an argument is or holds: ``VariantText`` of ``list[VariantText] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _explained(action: type[Action[Any]], error: ValidationError) -> Mistake:
    found = error.errors(include_url=False, include_input=False)
    wrong = "; ".join(_sentence(part, action.slug) for part in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    takes = ", ".join(name + ("" if field.is_required() else "?") for name, field in action.model_fields.items())
    return Mistake(wrong + more, f"It takes: {takes} (? = may be left out).")


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


_SENTENCES = {
    "extra_forbidden": "{place} is no argument of {name}",
    "missing": "{place} is missing",
    "too_long": "{place} has {actual_length} items; one call takes at most {max_length}",
    "dict_type": "{place} has to be an object, with a value for each name",
}
"""By the type of pydantic's error."""


def _sentence(part: Any, name: str) -> str:
    """One pydantic error without its URL, its input and its jargon."""
    place = ""
    for step in part["loc"]:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    context: dict[str, Any] = part.get("ctx") or {}
    if pattern := _SENTENCES.get(part["type"]):
        return pattern.format_map({**context, "place": place, "name": name})
    match part["type"]:
        case "literal_error" | "enum":
            return f"{place} has to be one of {context['expected'].replace(' or ', ', ')}"
        case "too_short" | "string_too_short":
            return f"{place} is empty" if context.get("min_length") == 1 else f"{place} is too short"
        case _:
            said = str(part["msg"])
            return f"{place} {said[0].lower()}{said[1:]}".replace("input should", "should")
