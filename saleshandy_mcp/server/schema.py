"""Input schemas that every client takes: flat, closed, one type for each property. Pure.

Clients refuse or mangle what pydantic writes by itself: ``anyOf`` for an optional value, ``$ref``, ``null`` types and
defaults, titles. What all known clients take is the subset made here; tests lint it.
"""

from typing import Any, cast

from saleshandy_mcp.api.action import Action

CONFIRM = {"type": "string", "description": "Token of a preview, once the user agreed."}

_DROPPED = {"title", "$defs", "anyOf", "$ref", "const"}


def input_schema(action: type[Action[Any]]) -> dict[str, Any]:
    """The schema of an action's arguments as a model sees it."""
    full = action.model_json_schema()
    definitions: dict[str, Any] = full.get("$defs", {})
    properties = {name: _flat(value, definitions) for name, value in full.get("properties", {}).items()}
    if action.asks:
        properties["confirm"] = CONFIRM
    return {
        "type": "object",
        "properties": properties,
        **({"required": full["required"]} if full.get("required") else {}),
        "additionalProperties": False,
    }


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
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
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
    if len(choices) == 1:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return _resolved({**choices[0], **rest}, definitions)
    return schema
