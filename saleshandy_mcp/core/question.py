"""A question that a person has to agree to: sentences of our own, and every value that they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.core.view import NextCall

_ON_A_LINE, _LISTED = 120, 1_500
"""A list of up to so many characters is one line; of a longer list, up to so many are shown."""


@dataclass(frozen=True)
class Words:
    """A sentence of our own. It holds nothing that somebody else wrote."""

    text: str


@dataclass(frozen=True)
class Value:
    """A value on a line of its own: a name, an address, a number.

    Attributes:
        label: our own name for the value.
        value: as it is stored; shown quoted, cleaned and on one line.
        note: our own words after it, such as "paused".
    """

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Body:
    """A longer text. When it is cut, its length and digest are shown.

    Attributes:
        label: our own name for the text.
        text: the whole text.
        read: the call that shows all of it; None when there is none.
        most: characters to show at most.
        least: characters to show at least, even in a long question.
    """

    label: str
    text: str
    read: NextCall | None = None
    most: int = 600
    least: int = 0


@dataclass(frozen=True)
class Bound:
    """A part of the agreement that is too long to show: our own words and its digest are shown.

    Attributes:
        text: our own words, such as "14 settings".
        value: the whole value; JSON can hold it.
    """

    text: str
    value: Any


Item = Words | Value | Body | Bound


def listing(label: str, values: Sequence[str]) -> Value | Body:
    """Several values: on one line when they are short, as a longer text otherwise."""
    text = ", ".join(values)
    return Value(label, text) if len(text) <= _ON_A_LINE else Body(label, text, most=_LISTED, least=_ON_A_LINE)


@dataclass(frozen=True)
class Question:
    """One question. An agreement is bound to the whole question, so everything that matters has to be an item.

    Attributes:
        ask: the question in our own words; it names the kind of object, and no value.
        items: what it is about, line by line; the object first.
        on_yes: what happens after a yes, in our own words.
    """

    ask: str
    items: tuple[Item, ...]
    on_yes: str
