"""What ``Action.prepare`` returns: what the call would do, and how to carry it out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.uses import Uses

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Prepared(Generic[T_co]):
    """An action that has looked at the account. It may be carried out when the gate has let it through.

    Attributes:
        execute: carries the action out, with what ``prepare`` found.
        effects: what it does, with the account as it is now.
        question: what a person is asked first; None when nobody has to be asked. A call that has an effect of
            ``CONSEQUENCES`` and no question is refused.
        milder: a sentence that tells how to ask for a call with fewer effects; empty when there is no such call.
        uses: what it does in all that the operator may have limited. It is looked at before anybody is asked; whatever
            it says, each request is judged anew when it is sent.
    """

    execute: Callable[[], Awaitable[T_co]]
    effects: frozenset[Effect]
    question: Question | None = None
    milder: str = ""
    uses: Callable[[], Uses] = Uses
