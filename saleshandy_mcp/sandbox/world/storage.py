"""Saves a world as JSON and loads it again. Values that JSON cannot write, such as dates and tuples, get a tag."""

import base64
import json
import os
import pickle
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from saleshandy_mcp.sandbox.world.clock import Clock
from saleshandy_mcp.sandbox.world.tables import World

VERSION = 3


def save(path: Path, world: World, more: dict[str, Any]) -> None:
    """Write everything. A reader finds the old file or the new one, never a part of it."""
    tables = {name: encoded(getattr(world, name)) for name in _names()}
    document = {"version": VERSION, "seconds": world.clock.seconds(), "world": tables, "more": more}
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    draft.write_text(json.dumps(document), encoding="utf-8")
    draft.replace(path)


def load(path: Path, clock: Clock) -> tuple[World, dict[str, Any]]:
    """The world as it was saved, and what was saved beside it. The clock goes on from the moment of saving.

    Raises:
        ValueError: when the file is not a state of this version of the sandbox.
    """
    document: Any = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or "version" not in document or document["version"] != VERSION:
        raise ValueError(f"{path} is no state of this sandbox")
    document = cast("dict[str, Any]", document)
    tables = {name: decoded(value) for name, value in document["world"].items() if name in _names()}
    clock.restart()
    clock.advance(document["seconds"])
    return World(clock, **tables), document["more"]


def copied(world: World, clock: Clock) -> World:
    """The same world once more, with another clock."""
    return World.packed(clock, {name: pickle.dumps(getattr(world, name)) for name in _names()})


def encoded(value: Any) -> Any:  # noqa: PLR0911 - one line for each type
    """The value with tags. Texts, numbers, lists and dicts with text keys need none, unless a key begins like a tag."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [encoded(part) for part in cast("list[Any]", value)]
        case dict():
            return _encoded_dict(cast("dict[Any, Any]", value))
        case tuple():
            return {"$tuple": [encoded(part) for part in cast("tuple[Any, ...]", value)]}
        case set() | frozenset():
            return {"$set": sorted((encoded(part) for part in cast("set[Any]", value)), key=repr)}
        case datetime():
            return {"$moment": value.isoformat()}
        case date():
            return {"$day": value.isoformat()}
        case bytes():
            return {"$bytes": base64.b64encode(value).decode()}
        case _:
            raise TypeError(f"The state cannot hold a {type(value).__name__}")


def _encoded_dict(value: dict[Any, Any]) -> Any:
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: encoded(part) for key, part in value.items()}
    return {"$dict": [[encoded(key), encoded(part)] for key, part in value.items()]}


def decoded(value: Any) -> Any:
    match value:
        case list():
            return [decoded(part) for part in cast("list[Any]", value)]
        case dict():
            row = cast("dict[str, Any]", value)
            [(tag, held)] = row.items() if len(row) == 1 else [("", None)]
            return _DECODERS[tag](held) if tag in _DECODERS else {key: decoded(part) for key, part in row.items()}
        case _:
            return value


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "$dict": lambda pairs: {decoded(key): decoded(part) for key, part in pairs},
    "$tuple": lambda parts: tuple(decoded(part) for part in parts),
    "$set": lambda parts: {decoded(part) for part in parts},
    "$moment": datetime.fromisoformat,
    "$day": date.fromisoformat,
    "$bytes": base64.b64decode,
}


def _names() -> list[str]:
    return [field.name for field in fields(World) if field.name != "clock"]
