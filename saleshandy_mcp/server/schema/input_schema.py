"""Input schemas that every client takes: flat, one type for each property. Pure.

Clients refuse or mangle what pydantic writes by itself: ``anyOf`` for an optional value, ``$ref``, ``null`` types and
defaults, titles, ``additionalProperties`` (one converter refuses all tools over a boolean there). What all known
clients take is the subset made here; tests lint it. An argument that a tool does not have is refused when it comes.
"""

from functools import cache
from typing import Any, cast

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.action import EMPTY, Action, Clearing
from saleshandy_mcp.core.effects import CONSEQUENCES
from saleshandy_mcp.server.schema.simplify import shape, simple

CONFIRM = {"type": "string", "description": "Token of a preview."}

_DROPPED = {"title", "pattern", "$defs", "anyOf", "$ref", "const", "minLength", "minItems", "additionalProperties"}
"""Some no client takes; that something must not be empty is said when it is, and costs no tokens before."""


def input_schema(action: type[Action[Any]]) -> dict[str, Any]:
    """The schema of an action's arguments as a model sees it."""
    found, required = arguments_of(action)
    single = issubclass(action, Operation)
    properties = {name: simple(name, value) if single else value for name, value in found.items()}
    if action.effects & CONSEQUENCES:
        properties["confirm"] = CONFIRM
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
    }


def description(action: type[Action[Any]]) -> str:
    """What an action says of itself, on one line."""
    return " ".join((action.__doc__ or "").split())


@cache
def arguments_of(action: type[Action[Any]]) -> tuple[dict[str, Any], list[str]]:
    """The arguments by name, whole but without references and unions, and which of them there have to be."""
    full = action.model_json_schema(by_alias=False)
    definitions: dict[str, Any] = full.get("$defs", {})
    properties = {name: _flat(value, definitions) for name, value in full.get("properties", {}).items()}
    for name, part in properties.items():
        if Clearing in action.model_fields[name].metadata:
            part["description"] = f'{part.get("description", "")} "{EMPTY}" clears.'.strip()
    return properties, full.get("required", [])


def outline(action: type[Action[Any]]) -> list[str]:
    """The arguments in words, a line each, those that have to be there first: ``sequence_id: text. Sequence id.``."""
    properties, required = arguments_of(action)
    lines: list[str] = []
    for name in sorted(properties, key=lambda name: name not in required):
        said = str(properties[name].get("description", ""))
        lines.append(f"{name}{'' if name in required else '?'}: {shape(properties[name])}. {said}".rstrip())
    return lines


def nested(schema: dict[str, Any]) -> set[str]:
    """The arguments that are lists or objects: those that some clients send as a JSON string."""
    return {name for name, value in schema["properties"].items() if value.get("type") in ("array", "object")}


def _flat(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    resolved = _resolved(schema, definitions)
    flat: dict[str, Any] = {}
    for key, value in resolved.items():
        if key in _DROPPED or (key == "default" and value is None):
            continue
        if key == "properties":
            flat[key] = {name: _flat(part, definitions) for name, part in cast("dict[str, Any]", value).items()}
        elif key == "items":
            flat[key] = _flat(cast("dict[str, Any]", value), definitions)
        else:
            flat[key] = value
    return flat


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """References replaced by what they name, and ``X or null`` by ``X``: leaving an argument out says the same."""
    if "$ref" in schema:
        target = definitions[schema["$ref"].removeprefix("#/$defs/")]
        return _resolved({**target, **{key: value for key, value in schema.items() if key != "$ref"}}, definitions)
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    if choices:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        # Of several types clients take one: text, which the action then reads as what it stands for.
        chosen = next((choice for choice in choices if choice.get("type") == "string"), choices[0])
        return _resolved({**chosen, **rest}, definitions)
    return schema
