"""The kernel: what an Action is, and how an Operation becomes one HTTP request and its answer becomes a model."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from string import Formatter
from types import GenericAlias, MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar, cast, get_args, get_origin
from urllib.parse import quote

from pydantic import AliasGenerator, BaseModel, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel

from saleshandy_mcp.api.errors import Mistake
from saleshandy_mcp.api.upload import Upload

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Effect(StrEnum):
    """What a call does to the world. Retry, approval, hints, read-only and the audit line follow from this word."""

    READ = "read"
    WRITE = "write"
    """Changes data, can be undone, reaches nobody."""
    SEND = "send"
    """Mails, calls or messages reach people."""
    SPEND = "spend"
    """Uses up credits or money."""
    DELETE = "delete"


CONSEQUENCES = frozenset({Effect.SEND, Effect.SPEND, Effect.DELETE})
"""What a person has to agree to first."""


@dataclass(frozen=True)
class Route:
    """Where an operation goes. ``path`` is spelled as in the contract, ``{names}`` in it are wire names."""

    method: str
    path: str
    effect: Effect
    idempotent: bool


def get(path: str) -> Route:
    return Route("GET", path, Effect.READ, idempotent=True)


def post(path: str, effect: Effect, *, idempotent: bool = False) -> Route:
    """A POST has to say what it does: reads, writes and sends all travel as POST in this API."""
    return Route("POST", path, effect, idempotent=idempotent or effect is Effect.READ)


def patch(path: str, effect: Effect) -> Route:
    """Setting the same value twice is setting it once."""
    return Route("PATCH", path, effect, idempotent=True)


def delete(path: str) -> Route:
    return Route("DELETE", path, Effect.DELETE, idempotent=True)


class Wire(NamedTuple):
    """One request as it goes out, but for the address of the server and the key."""

    method: str
    path: str
    query: dict[str, str | list[str]]
    body: dict[str, Any] | None
    """Past the type, a call that takes a bare list has that: everybody else may count on an object."""
    files: Mapping[str, Upload] = MappingProxyType({})
    """By wire name; with files the body travels as a form beside them."""


class Api(Protocol):
    """Whatever can carry out an operation; ``Saleshandy`` is the one that does it over HTTP."""

    async def send(self, operation: "Operation[T]") -> T: ...

    async def recent(self, operation: "Operation[T]") -> T:
        """As ``send``, but an answer up to a minute old will do: for names, never to judge what is going on."""
        ...

    async def download(self, url: str) -> str: ...


async def silence(_: str) -> None:
    """Nobody wants to hear of progress."""


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
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


@dataclass(frozen=True)
class Plan:
    """What an action is about to do, in words, for somebody who has to agree first.

    Attributes:
        text: what a person reads.
        facts: everything the agreement is about; when one of them changes, the agreement is void.
        effect: what it would do to the world.
    """

    text: str
    facts: Mapping[str, Any]
    effect: Effect = Effect.SEND


@dataclass(frozen=True)
class Ready(Generic[T_co]):
    """An action that has looked at the world and is ready to go.

    Attributes:
        go: carries it out, on what was seen.
        plan: what somebody must agree to first; None when nobody must.
    """

    go: Callable[[], Awaitable[T_co]]
    plan: Plan | None = None


if TYPE_CHECKING:

    class _Resulting(BaseModel, Generic[T_co]):
        """For a type checker, what stands in the brackets of an action is the type of its result."""

else:

    class _Resulting(BaseModel):
        """At run time the brackets are remembered and nothing else: pydantic would make a class for each of them."""

        def __class_getitem__(cls, result: Any) -> GenericAlias:
            return GenericAlias(cls, result)


class Action(_Resulting[T_co]):
    """A frozen model of its own arguments that knows what it does to the world and what it results in."""

    model_config = ConfigDict(
        defer_build=True, frozen=True, extra="forbid", coerce_numbers_to_str=True, ignored_types=(Route,)
    )
    effect: ClassVar[Effect]
    asks: ClassVar[bool] = False
    """Whether a person may have to agree to a call first."""
    mildest: ClassVar[Effect | None] = None
    """What a call does that needs no agreement, where that is less than ``effect``: a step for a paused sequence."""
    idempotent: ClassVar[bool] = False

    @property
    def consequence(self) -> Effect:
        """What this very call does; ``effect`` is the worst the action can do."""
        return self.effect

    async def run(self, desk: Desk) -> T_co:
        """Do it at once. Whoever calls this has the consent that ``ready`` may ask for."""
        return await (await self.ready(desk)).go()

    async def ready(self, desk: Desk) -> Ready[T_co]:
        """Look at what is there and say what would be done. An action overrides this or ``run``."""
        return Ready(partial(self.run, desk))

    @classmethod
    def slug(cls) -> str:
        """The name that people, models and the command line use: ``list_sequences``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Operation(Action[T_co]):
    """An Action that is exactly one HTTP request. No I/O happens here."""

    model_config = ConfigDict(alias_generator=AliasGenerator(serialization_alias=to_camel))
    route: ClassVar[Route]
    answer: ClassVar[Any]
    """The type of the unwrapped body."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """A concrete operation takes effect and result type from its own declaration."""
        if "route" in vars(cls):
            cls.effect, cls.idempotent = cls.route.effect, cls.route.idempotent
            cls.asks = cls.effect in CONSEQUENCES
            cls.answer = _result_type(cls)

    @classmethod
    def returns(cls) -> TypeAdapter[Any]:
        """Reads the unwrapped body; made when the first answer comes, for most operations never see one."""
        return _adapter(cls)

    @classmethod
    def answer_type(cls, parameter: Any) -> Any:
        """The type of the unwrapped body, given what stands in ``Operation[...]``."""
        return parameter

    def wire(self) -> Wire:
        """The request. ``None`` is never sent: the API refuses nulls and names it does not know.

        Raises:
            Mistake: if a path value would lead to another path.
        """
        uploads = {name for name in type(self).model_fields if isinstance(getattr(self, name), Upload)}
        fields = self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=uploads)
        names = [name for _, name, _, _ in Formatter().parse(self.route.path) if name]
        path = self.route.path.format_map({name: _segment(name, str(fields.pop(name))) for name in names})
        if self.route.method in ("GET", "DELETE"):
            return Wire(self.route.method, path, {name: _query(value) for name, value in fields.items()}, None)
        files = {str(type(self).model_fields[name].serialization_alias): getattr(self, name) for name in uploads}
        # An operation that has no arguments but those in its path sends no body at all.
        bodiless = len(type(self).model_fields) == len(names)
        return Wire(self.route.method, path, {}, None if bodiless else fields, files)

    def parse(self, document: Any) -> T_co:
        """The result out of a decoded 2xx body.

        Raises:
            pydantic.ValidationError: if the body is not what the contract says.
        """
        return cast("T_co", self.returns().validate_python(unwrap(document)))

    async def run(self, desk: Desk) -> T_co:
        return await desk.api.send(self)


class Command(Operation[None]):
    """An operation whose answer says nothing but that it was accepted."""

    def parse(self, document: Any) -> None:  # noqa: ARG002 - there is nothing to read
        return None


def unwrap(document: Any) -> Any:
    """The content of an answer without its envelopes; live answers nest ``payload`` once, some twice.

    A step variant has a ``payload`` of its own and is no envelope: it has other keys beside.
    """
    if isinstance(document, dict):
        body = cast("dict[str, Any]", document)
        if "payload" in body and body.keys() <= {"payload", "message", "error", "type", "code", "statusCode"}:
            return unwrap(body["payload"])
    return cast("Any", document)


def _segment(name: str, value: str) -> str:
    """A model may pass "../": a path value is one segment, whatever is in it.

    Encoding does not help against a value that is nothing but "..": the HTTP library, or a proxy, would still go up.
    """
    if value in ("", ".", ".."):
        raise Mistake(f"{name}: {value!r} is no id")
    return quote(value, safe="")


def _query(value: Any) -> str | list[str]:
    """A list is its name repeated, as the contract means where it says nothing else. No live call with one is known."""
    if isinstance(value, list):
        return [str(item) for item in cast("list[Any]", value)]
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def _adapter(operation: type[Operation[Any]]) -> TypeAdapter[Any]:
    return TypeAdapter(operation.answer)


def _result_type(operation: type[Operation[Any]]) -> Any:
    for base in operation.__mro__:
        for stated in vars(base).get("__orig_bases__", ()):
            origin = get_origin(stated)
            if isinstance(origin, type) and issubclass(origin, Operation):
                return origin.answer_type(get_args(stated)[0])
    raise TypeError(f"{operation.__name__} does not say what it returns: Operation[...]")
