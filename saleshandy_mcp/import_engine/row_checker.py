"""Checks each row of a table, alone and against the rows before it. Pure.

This is done for each of up to 100,000 rows, so whatever most rows do not need is passed over by one look.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping as Words
from dataclasses import replace

from pydantic_core import to_json

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core import addresses
from saleshandy_mcp.import_engine.cells.cleaning import Cleaner, doubts
from saleshandy_mcp.import_engine.cells.written_addresses import Found, take
from saleshandy_mcp.import_engine.cells.written_dates import DATES, Order, as_taken
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.rows import NewRow
from saleshandy_mcp.import_engine.ledger.states import RowState
from saleshandy_mcp.import_engine.mapping.columns import Mapping
from saleshandy_mcp.import_engine.mapping.synonyms import EMAIL
from saleshandy_mcp.import_engine.resolved_import import ResolvedImport
from saleshandy_mcp.import_engine.role_addresses import placeholder
from saleshandy_mcp.import_engine.sources import SourceRow
from saleshandy_mcp.import_engine.suppression.screening import Screening


class RowChecker:
    """Checks row after row.

    Args:
        resolved: what is asked for.
        mapping: of the columns.
        screening: of who is out.
        dates: columns of date fields, each with the order of day and month that its dates have, if that is sure.

    Attributes:
        lacking: by needed label, the numbers of the rows that lack it.
        elsewhere: by column, the numbers of rows whose address is in it, because the first column for it is empty.
        taken_back: rows that were to be sent until a later row of the same person said that the person is out.
        digest: of everything that would be sent, and how.
    """

    def __init__(
        self, resolved: ResolvedImport, mapping: Mapping, screening: Screening, dates: Words[str, Order | None]
    ) -> None:
        self._resolved, self._mapping, self.screening, self._dates = resolved, mapping, screening, dates
        self._out: dict[bytes, Reason] = {}
        self.taken_back: dict[int, Reason] = {}
        self._first: dict[bytes, int] = {}
        stored = {it.name: it.label for it in mapping.columns if it.label is not None}
        self.cleaner = Cleaner(stored, resolved.paragraphs)
        self._typed = {label: resolved.typed[label] for label in stored.values() if label in resolved.typed}
        self._may_be_doubtful = bool(self._typed) or mapping.splits
        self._first_address, *self._second_addresses = mapping.columns_of(EMAIL) or ("",)
        self.elsewhere: dict[str, set[int]] = defaultdict(set)
        self.lacking: dict[str, set[int]] = {label: set() for label in resolved.needed}
        target = resolved.target
        self._how = to_json([target.step_id, target.conflict_action, target.verify, target.tags])
        self.digest = hashlib.sha256(self._how)
        self.rows = self.flawed = 0

    @property
    def many_flawed(self) -> bool:
        """Whether so many rows cannot be read that a person should look: more than a fifth."""
        return self.flawed * 5 > self.rows

    def row(self, source: SourceRow) -> NewRow:
        """The row as the ledger stores it: waiting, or skipped with a reason."""
        self.rows += 1
        if source.flaw:
            self.flawed += 1
            return _skipped(source.number, "", Reason(ReasonCode.UNREADABLE, words=source.flaw))
        values = self.cleaner.row(source)
        if self._dates:
            values = self._dated(values, source.number)
        row = self._mapping.row(values, plain=values is source.values)
        if self._may_be_doubtful:
            self._note_doubts(row, source.number)
        email = row.get(EMAIL, "").strip()
        found = take(email)
        if (trouble := _trouble(email, found)) is not NO_REASON:
            return _skipped(source.number, email, self.screening.not_chosen(source.values) or trouble)
        if found.mends:
            self.cleaner.mended.add_all(found.mends, source.number, email, found.address)
        email = found.address
        key = addresses.row_key(self._resolved.account, self._resolved.target.step_id, email)
        if (against := self._against(source, key)) is not NO_REASON:
            return _skipped(source.number, email, against, key)
        row[EMAIL] = email
        if self._second_addresses:
            self._note_column(values, source.number)
        for label, without in self.lacking.items():
            if label not in row:
                without.add(source.number)
        payload = to_json(row)
        made = hashlib.sha256(self._how + payload).digest()
        self.digest.update(made)
        return NewRow(source.number, email, key, made[:16], RowState.WAITING, NO_REASON, payload.decode())

    def _dated(self, values: Row, number: int) -> Row:
        """The values with dates in the words that date fields take, as far as they are sure."""
        found = {column: as_taken(values.get(column, ""), order) for column, order in self._dates.items()}
        taken = {column: date for column, date in found.items() if date}
        for column, date in taken.items():
            self.cleaner.mended.add(DATES, number, values[column], date)
        return values | taken

    def _note_doubts(self, row: Row, number: int) -> None:
        for what, value in doubts(row, self._typed, splits=self._mapping.splits):
            self.cleaner.strange.add(what, number, value)

    def _note_column(self, values: Row, number: int) -> None:
        """Note a row whose address is in another column than most."""
        column = next(filter(values.get, self._second_addresses), None)
        if column and not values.get(self._first_address):
            self.elsewhere[column].add(number)

    def _against(self, source: SourceRow, key: bytes) -> Reason:
        """Why the row is not sent although its address is good. A person whom any row calls out is out in all."""
        unchosen, said = self.screening.not_chosen(source.values), self.screening.said(source)
        if said is not NO_REASON:
            elsewhere = self._out.setdefault(key, replace(said, row=source.number))
            if key in self._first:
                self.taken_back.setdefault(self._first[key], elsewhere)
        for against in (unchosen, said, self._out.get(key, NO_REASON)):
            if against is not NO_REASON:
                return against
        first = self._first.setdefault(key, source.number)
        return Reason(ReasonCode.DUPLICATE, row=first) if first != source.number else NO_REASON


def _trouble(cell: str, found: Found) -> Reason:
    """Why nobody can be reached by what a cell holds."""
    if not cell:
        return Reason(ReasonCode.NO_ADDRESS)
    if words := placeholder(found.address or cell):
        return Reason(ReasonCode.PLACEHOLDER, words=words)
    return Reason(ReasonCode.BAD_ADDRESS, words=found.trouble) if found.trouble else NO_REASON


def _skipped(number: int, email: str, reason: Reason, key: bytes | None = None) -> NewRow:
    return NewRow(number, email, key, None, RowState.SKIPPED, reason, "")
