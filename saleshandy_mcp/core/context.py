"""What an action works with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from saleshandy_mcp.core.errors import Mistake

if TYPE_CHECKING:
    from saleshandy_mcp.core.request import Request

T = TypeVar("T")


class Api(Protocol):
    """An object that carries out requests; ``Saleshandy`` does it over HTTP."""

    async def send(self, operation: "Request[T]") -> T: ...

    async def recent(self, operation: "Request[T]") -> T:
        """As ``send``, but the answer may be up to a minute old: for names, never to decide what a call does."""
        ...

    async def download(self, url: str) -> str: ...


async def silence(_: str) -> None:
    """Ignore a sentence about progress."""


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """All that an action may use; it uses no globals.

    Attributes:
        api: carries out requests.
        pause: waits some seconds; in tests it moves a clock instead.
        folder: the only folder that files may be read from; None when files are not allowed.
        tell: takes a sentence about progress and shows it to the caller.
        now: the current time, with a zone; "last week" is counted from it. The sandbox has its own clock.
        services: other objects, each under its class, such as the running imports.
    """

    api: Api
    pause: Callable[[float], Awaitable[None]]
    folder: Path | None = None
    tell: Callable[[str], Awaitable[None]] = silence
    now: Callable[[], datetime] = wall_clock
    services: Mapping[type, Any] = field(default_factory=dict[type, Any])

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
