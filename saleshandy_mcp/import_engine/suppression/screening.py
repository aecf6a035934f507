"""Whether a row may be sent, by its own columns and by the choice of the person who imports. Pure."""

from collections import defaultdict

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode
from saleshandy_mcp.import_engine.mapping.synonyms import column_named
from saleshandy_mcp.import_engine.read_as import ReadAs
from saleshandy_mcp.import_engine.row_choice import row_choice
from saleshandy_mcp.import_engine.sources import SourceRow
from saleshandy_mcp.import_engine.suppression.judges import Judge, Says, judges, told


class Screening:
    """The columns that say whom not to mail, and the choice of rows.

    Attributes:
        columns: those that may say it, in the order of the table; also those that are ignored.
        doubtful: by what speaks against their addresses, the numbers of rows; these are sent.
        ignored: by column, the numbers of rows that it says are out, and that are sent because somebody said so.
    """

    def __init__(self, columns: list[str], read_as: ReadAs) -> None:
        """Find the columns.

        Raises:
            Mistake: for a column that is not there, or one to be ignored that says nothing of this kind.
        """
        self._choice = row_choice(read_as, columns) if read_as.only or read_as.excluded else None
        found = judges(columns)
        self.columns = [it.column for it in found]
        ignored = {column_named(name, columns, "ignore") for name in read_as.ignored}
        _refuse_others(ignored, found)
        self._judges = [it for it in found if it.column not in ignored]
        self._ignored = [it for it in found if it.column in ignored]
        self._spoke = {it.column for it in found if not it.general} | ignored
        self.doubtful: dict[str, set[int]] = defaultdict(set)
        self.ignored: dict[str, set[int]] = defaultdict(set)

    @property
    def telling(self) -> list[str]:
        """The columns to be told: those named for it, and others that have said something of a row."""
        return [it for it in self.columns if it in self._spoke]

    @property
    def choosing(self) -> list[str]:
        """The columns by which rows are chosen."""
        return [*self._choice.only, *self._choice.excluded] if self._choice else []

    def not_chosen(self, values: Row) -> Reason:
        """Why the row is none of those that are asked for."""
        words = self._choice.against(values) if self._choice else ""
        return Reason(ReasonCode.NOT_CHOSEN, words=words) if words else NO_REASON

    def said(self, row: SourceRow) -> Reason:
        """Why the row itself says that it is not to be sent; doubts and what is ignored are noted."""
        for judge in self._judges:
            if value := row.values.get(judge.column):
                says, words = judge.verdict(value)
                if says is not Says.NOTHING:
                    self._spoke.add(judge.column)
                if says is Says.OUT:
                    return Reason(ReasonCode.FILE_SAYS, words=words, column=told(judge.column), value=told(value))
                if says is Says.DOUBT:
                    self.doubtful[f'{words} by "{told(judge.column)}"'].add(row.number)
        if self._ignored:
            self._note_ignored(row)
        return NO_REASON

    def _note_ignored(self, row: SourceRow) -> None:
        for judge in self._ignored:
            if (value := row.values.get(judge.column)) and judge.verdict(value).says is Says.OUT:
                self.ignored[told(judge.column)].add(row.number)


def _refuse_others(ignored: set[str], found: list[Judge]) -> None:
    there = [it.column for it in found]
    if other := next((name for name in ignored if name not in there), None):
        raise Mistake(
            f'ignore: "{other}" is no column that says whom not to mail',
            f"Such columns here: {', '.join(there)}." if there else "There is none here: leave it out.",
        )
