"""What two workspaces differ in, table by table, and the ids that stand in one. Pure."""

import re
from collections import Counter
from dataclasses import fields
from typing import Any, cast

from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.simulation.threads import threads
from saleshandy_mcp.sandbox.world.tables import World

Tables = dict[str, dict[Any, Any]]

_BESIDE = {"clock", "seed", "settled", "by_email", "progress", "outboxes", "pending", "deliveries", "heard"}
"""The time, an index, and what the sandbox keeps for what happens by itself, which shows in other tables."""
_ID = re.compile(r"id|\w+Ids?")
_SHORTEST = 4
"""Characters: what is shorter stands for a kind of thing (type 3, priority 2), but for the ids of users."""


def differences(before: World, after: World) -> dict[str, str]:
    """By table: ``+2`` for two new rows, ``-1`` for one gone, ``~3 active`` for three with another value of a key."""
    one, other = _tables(before), _tables(after)
    told = {name: _difference(one[name], other[name]) for name in one}
    return {name: words for name, words in told.items() if words}


def ids_of(world: World) -> set[str]:
    """Every id of anything: as keys of rows tell it, and of conversations, which are no table."""
    found = {*world.members, *(thread.id for thread in threads(world))}
    for it in fields(World):
        if it.name not in _BESIDE:
            found |= _ids(getattr(world, it.name))
    return found


def ids_of_crm(crm: SalesSheet) -> set[str]:
    """Every id of its records. None while nobody has used it."""
    return _ids(crm.saved() or {})


def _tables(world: World) -> Tables:
    tables = {it.name: _rows(getattr(world, it.name)) for it in fields(World) if it.name not in _BESIDE}
    tables["enrolments"] = {
        (sequence, person): step for sequence, people in world.enrolments.items() for person, step in people.items()
    }
    return tables


def _rows(table: Any) -> dict[Any, Any]:
    """What is only ever added to is known by what it says: its place, and so its id, may be another."""
    if not isinstance(table, list):
        return table
    seen = Counter[str]()
    rows: dict[Any, Any] = {}
    for row in cast("list[Any]", table):
        text = repr({**cast("dict[str, Any]", row), "id": ""} if isinstance(row, dict) else row)
        seen[text] += 1
        rows[text, seen[text]] = ""
    return rows


def _difference(before: dict[Any, Any], after: dict[Any, Any]) -> str:
    new, gone = after.keys() - before.keys(), before.keys() - after.keys()
    changed = [key for key in before.keys() & after.keys() if before[key] != after[key]]
    names = sorted({name for key in changed for name in _changed(before[key], after[key])})
    words = [f"+{len(new)}" if new else "", f"-{len(gone)}" if gone else ""]
    words += [" ".join([f"~{len(changed)}", *names])] if changed else []
    return " ".join(word for word in words if word)


def _changed(before: Any, after: Any) -> list[str]:
    """The keys that differ; nothing where a row is one value."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return []
    one, other = cast("dict[str, Any]", before), cast("dict[str, Any]", after)
    return [key for key in one.keys() | other.keys() if one.get(key) != other.get(key)]


def _ids(value: Any, name: str = "") -> set[str]:
    match value:
        case dict():
            pairs = cast("dict[Any, Any]", value).items()
            return {id_ for key, part in pairs for id_ in _ids(part, str(key))}
        case list():
            return {id_ for part in cast("list[Any]", value) for id_ in _ids(part, name)}
        case str() | int() | float() if _ID.fullmatch(name):
            text = f"{value:g}" if isinstance(value, float) else str(value)
            return {text} if len(text) >= _SHORTEST else set()
        case _:
            return set()
