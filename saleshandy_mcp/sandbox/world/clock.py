"""The only source of time in the sandbox: it starts on a fixed Monday morning, runs at a speed, and can be moved on."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

BASE = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


class Clock:
    """Time since creation on top of a fixed base; `tick` says how it passes by itself, `speed` how much faster."""

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
        """What has passed stays as it was."""
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
        """It is this moment while something is made up for that was due then."""
        self._held = moment
        try:
            yield
        finally:
            self._held = None


def iso(moment: datetime) -> str:
    """As the API writes moments: UTC, milliseconds, Z."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
