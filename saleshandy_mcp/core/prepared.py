"""A call that has looked at the world and says what it would do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.question import Question

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Prepared(Generic[T_co]):
    """An action that may be carried out once the gate has let it through.

    Attributes:
        execute: carries it out, on what was seen.
        effects: what it does in the world as it is now.
        milder: how the same could be asked for so that it does less; empty where it cannot.
        question: what a person is asked first; None when nobody has to be. A call whose effects have consequences
            and that has no question is refused.
    """

    execute: Callable[[], Awaitable[T_co]]
    effects: frozenset[Effect]
    question: Question | None = None
    milder: str = ""
