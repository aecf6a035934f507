"""The question that a person is asked, in words and as a digest. Pure. Whether they agreed is in ``approval_store``."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Self, cast

from pydantic_core import to_jsonable_python

from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value, Words
from saleshandy_mcp.core.view import Say, counted
from saleshandy_mcp.untrusted.one_line import invisible, one_line, visible

LONGEST = 4_000
"""Characters of a question: nobody reads a longer one."""

_ROOMS = (LONGEST, 600, 300, 120, 60, 0)
"""Characters that each longer text may take: the first number with which the whole question fits."""
_LINES = 40
"""Lines of a longer text at most: with more it would push what follows out of sight."""
_VALUE, _SHORT_VALUE = 300, 120
"""Characters of a value on a line, and how many are kept where room is scarce."""
_CALLS, _CALL = 3, 300
"""Calls that a question names at most, and characters of each."""
_LIKE_A_QUOTE = str.maketrans(
    dict.fromkeys('"\u201c\u201d\u201e\u201f\u2033\u02ba\u02ee\u275d\u275e\u301d\u301e\u301f\uff02', "'")
)
"""What looks like the end of a quoted value, and is shown inside it as a single quote."""


def digest_of(tool: str, arguments: Mapping[str, Any], question: Question) -> str:
    """What an agreement is bound to: the call, and every item of its question with the whole of its value."""
    return _digest([tool, arguments, question.ask, _contents(question.items), question.on_yes])


def words_of(question: Question, say: Say) -> str:
    """The question as a person reads it, at most 4,000 characters.

    A line begins with our own words. A value stands quoted behind its label, and each line of a longer text stands
    behind a bar, so that nothing in them looks like our words. What is not shown is counted, with its digest.

    Args:
        question: its own words (``ask``, ``on_yes``) have to be a sentence or two each.
        say: writes a call as the reader would make it.
    """
    drafts = [_Draft.of(item) for item in question.items]
    for room in _ROOMS:
        lines = [line for draft in drafts for line in draft.lines(room)]
        text = _text(question, [*lines, *_reads(drafts, room, say)])
        if len(text) <= LONGEST:
            return text
    return _cut(question, drafts, say)


def _cut(question: Question, drafts: list["_Draft"], say: Say) -> str:
    """The items that fit, from the first on, and how many more there are, with their digest."""
    reads = list(_reads(drafts, 0, say))
    shown: list[str] = []
    left = LONGEST - len(_text(question, [*reads, _more(question.items)]))
    for place, draft in enumerate(drafts):
        lines = list(draft.lines(0))
        left -= sum(len(line) + 1 for line in lines)
        if left < 0:
            shown.append(_more(question.items[place:]))
            break
        shown += lines
    return _text(question, [*shown, *reads])


def _text(question: Question, lines: Iterable[str]) -> str:
    return "\n".join([_own(question.ask), *lines, _own(question.on_yes)])


def _more(items: tuple[Item, ...]) -> str:
    return f"- and {len(items):,} more, not shown (digest {_short_digest(_contents(items))})"


def _reads(drafts: list["_Draft"], room: int, say: Say) -> Iterator[str]:
    """The calls that show in full what is cut here, once each."""
    cut = (it.item for it in drafts if isinstance(it.item, Body) and len(it.whole) > it.room(room))
    calls = dict.fromkeys(one_line(say(it.read), _CALL) for it in cut if it.read)
    if calls:
        yield f"- texts in full: {'; '.join(list(calls)[:_CALLS])}"


@dataclass(frozen=True)
class _Draft:
    """An item, and the text that somebody else wrote in it, read once.

    Attributes:
        item: the item.
        stored: the text, in composed Unicode; empty where there is none.
        whole: all of it that can be shown.
        unseen: how many of its characters are invisible.
    """

    item: Item
    stored: str = ""
    whole: str = ""
    unseen: int = 0

    @classmethod
    def of(cls, item: Item) -> Self:
        match item:
            case Value(value=value):
                stored = _canonical(value)
                whole = one_line(stored, len(stored) + 1).translate(_LIKE_A_QUOTE)
            case Body(text=text):
                stored = _canonical(text)
                whole = _paragraphs(stored)
            case _:
                return cls(item)
        return cls(item, stored, whole, invisible(stored))

    def lines(self, room: int) -> Iterator[str]:
        """The item, line by line; a longer text gets as many characters as there is room."""
        match self.item:
            case Words(text=text):
                yield f"- {_own(text)}"
            case Value(label=label, note=note):
                yield f"- {_own(label)}: {self._quoted(self.room(room))}" + (f", {_own(note)}" if note else "")
            case Body(label=label):
                yield from self._barred(_own(label), self.room(room))
            case Bound(text=text, value=value):
                yield f"- {_own(text)} (digest {_short_digest(value)})"

    def room(self, room: int) -> int:
        """The characters of the text that are shown where a longer text may take so many."""
        if isinstance(self.item, Body):
            lines = self.whole.split("\n", _LINES)[:_LINES]
            return min(max(room, self.item.least), self.item.most, sum(len(it) + 1 for it in lines))
        return max(min(room, _VALUE), _SHORT_VALUE)

    def _quoted(self, longest: int) -> str:
        shown = self.whole if len(self.whole) <= longest else f"{self.whole[:longest]}…"
        left_out = self._left_out(longest)
        return f'"{shown}" ({left_out})' if left_out else f'"{shown}"'

    def _barred(self, label: str, longest: int) -> Iterator[str]:
        length = counted(len(self.whole), "character")
        left_out = self._left_out(longest)
        if self.whole and longest:
            yield f"- {label} ({length}):"
            yield from (f"    | {line}".rstrip() for line in self.whole[:longest].split("\n"))
            if left_out:
                yield f"    … {left_out}"
        elif self.whole:
            yield f"- {label} ({length}, not shown, digest {_short_digest(self.stored)})"
        else:
            yield f"- {label} ({length}, {left_out})" if left_out else f"- {label} ({length})"

    def _left_out(self, longest: int) -> str:
        """What of the text is not shown, with the digest of all of it; nothing where all is shown."""
        more = len(self.whole) - longest
        parts = [
            counted(more, "more character") if more > 0 else "",
            counted(self.unseen, "invisible character") if self.unseen else "",
        ]
        told = ", ".join(part for part in parts if part)
        return f"{told}, digest {_short_digest(self.stored)}" if told else ""


def _own(text: str) -> str:
    """Our own words on one line, even where something else has got into them."""
    return one_line(text, len(text) + 1)


def _paragraphs(text: str) -> str:
    """A text without runs of blanks and of empty lines: with them it could push other lines out of sight."""
    lines: list[str] = []
    for line in (" ".join(it.split()) for it in visible(text).split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip()


def _contents(items: tuple[Item, ...]) -> list[Any]:
    """All that an agreement is bound to, and the kind of each, so that no item passes for another."""
    return [[type(item).__name__, *_parts(item)] for item in items]


def _parts(item: Item) -> tuple[Any, ...]:
    match item:
        case Words(text=text):
            return (text,)
        case Value(label=label, value=value, note=note):
            return (label, value, note)
        case Body(label=label, text=text, read=read):
            return (label, text, read and [read.tool, read.arguments])
        case Bound(text=text, value=value):
            return (text, value)


def _canonical(value: Any) -> Any:
    """A value as JSON can hold it: texts in composed Unicode, objects and sets in an order of their own."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case None | bool() | int() | float():
            return value
        case Mapping():
            parts = cast("Mapping[Any, Any]", value)
            pairs = [[_canonical(name), _canonical(part)] for name, part in parts.items()]
            return {"pairs": sorted(pairs, key=_json)}
        case AbstractSet():
            return {"set": sorted((_canonical(part) for part in cast("AbstractSet[Any]", value)), key=_json)}
        case list() | tuple():
            return [_canonical(part) for part in cast("list[Any]", value)]
        case _:
            return _canonical(to_jsonable_python(value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _digest(value: Any) -> str:
    """Half characters count as what they are: two texts that differ in nothing else have different digests."""
    return hashlib.sha256(_json(_canonical(value)).encode("utf-8", "surrogatepass")).hexdigest()


def _short_digest(value: Any) -> str:
    return _digest(value)[:12]
