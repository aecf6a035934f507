"""A request: an action that is exactly one call of an API."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, TypeVar

from pydantic import ConfigDict

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.uploads import Upload

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Route:
    """Where an operation goes. ``path`` is spelled as in the contract, ``{names}`` in it are wire names."""

    method: str
    path: str
    effect: Effect
    idempotent: bool


class Wire(NamedTuple):
    """One request as it goes out, but for the address of the server and the key."""

    method: str
    path: str
    query: dict[str, str | list[str]]
    body: dict[str, Any] | None
    """Past the type, a call that takes a bare list has that: everybody else may count on an object."""
    files: Mapping[str, Upload] = MappingProxyType({})
    """By wire name; with files the body travels as a form beside them."""


class Request(Action[T_co]):
    """An action that is exactly one call of an API. It does no I/O: a client carries it out."""

    model_config = ConfigDict(ignored_types=(Route,))
    route: ClassVar[Route]

    @abstractmethod
    def wire(self) -> Wire:
        """The request as it goes out."""

    @abstractmethod
    def parse(self, document: Any) -> T_co:
        """The result out of a decoded 2xx body.

        Raises:
            pydantic.ValidationError: if the body is not what the contract says.
        """

    async def run(self, context: Context) -> T_co:
        return await context.api.send(self)
