"""A request: an action that is exactly one call of an API."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from pydantic import ConfigDict, PrivateAttr

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Cause, Effect
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.uploads import Upload
from saleshandy_mcp.core.uses import NOTHING, Uses

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Route:
    """Where a request goes, and what it may do there.

    Attributes:
        method: the HTTP method.
        path: spelled as in the contract; ``{names}`` in it are wire names.
        effects: all effects that it may have.
        idempotent: whether doing it twice changes nothing more than doing it once.
        why: the reason for the effects, for a person who reviews them.
    """

    method: str
    path: str
    effects: frozenset[Effect]
    idempotent: bool
    why: str = ""
    reads: bool = False
    """Whether it changes nothing at all."""


class Wire(NamedTuple):
    """One request as it is sent, without the server's address and the key."""

    method: str
    path: str
    query: dict[str, str | list[str]]
    body: dict[str, Any] | None
    """A JSON object; for the few endpoints that take a bare list it is a list, which the type does not say."""
    files: Mapping[str, Upload] = MappingProxyType({})
    """The files by wire name. When there are any, the body is sent as fields of the same form."""


class Request(Action[T_co]):
    """An action that is exactly one call of an API. It does no I/O: a client carries it out."""

    model_config = ConfigDict(ignored_types=(Route,))
    service: ClassVar[Service] = Service.SALESHANDY
    """Whose API it is for."""
    route: ClassVar[Route]
    _urgent: bool = PrivateAttr(default=False)

    stops_mail = property(attrgetter("_urgent"))  # pyright: ignore[reportAssignmentType] - see Action

    def urgently(self) -> Self:
        """The same request, for a call that stops mail: it goes out at once, whatever the pacing says."""
        made = self.model_copy()
        made._urgent = True  # noqa: SLF001 - of the same class
        return made

    @abstractmethod
    def causes(self) -> tuple[Cause, ...]:
        """The effects of the request with these arguments, each with the fact that decides whether it has it."""

    def uses(self) -> Uses:
        """What the request does, with these arguments, that the operator may have limited."""
        return NOTHING

    @abstractmethod
    def wire(self) -> Wire:
        """The request as it is sent."""

    @abstractmethod
    def parse(self, document: Any) -> T_co:
        """The result, read from the decoded body of a 2xx answer.

        Raises:
            pydantic.ValidationError: if the body is not what the contract says.
        """

    async def run(self, context: Context) -> T_co:
        return await context.api.send(self)
