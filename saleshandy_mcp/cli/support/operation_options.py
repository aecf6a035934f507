"""Makes the options of a command from the declaration of its operation, and the operation from their values."""

import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import click
from click.shell_completion import CompletionItem
from pydantic import AwareDatetime, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, to_jsonable_python

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.uploads import Upload


class BadOption(click.ClickException):
    """Something given cannot be used; nothing was sent."""

    exit_code = 2


@dataclass(frozen=True)
class Kind:
    """What a field takes on the command line.

    Attributes:
        name: the kind of value, as help shows it.
        words: the only words it takes, each with its value; empty when any text may be given.
        structured: whether it is written as JSON.
        either: whether it is plain text or an object as JSON.
        many: whether it may be repeated, or written as a JSON list.
    """

    name: str
    words: Mapping[str, Any] = field(default_factory=dict[str, Any])
    structured: bool = False
    either: bool = False
    many: bool = False


FLAG = Kind("FLAG")
FILE = Kind("FILE")

_UNIONS = (Union, types.UnionType)

_PLAIN: dict[Any, Kind] = {
    bool: FLAG,
    str: Kind("TEXT"),
    Upload: FILE,
    int: Kind("INTEGER"),
    float: Kind("NUMBER"),
    datetime: Kind("TIME"),
    AwareDatetime: Kind("TIME"),
    date: Kind("DATE"),
}


def kind_of(annotation: Any) -> Kind:
    """How a field of this type is written."""
    bare = _bare(annotation)
    if get_origin(bare) is list:
        return replace(kind_of(get_args(bare)[0]), many=True)
    if get_origin(bare) is Literal:
        return Kind("WORD", {str(word): word for word in get_args(bare)})
    if isinstance(bare, type) and issubclass(bare, Enum):
        return Kind("WORD", {member.name.lower(): member.value for member in bare})
    if get_origin(bare) in _UNIONS and any(_bare(part) is str for part in get_args(bare)):
        return Kind("TEXT or JSON", either=True)
    if bare in _PLAIN:
        return _PLAIN[bare]
    parts = get_origin(bare) or bare is Any or (isinstance(bare, type) and issubclass(bare, BaseModel | dict))
    return Kind("JSON", structured=True) if parts else Kind("TEXT")


def _bare(annotation: Any) -> Any:
    """A type without ``Annotated`` and without "or None"."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in _UNIONS:
        rest = [part for part in get_args(annotation) if part is not types.NoneType]
        return _bare(rest[0]) if len(rest) == 1 else annotation
    return annotation


class Value(click.ParamType[str]):
    """Any text. Only the operation checks it; the known words are for help and completion."""

    def __init__(self, kind: Kind) -> None:
        self.name, self._words = kind.name, list(kind.words)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:  # noqa: ARG002 - click's signature
        return f"[{'|'.join(self._words)}]" if self._words else None

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's signature
        return [CompletionItem(word) for word in self._words if word.startswith(incomplete)]


def flag_of(name: str) -> str:
    """The option of a field: ``--sequence-id``."""
    return "--" + name.strip("_").replace("_", "-")


def options(operation: type[Operation[Any]]) -> list[click.Parameter]:
    """One option for each field, in their order."""
    return [_option(name, info) for name, info in operation.model_fields.items()]


def _option(name: str, info: FieldInfo) -> click.Option:
    kind = kind_of(info.annotation)
    words = " ".join(part for part in (info.description, _remark(kind, info)) if part)
    if kind is FLAG:
        return click.Option([f"{flag_of(name)}/--no-{flag_of(name)[2:]}", name], default=None, help=words)
    of_type = click.Path() if kind is FILE else Value(kind)
    return click.Option([flag_of(name), name], type=of_type, multiple=kind.many, default=None, help=words)


def _remark(kind: Kind, info: FieldInfo) -> str:
    facts = ["repeat it, or a JSON list"] if kind.many else []
    if info.is_required():
        facts.append("required")
    elif info.default is not None:
        facts.append(f"default: {_shown(info.default)}")
    return f"[{'; '.join(facts)}]" if facts else ""


def _shown(default: Any) -> str:
    if isinstance(default, Enum):
        return default.name.lower()
    if isinstance(default, bool):
        return "yes" if default else "no"
    return default if isinstance(default, str) else json.dumps(to_jsonable_python(default))


def build(operation: type[Operation[Any]], given: Mapping[str, Any]) -> Operation[Any]:
    """The operation, from the values of its options; an option that was not given is None or empty.

    Raises:
        BadOption: naming each option that is missing or cannot be used.
    """
    kinds = {name: kind_of(info.annotation) for name, info in operation.model_fields.items()}
    values = {
        name: _opened_all(name, kinds[name], value) if kinds[name].many else _opened(name, kinds[name], value)
        for name, value in given.items()
        if value not in (None, ())
    }
    try:
        return operation.model_validate(values, context={"reader": _read})
    except ValidationError as error:
        wrong = [_sentence(part, kinds) for part in error.errors(include_url=False, include_input=False)]
        raise BadOption(f"{'; '.join(dict.fromkeys(wrong))}. Nothing was sent.") from None


def _opened_all(name: str, kind: Kind, given: Sequence[str]) -> list[Any]:
    values: list[Any] = []
    for text in given:
        whole = _json_list(text)
        values += [_opened(name, kind, text)] if whole is None else [_meant(kind, value) for value in whole]
    return values


def _json_list(text: str) -> list[Any] | None:
    try:
        read: Any = json.loads(text) if text.lstrip().startswith("[") else None
    except ValueError:
        return None
    return cast("list[Any]", read) if isinstance(read, list) else None


def _opened(name: str, kind: Kind, value: Any) -> Any:
    if not isinstance(value, str) or not (kind.structured or (kind.either and value.lstrip().startswith("{"))):
        return _meant(kind, value)
    try:
        return json.loads(value)
    except ValueError as error:
        raise BadOption(f"{flag_of(name)} is not JSON ({error}). Nothing was sent.") from None


def _meant(kind: Kind, value: Any) -> Any:
    """The value of a word; the API's own code is accepted, too."""
    codes = {str(code): code for code in kind.words.values()}
    return kind.words.get(value, codes.get(value, value)) if isinstance(value, str) else value


def _read(path: str) -> bytes:
    """Read any file: the person who types the path may read files of their own machine."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from None


def _sentence(part: ErrorDetails, kinds: Mapping[str, Kind]) -> str:
    """One error of pydantic, with the option in place of the field and without the given value."""
    message = part["msg"].removeprefix("Value error, ")
    if not part["loc"]:
        return message
    name = str(part["loc"][0])
    inside = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in part["loc"][1:])
    place = flag_of(name) + inside
    words = list(kinds[name].words) if name in kinds and "." not in inside else []
    match part["type"]:
        case "missing":
            return f"{place} is missing"
        case "value_error":
            return f"{place}: {message}"
        case _ if words:
            return f"{place} has to be one of {', '.join(words)}"
        case "literal_error" | "enum":
            return f"{place} has to be one of {part.get('ctx', {}).get('expected', '')}"
        case _:
            return f"{place} {message[0].lower()}{message[1:]}".replace("input should", "should")
