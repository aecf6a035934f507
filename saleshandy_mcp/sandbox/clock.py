"""The only source of time in the sandbox: it starts on a fixed Monday morning and can be moved forward."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

BASE = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


class Clock:
    """Time since creation on top of a fixed base; `tick` says how it passes by itself."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._start = tick()
        self._advanced = 0.0

    def seconds(self) -> float:
        return self._tick() - self._start + self._advanced

    def now(self) -> datetime:
        return BASE + timedelta(seconds=self.seconds())

    def advance(self, seconds: float) -> None:
        self._advanced += seconds

    def restart(self) -> None:
        self._start = self._tick()
        self._advanced = 0.0


def iso(moment: datetime) -> str:
    """As the API writes moments: UTC, milliseconds, Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
