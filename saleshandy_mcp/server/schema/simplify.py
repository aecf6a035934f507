"""Operations are declared for Python; here their arguments become what every MCP client takes, in few tokens. Pure."""

from typing import Any, cast

LARGEST = 2**53 - 1
"""The largest whole number that JSON carries safely everywhere."""

_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_FORMATS = ("date", "date-time", "email")
_LONGEST = 200
_MOST_WORDS = 20


def shape(schema: dict[str, Any]) -> str:
    """What a value looks like, in words: `[{prospect_id: text, sequence_id: text}]`."""
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"])
    if schema.get("type") == "array":
        return f"[{shape(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        parts = cast("dict[str, Any]", schema.get("properties", {}))
        needed = schema.get("required", [])
        told = (f"{name}{'' if name in needed else '?'}: {shape(part)}" for name, part in parts.items())
        return f"{{{', '.join(told)}}}" if parts else "object"
    return str(schema.get("format") or _WORDS.get(str(schema.get("type")), "anything"))


def simple(name: str, schema: dict[str, Any], *, nested: bool = False) -> dict[str, Any]:
    """One argument: one type, a description, bounds; what would be an object within an object is told in words."""
    kind = str(schema.get("type", "string"))
    plain: dict[str, Any] = {"type": kind}
    said = [str(schema.get("description", ""))]
    if "default" in schema:
        plain["default"] = schema["default"]
    if kind == "object" and schema.get("properties"):
        said.append(shape(schema))
    elif kind == "array":
        plain["items"], told = _items(schema.get("items", {}), nested=nested)
        said.append(told)
    elif kind in ("integer", "number"):
        plain |= _bounds(schema)
        said.append(_choice(schema))
    elif "enum" in schema and len(schema["enum"]) <= _MOST_WORDS:
        plain["enum"] = schema["enum"]
    else:
        said.append(_choice(schema))
        plain |= {"format": schema["format"]} if schema.get("format") in _FORMATS else {}
    words = " ".join(part for part in said if part) or f"{name.replace('_', ' ').capitalize()}."
    return {**plain, "description": words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"}


def _items(schema: dict[str, Any], *, nested: bool) -> tuple[dict[str, Any], str]:
    """What a list holds, and what is to be said of it beside."""
    if schema.get("type") == "object" and schema.get("properties"):
        if nested:
            return {"type": "object"}, shape({"type": "array", "items": schema})
        properties = {name: simple(name, part, nested=True) for name, part in schema["properties"].items()}
        required = {"required": schema["required"]} if schema.get("required") else {}
        return {"type": "object", "properties": properties, **required}, ""
    item = simple("", schema, nested=True)
    told = shape(schema) if item["type"] in ("array", "object") else ""
    return {key: value for key, value in item.items() if key != "description"}, told


def _bounds(schema: dict[str, Any]) -> dict[str, Any]:
    numbers = schema.get("enum", [])
    lowest = min(numbers) if numbers else schema.get("minimum", schema.get("exclusiveMinimum", 0))
    highest = max(numbers) if numbers else schema.get("maximum", schema.get("exclusiveMaximum", LARGEST))
    return {"minimum": lowest, "maximum": highest}


def _choice(schema: dict[str, Any]) -> str:
    return f"One of {', '.join(map(str, schema['enum']))}." if "enum" in schema else ""
