"""The grammar of contact cards: lines that are put together, and what each of them says. Pure.

A card is read line by line; what is not understood costs that line. vobject was tried: it leaves out the types of 2.1,
by which an address for work is told from a private one, and one line that it does not know ends the whole file.
"""

import quopri
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from saleshandy_mcp.import_engine.sources.limits import LONGEST_FIELD

_LINE = re.compile(r'((?:[^":]|"[^"]*")+):(.*)', re.DOTALL)
_PARAMETERS = re.compile(r'(?:[^;"]|"[^"]*")+')
_PARTS = re.compile(r"(?<!\\)(?:\\\\)*;")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BEGIN, _END, _AGENT = "BEGIN:VCARD", "END:VCARD", "AGENT:"
_LONGEST_HEAD = 1_000


class Property(NamedTuple):
    """One line of a card: what it is, the group it is in, its types in small letters, its value as written."""

    name: str
    group: str
    types: frozenset[str]
    value: str

    @property
    def text(self) -> str:
        return _plain(self.value)

    @property
    def parts(self) -> list[str]:
        """The parts of a value that has several, as a name or an address of a house."""
        ends = [*(it.end() for it in _PARTS.finditer(self.value)), len(self.value) + 1]
        begins = [0, *ends]
        return [_plain(self.value[begin : end - 1]) for begin, end in zip(begins, ends, strict=False)]


def cards(lines: Iterable[str]) -> Iterator[tuple[int, list[Property]]]:
    """What each card says, and the line that it begins in. The card of somebody's assistant inside is left out."""
    card: list[Property] | None = None
    begun, in_agent = 0, False
    for number, line in _unfolded(lines):
        mark = line.strip(" \ufeff").upper()
        if in_agent:
            in_agent = mark != _END
        elif mark == _BEGIN:
            if card:
                yield begun, card
            card, begun = [], number
        elif card is not None and mark == _END:
            yield begun, card
            card = None
        elif card is not None:
            in_agent = mark == _AGENT
            card += [it] if (it := _property(line)) else []
    if card:
        yield begun, card


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; a line that goes on in the next one is put together."""
    held, begun = "", 0
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        more = _continued(held, text)
        if more is None:
            if held:
                yield begun, held
            held, begun = text, number
        elif len(held) <= 4 * LONGEST_FIELD:  # a longer one is a picture, or no text for a field
            held = more
    if held:
        yield begun, held


def _continued(held: str, text: str) -> str | None:
    """The line before and this one together; None where this one is a line of its own."""
    if held.endswith("=") and "QUOTED-PRINTABLE" in held[:_LONGEST_HEAD].partition(":")[0].upper():
        return held[:-1] + text
    return held + text[1:] if held and text.startswith((" ", "\t")) else None


def _property(line: str) -> Property | None:
    found = _LINE.fullmatch(line)
    if not found:
        return None
    called, *parameters = _PARAMETERS.findall(found[1]) or [""]
    group, _, name = called.strip(" \ufeff").upper().rpartition(".")
    given = [(key.strip().upper(), value.strip('" ')) for key, _, value in (it.partition("=") for it in parameters)]
    # In 2.1 a type may stand alone: TEL;WORK:…
    types = (it for key, value in given for it in (value if value and key == "TYPE" else key).split(","))
    known = dict(given)
    value = found[2]
    if "QUOTED-PRINTABLE" in {known.get("ENCODING", "").upper(), *known}:
        value = _decoded(quopri.decodestring(value.encode(errors="surrogateescape")), known.get("CHARSET", "utf-8"))
    preferred = {"pref"} if "PREF" in known else set[str]()
    return Property(name, group, frozenset(it.lower() for it in types) | preferred, value)


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "replace")


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda it: "\n" if it[1] in "nN" else it[1], value).strip()
