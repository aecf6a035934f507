"""Which rows of a table are taken, by the values of their columns. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.mapping.synonyms import column_named
from saleshandy_mcp.import_engine.read_as import ReadAs


@dataclass(frozen=True)
class RowChoice:
    """Which rows are taken.

    Attributes:
        only: by column, the values of which a row has to have one.
        excluded: by column, the values that a row must not have.
    """

    only: dict[str, list[str]]
    excluded: dict[str, list[str]]

    def against(self, values: Row) -> str:
        """Why a row is not taken, as ``"Status" is lost``; empty for one that is."""
        for column, wanted in self.only.items():
            if _same(values.get(column, "")) not in map(_same, wanted):
                return f'"{column}" is not {_either(wanted)}'
        for column, unwanted in self.excluded.items():
            here = _same(values.get(column, ""))
            if found := [it for it in unwanted if _same(it) == here]:
                return f'"{column}" is {_either(found[:1])}'
        return ""


def row_choice(read_as: ReadAs, columns: list[str]) -> RowChoice:
    """The choice that is asked for.

    Raises:
        Mistake: for what is no pair, or names a column that is not there.
    """
    return RowChoice(_by_column(read_as.only, columns, "only"), _by_column(read_as.excluded, columns, "except"))


def _by_column(pairs: Sequence[str], columns: list[str], what: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise Mistake(f'{what}: "{pair}" is no pair', 'Write "Column=value"; "Column=" means that it is empty.')
        found.setdefault(column_named(name.strip(), columns, what), []).append(value.strip())
    return found


def _either(values: list[str]) -> str:
    return " or ".join(value or "empty" for value in values)


def _same(value: str) -> str:
    """Case and blanks make no difference."""
    return " ".join(value.split()).casefold()
