"""Objects inside objects as columns. Pure."""

from collections.abc import Callable, Iterator
from typing import Any, cast

_DEEPEST = 4
_WRAPPERS = frozenset(
    {"attributes", "properties", "fields", "custom_fields", "customfields", "data", "values", "contact", "person"}
)
"""Keys that only hold the others together: what is inside keeps its own name."""
_NAMES = ("key", "label", "name", "field", "property", "title")
_VALUES = ("value", "val", "text")


def flattened(found: dict[str, Any], left_out: Callable[[str], None]) -> Iterator[tuple[str, Any]]:
    """The keys of an object with values that are no lists and no objects.

    {"organization": {"name": "Fern"}} has the key organization.name. A list of plain values becomes one text with
    commas, a list of pairs ({"key": "City", "value": "Ulm"}) a key for each pair.

    Args:
        found: the object.
        left_out: is told each key that holds something else.
    """
    return _flattened(found, "", left_out, _DEEPEST)


def _flattened(
    found: dict[str, Any], before: str, left_out: Callable[[str], None], depth: int
) -> Iterator[tuple[str, Any]]:
    for key, value in found.items():
        whole = before + key
        if isinstance(value, dict) and value:
            inner = "" if key.casefold() in _WRAPPERS else f"{whole}."
            if depth:
                yield from _flattened(cast("dict[str, Any]", value), inner, left_out, depth - 1)
            else:
                left_out(whole)
        elif isinstance(value, list) and value:
            yield from _listed(cast("list[Any]", value), whole, left_out)
        elif not isinstance(value, dict | list):
            yield whole, value


def _listed(members: list[Any], key: str, left_out: Callable[[str], None]) -> Iterator[tuple[str, Any]]:
    if not any(isinstance(it, dict | list) for it in members):
        yield key, ", ".join(str(it) for it in members if it not in (None, ""))
        return
    pairs = [_pair(it) for it in members]
    if any(pair is None for pair in pairs):
        left_out(key)
        return
    yield from (pair for pair in pairs if pair)


def _pair(member: Any) -> tuple[str, Any] | None:
    """The name and the value of a member that is such a pair."""
    if not isinstance(member, dict):
        return None
    found = cast("dict[str, Any]", member)
    name = next((found[it] for it in _NAMES if isinstance(found.get(it), str) and found[it].strip()), None)
    key = next((it for it in _VALUES if it in found), None)
    if name is None or key is None or isinstance(found[key], dict | list):
        return None
    return name, found[key]
