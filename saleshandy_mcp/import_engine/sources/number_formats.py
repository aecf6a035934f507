"""Numbers as a sheet shows them, where that says more than the number: 00123, 12%, 030-123. Pure."""

import re
from functools import cache
from math import isfinite
from typing import NamedTuple
from unicodedata import category

_DATES = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
BUILT_IN = {"9": "0%", "10": "0.00%"} | {str(number): "yyyy-mm-dd" for number in _DATES}
"""Formats that a workbook need not list. How a date is shown makes no difference: it is always read as 2026-03-15."""

_PERCENT = re.compile(r"0(?:\.(0+))?%")
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|([0#?])|([-+()/ :]|[^\x00-\x7f])|(.)')
"""Texts in quotes, a sign behind a backslash, widths, conditions, digits, signs that stand for themselves."""
_MOST_DIGITS = 15
_NO_SIGNS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)


class _Digits(NamedTuple):
    """The parts of a format without a point: a digit that is always shown is 0, one that may be missing #."""

    parts: tuple[tuple[str, bool], ...]


def is_telling(code: str) -> bool:
    """Whether a format makes more of a number than its digits."""
    return _PERCENT.fullmatch(code) is not None or _digits(code) is not None


@cache
def is_date(code: str) -> bool:
    """Whether a format shows a number as a date or a time."""
    first = _NO_SIGNS.sub("", code.split(";", maxsplit=1)[0])
    return first.lower() != "general" and _DATE.search(first) is not None


def shown(value: float, code: str) -> str | None:
    """The number in that format; None where the format does not fit it."""
    if not isfinite(value):
        return None
    if percent := _PERCENT.fullmatch(code):
        return f"{value * 100:.{len(percent[1] or '')}f}%"
    digits = _digits(code)
    if digits is None or value < 0 or value != int(value) or value >= 10**_MOST_DIGITS:
        return None
    left = list(str(int(value)))
    places = [it for it, (_, placed) in enumerate(digits.parts) if placed]
    said = [text if not placed else "" for text, placed in digits.parts]
    for place in reversed(places):
        said[place] = left.pop() if left else ("0" if digits.parts[place][0] == "0" else "")
    said[places[0]] = "".join(left) + said[places[0]]
    return "".join(said).strip()


@cache
def _digits(code: str) -> _Digits | None:
    """The parts of a format that shows all of a number as digits and signs; None for any other, and for money."""
    tokens = _TOKEN.findall(code.split(";", maxsplit=1)[0])
    parts = [(digit or quoted or escaped or sign, bool(digit)) for quoted, escaped, digit, sign, _ in tokens]
    signs = "".join(text for text, placed in parts if not placed)
    digits = [text for text, placed in parts if placed]
    if any(other for *_, other in tokens) or "Sc" in map(category, signs):
        return None
    tells = digits.count("0") > 1 or (digits and signs.strip())
    return _Digits(tuple(it for it in parts if it[0])) if tells else None
