"""TOML, changed so that comments and form stay. Pure."""

import re
import tomllib
from itertools import pairwise
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError
from tomlkit.items import InlineTable

from saleshandy_mcp.client_settings.documents.placement import Broken, Placement, found, pruned, without_it

_HEAD = re.compile(r"\s*\[")
_NOTHING = re.compile(r"\s*(#.*)?$")


def read(text: str) -> Any:
    """The data of the text; None for an empty one.

    Raises:
        Broken: when it is not TOML.
    """
    try:
        return tomllib.loads(text.replace("\r\n", "\n")) or None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Broken(*_place(text, error)) from None


def put(text: str, it: Placement) -> str:
    """The text with the thing at its place: as tables of its own, at the end."""
    if _in_one_line(text, it):
        return _edited(text, it, remove=False)
    text = take(text, it)
    eol = "\r\n" if "\r\n" in text else "\n"
    new = tomlkit.dumps(it.nested(0)).strip().replace("\n", eol) + eol
    before = text if not text.strip() or text.endswith("\n") else text + eol
    return before + (eol if before.strip() else "") + new


def take(text: str, it: Placement) -> str:
    """The text without the thing."""
    data = read(text)
    if found(data, it) is None:
        return text
    rest = _without_tables(text, (*it.path, it.name))
    try:
        if pruned(read(rest), it) == pruned(without_it(data, it), it):
            return rest
    except Broken:
        pass
    return _edited(text, it, remove=True)


def _without_tables(text: str, name: tuple[str, ...]) -> str:
    """The text without the lines of the tables of this name. Remarks and blanks after their last value stay."""
    lines = text.splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if _HEAD.match(line)]
    cut: set[int] = set()
    for start, end in pairwise([*heads, len(lines)]):
        if _named(lines[start])[: len(name)] == name:
            last = max(number for number in range(start, end) if not _NOTHING.match(lines[number]))
            cut.update(range(start, last + 1))
    blanks = {start - 1 for start in cut if start and start - 1 not in cut and not lines[start - 1].strip()}
    return "".join(line for number, line in enumerate(lines) if number not in cut | blanks)


def _named(head: str) -> tuple[str, ...]:
    """The name in the head of a table."""
    name: list[str] = []
    try:
        holder: Any = tomllib.loads(head)
    except tomllib.TOMLDecodeError:
        return ()
    while isinstance(holder, dict) and holder:
        word, holder = next(iter(holder.items()))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any data
        name.append(str(word))  # pyright: ignore[reportUnknownArgumentType] - the same
    return tuple(name)


def _edited(text: str, it: Placement, *, remove: bool) -> str:
    document: Any = tomlkit.parse(text)
    holder = document
    try:
        for word in it.path:
            holder = holder[word]
        if remove:
            del holder[it.name]
        else:
            holder[it.name] = it.value
        return tomlkit.dumps(document)
    except (TOMLKitError, TypeError, KeyError, AttributeError):
        raise Broken(f"[{'.'.join(it.path)}] has a form that cannot be changed here") from None


def _in_one_line(text: str, it: Placement) -> bool:
    """Whether a table around it is written as ``name = {…}``, which takes no tables of their own."""
    holder: Any = tomlkit.parse(text)
    for word in it.path:
        holder = holder.get(word)
        if holder is None:
            return False
        if isinstance(holder, InlineTable):
            return True
    return False


def _place(text: str, error: Exception) -> tuple[str, int | None]:
    try:
        tomlkit.parse(text)
    except ParseError as found_it:
        return str(error).split(" (at ", maxsplit=1)[0], found_it.line
    except (TOMLKitError, RecursionError):
        pass
    return str(error), None
