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
    """Whatever can carry out a request; ``Saleshandy`` is the one that does it over HTTP."""

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
    """All that an action may use; nothing else is reached for.

    Attributes:
        api: carries out requests.
        pause: waits some seconds; tests move a clock instead.
        folder: the only folder that files may be read from; None when files are not allowed.
        tell: hears a sentence of progress.
        now: the moment that "last week" is counted from, with a zone; the sandbox lives in a time of its own.
        services: what else there is, by its class: running imports, say.
    """

    api: Api
    pause: Callable[[float], Awaitable[None]]
    folder: Path | None = None
    tell: Callable[[str], Awaitable[None]] = silence
    now: Callable[[], datetime] = wall_clock
    services: Mapping[type, Any] = field(default_factory=dict[type, Any])

    def find(self, kind: type[T]) -> T | None:
        """The service of this class, where there is one."""
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
