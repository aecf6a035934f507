"""Rows that come as objects: out of JSON, or with a call."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, cast

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources.flattening import flattened
from saleshandy_mcp.import_engine.sources.limits import AHEAD, LONGEST_FIELD, MOST_COLUMNS
from saleshandy_mcp.import_engine.sources.remarks import Remarks
from saleshandy_mcp.import_engine.sources.table import SourceRow, Table, looked_ahead, too_wide, without_long

_LONGEST_NUMBER = 40
_SHOWN = 60


class Unread(str):
    """What stands for an object that could not be read: why."""

    __slots__ = ()


def tabled(
    found: Iterable[tuple[int, Any]], name: str, *, ahead: int = AHEAD, where: str = "file", unit: str = "row"
) -> Table:
    """Objects with their numbers as rows; columns are the keys of the first ones.

    Args:
        found: as they were read.
        name: of the source.
        ahead: how many of them say which columns there are.
        where: the argument that is wrong when something is.
        unit: what their numbers count.

    Raises:
        Mistake: when they cannot be a table; the rows raise it too.
    """
    reader = _Reader(name, where, unit)
    first, rows = looked_ahead(reader.rows(found), ahead)
    if not first or not reader.objects:
        raise Mistake(f"{where}: {name} holds no objects", "It should be a list of objects, one for each person.")
    return Table(reader.told(), rows, reader.late, reader.remarks)


class _Reader:
    """Objects to rows; it keeps the keys that have turned up."""

    def __init__(self, name: str, where: str, unit: str) -> None:
        self._name, self._where = name, where
        self._unit = unit
        self._columns: dict[str, str] = {}
        self._shapes: dict[str, str] = {}
        self._shared = False  # whether two keys share a column
        self._told = False
        self.late: list[str] = []
        self.objects = False
        self.remarks = Remarks()

    def told(self) -> list[str]:
        """The columns so far; from now on others are late."""
        self._told = True
        return list(self._shapes.values())

    def rows(self, found: Iterable[tuple[int, Any]]) -> Iterator[SourceRow]:
        for number, value in found:
            if isinstance(value, dict):
                self.objects = True
                yield self._row(number, cast("dict[str, Any]", value))
            else:
                yield SourceRow(number, {}, str(value) if isinstance(value, Unread) else "not an object")

    def _row(self, number: int, found: dict[str, Any]) -> SourceRow:
        columns = self._columns
        if self._shared:
            return self._odd_row(number, found)
        try:
            # Most rows have known keys and nothing but texts; this takes a third of the time.
            values = {columns[key]: said for key, value in found.items() if (said := value.strip())}
        except (KeyError, AttributeError):
            return self._odd_row(number, found)
        return self._checked(number, values)

    def _odd_row(self, number: int, found: dict[str, Any]) -> SourceRow:
        values: Row = {}
        for key, value in flattened(found, partial(self._left_out, number)):
            column = self._columns.get(key) or self._column(key)
            said = value if type(value) is str else _said(value)
            if (said := said.strip()) and column not in values:
                values[column] = said
        return self._checked(number, values)

    def _left_out(self, number: int, key: str) -> None:
        shown = key[:_SHOWN]
        place = f"{self._unit} {number}"
        self.remarks.count(f'list under "{shown}" was left out', place, more=f'lists under "{shown}" were left out')

    def _checked(self, number: int, values: Row) -> SourceRow:
        if values and max(map(len, values.values())) > LONGEST_FIELD:
            values = without_long(values, f"{self._unit} {number}", self.remarks)
        return SourceRow(number, {}, flaw) if (flaw := _unwritable(values)) else SourceRow(number, values)

    def _column(self, key: str) -> str:
        """The column of a key; keys that differ in case alone share it, the first that is filled wins."""
        column = key.replace("\xa0", " ").strip()
        shape = column.casefold()
        if shape in self._shapes:
            self._shared = True
            column = self._columns[key] = self._shapes[shape]
            return column
        if _unwritable({column: column}) or len(column) > LONGEST_FIELD:
            raise Mistake(f"{self._where}: {self._name} has a column whose name cannot be written", "Rename it.")
        self._columns[key] = self._shapes[shape] = column
        if len(self._shapes) > MOST_COLUMNS:
            raise too_wide(len(self._shapes), self._name, self._where)
        if self._told:
            self.late.append(column)
        return column


def _said(value: Any) -> str:
    """A value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return decimal(value) if isinstance(value, Decimal) else str(value)


def decimal(value: Decimal) -> str:
    """3 for 3.0, and digits rather than powers as far as somebody would read them."""
    if value == value.to_integral_value() and value.adjusted() < _LONGEST_NUMBER:
        return str(int(value))
    plain = -_LONGEST_NUMBER < value.adjusted() < _LONGEST_NUMBER
    return format(value, "f").rstrip("0") if plain else str(value)


def _unwritable(values: Row) -> str:
    """What no text may hold, if a row does: NUL, or half of a pair of surrogates."""
    everything = "".join(values.values())
    if "\0" in everything:
        return "holds a NUL character"
    if everything.isascii():
        return ""
    try:
        everything.encode()
    except UnicodeEncodeError:
        return "holds half a character (a lone surrogate)"
    return ""
