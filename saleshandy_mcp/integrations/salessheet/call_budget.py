"""The calls that a key of the CRM has left: by the documented limits, and by what the answers say."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime

MINUTE, DAY = 60.0, 86_400.0
PRO = (100, 5_000)
"""Calls a minute and a day on the Pro plan, as documented: taken until the answers say otherwise."""
ENTERPRISE = (500, 50_000)


class CallBudget:
    """Holds calls back that a key does not have any more.

    The headers tell of the minute alone. A limit of a minute like Enterprise's means that plan's limit of a day. It
    counts the calls of this process; what others use up shows in ``X-RateLimit-Remaining``.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.per_minute, self.per_day = PRO
        self._minute: deque[float] = deque()
        self._day: deque[float] = deque()
        self._closed_until = 0.0

    def wait(self, endpoint: str) -> float:  # noqa: ARG002 - the limits are those of the key, whatever is called
        """Take a turn: 0.0 when the call may go now, else the seconds after which to ask again."""
        now = self._clock()
        if now < self._closed_until:
            return self._closed_until - now
        self._forget(now)
        for calls, most, seconds in ((self._day, self.per_day, DAY), (self._minute, self.per_minute, MINUTE)):
            if len(calls) >= most:
                return max(calls[0] + seconds - now, 0.001)
        self._minute.append(now)
        self._day.append(now)
        return 0.0

    @property
    def left_today(self) -> int:
        """How many calls this process may still make within 24 hours."""
        self._forget(self._clock())
        return max(self.per_day - len(self._day), 0)

    def told(self, headers: Mapping[str, str], now: datetime) -> None:
        """Hear the limit, what is left of it, and when it is whole again."""
        limit, left, reset = (_number(headers.get(f"x-ratelimit-{name}")) for name in ("limit", "remaining", "reset"))
        if limit:
            self.per_minute = limit
            self.per_day = ENTERPRISE[1] if limit >= ENTERPRISE[0] else PRO[1]
        if left == 0:
            ahead = (reset or 0) - now.timestamp()
            # A window lasts a minute: a clock that goes wrong, here or there, must not stop us for longer.
            self._closed_until = self._clock() + min(max(ahead, 0.0), MINUTE)

    def _forget(self, now: float) -> None:
        for calls, seconds in ((self._day, DAY), (self._minute, MINUTE)):
            while calls and calls[0] <= now - seconds:
                calls.popleft()


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else None
