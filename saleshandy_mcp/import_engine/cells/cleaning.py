"""Corrects the cells of a row. Only rows that look suspicious are checked closely."""

from collections.abc import Iterator, Mapping

from saleshandy_mcp.api.resources.fields import DROPDOWN, misfit
from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.import_engine.cells.cell_words import written
from saleshandy_mcp.import_engine.cells.tally import Tally
from saleshandy_mcp.import_engine.cells.text_cells import TextMend, is_nothing, is_suspicious, mend, strange
from saleshandy_mcp.import_engine.cells.written_dates import in_doubt
from saleshandy_mcp.import_engine.mapping.presets import FULL_NAME
from saleshandy_mcp.import_engine.mapping.synonyms import EMAIL, FIRST_NAME, LAST_NAME
from saleshandy_mcp.import_engine.sources.table import SourceRow

_UNDIVIDED = "no sure first name (kept whole as Last Name)"
_MISFIT = 'text where "{label}" takes {what}, as {example} (Saleshandy refuses such a row as a whole)'
_DAY_OR_MONTH = (
    'a date where "{label}" takes one as {example}, and day and month may be either '
    "(Saleshandy refuses such a row as a whole)"
)
_OPTION = (
    'to be one of the options of the dropdown "{label}", which no call tells: compare them with those in Saleshandy '
    "(it refuses a row with another value as a whole)"
)
_NAMES = frozenset({FIRST_NAME, LAST_NAME, FULL_NAME})


class Cleaner:
    """Cleans row after row.

    Args:
        columns: the columns that are stored, each with its label.
        paragraphs: labels whose values may have line breaks and markup.

    Attributes:
        mended: cells that are stored in another way than the file has them.
        strange: cells that are stored as they are, and may look wrong in a mail.
    """

    def __init__(self, columns: dict[str, str], paragraphs: frozenset[str]) -> None:
        self._columns, self._paragraphs = columns, paragraphs
        self._nothing = written("nothing")
        self.mended, self.strange = Tally(), Tally()

    def row(self, row: SourceRow) -> Row:
        """The values of a row by column; what is empty, or means nothing, is not there."""
        cells = row.values.values()
        odd = is_suspicious(*cells)
        if not odd and self._nothing.isdisjoint(cells):
            return row.values
        values = dict(row.values)
        for column in filter(row.values.__contains__, self._columns):
            cleaned = self._cell(row.number, column, values[column], odd=odd)
            if cleaned:
                values[column] = cleaned
            else:
                del values[column]
        return values

    def _cell(self, number: int, column: str, before: str, *, odd: bool) -> str:
        label = self._columns[column]
        text = before
        # The address is taken out of its cell later, when it is known which column it comes from.
        if odd and label != EMAIL and is_suspicious(before):
            text, done = mend(before, paragraphs=label in self._paragraphs)
            self.mended.add_all(done, number, before, text)
            self.strange.add_all(strange(text), number, text)
        if is_nothing(text, name=label in _NAMES):
            self.mended.add(TextMend.NOTHING, number, before)
            return ""
        return text


def doubts(row: Row, typed: Mapping[str, str], *, splits: bool) -> Iterator[tuple[str, str]]:
    """What is doubtful about values, and the value, to be told as "1 value has …".

    Args:
        row: what would be stored, by label.
        typed: labels of fields that do not take every text, each with its type. One value that does not fit makes the
            live API refuse the whole row ("Mismatch in custom field type", seen 2026-09-22 for numbers).
        splits: whether the names come out of a full name.
    """
    if splits and LAST_NAME in row and FIRST_NAME not in row:
        yield _UNDIVIDED, row[LAST_NAME]
    for label, kind in typed.items():
        value = row.get(label, "")
        if taken := misfit(kind, value):
            told = _DAY_OR_MONTH if kind == "date" and in_doubt(value) else _MISFIT
            yield told.format(label=label, what=taken.what, example=taken.example), value
        elif value and kind == DROPDOWN:
            yield _OPTION.format(label=label), value
