"""Conditions of subsequences: which operations and values each takes, and whether one holds for a person.

Known: the names, the operations, and that all conditions of a subsequence must hold. Partly inferred: which operations
and values go together (`docs/api-knowledge.md`). Assumed:

- Opens, clicks, replies and the outcome are those in the parent sequence.
- Replied and Last Step Completed also hold for a person whose status somebody has set to replied or finished.
- With a list, `is` holds for a person who has all of it, and `is any` for one who has something of it. `is not` and
  `is not any` hold whenever `is` and `is any` do not.
- Tags and outcomes are given by name or by id. Case does not matter, not in texts of replies either.
- When Reply Body Contains has several texts, one of them is enough.
"""

import operator
from collections.abc import Callable
from typing import Any

from saleshandy_mcp.sandbox.simulation import threads
from saleshandy_mcp.sandbox.simulation.events import Kind, select
from saleshandy_mcp.sandbox.simulation.merge import plain
from saleshandy_mcp.sandbox.world.tables import Place, Row, World

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "greater than": operator.gt,
    "less than": operator.lt,
    "greater than or equals": operator.ge,
    "less than or equals": operator.le,
}
CHOICES = {"is", "is not", "is any", "is not any"}
OPERATIONS = {
    "Email Open Count": set(COMPARISONS),
    "Replied": {"is"},
    "Reply Body Contains": {"contains"},
    "Link Click": {"is any", "is not any"},
    "Prospect Outcome": CHOICES,
    "Last Step Completed": {"is"},
    "Prospect Tag": CHOICES,
}


def fits(condition: Row) -> bool:
    """Whether the operation and the value go with the condition."""
    name: str = condition["name"]
    return condition["operation"] in OPERATIONS[name] and _value_fits(name, condition.get("value"))


def holds(world: World, place: Place, condition: Row) -> bool:
    """Whether a condition holds for a person of the parent sequence; `place` is (parent id, prospect id)."""
    operation: str = condition["operation"]
    value: Any = condition.get("value")
    match condition["name"]:
        case "Email Open Count":
            found = COMPARISONS[operation](_count(world, place, "email-opened"), value)
        case "Replied":
            found = _has(world, place, "reply-received", "replied") == value
        case "Reply Body Contains":
            found = any(text.lower() in reply for text in _texts(value) for reply in _replies(world, place))
        case "Link Click":
            found = bool(_count(world, place, "email-link-clicked")) == (operation == "is any")
        case "Last Step Completed":
            found = _has(world, place, "prospect-finished", "finished") == value
        case "Prospect Outcome":
            found = _chosen(operation, value, _names_of(world.outcomes.values(), {_outcome(world, place)}))
        case _:
            tags: set[str] = set(world.prospects[place[1]]["tags"])
            found = _chosen(operation, value, _names_of(world.tags.values(), tags))
    return found


def _value_fits(name: str, value: Any) -> bool:
    match name:
        case "Email Open Count":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "Replied" | "Last Step Completed":
            return isinstance(value, bool)
        case "Link Click":
            return value is None
        case "Reply Body Contains":
            # A text or a list of texts: it is not known which of the two the API takes.
            return bool(value) and not isinstance(value, bool | int)
        case _:
            return bool(value) and not isinstance(value, bool | int | str)  # a list, by the contract


def _count(world: World, place: Place, kind: Kind) -> int:
    return sum(1 for _ in select(world, kind, sequenceId=place[0], prospectId=place[1]))


def _has(world: World, place: Place, kind: Kind, status: str) -> bool:
    set_status = world.set_statuses.get(place, {})
    return _count(world, place, kind) > 0 or set_status.get("status") == status


def _replies(world: World, place: Place) -> list[str]:
    replies = select(world, "reply-received", sequenceId=place[0], prospectId=place[1])
    return [plain(event["facts"].get("content", "")).lower() for event in replies]


def _texts(value: str | list[Any]) -> list[str]:
    return [value] if isinstance(value, str) else [str(text) for text in value]


def _outcome(world: World, place: Place) -> str:
    return threads.outcome(threads.changes(world).get(place))


def _names_of(rows: Any, names: set[str]) -> set[str]:
    """The names in lower case, and the ids that belong to them."""
    return {name.lower() for name in names} | {row["id"].lower() for row in rows if row["name"] in names}


def _chosen(operation: str, value: list[Any], names: set[str]) -> bool:
    chosen = {str(choice).lower() in names for choice in value}
    found = any(chosen) if operation.endswith("any") else all(chosen)
    return found != ("not" in operation)
