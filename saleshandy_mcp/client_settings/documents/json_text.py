"""JSON, with or without comments and commas at the end: changed by small edits of its text. Pure.

The places of the edits come from the JSON parser of Python's library. Before it reads, comments and last commas are
overwritten with as many blanks, so that each place stays where it was.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from saleshandy_mcp.client_settings.documents.placement import Broken, Placement

_STRING = r'"(?:[^"\\]|\\.)*"'
_COMMENTS = re.compile(rf"{_STRING}|//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMAS = re.compile(rf"{_STRING}|(?<=[^\s,\[{{])(\s*),(?=\s*[}}\]])", re.DOTALL)
_BLANKS = re.compile(r"\s*")
_VALUES = json.JSONDecoder()


class _Member(NamedTuple):
    """A member of an object, or an item of a list, whose name is None."""

    name: str | None
    start: int
    value_start: int
    end: int
    value: Any


class _Text:
    """A text with its shadows for the parser."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bare = _COMMENTS.sub(_blanks, text)
        self.strict = _LAST_COMMAS.sub(lambda it: it[0] if it[0].startswith('"') else f"{it[1]} ", self.bare)
        self.eol = "\r\n" if "\r\n" in text else "\n"

    def read(self) -> Any:
        try:
            return json.loads(self.strict)
        except json.JSONDecodeError as error:
            raise Broken(error.msg, error.lineno) from None
        except RecursionError:
            raise Broken("it is nested too deeply") from None

    def skip(self, at: int) -> int:
        found = _BLANKS.match(self.strict, at)
        return found.end() if found else at

    def line_of(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def starts_line(self, at: int) -> bool:
        return not self.text[self.line_start(at) : at].strip()

    def indent(self, at: int) -> str:
        line = self.text[self.line_start(at) :]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def members(self, start: int) -> Iterator[_Member]:
        """What stands in the object or list that begins here."""
        named, at = self.strict[start] == "{", self.skip(start + 1)
        while self.strict[at] not in "}]":
            first, name = at, None
            if named:
                name, at = _VALUES.raw_decode(self.strict, at)
                at = self.skip(self.skip(at) + 1)
            value, end = _VALUES.raw_decode(self.strict, at)
            yield _Member(name, first, at, end, value)
            at = self.skip(end)
            at = self.skip(at + 1) if self.strict[at] == "," else at

    def end_of(self, start: int) -> int:
        return _VALUES.raw_decode(self.strict, start)[1]

    def unit(self) -> str:
        """What one level is indented by."""
        first = next(self.members(self.skip(0)), None)
        return (self.indent(first.start) if first and self.starts_line(first.start) else "") or "  "

    def edited(self, *edits: tuple[int, int, str]) -> str:
        """The text with these parts replaced."""
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def read(text: str) -> Any:
    """The data of the text; None for an empty one.

    Raises:
        Broken: when it is not JSON.
    """
    it = _Text(text)
    return it.read() if it.bare.strip() else None


def put(text: str, it: Placement) -> str:
    """The text with the thing at its place."""
    if read(text) is None:
        text = f"{text.rstrip()}\n{{}}\n".lstrip()
    whole = _Text(text)
    at = _object(whole, whole.skip(0), "the file")
    for depth, word in enumerate(it.path):
        member = _named(whole, at, word)
        if member is None:
            return _inserted(whole, at, word, it.nested(depth + 1))
        if member.value is None:
            return _replaced(whole, member, it.nested(depth + 1))
        last = depth + 1 == len(it.path)
        at = _object(whole, member.value_start, f'"{word}"', "[" if last and it.by else "{")
    member = _member(whole, at, it)
    return _replaced(whole, member, it.value) if member else _inserted(whole, at, None if it.by else it.name, it.value)


def take(text: str, it: Placement) -> str:
    """The text without the thing."""
    whole = _Text(text)
    at = whole.skip(0)
    for word in it.path:
        member = _named(whole, at, word)
        if member is None or not isinstance(member.value, dict | list):
            return text
        at = member.value_start
    member = _member(whole, at, it)
    return text if member is None else _removed(whole, at, member)


def _blanks(found: re.Match[str]) -> str:
    word = found[0]
    return word if word.startswith('"') else re.sub(r"[^\r\n]", " ", word)


def _object(whole: _Text, at: int, what: str, opening: str = "{") -> int:
    if whole.strict[at] != opening:
        raise Broken(f"{what} holds no {'list' if opening == '[' else 'object'}", whole.line_of(at))
    return at


def _named(whole: _Text, at: int, name: str) -> _Member | None:
    found = [member for member in whole.members(at) if member.name == name]
    if len(found) > 1:
        raise Broken(f'"{name}" stands there twice', whole.line_of(found[1].start))
    return found[0] if found else None


def _member(whole: _Text, at: int, it: Placement) -> _Member | None:
    if it.by is None:
        return _named(whole, at, it.name)
    return next((member for member in whole.members(at) if it.is_item(member.value)), None)


def _rendered(whole: _Text, name: str | None, value: Any, indent: str) -> str:
    lines = json.dumps(value, indent=whole.unit(), ensure_ascii=False).split("\n")
    return ("" if name is None else f"{json.dumps(name)}: ") + f"{whole.eol}{indent}".join(lines)


def _replaced(whole: _Text, member: _Member, value: Any) -> str:
    new = _rendered(whole, None, value, whole.indent(member.start))
    return whole.edited((member.value_start, member.end, new))


def _inserted(whole: _Text, at: int, name: str | None, value: Any) -> str:
    members, close = list(whole.members(at)), whole.end_of(at) - 1
    if members and "\n" not in whole.text[at:close]:
        new = ("" if name is None else f"{json.dumps(name)}: ") + json.dumps(value, ensure_ascii=False)
        comma = "" if _comma_after(whole, members[-1]) else ","
        return whole.edited((members[-1].end, members[-1].end, f"{comma} {new}" if comma else f", {new}"))
    base = whole.indent(at)
    inner = whole.indent(members[0].start) if members and whole.starts_line(members[0].start) else base + whole.unit()
    new = inner + _rendered(whole, name, value, inner) + whole.eol
    edits: list[tuple[int, int, str]] = []
    if members and not _comma_after(whole, members[-1]):
        edits.append((members[-1].end, members[-1].end, ","))
    if whole.starts_line(close):
        place = whole.line_start(close)
        edits.append((place, place, new))
    else:
        blank = len(whole.text[:close]) - len(whole.text[:close].rstrip(" \t"))
        edits.append((close - blank, close, f"{whole.eol}{new}{base}"))
    return whole.edited(*edits)


def _comma_after(whole: _Text, member: _Member) -> int | None:
    """The place of the comma after a member."""
    rest = whole.bare[member.end :]
    at = member.end + len(rest) - len(rest.lstrip())
    return at if whole.bare[at : at + 1] == "," else None


def _removed(whole: _Text, at: int, member: _Member) -> str:
    members = list(whole.members(at))
    place = next(number for number, other in enumerate(members) if other.start == member.start)
    comma = _comma_after(whole, member)
    edits: list[tuple[int, int, str]] = []
    end = member.end
    if comma is not None:
        end = comma + 1
    elif place:
        before = _comma_after(whole, members[place - 1])
        edits = [] if before is None else [(before, before + 1, "")]
    close = whole.end_of(at)
    if len(members) == 1 and not (whole.text[at + 1 : member.start] + whole.text[end : close - 1]).strip():
        return whole.edited((at + 1, close - 1, ""))
    return whole.edited(*edits, _whole_lines(whole, member.start, end))


def _whole_lines(whole: _Text, start: int, end: int) -> tuple[int, int, str]:
    """The part with the lines that it alone stands on."""
    rest = whole.text[end:].split("\n", 1)[0]
    if whole.starts_line(start) and not rest.strip() and end + len(rest) < len(whole.text):
        return whole.line_start(start), end + len(rest) + 1, ""
    blank = len(whole.text[:start]) - len(whole.text[:start].rstrip(" \t"))
    return start - blank, end, ""
