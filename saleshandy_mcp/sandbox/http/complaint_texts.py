"""What is wrong with a request, in the words of the API's list of validation messages."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

TYPES = {
    "boolean": "a boolean value",
    "string": "a string",
    "integer": "an integer number",
    "number": "a number",
    "array": "an array",
    "object": "an object",
}
BOUNDS = {
    "minLength": "must be longer than or equal to {} characters",
    "maxLength": "must be shorter than or equal to {} characters",
    "minimum": "must not be less than {}",
    "maximum": "must not be greater than {}",
    "minItems": "must contain at least {} elements",
    "maxItems": "must contain no more than {} elements",
}


def complaints(error: "ValidationError", at: tuple[str | int, ...] = ()) -> list[str]:
    """The sentences for one error. `at` is the path of the judged value in the request."""
    path = (*at, *error.absolute_path)
    if error.validator == "additionalProperties":
        return [dotted((*path, f"property {name} should not exist")) for name in _undeclared(error)]
    if error.validator == "required":
        return [dotted((*path, f"{name} {_missing_rule(error, name)}")) for name in _missing(error)]
    if error.validator == "anyOf" and error.context:
        return complaints(error.context[0], at)
    if error.validator == "type" and "enum" in _schema(error):
        return []  # the error of the enum says it
    return [f"{_subject(path)} {_rule(error)}"]


def dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)


def _undeclared(error: "ValidationError") -> list[str]:
    instance: Any = error.instance
    return [name for name in instance if name not in _schema(error).get("properties", {})]


def _schema(error: "ValidationError") -> dict[str, Any]:
    schema: Any = error.schema
    return schema


def _missing(error: "ValidationError") -> list[str]:
    # There is one error for each missing name, and only its text says which one.
    required: Any = error.validator_value
    return [name for name in required if error.message.startswith(f"{name!r} ")]


def _missing_rule(error: "ValidationError", name: str) -> str:
    """Seen live for an import without them: a flag and a word of a list are judged as if something wrong was given."""
    declared: dict[str, Any] = _schema(error).get("properties", {}).get(name, {})
    if declared.get("type") == "boolean":
        return f"must be {TYPES['boolean']}"
    return "must be a valid enum value" if "enum" in declared else "should not be empty"


def _subject(path: tuple[str | int, ...]) -> str:
    if path and isinstance(path[-1], int):
        return f"each value in {dotted(path[:-1])}"
    return dotted(path) or "body"


def _rule(error: "ValidationError") -> str:
    limit: Any = error.validator_value
    match error.validator:
        case "type":
            return f"must be {_type(limit)}"
        case "enum" if all(isinstance(value, int) for value in limit):
            return "must be a valid enum value"
        case "enum":
            return f"must be one of the following values: {', '.join(limit)}"
        case keyword:
            return BOUNDS.get(str(keyword), "is not valid").format(limit)


def _type(allowed: str | list[str]) -> str:
    if isinstance(allowed, str):
        return TYPES[allowed]
    return "one of the following types: " + ", ".join(allowed)
