"""What workflows answer with: small models of what matters, and the exact call that comes next."""

import json
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

PAGE_SIZE = 25
"""Lines that a list answers with unless asked otherwise: about 650 tokens."""

SequenceName = Annotated[str, Field(min_length=1, description="Sequence title or id.")]
StepName = Annotated[str, Field(min_length=1, description="Step number or id.")]
PageNumber = Annotated[int, Field(ge=1, le=10_000, description="Page.")]


class View(BaseModel):
    """The facts of an answer; ``server.render`` makes the text of them, and nothing is only in the text."""

    model_config = ConfigDict(defer_build=True, frozen=True)
    untrusted: ClassVar[bool] = False
    """Whether it holds text that strangers wrote."""


def call(tool: str, **arguments: Any) -> str:
    """A call as a model would write it: ``get_sequence(sequence="Q3 launch")``; what is None is left out."""
    given = ", ".join(
        f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items() if value is not None
    )
    return f"{tool}({given})"


def counted(number: int, thing: str, things: str = "") -> str:
    """``1 step``, ``4 steps``, ``no steps``."""
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {things or thing + 's'}" if number else f"no {things or thing + 's'}"
