"""Keeping our own calls within the API's limits, before it has to refuse them."""

from collections import defaultdict
from collections.abc import Callable

from pyrate_limiter import InMemoryBucket, Rate, RateItem

ENDPOINT_LIMIT = 20
KEY_LIMIT = 300
_MINUTE = 60_000


class Pace:
    """20 calls a minute for each endpoint, 300 for the key (what the vendor's support told an integrator).

    It counts this process alone: two processes with one key can still meet the API's own limit.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._key = InMemoryBucket([Rate(KEY_LIMIT, _MINUTE)])
        self._endpoints = defaultdict[str, InMemoryBucket](lambda: InMemoryBucket([Rate(ENDPOINT_LIMIT, _MINUTE)]))

    def wait(self, endpoint: str) -> float:
        """Take a turn: 0.0 when the call may go now, else the seconds after which to ask again."""
        now = int(self._clock() * 1000)
        # The wide bucket first: a turn of it that is lost to a full endpoint costs one in 300.
        for bucket in (self._key, self._endpoints[endpoint]):
            bucket.leak(now)
            item = RateItem(endpoint, now)
            if not bucket.put(item):
                milliseconds = bucket.waiting(item)
                # S101: this bucket lives in memory and answers at once; the type allows for remote ones.
                assert isinstance(milliseconds, int)  # noqa: S101
                return max(milliseconds, 1) / 1000
        return 0.0
