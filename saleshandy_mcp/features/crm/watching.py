"""When the next round of a sync is due: at once after a webhook of Saleshandy, otherwise after an interval."""

from collections.abc import Awaitable, Callable

LOOK = 1.0
"""Seconds between two looks at what was delivered."""
APART = 15.0
"""The least seconds between two rounds: many deliveries at once become one round."""


async def until_due(
    newest: Callable[[], int], seen: int, every: float, pause: Callable[[float], Awaitable[None]]
) -> bool:
    """Wait until the next round is due, and say whether a delivery is the reason.

    Args:
        newest: the number of the newest delivery.
        seen: that number before the last round began: what came while it ran counts as new.
        every: seconds after which a round is due anyhow.
        pause: waits some seconds.
    """
    least = min(APART, every)
    waited = 0.0
    while waited < every:
        if waited >= least and newest() > seen:
            return True
        await pause(min(LOOK, every - waited))
        waited += LOOK
    return newest() > seen
