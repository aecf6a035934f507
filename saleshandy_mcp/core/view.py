"""What actions answer with: small models of what matters, and the call that comes next."""

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_serializer

PAGE_SIZE = 25
"""Lines that a list answers with unless asked otherwise: about 650 tokens."""

SequenceName = Annotated[str, Field(min_length=1, description="Sequence title or id.")]
StepName = Annotated[str, Field(min_length=1, description="Step number or id.")]
PageNumber = Annotated[int, Field(ge=1, le=10_000, description="Page.")]


class NextCall(BaseModel):
    """A call of a tool that an answer or an error proposes; each edge writes it in its own words."""

    model_config = ConfigDict(frozen=True)
    tool: str
    arguments: dict[str, Any]

    @classmethod
    def of(cls, tool: str, **arguments: Any) -> Self:
        """A call with these arguments; what is None is left out."""
        return cls(tool=tool, arguments={name: value for name, value in arguments.items() if value is not None})

    @model_serializer
    def for_model(self) -> str:
        """As a model would write it: ``get_sequence(sequence="Q3 launch")``."""
        given = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in self.arguments.items())
        return f"{self.tool}({', '.join(given)})"


Say = Callable[[NextCall], str]
"""Writes a call as the reader of a text would make it: a model, or a person at a terminal."""


class View(BaseModel):
    """The facts of an answer. ``lines`` makes words of them, and nothing is only in the words."""

    model_config = ConfigDict(defer_build=True, frozen=True)
    untrusted: ClassVar[bool] = False
    """Whether it holds text that strangers wrote."""

    def lines(self, say: Say) -> Iterable[str | None]:
        """What a reader sees, line by line; None is no line."""
        raise NotImplementedError


def counted(number: int, thing: str, things: str = "") -> str:
    """``1 step``, ``4 steps``, ``no steps``."""
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {things or thing + 's'}" if number else f"no {things or thing + 's'}"
