"""The calls that a key of the CRM has left: by the documented limits, and by what the answers say."""

from collections.abc import Callable, Mapping
from datetime import datetime

from saleshandy_mcp.api.http.chain import MINUTE, Closed, in_memory
from saleshandy_mcp.api.http.rate_limits import NewTurns

DAY = 86_400.0
PRO = (100, 5_000)
"""Calls a minute and a day on the Pro plan, as documented: taken until the answers say otherwise."""
ENTERPRISE = (500, 50_000)
_KEY = "all"
"""The limits are those of the key, whatever is called."""


class CallBudget:
    """Holds calls back that a key does not have any more.

    The headers tell of the minute alone. A limit of a minute like Enterprise's means that plan's limit of a day. What
    others use up on other machines shows in ``X-RateLimit-Remaining``.

    Args:
        clock: seconds that only grow.
        turns: makes what counts the calls.
    """

    def __init__(self, clock: Callable[[], float], turns: NewTurns = in_memory) -> None:
        self._clock = clock
        self.per_minute, self.per_day = PRO
        self._minute = turns("minute", self.per_minute, MINUTE)
        self._day = turns("day", self.per_day, DAY)
        self._closed = Closed(clock)

    def wait(self, endpoint: str) -> float:  # noqa: ARG002 - the limits are those of the key, whatever is called
        """Take a turn: 0.0 when the call may go now, else the seconds after which to ask again."""
        now = self._clock()
        # The minute first: a turn of it that is lost to a full day is of no use to anybody.
        return self._closed.wait(_KEY) or self._minute.take(now) or self._day.take(now)

    @property
    def left_today(self) -> int:
        """How many calls may still be made within 24 hours."""
        return max(self.per_day - self._day.taken(self._clock()), 0)

    def told(self, endpoint: str, headers: Mapping[str, str], now: datetime) -> None:  # noqa: ARG002 - as above
        """Hear the limit, what is left of it, and when it is whole again."""
        if limit := _number(headers.get("x-ratelimit-limit")):
            self.per_minute = limit
            self.per_day = ENTERPRISE[1] if limit >= ENTERPRISE[0] else PRO[1]
            self._minute.allow(self.per_minute, MINUTE)
            self._day.allow(self.per_day, DAY)
        self._closed.told(_KEY, headers, now)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else None
