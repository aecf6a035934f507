"""The rate limits: calls per endpoint and in all, counted over the last sixty seconds."""

from collections import defaultdict, deque

PER_ENDPOINT = 20
IN_ALL = 300
WINDOW_SECONDS = 60.0


class Limits:
    """Remembers when calls were admitted. A refused call does not count."""

    def __init__(self) -> None:
        self._all: deque[float] = deque()
        self._by_endpoint: defaultdict[str, deque[float]] = defaultdict(deque)

    def admit(self, endpoint: str, now: float) -> bool:
        windows = ((self._by_endpoint[endpoint], PER_ENDPOINT), (self._all, IN_ALL))
        for calls, _ in windows:
            while calls and calls[0] <= now - WINDOW_SECONDS:
                calls.popleft()
        if any(len(calls) >= most for calls, most in windows):
            return False
        for calls, _ in windows:
            calls.append(now)
        return True
