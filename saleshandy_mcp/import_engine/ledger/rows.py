"""The rows of one job in the ledger, and the batches they go in."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import NamedTuple

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.states import Batch, BatchState, RowState


class NewRow(NamedTuple):
    """A row as planning writes it.

    Attributes:
        number: what a person knows it by.
        email: as it was given.
        key: who it is about, where; None when that cannot be told.
        print: of what would be sent, and how; None when nothing will be.
        state: WAITING or SKIPPED.
        reason: why it is skipped.
        payload: what would be sent, as JSON; empty when nothing will be.
    """

    number: int
    email: str
    key: bytes | None
    print: bytes | None
    state: RowState
    reason: str
    payload: str


@dataclass(frozen=True)
class Rows:
    """Each change is one transaction.

    Raises (everywhere):
        LedgerTrouble: when the ledger cannot be used.
    """

    ledger: Ledger
    job: str

    def add(self, rows: list[NewRow]) -> None:
        """New rows; on disk for sure when the plan is."""
        with self.ledger.changing(durable=False) as db:
            db.executemany(
                "INSERT INTO rows (job, number, email, key, print, state, reason, size) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(self.job, *row[:6], len(row.payload)) for row in rows],
            )
            payloads = [(self.job, row.number, row.payload) for row in rows if row.payload]
            db.executemany("INSERT INTO payloads VALUES (?, ?, ?)", payloads)

    def skip(self, reasons: Iterable[tuple[int, str]]) -> None:
        """Rows that turned out not to be sent, each with its reason; what they hold is not kept."""
        with self.ledger.changing() as db:
            lines = [(RowState.SKIPPED, reason, self.job, number) for number, reason in reasons]
            db.executemany("UPDATE rows SET state = ?, reason = ? WHERE job = ? AND number = ?", lines)
            db.executemany("DELETE FROM payloads WHERE job = ? AND number = ?", [line[2:] for line in lines])

    def number(self) -> int:
        """How many there are."""
        with self.ledger.reading() as db:
            return db.execute("SELECT count(*) FROM rows WHERE job = ?", (self.job,)).fetchone()[0]

    def waiting(self) -> list[tuple[int, str]]:
        """Number and address of the rows that are not settled, in order."""
        with self.ledger.reading() as db:
            return db.execute(
                "SELECT number, email FROM rows WHERE job = ? AND state = ? ORDER BY number",
                (self.job, RowState.WAITING),
            ).fetchall()

    def loose(self) -> list[tuple[int, int]]:
        """Number and size of the rows that are to be sent and are in no batch yet, in order."""
        with self.ledger.reading() as db:
            return db.execute(
                "SELECT number, size FROM rows WHERE job = ? AND state = ? AND batch IS NULL ORDER BY number",
                (self.job, RowState.WAITING),
            ).fetchall()

    def cut(self, parts: Iterable[list[int]]) -> None:
        """Put loose rows into new batches, after those there are.

        Args:
            parts: numbers of rows, batch by batch; together all that are loose, in their order.
        """
        into = "UPDATE rows SET batch = ? WHERE job = ? AND number BETWEEN ? AND ? AND state = ? AND batch IS NULL"
        with self.ledger.changing() as db:
            for number, rows in enumerate(parts, start=self._last(db) + 1):
                self._new(db, number)
                db.execute(into, (number, self.job, rows[0], rows[-1], RowState.WAITING))

    def recut(self, batch: int, *parts: list[int]) -> None:
        """Put rows of a batch into new ones; this one is settled then."""
        with self.ledger.changing() as db:
            for number, rows in enumerate(parts, start=self._last(db) + 1):
                self._new(db, number)
                moves = [(number, self.job, row) for row in rows]
                db.executemany("UPDATE rows SET batch = ? WHERE job = ? AND number = ?", moves)
            done = (BatchState.SETTLED, self.job, batch)
            db.execute("UPDATE batches SET state = ? WHERE job = ? AND number = ?", done)

    def _last(self, db: Connection) -> int:
        return db.execute("SELECT coalesce(max(number), 0) FROM batches WHERE job = ?", (self.job,)).fetchone()[0]

    def _new(self, db: Connection, number: int) -> None:
        new = (self.job, number, BatchState.PLANNED)
        db.execute("INSERT INTO batches (job, number, state) VALUES (?, ?, ?)", new)

    def batches(self, *states: BatchState) -> list[Batch]:
        """All batches in their order, or those in some states."""
        with self.ledger.reading() as db:
            found = db.execute(
                "SELECT number, state, request, sent FROM batches WHERE job = ? ORDER BY number", (self.job,)
            ).fetchall()
        batches = [Batch(number, BatchState(state), request, sent) for number, state, request, sent in found]
        return [batch for batch in batches if not states or batch.state in states]

    def content(self, batch: int) -> dict[int, Row]:
        """The rows of a batch as they are sent, by number."""
        with self.ledger.reading() as db:
            found = db.execute(
                "SELECT number, json FROM rows JOIN payloads USING (job, number) "
                "WHERE job = ? AND batch = ? AND state = ? ORDER BY number",
                (self.job, batch, RowState.WAITING),
            ).fetchall()
        return {number: json.loads(text) for number, text in found}

    def addresses(self, batch: int) -> dict[int, str]:
        """Who is in a batch and not settled, by number of the row."""
        with self.ledger.reading() as db:
            found = "SELECT number, email FROM rows WHERE job = ? AND batch = ? AND state = ? ORDER BY number"
            return dict(db.execute(found, (self.job, batch, RowState.WAITING)).fetchall())

    def fates(self, batch: int) -> Counter[tuple[RowState, str]]:
        """How often which state and reason is in a batch."""
        with self.ledger.reading() as db:
            found = db.execute(
                "SELECT state, reason, count(*) FROM rows WHERE job = ? AND batch = ? GROUP BY state, reason",
                (self.job, batch),
            ).fetchall()
        return Counter({(RowState(state), reason): number for state, reason, number in found})

    def move(self, batch: int, state: BatchState, *, request: str | None = None, sent: str | None = None) -> None:
        """One step of a batch; what is not given stays."""
        with self.ledger.changing() as db:
            db.execute(
                "UPDATE batches SET state = ?, request = coalesce(?, request), sent = coalesce(?, sent) "
                "WHERE job = ? AND number = ?",
                (state, request, sent, self.job, batch),
            )

    def settle(self, batch: int, fates: Mapping[int, tuple[RowState, str]]) -> None:
        """Give rows of a batch their states; when none of it waits any more, the batch is settled.

        What was stored need not be kept here a second time.
        """
        with self.ledger.changing() as db:
            db.executemany(
                "UPDATE rows SET state = ?, reason = ? WHERE job = ? AND number = ?",
                [(state, reason, self.job, number) for number, (state, reason) in fates.items()],
            )
            stored = [(self.job, number) for number, (state, _) in fates.items() if state is RowState.IMPORTED]
            db.executemany("DELETE FROM payloads WHERE job = ? AND number = ?", stored)
            db.execute(
                "UPDATE batches SET state = ? WHERE job = ? AND number = ? "
                "AND NOT EXISTS (SELECT 1 FROM rows WHERE rows.job = ? AND batch = ? AND rows.state = ?)",
                (BatchState.SETTLED, self.job, batch, self.job, batch, RowState.WAITING),
            )

    def release(self, states: Iterable[RowState]) -> int:
        """Rows in these states are to be sent once more: they wait, in no batch. How many they are."""
        with self.ledger.changing() as db:
            return sum(
                db.execute(
                    "UPDATE rows SET state = ?, reason = '', batch = NULL WHERE job = ? AND state = ? "
                    "AND EXISTS (SELECT 1 FROM payloads AS p WHERE p.job = rows.job AND p.number = rows.number)",
                    (RowState.WAITING, self.job, state),
                ).rowcount
                for state in states
            )

    def first(self, number: int) -> list[Row]:
        """The first rows that would be sent."""
        with self.ledger.reading() as db:
            found = db.execute("SELECT json FROM payloads WHERE job = ? ORDER BY number LIMIT ?", (self.job, number))
            return [json.loads(text) for (text,) in found.fetchall()]
