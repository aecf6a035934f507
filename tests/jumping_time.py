"""An event loop whose time jumps to the next moment at which something is due: waiting takes no time.

For tests without threads: while nothing is ready, time goes on at once.
"""

import asyncio
import selectors
from typing import Any


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits; what it would have waited is added to the time."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its ``time`` starts at 0."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


JUMPING_TIME: tuple[str, dict[str, Any]] = ("asyncio", {"loop_factory": JumpingLoop})
"""The value of ``anyio_backend`` for a module whose tests run in such a loop."""


def now() -> float:
    """The time of the running loop, in seconds."""
    return asyncio.get_running_loop().time()
