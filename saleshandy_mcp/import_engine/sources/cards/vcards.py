"""Contact cards (vCard 2.1, 3.0 and 4.0) as rows: one card, one row.

Of several addresses or telephone numbers the one for work comes first, and a private one last.
"""

import re
from collections.abc import Iterable
from typing import Any

from saleshandy_mcp.import_engine.mapping.full_names import split
from saleshandy_mcp.import_engine.sources.cards.vcard_lines import Property, cards
from saleshandy_mcp.import_engine.sources.limits import MOST_ROWS
from saleshandy_mcp.import_engine.sources.objects import tabled
from saleshandy_mcp.import_engine.sources.table import Table

_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_WORK, _PRIVATE = {"work", "business", "office"}, {"home", "private", "personal"}
_MOST_OF_A_KIND = 9
_NO_TALK = {"fax", "pager", "modem", "bbs"}
_TEXTS = {
    "Job Title": ("TITLE", "ROLE"),
    "Note": ("NOTE",),
    "Categories": ("CATEGORIES",),
    "Birthday": ("BDAY",),
    "Nickname": ("NICKNAME",),
}
_ADDRESS = ("Street", "City", "State", "Postal Code", "Country")


def vcards(lines: Iterable[str], name: str) -> Table:
    """A table out of contact cards. All of them say which columns there are, unless they are very long.

    Raises:
        Mistake: when there is none; the rows raise it too.
    """
    rows = ((number, _row(card)) for number, card in cards(lines))
    return tabled(rows, name, ahead=MOST_ROWS, unit="line")


def _row(card: list[Property]) -> dict[str, Any]:
    by_name = _by_name(card)
    addresses = _ordered(by_name.get("EMAIL", []))
    numbers = [it for it in _ordered(by_name.get("TEL", [])) if not it.types & _NO_TALK]
    company, department = [*_parts(by_name, "ORG"), "", ""][:2]
    row = (
        ({} if _is_company(by_name) else _names(by_name))
        | _numbered("Email", [it for it in addresses if not it.types & _PRIVATE])
        | _numbered("Private Email", [it for it in addresses if it.types & _PRIVATE])
        | _numbered("Phone", numbers)
        | {"Company": company, "Department": department}
        | {column: _first(by_name, *names) for column, names in _TEXTS.items()}
        | dict(zip(_ADDRESS, _parts(by_name, "ADR")[2:7], strict=False))
        | _links(by_name)
    )
    return {column: value for column, value in row.items() if value}


def _by_name(card: list[Property]) -> dict[str, list[Property]]:
    """The lines of a card by what they are. The label of a group counts as a type: item1.X-ABLabel:Work."""
    labels = {it.group: _LABEL.sub(r"\1", it.text).lower() for it in card if it.name == "X-ABLABEL" and it.group}
    found: dict[str, list[Property]] = {}
    for it in card:
        found.setdefault(it.name, []).append(it._replace(types=it.types | {labels.get(it.group, "")}))
    return found


def _is_company(by_name: dict[str, list[Property]]) -> bool:
    return not {"company", "org"}.isdisjoint({_first(by_name, "X-ABSHOWAS").lower(), _first(by_name, "KIND").lower()})


def _first(by_name: dict[str, list[Property]], *names: str) -> str:
    """The first value of the first of these names that has one."""
    return next((text for name in names for it in by_name.get(name, []) if (text := it.text)), "")


def _names(by_name: dict[str, list[Property]]) -> dict[str, str]:
    last, first = [*_parts(by_name, "N"), "", ""][:2]
    if not (first or last):  # other cards have both, so all do
        first, last = split(_first(by_name, "FN"))
    return {"First Name": first, "Last Name": last}


def _links(by_name: dict[str, list[Property]]) -> dict[str, str]:
    """Pages: a profile on LinkedIn is told from a website."""
    found = {it.text: it.types for it in (*by_name.get("X-SOCIALPROFILE", []), *_ordered(by_name.get("URL", [])))}
    profile = next((it for it, types in found.items() if "linkedin.com" in it.lower() or "linkedin" in types), "")
    pages = (it.text for it in _ordered(by_name.get("URL", [])))
    return {"LinkedIn": profile, "Website": next((it for it in pages if it != profile), "")}


def _ordered(found: list[Property]) -> list[Property]:
    """For work first, then the preferred one, private ones last."""
    filled = [it for it in found if it.value.strip()]
    return sorted(filled, key=lambda it: (bool(it.types & _PRIVATE), not it.types & _WORK, "pref" not in it.types))


def _numbered(column: str, found: list[Property]) -> dict[str, str]:
    """Email, Email 2, Email 3."""
    values = (it.text.removeprefix("tel:") for it in found[:_MOST_OF_A_KIND])
    return {f"{column} {place}" if place > 1 else column: value for place, value in enumerate(values, start=1)}


def _parts(by_name: dict[str, list[Property]], name: str) -> list[str]:
    """The parts of the first value of that name, the one for work first."""
    return next((it.parts for it in _ordered(by_name.get(name, []))), list[str]())
