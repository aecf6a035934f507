"""The facts of an answer as far as there is room for them, and in words what is left out. Pure."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

_SHORT = 200
"""Characters of a text that always stay."""


class Fitting(NamedTuple):
    """Facts that fit, and what is not in them: ``steps: 12 of 80``."""

    facts: dict[str, Any]
    left_out: list[str]


class _Part(NamedTuple):
    """A list, an object or a text within the facts.

    Attributes:
        place: the way to it: ``steps[0].variants``.
        size: characters of its JSON.
        holder: what it is in.
        key: where in it.
    """

    place: str
    size: int
    holder: Any
    key: Any

    @property
    def value(self) -> Any:
        return self.holder[self.key]


def fitting(facts: dict[str, Any], room: int) -> Fitting:
    """The facts, in so many characters of JSON: the ends of lists are left out first, then the ends of texts.

    Single objects stay as they are, apart from their lists and texts.
    """
    if _size(facts) <= room:
        return Fitting(facts, [])
    kept: dict[str, Any] = json.loads(json.dumps(facts))
    left_out: dict[str, str] = {}
    while (over := _size(kept) - room) > 0:
        part = _longest(kept)
        if part is None:
            break
        shorter = _without_end(part.value, over)
        letters = " characters" if isinstance(shorter, str) else ""
        left_out[part.place] = f"{part.place}: {len(shorter):,} of {len(part.value):,}{letters}"
        part.holder[part.key] = shorter
    return Fitting(kept, list(left_out.values()))


def _without_end(value: Any, over: int) -> Any:
    """A list or a text without what takes so many characters at its end; some of it always stays."""
    if isinstance(value, str):
        return value[: max(len(value) - over, _SHORT)]
    items = list(cast("list[Any]", value))
    while len(items) > 1 and over > 0:
        over -= _size(items.pop()) + len(", ")
    return items


def _longest(facts: dict[str, Any]) -> _Part | None:
    """What can be shortened best: the longest list of several items, or else the longest text."""
    parts = list(_parts(facts, ""))
    lists = [part for part in parts if _several(part.value)]
    texts = [part for part in parts if isinstance(part.value, str) and len(part.value) > _SHORT]
    return max(lists or texts, key=lambda part: part.size, default=None)


def _parts(holder: Any, place: str) -> Iterator[_Part]:
    for key, way in list(_places(holder, place)):
        value = holder[key]
        if isinstance(value, str | list):
            yield _Part(way, _size(value), holder, key)
        if isinstance(value, dict | list):
            yield from _parts(value, way)


def _places(holder: Any, place: str) -> Iterator[tuple[Any, str]]:
    """The keys of an object or a list, each with the way to it."""
    if isinstance(holder, dict):
        for name in cast("dict[str, Any]", holder):
            yield name, f"{place}.{name}" if place else name
    else:
        for number in range(len(holder)):
            yield number, f"{place}[{number}]"


def _several(value: Any) -> bool:
    return isinstance(value, list) and len(cast("list[Any]", value)) > 1


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False))
