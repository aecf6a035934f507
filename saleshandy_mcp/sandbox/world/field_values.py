"""Which values a field of prospects takes."""

import re
from datetime import datetime

from saleshandy_mcp.sandbox.world.tables import Row

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def takes(field: Row, value: str) -> bool:
    """Whether a field takes a value.

    Known: text in a number field and an option that a dropdown has not are refused. Assumed: what counts as a number,
    that an amount of money is written as one, that a date is written as 2026-03-15, and that a blank clears any field.
    """
    match field["fieldType"]:
        case _ if value == "":
            return True
        case "dropdown":
            return value in options(field)
        case "number" | "currency":
            return _NUMBER.fullmatch(value) is not None
        case "date":
            return _is_date(value)
        case _:
            return True


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "-" in text


def options(field: Row) -> list[str]:
    return field.get("metadata", {}).get("options", [])
