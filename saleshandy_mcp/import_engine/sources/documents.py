"""JSON: a list of objects, an object with one such list somewhere in it, or objects one after another (JSON Lines).

It is read with the standard library, piece by piece: the C backend of ijson brings the whole process down
over a number with more digits than Python takes, and does not know lines.
"""

import io
import json
import re
from collections.abc import Generator, Iterator
from decimal import Decimal
from typing import Any, NoReturn

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.objects import Unread, tabled
from saleshandy_mcp.import_engine.sources.table import Table

_CHUNK = 1 << 18
_LONGEST_VALUE = 16_000_000
"""Characters of one object, with all it takes to write 200 long fields."""
_REMEDY = "It should be a list of objects, or have an object on each line."
_DEEPEST = 3
"""Objects inside each other in which the list of rows is looked for."""
_BLANK = re.compile(r"[ \t\r\n]*")
_LONGEST_TAIL = 4
"""Signs that may belong to a number behind what looks like its end: e+1."""


def documents(text: io.TextIOBase, head: str, name: str, *, lines: bool = False) -> Table:
    """A table out of JSON. Of a key that an object has twice, the last value counts, as everywhere.

    Args:
        text: from its beginning.
        head: the first characters of it.
        name: of the file.
        lines: its name says that it is JSON Lines.

    Raises:
        Mistake: when it cannot be read as one; the rows raise it too.
    """
    if _looks_like_lines(head) or (lines and _one_line(head)):
        return tabled(_each_line(text, name), name, unit="line")
    stream = _Stream(text, name)
    return tabled(_sequence(stream), name, unit="line") if lines else tabled(_document(stream), name)


def _looks_like_lines(head: str) -> bool:
    first, second, *_ = [*(line for line in head.splitlines() if line.strip()), "", ""]
    return first.lstrip().startswith("{") and first.rstrip().endswith("}") and second.lstrip().startswith("{")


def _one_line(head: str) -> bool:
    """Whether the first line is a value by itself."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    try:
        _DECODER.decode(first.removeprefix("\ufeff"))
    except (ValueError, ArithmeticError, RecursionError):
        return False
    return True


def _each_line(text: io.TextIOBase, name: str) -> Iterator[tuple[int, Any]]:
    """The value of each line; a broken one costs that line."""
    number = 0
    while line := text.readline(_LONGEST_VALUE):
        number += 1
        if len(line) == _LONGEST_VALUE:
            raise Mistake(f"file: line {number} of {name} is too long to be read as JSON", _REMEDY)
        if not line.isspace():
            yield number, _decoded(line)


def _decoded(line: str) -> Any:
    try:
        return _DECODER.decode(line)
    except (ValueError, ArithmeticError, RecursionError) as error:
        return Unread(f"cannot be read as JSON: {_said(error)}")


def _said(error: Exception) -> str:
    """What is wrong, in words."""
    match error:
        case json.JSONDecodeError():
            return error.msg[0].lower() + error.msg[1:]
        case RecursionError():
            return "lists or objects are nested too deeply"
        case ArithmeticError():
            return "a number is too large, or none"
        case _:
            return "a number has too many digits"


def _sequence(stream: "_Stream") -> Iterator[tuple[int, Any]]:
    """Objects one after another, each with its line."""
    while stream.peek():
        yield stream.line, stream.value()


def _document(stream: "_Stream") -> Iterator[tuple[int, Any]]:
    """The members of the one list, each with its place; or the object itself, and what follows it."""
    if stream.peek() == "[":
        yield from enumerate(_members(stream), start=1)
        if stream.peek():
            raise stream.wrong("there is more after the end of the list")
        return
    line, lists = stream.line, list[str]()
    whole = yield from _object(stream, "", lists)
    if not lists:
        yield line, whole
        yield from _sequence(stream)
    elif stream.peek():
        raise stream.wrong("there is more after the end of the object")


def _object(stream: "_Stream", path: str, lists: list[str]) -> Generator[tuple[int, Any], None, dict[str, Any]]:
    """The members of the one list of objects in an object or in the objects inside it; returns what else is there.

    Args:
        stream: at the beginning of the object.
        path: the keys that lead to it, each with a dot behind it.
        lists: the names of the lists that were found, to which its own are added.
    """
    rest: dict[str, Any] = {}
    for key in _keys(stream):
        named = f"{path}{key}"
        if stream.peek() == "[" and stream.second() in ("{", "]"):
            if lists:
                first = lists[0]
                raise Mistake(
                    f"file: {stream.name} has two lists, {first} and {named}", "Give a file with one of them."
                )
            lists.append(named)
            yield from enumerate(_members(stream), start=1)
        elif stream.peek() == "{" and path.count(".") < _DEEPEST:
            rest[key] = yield from _object(stream, f"{named}.", lists)
        else:
            rest[key] = stream.value()
    return rest


def _keys(stream: "_Stream") -> Iterator[str]:
    """The keys of an object; the value has to be taken before the next."""
    stream.take("{")
    while stream.peek() != "}":
        if stream.peek() != '"':
            raise stream.wrong("a key in quotes is missing")
        key = stream.value()
        stream.take(":")
        yield key
        if stream.peek() != "}":
            stream.take(",")
    stream.take("}")


def _members(stream: "_Stream") -> Iterator[Any]:
    stream.take("[")
    while stream.peek() != "]":
        yield stream.value()
        if stream.peek() != "]":
            stream.take(",")
            if stream.peek() == "]":
                raise stream.wrong("a list ends with a comma")
    stream.take("]")


def _no_constant(said: str) -> NoReturn:
    raise ArithmeticError(said)  # NaN and Infinity, which Python writes and JSON does not know


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant, strict=False)


class _Stream:
    """JSON values out of a text that is never held as a whole."""

    def __init__(self, text: io.TextIOBase, name: str) -> None:
        self.name = name
        self._text = text
        self._held, self._at = "", 0
        self._lines, self._counted = 1, 0

    @property
    def line(self) -> int:
        """In which the next value begins, once it was peeked at."""
        self._lines += self._held.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._lines

    def peek(self) -> str:
        """The next sign that is no blank; empty at the end."""
        while True:
            self._at = self._skip(self._at)
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def second(self) -> str:
        """The sign after the next one."""
        while True:
            at = self._skip(self._at + 1)
            if at < len(self._held) or not self._more():
                return self._held[at : at + 1]

    def take(self, sign: str) -> None:
        if self.peek() != sign:
            raise self.wrong(f"{sign} is missing")
        self._at += 1

    def value(self) -> Any:
        """The next value, whole.

        Raises:
            Mistake: when there is none, or it is broken.
        """
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
                if end + _LONGEST_TAIL <= len(self._held) or not self._more():
                    self._at = end
                    return value
            except RecursionError as error:
                raise self._broken(error) from None
            except (ValueError, ArithmeticError) as error:
                if len(self._held) - self._at > _LONGEST_VALUE or not self._more():
                    raise self._broken(error) from None

    def _broken(self, error: Exception) -> Mistake:
        if isinstance(error, json.JSONDecodeError):
            self._at = min(error.pos, len(self._held))
        return self.wrong(_said(error))

    def wrong(self, said: str) -> Mistake:
        return Mistake(f"file: line {self.line} of {self.name} cannot be read as JSON: {said}", _REMEDY)

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self._held, at)
        return blank.end() if blank else at

    def _more(self) -> bool:
        """Hold more of the text; twice as much each time, for a value that does not end."""
        more = self._text.read(max(_CHUNK, len(self._held) - self._at))
        if more:
            _ = self.line
            self._held = self._held[self._at :] + more
            self._at = self._counted = 0
        return bool(more)
