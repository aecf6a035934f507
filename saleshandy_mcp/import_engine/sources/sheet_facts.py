"""Facts of a sheet that the reading library does not give.

Hidden rows, formulas without a result, number formats: found by patterns in pieces of the XML that are at hand anyway.
No entity is expanded, nothing is parsed as a whole.
"""

import html
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from saleshandy_mcp.import_engine.sources.number_formats import BUILT_IN, is_telling

_NAME = rb"<(?:[^\s<>/:]+:)?"
_ROW = re.compile(_NAME + rb"row\s([^>]*)>")
_NO_RESULT = re.compile(
    _NAME + rb"c\s([^>]*)>\s*" + _NAME + rb"f(?:\s[^>]*)?(?:/>|>[^<]*</[^>]*f>)\s*"
    rb"(?:" + _NAME + rb"v\s*/>|" + _NAME + rb"v\s*>\s*</[^>]*v>)?\s*</[^>]*c>"
)
_CELL = re.compile(_NAME + rb"c\s([^>]*)(?<!/)>")
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_FORMATS = re.compile(_NAME + rb"numFmt\s([^>]*)>")
_STYLES = re.compile(_NAME + rb"cellXfs[\s>].*?</[^>]*cellXfs>", re.DOTALL)
_STYLE = re.compile(_NAME + rb"xf\s([^>]*)>")
_SHEET = re.compile(_NAME + rb"sheet\s([^>]*)>")
_LINK = re.compile(_NAME + rb"Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"""(?:^|\s)(?:[^\s=:]+:)?([^\s=:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TRUE = {"1", "true"}
_TEXTUAL = {"s", "str", "inlineStr", "b", "e", "d"}
_SHOWN = 3


class SheetFacts:
    """What one sheet says.

    Attributes:
        hidden: numbers of rows that are not shown.
        no_result: places of the first cells with a formula that was never worked out.
        no_results: how many of them there are.
        formats: by row, columns from 0 with the format of the number in them.
        wide: whether it has more columns than most.
    """

    def __init__(self, styles: Mapping[str, str] = MappingProxyType({})) -> None:
        self._styles = styles
        self._styled = tuple(f"{quote}{it}{quote}".encode() for it in styles for quote in "\"'")
        self.hidden: set[int] = set()
        self.no_result: list[str] = []
        self.no_results = 0
        self.formats: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self.wide = False

    def take(self, piece: bytes) -> None:
        """Look at a part of it that cuts through no cell."""
        if b"hidden" in piece:
            rows = map(attributes, _ROW.findall(piece))
            self.hidden.update(int(it["r"]) for it in rows if it.get("hidden") in _TRUE and it.get("r", "").isdigit())
        if b"f>" in piece or b"f " in piece:
            for found in _NO_RESULT.findall(piece):
                self.without_result(attributes(found).get("r", ""))
        if self._is_styled(piece):
            for found in filter(self._is_styled, _CELL.findall(piece)):
                self._keep_format(attributes(found))

    def without_result(self, place: str) -> None:
        """Note a formula that was never worked out."""
        self.no_results += 1
        if len(self.no_result) < _SHOWN:
            self.no_result.append(place)

    def _is_styled(self, piece: bytes) -> bool:
        return any(it in piece for it in self._styled)

    def _keep_format(self, cell: dict[str, str]) -> None:
        code = self._styles.get(cell.get("s", ""))
        place = _PLACE.fullmatch(cell.get("r", ""))
        if code and place and cell.get("t") not in _TEXTUAL:
            self.formats[int(place[2])].append((column_number(place[1].encode()) - 1, code))


class Facts:
    """What a workbook says of its sheets."""

    def __init__(self) -> None:
        self._styles: dict[str, str] = {}
        self._sheets: dict[str, SheetFacts] = {}
        self._ids: dict[str, str] = {}
        self._targets: dict[str, str] = {}

    def sheet(self, part: str) -> SheetFacts:
        return self._sheets.setdefault(part.lower(), SheetFacts(self._styles))

    def titled(self, title: str) -> SheetFacts:
        """What the sheet of that title says; nothing when it cannot be told which part it is."""
        target = self._targets.get(self._ids.get(title, ""), "").lower().replace("\\", "/")
        return self._sheets.get(target.removeprefix("/") if target.startswith("/") else f"xl/{target}", SheetFacts())

    def take(self, part: str, content: bytes) -> None:
        """Look at a part that is no sheet."""
        name = part.lower()
        if name.endswith("styles.xml"):
            self._styles = _styles(content)
        elif name.endswith("workbook.xml.rels"):
            self._targets = linked_parts(content)
        elif name.endswith("workbook.xml"):
            sheets = map(attributes, _SHEET.findall(content))
            self._ids = {it.get("name", ""): it.get("id", "") for it in sheets}


def linked_parts(content: bytes) -> dict[str, str]:
    """Where the parts of a workbook are, by the names that it has for them."""
    links = map(attributes, _LINK.findall(content))
    return {it.get("Id", ""): it.get("Target", "") for it in links}


def attributes(found: bytes) -> dict[str, str]:
    """The attributes in a tag, without the prefixes of their names."""
    text = found.decode("utf-8", "replace")
    return {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(text)}


@cache
def column_number(letters: bytes) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _styles(content: bytes) -> dict[str, str]:
    """The formats that change how a number reads, by the number of the style."""
    made = {it.get("numFmtId", ""): it.get("formatCode", "") for it in map(attributes, _FORMATS.findall(content))}
    formats = BUILT_IN | made
    listed = _STYLES.search(content)
    used = [attributes(it).get("numFmtId", "") for it in _STYLE.findall(listed[0])] if listed else []
    return {str(place): formats[it] for place, it in enumerate(used) if it in formats and is_telling(formats[it])}
