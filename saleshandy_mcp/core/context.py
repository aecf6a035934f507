"""What an action works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from saleshandy_mcp.core.request import Request

T = TypeVar("T")


class Api(Protocol):
    """Whatever can carry out an operation; ``Saleshandy`` is the one that does it over HTTP."""

    async def send(self, operation: "Request[T]") -> T: ...

    async def recent(self, operation: "Request[T]") -> T:
        """As ``send``, but an answer up to a minute old will do: for names, never to judge what is going on."""
        ...

    async def download(self, url: str) -> str: ...


async def silence(_: str) -> None:
    """Nobody wants to hear of progress."""


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """What an action works with, so that none of it is reached for behind the caller's back.

    Attributes:
        api: carries out operations.
        pause: waits some seconds; tests move a clock instead.
        folder: the only folder that files may be read from; None when files are not allowed.
        tell: hears a sentence of progress.
        jobs: work that goes on after a call has answered (an ``imports.jobs.Jobs``); None where nothing may.
        now: the moment that "last week" is counted from, with a zone; the sandbox lives in a time of its own.
    """

    api: Api
    pause: Callable[[float], Awaitable[None]]
    folder: Path | None = None
    tell: Callable[[str], Awaitable[None]] = silence
    jobs: Any = None
    now: Callable[[], datetime] = wall_clock
