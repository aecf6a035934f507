"""The limits of an API for the client: one object counts the calls, another one knows the limits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Turns(Protocol):
    """The turns of one limit: how many calls there were lately, and whether another one may go."""

    def take(self, now: float, /) -> float:
        """Take a turn: 0.0 when the call may go now, else the seconds after which to ask again."""
        ...

    def taken(self, now: float, /) -> int:
        """How many turns were taken within the time that is counted."""
        ...

    def allow(self, most: int, seconds: float, /) -> None:
        """Count by another limit from now on."""
        ...


class NewTurns(Protocol):
    """Makes the turns of one limit."""

    def __call__(self, name: str, most: int, seconds: float, /) -> Turns:
        """Make them.

        Args:
            name: of the limit. Limits of one name are one limit, where they are kept for all processes.
            most: how many calls are allowed.
            seconds: in which time.
        """
        ...


class Limiter(Protocol):
    """Knows the limits of an API."""

    def wait(self, endpoint: str, /) -> float:
        """Take a turn: 0.0 when the call may go now, else the seconds after which to ask again."""
        ...

    def told(self, endpoint: str, headers: Mapping[str, str], now: datetime, /) -> None:
        """Hear what an answer says of the limits.

        Args:
            endpoint: what was called.
            headers: those of the answer, names in lower case.
            now: when it came.
        """
        ...
