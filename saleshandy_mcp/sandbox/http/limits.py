"""The rate limits: calls per endpoint and in all, counted over the last minute, and the headers that report them."""

from collections import defaultdict, deque
from datetime import timedelta
from email.utils import format_datetime
from math import ceil

from saleshandy_mcp.sandbox.world.clock import Clock

PER_ENDPOINT = 20
IN_ALL = 300
WINDOW_SECONDS = 60.0


class Limits:
    """Remembers when calls were admitted. A refused call does not count."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._all: deque[float] = deque()
        self._by_endpoint: defaultdict[str, deque[float]] = defaultdict(deque)

    def admit(self, endpoint: str) -> bool:
        now = self._clock.seconds()
        windows = self._windows(endpoint, now)
        if any(len(calls) >= most for calls, most in windows):
            return False
        for calls, _ in windows:
            calls.append(now)
        return True

    def headers(self, endpoint: str) -> dict[str, str]:
        """What is left to an endpoint, and when its limit is whole again, as a date by the clock of the sandbox.

        Assumed: the headers tell of the endpoint, and of the whole
        key when that has less left.
        """
        now = self._clock.seconds()
        left, calls = min(
            ((most - len(calls), calls) for calls, most in self._windows(endpoint, now)), key=lambda it: it[0]
        )
        seconds = ceil(calls[0] + WINDOW_SECONDS - now) if calls else 0
        reset = format_datetime(self._clock.now() + timedelta(seconds=seconds), usegmt=True)
        return {"x-ratelimit-limit": str(PER_ENDPOINT), "x-ratelimit-remaining": str(left), "x-ratelimit-reset": reset}

    def seconds_until_free(self, endpoint: str) -> int:
        """Whole seconds after which a call that was turned away would be admitted."""
        now = self._clock.seconds()
        full = [calls[0] for calls, most in self._windows(endpoint, now) if len(calls) >= most]
        return ceil(max(full, default=now - WINDOW_SECONDS) + WINDOW_SECONDS - now)

    def _windows(self, endpoint: str, now: float) -> tuple[tuple[deque[float], int], ...]:
        """The calls that still count, and how many may."""
        windows = ((self._by_endpoint[endpoint], PER_ENDPOINT), (self._all, IN_ALL))
        for calls, _ in windows:
            while calls and calls[0] <= now - WINDOW_SECONDS:
                calls.popleft()
        return windows
