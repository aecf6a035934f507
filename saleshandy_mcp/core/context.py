"""What an action works with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from saleshandy_mcp.core.errors import Mistake

if TYPE_CHECKING:
    from saleshandy_mcp.core.request import Request

T = TypeVar("T")

CALL_SECONDS = 45.0
"""A call of a tool ends within so many seconds: widely used clients give up after 60."""
ANSWERING = 5.0
"""Seconds of a call that are kept for what comes after waiting: reading a result and telling it."""


class Api(Protocol):
    """An object that carries out requests; ``Saleshandy`` does it over HTTP."""

    async def send(self, operation: "Request[T]", until: float = inf, /) -> T:
        """Carry a request out.

        Args:
            operation: which one.
            until: when it has to be over, in seconds of the connection's clock. Its own limit may be earlier.
        """
        ...

    async def recent(self, operation: "Request[T]", until: float = inf, /) -> T:
        """As ``send``, but the answer may be up to a minute old: for names, never to decide what a call does."""
        ...

    async def download(self, url: str, until: float = inf, /) -> str: ...


async def silence(_: str) -> None:
    """Ignore a sentence about progress."""


def wall_clock() -> datetime:
    return datetime.now(UTC)


def nowhere() -> datetime | None:
    return None


def unlimited() -> float:
    return inf


@dataclass(frozen=True)
class Context:
    """All that an action may use; it uses no globals.

    Attributes:
        api: carries out requests.
        pause: waits some seconds; in tests it moves a clock instead.
        folder: the only folder that files may be read from; None when files are not allowed.
        tell: takes a sentence about progress and shows it to the caller.
        now: the current time, with a zone; "last week" is counted from it. The sandbox has its own clock.
        time_there: the time by the API's own clock, as its last answer told it; None where it has told none.
        services: other objects, each under its class, such as the running imports.
        clock: seconds that never go back; the end of a call is told by it.
        longest: seconds that a call may take, questions to a person apart.
        time_left: seconds that this call may still take.
        after_call: makes the Api for work that goes on when the call has answered; None where ``api`` serves for that.
    """

    api: Api
    pause: Callable[[float], Awaitable[None]]
    folder: Path | None = None
    tell: Callable[[str], Awaitable[None]] = silence
    now: Callable[[], datetime] = wall_clock
    time_there: Callable[[], datetime | None] = nowhere
    services: Mapping[type, Any] = field(default_factory=dict[type, Any])
    clock: Callable[[], float] = monotonic
    longest: float = inf
    time_left: Callable[[], float] = unlimited
    after_call: Callable[[], Api] | None = None

    def patience(self, seconds: float) -> float:
        """So many seconds of waiting, or as many as the call has left for it."""
        return max(min(seconds, self.time_left() - ANSWERING), 0.0)

    def now_there(self) -> datetime:
        """The time by the API's own clock, by which its statistics have days; by ``now`` until an answer told it."""
        return self.time_there() or self.now()

    def outlasting(self) -> "Context":
        """The same for work that goes on when the call has answered: without its deadline, and telling nobody."""
        api = self.after_call() if self.after_call else self.api
        return replace(self, api=api, tell=silence, time_left=unlimited, after_call=None)

    def find(self, kind: type[T]) -> T | None:
        """The service of this class; None when there is none."""
        found: T | None = self.services.get(kind)
        return found

    def service(self, kind: type[T]) -> T:
        """The service of this class.

        Raises:
            Mistake: when it is not available in this context.
        """
        found = self.find(kind)
        if found is None:
            raise Mistake(f"{kind.__name__.lower()} are not available in this context")
        return found
