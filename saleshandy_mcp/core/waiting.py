"""Waiting for something that happens elsewhere: the one loop that looks, waits and looks again."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, repeat
from typing import TypeVar

T = TypeVar("T")
Pause = Callable[[float], Awaitable[None]]
"""Waits some seconds; tests move a clock instead."""


class NotYet(Exception):
    """A look found nothing, and the next one has to wait longer than usual.

    Args:
        after: seconds to wait at least.
    """

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


async def wait_until(
    look: Callable[[float], Awaitable[T | None]], *, pause: Pause, between: Sequence[float], patience: float
) -> T | None:
    """Look at once, and again and again until there is a result. What ``look`` raises ends the waiting.

    Args:
        look: takes the seconds that were waited so far and returns the result, or None when there is none yet. It may
            raise ``NotYet`` to have the next look later.
        pause: waits some seconds.
        between: seconds between two looks; the last of them is used over and over.
        patience: seconds to wait in all.

    Returns:
        The result; None when there is none within ``patience`` seconds.
    """
    waited = 0.0
    for usual in chain(between, repeat(between[-1])):
        seconds = usual
        try:
            if (found := await look(waited)) is not None:
                return found
        except NotYet as later:
            seconds = max(usual, later.after)
        if waited + seconds > patience:
            break
        await pause(seconds)
        waited += seconds
    return None
