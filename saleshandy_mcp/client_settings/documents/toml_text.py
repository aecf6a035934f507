"""TOML, changed so that comments and form stay. Pure."""

import tomllib
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError
from tomlkit.items import InlineTable

from saleshandy_mcp.client_settings.documents.placement import Broken, Placement, found


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
    """The text with the thing at its place: a new one stands at the end, as tables of its own."""
    eol = "\r\n" if "\r\n" in text else "\n"
    if found(read(text), it) is None and not _in_one_line(text, it):
        new = tomlkit.dumps(it.nested(0)).strip().replace("\n", eol) + eol
        before = text if not text.strip() or text.endswith("\n") else text + eol
        return before + (eol if before.strip() else "") + new
    return _edited(text, it, remove=False)


def take(text: str, it: Placement) -> str:
    """The text without the thing."""
    return text if found(read(text), it) is None else _edited(text, it, remove=True)


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
