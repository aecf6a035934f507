"""The only source of time in the sandbox. It starts on a fixed Monday morning, runs at a speed and can be advanced."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

BASE = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


class Clock:
    """Counts the seconds since it was made, on top of `BASE`.

    Args:
        tick: tells the seconds that pass by themselves; a function that always returns 0 stops the time.
        speed: how many seconds pass here for each second of `tick`.
    """

    def __init__(self, tick: Callable[[], float] = time.monotonic, speed: float = 1.0) -> None:
        self._tick = tick
        self._start = tick()
        self._advanced = 0.0
        self._speed = speed
        self._held: datetime | None = None

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        """Change how fast time passes from now on."""
        self._advanced, self._start = self.seconds(), self._tick()
        self._speed = speed

    def seconds(self) -> float:
        return (self._tick() - self._start) * self._speed + self._advanced

    def now(self) -> datetime:
        return self._held or BASE + timedelta(seconds=self.seconds())

    def advance(self, seconds: float) -> None:
        self._advanced += seconds

    def restart(self) -> None:
        self._start = self._tick()
        self._advanced = 0.0

    @contextmanager
    def held(self, moment: datetime) -> Generator[None]:
        """`now` returns this moment inside the block: what was due then is recorded as of then."""
        self._held = moment
        try:
            yield
        finally:
            self._held = None


def iso(moment: datetime) -> str:
    """The moment as the API writes it: UTC, milliseconds, Z."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
