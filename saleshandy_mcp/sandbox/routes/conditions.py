"""Which operations and values each condition of a subsequence takes. Partly inferred: see `docs/api-knowledge.md`."""

from typing import Any

from saleshandy_mcp.sandbox.world.tables import Row

COMPARISONS = {"greater than", "less than", "greater than or equals", "less than or equals"}
CHOICES = {"is", "is not", "is any", "is not any"}
OPERATIONS = {
    "Email Open Count": COMPARISONS,
    "Replied": {"is"},
    "Reply Body Contains": {"contains"},
    "Link Click": {"is any", "is not any"},
    "Prospect Outcome": CHOICES,
    "Last Step Completed": {"is"},
    "Prospect Tag": CHOICES,
}


def fits(condition: Row) -> bool:
    name: str = condition["name"]
    return condition["operation"] in OPERATIONS[name] and _value_fits(name, condition.get("value"))


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
