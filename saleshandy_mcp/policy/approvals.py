"""Agreements of people: what exactly was asked, in words and as a digest, and that each answer counts once."""

import hashlib
import json
import secrets
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value, Words
from saleshandy_mcp.core.view import Say
from saleshandy_mcp.untrusted.one_line import one_line, visible

LIFETIME = 600.0
"""Seconds in which an agreement has to be used."""
LONGEST = 4_000
"""Characters of a question: more is not read."""

_VALUE = 300
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass
class Approvals:
    """Tickets that were given out and not yet used. Each is bound to one call and one question, to the letter.

    They live in this process: behind several workers an answer may reach one that never asked.
    """

    clock: Callable[[], float] = time.monotonic
    _open: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])

    def issue(self, digest: str) -> str:
        now = self.clock()
        self._open = {ticket: bound for ticket, bound in self._open.items() if bound[1] > now}
        letters = "".join(secrets.choice(_ALPHABET) for _ in range(10))
        ticket = f"{letters[:5]}-{letters[5:]}"
        self._open[ticket] = (digest, now + LIFETIME)
        return ticket

    def redeem(self, ticket: str, digest: str) -> None:
        """Use a ticket up.

        Raises:
            Mistake: if it was never given out, was used, is too old, or what it was for has changed since.
        """
        bound, until = self._open.pop(ticket, ("", 0.0))
        again = "Call again without it to see what would happen now."
        if not bound or until <= self.clock():
            raise Mistake("confirm: this token is unknown, used up, or older than 10 minutes", again)
        if bound != digest:
            raise Mistake("confirm: what was agreed to has changed meanwhile, or the arguments have", again)


def digest_of(tool: str, arguments: Mapping[str, Any], question: Question) -> str:
    """What an agreement is bound to: the call, and every item of its question with the whole of its value."""
    items = [_content(item) for item in question.items]
    return _digest([tool, _canonical(arguments), question.ask, items, question.on_yes])


def words_of(question: Question, say: Say) -> str:
    """The question as a person reads it, at most 4,000 characters.

    Our own words begin a line; a value stands quoted behind its label, and each line of a longer text behind a bar, so
    that nothing in it can pass for our words. What is not shown is counted, with its digest.
    """
    for room in (LONGEST, 600, 300, 120, 60):
        text = "\n".join([question.ask, *_lines(question.items, room, say), question.on_yes])
        if len(text) <= LONGEST:
            return text
    return _cut(question, say)


def _cut(question: Question, say: Say) -> str:
    """Too many items: those that fit, and how many more there are, with the digest of these."""
    shown: list[str] = []
    left = LONGEST - len(question.ask) - len(question.on_yes) - 100
    for place, item in enumerate(question.items):
        lines = list(_lines((item,), 60, say))
        left -= sum(len(line) + 1 for line in lines)
        if left < 0:
            rest = [_content(it) for it in question.items[place:]]
            shown.append(f"- and {len(rest)} more lines, not shown (digest {_digest(rest)[:12]})")
            break
        shown += lines
    return "\n".join([question.ask, *shown, question.on_yes])


def _lines(items: tuple[Item, ...], room: int, say: Say) -> Iterator[str]:
    for item in items:
        match item:
            case Words(text=text):
                yield f"- {text}"
            case Value(label=label, value=value, note=note):
                yield f"- {label}: {_quoted(value)}" + (f", {note}" if note else "")
            case Body(label=label, text=text):
                yield from _body(label, text, min(room, item.most), "" if item.read is None else say(item.read))
            case Bound(text=text, value=value):
                yield f"- {text} (digest {_digest(_canonical(value))[:12]})"


def _quoted(value: str) -> str:
    whole = one_line(value, len(value) + 1)
    shown = whole[:_VALUE].replace('"', "'")
    if len(whole) <= _VALUE:
        return f'"{shown}"'
    return f'"{shown}…" ({len(whole) - _VALUE:,} more characters, digest {_digest(_canonical(value))[:12]})'


def _body(label: str, text: str, most: int, read: str) -> Iterator[str]:
    seen = visible(text)
    shown, rest = seen[:most], len(seen) - most
    yield f"- {label} ({len(seen):,} characters):"
    yield from (f"    | {line}" for line in shown.splitlines())
    if rest > 0:
        where = f"; all of it: {read}" if read else "; all of it stands among the arguments of the call"
        yield f"    … {rest:,} more characters, digest {_digest(_canonical(text))[:12]}{where}"


def _content(item: Item) -> Any:
    match item:
        case Words(text=text):
            return text
        case Value(label=label, value=value, note=note):
            return [label, _canonical(value), note]
        case Body(label=label, text=text):
            return [label, _canonical(text)]
        case Bound(text=text, value=value):
            return [text, _canonical(value)]


def _canonical(value: Any) -> Any:
    """Texts in one form: composed Unicode, and no half of a character."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value).encode("utf-8", "replace").decode()
        case Mapping():
            return {str(name): _canonical(part) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
        case list() | tuple():
            return [_canonical(part) for part in value]  # pyright: ignore[reportUnknownVariableType] - JSON
        case _:
            return value


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
