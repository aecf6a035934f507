"""The limits of each key: calls of a minute and of a day, and the headers that report them.

Assumed: both windows are fixed, of the full minute and of the day in UTC. A refused call does not count.
"""

from collections import Counter
from dataclasses import dataclass, field

from saleshandy_mcp.sandbox.salessheet.errors import too_many_requests
from saleshandy_mcp.sandbox.salessheet.keys import Allowance
from saleshandy_mcp.sandbox.world.clock import BASE

MINUTE, DAY = 60, 86_400
_BASE = BASE.timestamp()


@dataclass
class Windows:
    """Counts the calls of each key in each window."""

    minutes: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])
    days: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])

    def count(self, key: str, allowance: Allowance, seconds: float) -> None:
        """Count a call.

        Args:
            key: the name of the key.
            allowance: what its plan allows.
            seconds: of the clock of the sandbox.

        Raises:
            Refusal: 429 when a limit is reached.
        """
        minute, day = _windows(key, seconds)
        if self.minutes[minute] >= allowance.per_minute:
            raise too_many_requests("a minute")
        if self.days[day] >= allowance.per_day:
            raise too_many_requests("a day")
        self.minutes[minute] += 1
        self.days[day] += 1

    def headers(self, key: str, allowance: Allowance, seconds: float) -> dict[str, str]:
        """The documented headers. They tell of the minute; of the day nothing is documented."""
        minute, _ = _windows(key, seconds)
        reset = (minute[1] + 1) * MINUTE
        return {
            "X-RateLimit-Limit": str(allowance.per_minute),
            "X-RateLimit-Remaining": str(max(allowance.per_minute - self.minutes[minute], 0)),
            "X-RateLimit-Reset": str(reset),
        }


def _windows(key: str, seconds: float) -> tuple[tuple[str, int], tuple[str, int]]:
    now = _BASE + seconds
    return (key, int(now // MINUTE)), (key, int(now // DAY))
