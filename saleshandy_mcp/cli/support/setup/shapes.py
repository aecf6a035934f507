"""The shape of an answer held against its schema. Pure; nothing that it returns holds a value of the answer."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

Schema = dict[str, Any]
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (dict, "object"),
    (list, "array"),
    (str, "string"),
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (type(None), "null"),
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_ -]{0,40}")
"""What the name of a field looks like. Other names may be data, such as addresses, and are not told."""


def differences(schema: Schema, value: Any, at: str = "answer") -> list[str]:
    """In what an answer differs from its schema, each difference once: places, names of fields and types alone.

    Args:
        schema: with its references resolved.
        value: the answer.
        at: the place of the value, for the words.
    """
    return list(dict.fromkeys(_differences(schema, value, at)))


def _differences(schema: Schema, value: Any, at: str) -> Iterator[str]:
    if branches := schema.get("anyOf"):
        yield from _nearest(branches, value, at)
        return
    kind = _kind(value)
    wanted = schema.get("type", [])
    kinds: list[str] = [wanted] if isinstance(wanted, str) else wanted
    if kinds and kind not in kinds and not (kind == "integer" and "number" in kinds):
        yield f"{at}: {kind} in place of {' or '.join(kinds)}"
    elif isinstance(value, dict):
        yield from _of_object(schema, cast("dict[str, Any]", value), at)
    elif isinstance(value, list):
        items: Schema = schema.get("items", {})
        for item in cast("list[Any]", value):
            yield from _differences(items, item, f"{at}[]")
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: a {kind} that is none of the words of the contract"


def _kind(value: Any) -> str:
    return next((word for kind, word in _TYPES if type(value) is kind), "unknown")


def _nearest(branches: list[Schema], value: Any, at: str) -> list[str]:
    """The differences from the branch that fits best; one of the right type before all others."""
    found = [differences(branch, value, at) for branch in branches]
    kind = f"{at}: {_kind(value)} in place of "
    best = min(found, key=lambda it: (any(line.startswith(kind) for line in it), len(it)))
    if best and all(any(line.startswith(kind) for line in it) for it in found):
        return [kind + " or ".join(str(branch.get("type", "something else")) for branch in branches)]
    return best


def _of_object(schema: Schema, value: dict[str, Any], at: str) -> Iterator[str]:
    known: dict[str, Schema] = schema.get("properties", {})
    others: Any = schema.get("additionalProperties", True)
    for name in schema.get("required", []):
        if name not in value:
            yield f"{at}.{name}: missing"
    for name, part in value.items():
        if name in known:
            yield from _differences(known[name], part, f"{at}.{name}")
        elif isinstance(others, dict):
            yield from _differences(cast("Schema", others), part, f"{at}.*")
        elif others is False:
            told = name if _NAME.fullmatch(name) else "(a name that does not look like a field's)"
            yield f"{at}.{told}: {_kind(part)}, not in the contract"


def specification_differences(ours: Schema, theirs: Schema) -> list[str]:
    """In what two OpenAPI documents differ: operations, and the names of what can be sent with each."""
    mine, other = _operations(ours), _operations(theirs)
    lines = [f"{name}: published, not in our contract" for name in sorted(other.keys() - mine.keys())]
    lines += [f"{name}: in our contract, not published" for name in sorted(mine.keys() - other.keys())]
    for name in sorted(mine.keys() & other.keys()):
        lines += _named(name, "published, not in our contract", other[name] - mine[name])
        lines += _named(name, "in our contract, not published", mine[name] - other[name])
    return lines


def _named(operation: str, what: str, names: Iterable[str]) -> list[str]:
    told = ", ".join(sorted(name for name in names if _NAME.fullmatch(name)))
    return [f"{operation}: {told}: {what}"] if told else []


def _operations(document: Schema) -> dict[str, set[str]]:
    """Each operation as ``GET /path/{}`` with the names of its query and body."""
    found: dict[str, set[str]] = {}
    for path, item in document.get("paths", {}).items():
        plain = re.sub(r"\{[^}]*\}", "{}", re.sub(r"^/v\d+(?=/)", "", path)).rstrip("/")
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            found[f"{method.upper()} {plain}"] = _sent(document, item[method])
    return found


def _sent(document: Schema, operation: Schema) -> set[str]:
    """The names of what can be sent with an operation, in its query or its body."""
    names = {it["name"] for it in operation.get("parameters", []) if it.get("in") == "query" and "name" in it}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        names |= set(_resolved(document, content.get("schema", {})).get("properties", {}))
    return names


def _resolved(document: Schema, schema: Schema) -> Schema:
    for _ in range(9):  # a chain of references may be a ring
        if "$ref" not in schema:
            break
        target: Any = document
        for word in schema["$ref"].removeprefix("#/").split("/"):
            target = target.get(word, {}) if isinstance(target, dict) else {}  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - any document
        schema = cast("Schema", target)
    return schema
