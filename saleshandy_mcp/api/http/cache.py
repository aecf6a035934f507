"""Answers that may be a minute old: names of fields, tags, outcomes and sequences are read often and change seldom."""

from collections.abc import Callable
from typing import Any, TypeVar

from saleshandy_mcp.core.request import Request

T = TypeVar("T")

SECONDS = 60.0


class Recent:
    """What one key was answered lately. Everything is dropped as soon as that key changes anything.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[tuple[type[Request[Any]], str], tuple[float, Any]] = {}
        self._era = 0

    async def read(self, operation: Request[T], send: Callable[[Request[T]], Any]) -> T:
        """The answer that is kept, or a new one by ``send``."""
        key = (type(operation), operation.model_dump_json())
        until, kept = self._kept.get(key, (0.0, None))
        if self._clock() < until:
            return kept
        era = self._era
        result = await send(operation)
        # Asked before a change and answered after it: what came is true for the caller, but not to be kept.
        if era == self._era:
            self._kept[key] = (self._clock() + SECONDS, result)
        return result

    def forget(self) -> None:
        self._kept.clear()
        self._era += 1
