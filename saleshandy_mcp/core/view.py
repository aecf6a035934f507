"""What actions return: small models of the facts that matter, and the call to make next."""

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar, Self, overload

from pydantic import BaseModel, ConfigDict, Field, model_serializer

PAGE_SIZE = 25
"""Lines of a list unless the caller gives another number: about 650 tokens."""

SequenceName = Annotated[str, Field(min_length=1, description="Title or id.")]
StepName = Annotated[str, Field(min_length=1, description="Number or id.")]
PageNumber = Annotated[int, Field(ge=1, le=10_000, description="Page.")]


class NextCall(BaseModel):
    """A tool call that an answer or an error proposes. The server writes it for a model, the CLI as a command."""

    model_config = ConfigDict(frozen=True)
    tool: str
    arguments: dict[str, Any]

    @classmethod
    def of(cls, tool: str, **arguments: Any) -> Self:
        """A call with these arguments; those that are None are left out."""
        return cls(tool=tool, arguments={name: value for name, value in arguments.items() if value is not None})

    @model_serializer
    def for_model(self) -> str:
        """As a model would write it: ``get_sequence(sequence="Q3 launch")``."""
        given = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in self.arguments.items())
        return f"{self.tool}({', '.join(given)})"


Say = Callable[[NextCall], str]
"""Writes a call in the way its reader would make it: a model, or a person at a terminal."""


class View(BaseModel):
    """The facts of an answer. ``lines`` writes them as text, and the text holds nothing that is not in the facts."""

    model_config = ConfigDict(defer_build=True, frozen=True)
    untrusted: ClassVar[bool] = False
    """Whether it holds text that strangers wrote."""

    def lines(self, say: Say) -> Iterable[str | None]:
        """The text, line by line; None stands for no line. ``say`` writes the calls in it."""
        raise NotImplementedError

    def less(self) -> NextCall | None:
        """The call that shows a part of this, for when it is too long; None where there is none."""
        return None


class Pictured(View):
    """A view that can have a picture beside its text.

    Attributes:
        picture: a PNG; it is not among the facts. None where there is none.
    """

    picture: Annotated[bytes | None, Field(exclude=True, repr=False)] = None


def time_words(seconds: float) -> str:
    """``13 seconds``, ``2 minutes``, ``3 hours``, ``7 days``."""
    if seconds < 90:
        return counted(round(seconds), "second")
    minutes = round(seconds / 60)
    if minutes < 90:
        return counted(minutes, "minute")
    hours = round(minutes / 60)
    return counted(hours, "hour") if hours < 36 else counted(round(hours / 24), "day")


@overload
def pages_in(total: int, size: int = ...) -> int: ...
@overload
def pages_in(total: int | None, size: int = ...) -> int | None: ...
def pages_in(total: int | None, size: int = PAGE_SIZE) -> int | None:
    """How many pages so many things are; None where their number is not known. What is empty has one page, too."""
    return None if total is None else max(-(-total // size), 1)


def page_of(page: int, pages: int | None, teller: str = "API") -> str:
    """``page 2 of 5``: where in a list its reader is."""
    return f"page {page}; the {teller} tells no total" if pages is None else f"page {page} of {pages:,}"


def empty_page(page: int, pages: int | None) -> str:
    """What a list says of a page after its last."""
    return f"Page {page} is empty." if pages is None else f"Page {page} is empty; page {pages:,} is the last."


def counted(number: int, thing: str, things: str = "") -> str:
    """``1 step``, ``4 steps``, ``no steps``."""
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {things or thing + 's'}" if number else f"no {things or thing + 's'}"
