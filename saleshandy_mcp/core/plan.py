"""What an action is about to do, before it does it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from saleshandy_mcp.core.effects import Effect

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Plan:
    """What an action is about to do, in words, for somebody who has to agree first.

    Attributes:
        text: what a person reads.
        facts: everything the agreement is about; when one of them changes, the agreement is void.
        effect: what it would do to the world.
    """

    text: str
    facts: Mapping[str, Any]
    effect: Effect = Effect.SEND


@dataclass(frozen=True)
class Prepared(Generic[T_co]):
    """An action that has looked at the world and is ready to go.

    Attributes:
        execute: carries it out, on what was seen.
        plan: what somebody must agree to first; None when nobody must.
    """

    execute: Callable[[], Awaitable[T_co]]
    plan: Plan | None = None
