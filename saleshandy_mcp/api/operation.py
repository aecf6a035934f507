"""The kernel of the client: how an operation becomes one HTTP request, and its answer a model."""

from functools import cache
from string import Formatter
from typing import Any, ClassVar, TypeVar, cast, get_args, get_origin
from urllib.parse import quote

from pydantic import AliasGenerator, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel

from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.request import Request, Route, Wire
from saleshandy_mcp.core.uploads import Upload

T_co = TypeVar("T_co", covariant=True)


def get(path: str) -> Route:
    return Route("GET", path, READING, idempotent=True)


def post(path: str, *effects: Effect, idempotent: bool = False, why: str = "") -> Route:
    """A POST has to say what it may do: reads, writes and sends all travel as POST in this API."""
    return Route("POST", path, frozenset(effects), idempotent=idempotent or effects == (Effect.READ,), why=why)


def patch(path: str, *effects: Effect, why: str = "") -> Route:
    """Setting the same value twice is setting it once."""
    return Route("PATCH", path, frozenset(effects), idempotent=True, why=why)


def delete(path: str, why: str = "") -> Route:
    return Route("DELETE", path, frozenset({Effect.DELETE}), idempotent=True, why=why)


class Operation(Request[T_co]):
    """An Action that is exactly one HTTP request. No I/O happens here."""

    model_config = ConfigDict(alias_generator=AliasGenerator(serialization_alias=to_camel))
    answer: ClassVar[Any]
    """The type of the unwrapped body."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """A concrete operation takes effect and result type from its own declaration."""
        if "route" in vars(cls):
            cls.effects, cls.idempotent = cls.route.effects, cls.route.idempotent
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
