"""Recipients as a mail program writes them: ``Ann Lake <ann@example.com>, bea@example.com``, on one line or on many."""

import re
from collections.abc import Iterator
from io import TextIOBase

from saleshandy_mcp.import_engine.sources.lines import tabled
from saleshandy_mcp.import_engine.sources.remarks import Remarks
from saleshandy_mcp.import_engine.sources.table import Line, Table

_ADDRESS = r"[^\s<>()\[\],;:\"@]+@[^\s<>()\[\],;:\"@]+\.[^\s<>()\[\],;:\"@.]{2,}"
_BEFORE = r"(?:to|cc|bcc|an|à|a|para)\s*:\s*"
_BETWEEN_COMMAS = r"\"([^\"<>]*)\"\s*|([^\"<>@,;]*?)\s*"
_BETWEEN_SEMICOLONS = r"\"([^\"<>]*)\"\s*|([^\"<>@;]*?)\s*"


def _list_of(name: str, between: str) -> re.Pattern[str]:
    one = rf"(?:(?:{name})<\s*{_ADDRESS}\s*>|{_ADDRESS})"
    return re.compile(rf"\s*(?:{_BEFORE})?{one}(?:\s*[{between}]\s*{one})*\s*[,;]?\s*", re.IGNORECASE)


_LISTS = (_list_of(_BETWEEN_COMMAS, ",;"), _list_of(_BETWEEN_SEMICOLONS, ";"))
"""A line of recipients; between semicolons a name may hold a comma."""
_ONES = tuple(
    re.compile(rf"(?:(?:{name})<\s*({_ADDRESS})\s*>|({_ADDRESS}))", re.IGNORECASE)
    for name in (_BETWEEN_COMMAS, _BETWEEN_SEMICOLONS)
)
_FIRST = re.compile(rf"\s*{_BEFORE}", re.IGNORECASE)
_MOST = 20_000
"""Characters of a line that are looked at to tell what it is."""


def are_recipients(head: str) -> bool:
    """Whether a text is no table, but such a list: every line is one, and there is a name or only one line.

    Many lines with two addresses each are a table: both may be of one person.
    """
    lines = [line for line in head.splitlines() if line.strip()]
    if len(head) > _MOST:
        lines = lines[:-1]  # cut off
    if not lines or any(len(line) > _MOST for line in lines[:3]):
        return False
    told = "<" in head or (len(lines) == 1 and head.count("@") > 1)
    return told and all(_kind(line) is not None for line in lines)


def recipients(text: TextIOBase, name: str) -> Table:
    """A table of addresses and names; a row is known by its place in the list."""
    remarks = Remarks()
    remarks.say("This is a list of recipients, as mail programs write it; rows are counted in its order")
    return tabled(_lines(text), name, unit="place", remarks=remarks)


def _kind(line: str) -> int | None:
    return next((kind for kind, pattern in enumerate(_LISTS) if pattern.fullmatch(line)), None)


def _lines(text: TextIOBase) -> Iterator[Line]:
    yield 0, ["Email", "Full Name"], ""
    place = 0
    for line in text:
        kind = _kind(line)
        if kind is None:
            if line.strip():
                place += 1
                yield place, [], "it is no list of addresses"
            continue
        for found in _ONES[kind].finditer(_FIRST.sub("", line, count=1)):
            place += 1
            quoted, plain, angled, bare = found.groups()
            yield place, [angled or bare, (quoted or plain or "").strip(" ,;'")], ""
