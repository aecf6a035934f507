"""What a person has to agree to: said in our own words, with every value that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.core.view import NextCall

_ON_A_LINE, _LISTED = 120, 1_500
"""Characters of a list that go on one line, and that are shown of a longer one."""


@dataclass(frozen=True)
class Words:
    """A sentence of our own, without a value of anybody else in it."""

    text: str


@dataclass(frozen=True)
class Value:
    """A value on a line of its own: a name, an address, a number.

    Attributes:
        label: our own word for it.
        value: as it is stored; shown quoted, cleaned and on one line.
        note: our own words behind it, such as "paused".
    """

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Body:
    """A longer text. What does not fit is told with its length and digest.

    Attributes:
        label: our own word for it.
        text: the whole text.
        read: the call that shows all of it; None when there is none.
        most: characters to show at most.
        least: characters to show even where the question has little room.
    """

    label: str
    text: str
    read: NextCall | None = None
    most: int = 600
    least: int = 0


@dataclass(frozen=True)
class Bound:
    """What is part of the agreement and too much to show: told in our own words, with its digest.

    Attributes:
        text: our own words, such as "14 settings".
        value: all of it, as JSON can hold it.
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
    """One question. An agreement is bound to all of it, so whatever matters has to be an item.

    Attributes:
        ask: the question in our own words; it names the kind of object, and no value.
        items: what it is about, line by line; the object first.
        on_yes: what happens then, in our own words.
    """

    ask: str
    items: tuple[Item, ...]
    on_yes: str
