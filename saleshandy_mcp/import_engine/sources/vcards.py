"""Contact cards (vCard 2.1, 3.0 and 4.0) as rows: one card, one row.

Of several addresses or telephone numbers the one for work comes first, and a private one last. A card is read line by
line; what is not understood costs that line. vobject was tried: it gives up at the first line it does not know.
"""

import quopri
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from saleshandy_mcp.import_engine.mapping.full_names import split
from saleshandy_mcp.import_engine.sources.limits import LONGEST_FIELD, MOST_ROWS
from saleshandy_mcp.import_engine.sources.objects import tabled
from saleshandy_mcp.import_engine.sources.table import Table

_LINE = re.compile(r'((?:[^":]|"[^"]*")+):(.*)', re.DOTALL)
_PARAMETERS = re.compile(r'(?:[^;"]|"[^"]*")+')
_PARTS = re.compile(r"(?<!\\)(?:\\\\)*;")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_BEGIN, _END, _AGENT = "BEGIN:VCARD", "END:VCARD", "AGENT:"
_WORK, _PRIVATE = {"work", "business", "office"}, {"home", "private", "personal"}
_LONGEST_HEAD = 1_000
_NO_TALK = {"fax", "pager", "modem", "bbs"}
_TEXTS = {"TITLE": "Job Title", "NOTE": "Note", "CATEGORIES": "Categories", "BDAY": "Birthday", "NICKNAME": "Nickname"}
_ADDRESS = ("Street", "City", "State", "Postal Code", "Country")


class _Property(NamedTuple):
    """One line of a card: what it is, the group it is in, its types in small letters, its value as written."""

    name: str
    group: str
    types: frozenset[str]
    value: str


def vcards(lines: Iterable[str], name: str) -> Table:
    """A table out of contact cards. All of them say which columns there are, unless they are very long.

    Raises:
        Mistake: when there is none; the rows raise it too.
    """
    cards = ((number, _row(card)) for number, card in _cards(_unfolded(lines)))
    return tabled(cards, name, ahead=MOST_ROWS, unit="line")


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; a line that goes on in the next one is put together."""
    held, begun, goes_on = "", 0, False
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        if goes_on or (text[:1] in {" ", "\t"} and held):
            if len(held) <= 4 * LONGEST_FIELD:  # a longer one is a picture, or no text for a field
                held = held.removesuffix("=") + text if goes_on else held + text[1:]
        else:
            if held:
                yield begun, held
            held, begun = text, number
        head = held[:_LONGEST_HEAD].partition(":")[0].upper()
        goes_on = "QUOTED-PRINTABLE" in head and text.endswith("=")
    if held:
        yield begun, held


def _cards(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, list[_Property]]]:
    """The lines of each card, and where it begins. The card of somebody's assistant inside is left out."""
    card: list[_Property] | None = None
    begun, in_agent = 0, False
    for number, line in lines:
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


def _property(line: str) -> _Property | None:
    found = _LINE.fullmatch(line)
    if not found:
        return None
    called, *parameters = _PARAMETERS.findall(found[1])
    group, _, name = called.strip(" \ufeff").upper().rpartition(".")
    given = [(key.strip().upper(), value.strip('" ')) for key, _, value in (it.partition("=") for it in parameters)]
    # In 2.1 a type may stand alone: TEL;WORK:…
    types = (it for key, value in given for it in (value if value and key == "TYPE" else key).split(","))
    known = dict(given)
    value = found[2]
    if "QUOTED-PRINTABLE" in {known.get("ENCODING", "").upper(), *known}:
        value = _decoded(quopri.decodestring(value.encode()), known.get("CHARSET", "utf-8"))
    preferred = {"pref"} if "PREF" in known else set[str]()
    return _Property(name, group, frozenset(it.lower() for it in types) | preferred, value)


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return content.decode("utf-8", "replace")


def _row(card: list[_Property]) -> dict[str, Any]:
    labels = {it.group: _plain(it.value) for it in card if it.name == "X-ABLABEL"}
    by_name: dict[str, list[_Property]] = {}
    for it in card:
        label = labels.get(it.group, "") if it.group else ""
        types = it.types | {_LABEL.sub(r"\1", label).lower()}
        by_name.setdefault(it.name, []).append(it._replace(types=types))
    is_company = any(
        _plain(it.value).lower() in {"company", "org"}
        for it in [*by_name.get("X-ABSHOWAS", []), *by_name.get("KIND", [])]
    )
    row: dict[str, Any] = {} if is_company else _names(by_name)
    addresses = _ordered(by_name.get("EMAIL", []))
    row |= _numbered("Email", [it for it in addresses if not it.types & _PRIVATE])
    row |= _numbered("Private Email", [it for it in addresses if it.types & _PRIVATE])
    row |= _numbered("Phone", [it for it in _ordered(by_name.get("TEL", [])) if not it.types & _NO_TALK])
    company, department = [*_parts(by_name, "ORG"), "", ""][:2]
    row |= {"Company": company, "Department": department}
    for name, column in _TEXTS.items():
        row[column] = next((_plain(it.value) for it in by_name.get(name, [])), "")
    if not row["Job Title"]:
        row["Job Title"] = next((_plain(it.value) for it in by_name.get("ROLE", [])), "")
    row |= dict(zip(_ADDRESS, _parts(by_name, "ADR")[2:7], strict=False))
    return {column: value for column, value in (row | _links(by_name)).items() if value}


def _names(by_name: dict[str, list[_Property]]) -> dict[str, str]:
    last, first = [*_parts(by_name, "N"), "", ""][:2]
    if not (first or last):  # other cards have both, so all do
        first, last = split(next((_plain(it.value) for it in by_name.get("FN", [])), ""))
    return {"First Name": first, "Last Name": last}


def _links(by_name: dict[str, list[_Property]]) -> dict[str, str]:
    """Pages: a profile on LinkedIn is told from a website."""
    found = {
        _plain(it.value): it.types for it in (*by_name.get("X-SOCIALPROFILE", []), *_ordered(by_name.get("URL", [])))
    }
    profile = next((it for it, types in found.items() if "linkedin.com" in it.lower() or "linkedin" in types), "")
    pages = (_plain(it.value) for it in _ordered(by_name.get("URL", [])))
    return {"LinkedIn": profile, "Website": next((it for it in pages if it != profile), "")}


def _ordered(found: list[_Property]) -> list[_Property]:
    """For work first, then the preferred one, private ones last."""
    filled = [it for it in found if it.value.strip()]
    return sorted(filled, key=lambda it: (bool(it.types & _PRIVATE), not it.types & _WORK, "pref" not in it.types))


def _numbered(column: str, found: list[_Property]) -> dict[str, str]:
    """Email, Email 2, Email 3."""
    values = (_plain(it.value).removeprefix("tel:") for it in found)
    return {f"{column} {place}" if place > 1 else column: value for place, value in enumerate(values, start=1)}


def _parts(by_name: dict[str, list[_Property]], name: str) -> list[str]:
    """The parts of the first value of that name, the one for work first."""
    value = next((it.value for it in _ordered(by_name.get(name, []))), "")
    ends = [*(it.end() for it in _PARTS.finditer(value)), len(value) + 1]
    begins = [0, *ends]
    return [_plain(value[begin : end - 1]) for begin, end in zip(begins, ends, strict=False)]


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda it: "\n" if it[1] in "nN" else it[1], value).strip()
