"""How an operation becomes one HTTP request, and how the answer becomes a model."""

from collections.abc import AsyncIterator
from functools import cache
from string import Formatter
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar, cast, get_args, get_origin
from urllib.parse import quote

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from saleshandy_mcp.api.patience import patiently
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.effects import READING, Cause, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.request import Request, Route, Wire
from saleshandy_mcp.core.uploads import Upload
from saleshandy_mcp.core.waiting import Pause

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

BUDGET = 15 * 60.0
"""Seconds that one page may wait for the rate limit."""


def get(path: str) -> Route:
    return Route("GET", path, READING, idempotent=True, reads=True)


def post(path: str, *effects: Effect, idempotent: bool = False, why: str = "") -> Route:
    """The route of a POST. Its effects must be given, because this API uses POST for reads, writes and sends."""
    reads = effects == (Effect.READ,)
    return Route("POST", path, frozenset(effects), idempotent=idempotent or reads, why=why, reads=reads)


def patch(path: str, *effects: Effect, why: str = "") -> Route:
    """The route of a PATCH. It is idempotent: it sets values, and may set the same value twice."""
    return Route("PATCH", path, frozenset(effects), idempotent=True, why=why)


def put(path: str, *effects: Effect, why: str = "") -> Route:
    """Replacing a record twice by the same one is replacing it once."""
    return Route("PUT", path, frozenset(effects), idempotent=True, why=why)


def delete(path: str, why: str = "") -> Route:
    return Route("DELETE", path, frozenset({Effect.DELETE}), idempotent=True, why=why)


class Operation(Request[T_co]):
    """An Action that is exactly one HTTP request. No I/O happens here."""

    model_config = ConfigDict(alias_generator=AliasGenerator(serialization_alias=to_camel))
    answer: ClassVar[Any]
    """The type of the unwrapped body."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Take the effects from the route, and the type of the answer from ``Operation[...]``."""
        super().__pydantic_init_subclass__()
        if "route" in vars(cls):
            cls.effects, cls.idempotent = cls.route.effects, cls.route.idempotent
            cls.answer = _result_type(cls)

    @classmethod
    def returns(cls) -> TypeAdapter[Any]:
        """What reads the unwrapped body. It is made for the first answer, because most operations are never called."""
        return _adapter(cls)

    @classmethod
    def answer_type(cls, parameter: Any) -> Any:
        """The type of the unwrapped body; ``parameter`` is the type in ``Operation[...]``."""
        return parameter

    def causes(self) -> tuple[Cause, ...]:
        """All effects of the route, whatever the arguments and the account are; subclasses say it more exactly."""
        return tuple(Cause(effect) for effect in self.route.effects)

    async def check(self, api: Api) -> None:
        """Look, before anybody is asked or anything is sent, whether it should be done at all.

        Raises:
            Mistake: when it should not: what it would make is there already, say.
        """

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

    @classmethod
    def _validated(cls, body: Any) -> Any:
        """The unwrapped body as the result. When it does not fit, it is read again without the keys that are null."""
        try:
            return cls.returns().validate_python(body)
        except ValidationError:
            return cls.returns().validate_python(without_nulls(body))

    def parse(self, document: Any) -> T_co:
        """The result, read from the decoded body of a 2xx answer.

        Raises:
            pydantic.ValidationError: if the body is not what the contract says.
        """
        return cast("T_co", self._validated(unwrap(document)))


class Page(BaseModel, Generic[T]):
    """Some items of a list.

    Attributes:
        items: what this page holds.
        total: how many there are in all; None when the API does not tell.
        more: whether another page is expected. When the answer does not tell, a full page counts as yes.
    """

    items: list[T]
    total: int | None = None
    more: bool = False


class _Meta(BaseModel):
    model_config = ConfigDict(alias_generator=AliasGenerator(alias=to_camel), defer_build=True)
    total_items: int | None = None
    total_pages: int | None = None


class Paged(Operation[Page[T]]):
    """An operation that answers with one page of a list."""

    list_at: ClassVar[str | None] = None
    """The key of the list when the payload is an object; None when the payload is the list."""

    page: Annotated[int, Field(ge=1, le=10_000, description="Page number, from 1.")] = 1
    page_size: Annotated[int, Field(ge=1, description="Items on a page.")] = 25

    @classmethod
    def answer_type(cls, parameter: Any) -> Any:
        return list[parameter]

    def parse(self, document: Any) -> Page[T]:
        body = unwrap(document)
        envelope = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        found: Any = envelope.get(self.list_at or "payload") if envelope else cast("Any", body)
        items = cast("list[T]", self._validated(found))
        meta = _Meta.model_validate(envelope.get("meta") or {})
        if "hasMore" in envelope:
            more = bool(envelope["hasMore"])
        elif meta.total_pages is not None:
            more = self.page < meta.total_pages
        else:
            more = len(items) >= self.page_size
        return Page[T](items=items, total=meta.total_items, more=more)

    def total_of(self, found: Page[T]) -> int | None:
        """How many there are, where the answer tells it or its page is the last: those before it were full."""
        if found.total is not None or found.more or (self.page > 1 and not found.items):
            return found.total
        return (self.page - 1) * self.page_size + len(found.items)

    def next_page(self) -> Self:
        return self.model_copy(update={"page": self.page + 1})


class Command(Operation[None]):
    """An operation whose answer tells only that the call was accepted."""

    def parse(self, document: Any) -> None:  # noqa: ARG002 - there is nothing to read
        return None


async def every(
    api: Api,
    operation: Paged[T],
    *,
    pages: int = 1000,
    pause: Pause | None = None,
    budget: float = BUDGET,
) -> AsyncIterator[T]:
    """All items of a list, from the operation's page to the last.

    Args:
        api: what carries the calls out.
        operation: the first page.
        pages: how many pages at most.
        pause: waits some seconds. It is used when the rate limit asks to wait longer than one call may take, which
            happens from the 21st page in a minute. Without it, Throttled is raised then.
        budget: seconds that one page may wait so.

    Raises:
        RuntimeError: when the list goes on after ``pages`` pages: a faulty API may never end it.
        SaleshandyError: when a call fails.
    """
    for _ in range(pages):
        page = await (patiently(api, operation, pause, budget) if pause else api.send(operation))
        for item in page.items:
            yield item
        if not page.more:
            return
        operation = operation.next_page()
    raise RuntimeError(f"{operation.slug} had not ended after {pages} pages")


def without_nulls(value: Any) -> Any:
    """The value without the keys that are null, at every depth."""
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return {name: without_nulls(part) for name, part in parts.items() if part is not None}
    return [without_nulls(part) for part in cast("list[Any]", value)] if isinstance(value, list) else value


def unwrap(document: Any) -> Any:
    """The content of an answer without its envelopes; live answers nest ``payload`` once, some twice.

    A step variant has a ``payload`` of its own, too. It is no envelope, because it has other keys.
    """
    if isinstance(document, dict):
        body = cast("dict[str, Any]", document)
        if "payload" in body and body.keys() <= {"payload", "message", "error", "type", "code", "statusCode"}:
            return unwrap(body["payload"])
    return cast("Any", document)


def _segment(name: str, value: str) -> str:
    """The value as one encoded segment of a path: a model may pass "../".

    A value that is only ".." is refused: the HTTP library, or a proxy, goes up a folder even when it is encoded.
    """
    if value in ("", ".", ".."):
        raise Mistake(f"{name}: {value!r} is no id")
    return quote(value, safe="")


def _query(value: Any) -> str | list[str]:
    """A value of the query. A list repeats its name, the default of OpenAPI. No live call with a list is known."""
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
