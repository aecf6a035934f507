"""Answers that may be a minute old: names of fields, tags, outcomes and sequences are read often and change seldom."""

from collections.abc import Callable
from typing import Any, TypeVar

from saleshandy_mcp.core.request import Request

T = TypeVar("T")

SECONDS = 60.0


class ResponseCache:
    """What one key was answered lately. All of it is out of date as soon as that key changes anything.

    Args:
        clock: seconds that only grow.
        changes: how many requests have changed something so far.
    """

    def __init__(self, clock: Callable[[], float], changes: Callable[[], int]) -> None:
        self._clock, self._changes = clock, changes
        self._kept: dict[tuple[type[Request[Any]], str], tuple[float, int, Any]] = {}

    async def read(self, request: Request[T], send: Callable[[Request[T]], Any]) -> T:
        """The answer that is kept, or a new one by ``send``."""
        key = (type(request), request.model_dump_json())
        until, changes, kept = self._kept.get(key, (0.0, -1, None))
        if self._clock() < until and changes == self._changes():
            return kept
        before = self._changes()
        result = await send(request)
        # Asked before a change and answered after it: what came is true for the caller, but not to be kept.
        if before == self._changes():
            self._kept[key] = (self._clock() + SECONDS, before, result)
        return result
