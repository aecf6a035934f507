"""Dates as people write them, in the words that a date field takes. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from saleshandy_mcp.api.resources.prospects import Row

Order = Literal["day first", "month first"]
DATES = "dates written as Saleshandy takes them"
_WRITTEN = re.compile(
    r"(?:(?P<one>\d{1,2})(?P<sign>[./-]) ?(?P<two>\d{1,2})(?P=sign) ?(?P<year>\d{4})"
    r"|(?P<first>\d{4})(?P<by>[./])(?P<month>\d{1,2})(?P=by)(?P<day>\d{1,2}))"
    r"(?:,? (?P<time>\d{2}:\d{2}(?::\d{2})?))?",
    re.ASCII,
)
_MONTHS = 12


def orders(columns: list[str], rows: Iterable[Row]) -> dict[str, Order | None]:
    """By column, whether the day or the month is first in dates such as 03/04/2026; None where that is not sure.

    One number over 12 tells it for the whole column, unless another one says the opposite.
    """
    seen: dict[str, set[Order]] = {column: set() for column in columns}
    for row in rows:
        for column, found in seen.items():
            if order := _order(row.get(column, "")):
                found.add(order)
    return {column: next(iter(found)) if len(found) == 1 else None for column, found in seen.items()}


def as_taken(text: str, order: Order | None) -> str | None:
    """A date as 2026-03-15; None when the text is no date in other words, or can be two days.

    Args:
        text: of a cell.
        order: of its column, for dates that do not tell it themselves. Where dots are, the day is first.
    """
    found = _WRITTEN.fullmatch(text)
    if not found:
        return None
    if found["first"]:
        return _written(found["first"], found["month"], found["day"], found["time"])
    own = "day first" if found["sign"] == "." or found["one"] == found["two"] else _order(text) or order
    if own is None:
        return None
    day, month = (found["one"], found["two"]) if own == "day first" else (found["two"], found["one"])
    return _written(found["year"], month, day, found["time"])


def in_doubt(text: str) -> bool:
    """Whether a text is a date that can be two days."""
    return as_taken(text, None) is None and as_taken(text, "day first") is not None


def _order(text: str) -> Order | None:
    """The order that a date tells itself: one of its numbers is no month."""
    found = _WRITTEN.fullmatch(text)
    if not found or found["sign"] in {None, "."}:
        return None
    one, two = int(found["one"]), int(found["two"])
    if (one > _MONTHS) == (two > _MONTHS):
        return None
    return "day first" if one > _MONTHS else "month first"


def _written(year: str, month: str, day: str, time: str | None) -> str | None:
    text = f"{year}-{month:0>2}-{day:0>2}" + (f" {time}" if time else "")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text
