"""HTML that is escaped by construction: texts become markup only through `el`."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

VOID = {"input", "link", "meta"}


class Markup(str):
    """Text that is HTML already. Only this file makes it."""

    __slots__ = ()


Child: TypeAlias = "str | int | float | Iterable[Child] | None"
"""What may stand in an element. Text that is not `Markup` is escaped; None is nothing."""
Attribute = str | int | bool | None


def el(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """An element.

    Args:
        name: of the element, one of our own words.
        *children: what stands in it.
        **attributes: `class_` is class and `aria_label` is aria-label. True is an attribute without a value; False and
            None leave it out.

    Raises:
        ValueError: when an address leads away from this server.
    """
    pairs = [(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items()]
    head = name + "".join(_attribute(key, value) for key, value in pairs)
    return Markup(f"<{head}>" if name in VOID else f"<{head}>{join(children)}</{name}>")


def join(child: Child) -> Markup:
    """The children, one after the other."""
    match child:
        case None:
            return Markup()
        case Markup():
            return child
        case str() | int() | float():
            return Markup(escape(_encodable(str(child))))
        case _:
            return Markup("".join(map(join, child)))


def document(*children: Child) -> Markup:
    return Markup(f"<!doctype html>{el('html', *children, lang='en')}")


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    if name in ("href", "src", "action") and not _is_ours(str(value)):
        raise ValueError(f"{name}={value!r} leads away from this server")
    return f' {name}="{escape(_encodable(str(value)))}"'


def _is_ours(address: str) -> bool:
    return address.startswith(("/", "#", "?")) and not address.startswith(("//", "/\\"))


def _encodable(text: str) -> str:
    """The text without halves of characters, which no answer can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
