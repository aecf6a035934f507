"""The rows of one job in the ledger, and the batches that they are sent in."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any, NamedTuple, cast

from pydantic_core import to_json

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.records import Batch
from saleshandy_mcp.import_engine.ledger.results import Results
from saleshandy_mcp.import_engine.ledger.states import BatchState, RowState

Outcome = tuple[RowState, Reason]
"""What became of a row, and why."""

_BATCH_STATES = frozenset(BatchState)

_NO_KEY, _NO_PRINT = bytes(32), bytes(16)
_ADD_ROWS = """
INSERT INTO rows (number, email, state, reason, details, size, job, key, print)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), coalesce(json_extract(value, '$[3]'), :waiting),
    coalesce(json_extract(value, '$[4]'), ''), coalesce(json_extract(value, '$[5]'), ''), json_extract(value, '$[2]'),
    :job, nullif(substr(:keys, 1 + 32 * key, 32), zeroblob(32)), nullif(substr(:prints, 1 + 16 * key, 16), zeroblob(16))
FROM json_each(:rows)
"""
_ADD_PAYLOADS = """
INSERT INTO payloads SELECT :job, CAST(key AS INTEGER), value FROM json_each(:payloads)
"""
"""One statement for many rows: SQLite carries it out without Python, which reads the next rows meanwhile."""


class NewRow(NamedTuple):
    """A row as planning writes it.

    Attributes:
        number: what a person knows it by.
        email: as it was given.
        key: 32 bytes of the account, the step and the person; None when the person is not known.
        fingerprint: 16 bytes of what would be sent, and how; None when nothing would be.
        state: WAITING or SKIPPED.
        reason: why it is skipped.
        payload: what would be sent, as JSON; empty when nothing would be.
    """

    number: int
    email: str
    key: bytes | None
    fingerprint: bytes | None
    state: RowState
    reason: Reason
    payload: str


@dataclass(frozen=True)
class Rows:
    """The rows of a job. Each change is one transaction.

    Raises (everywhere):
        LedgerTrouble: when the ledger cannot be used.
    """

    ledger: Ledger
    job: str

    def add(self, rows: list[NewRow]) -> None:
        """New rows. They are on disk for certain when the plan is."""
        given = {
            "job": self.job,
            "waiting": RowState.WAITING,
            "rows": to_json([_parts(row) for row in rows]).decode(),
            "payloads": to_json({str(row.number): row.payload for row in rows if row.payload}).decode(),
            "keys": b"".join([row.key or _NO_KEY for row in rows]),
            "prints": b"".join([row.fingerprint or _NO_PRINT for row in rows]),
        }
        with self.ledger.changing(durable=False) as db:
            db.execute(_ADD_ROWS, given)
            db.execute(_ADD_PAYLOADS, given)

    def skip(self, reasons: Mapping[int, Reason]) -> None:
        """Rows that are not to be sent after all, each with its reason; what they hold is deleted."""
        with self.ledger.changing() as db:
            self._set(db, {number: (RowState.SKIPPED, reason) for number, reason in reasons.items()})
            self._forget(db, reasons)

    def number(self) -> int:
        """How many rows there are."""
        with self.ledger.reading() as db:
            return db.execute("SELECT count(*) FROM rows WHERE job = ?", (self.job,)).fetchone()[0]

    def waiting(self) -> list[tuple[int, str]]:
        """Number and address of the rows that are not settled, in order."""
        with self.ledger.reading() as db:
            return db.execute(
                "SELECT number, email FROM rows WHERE job = ? AND state = ? ORDER BY number",
                (self.job, RowState.WAITING),
            ).fetchall()

    def unbatched(self) -> list[tuple[int, int]]:
        """Number and size of the rows that are to be sent and are in no batch yet, in order."""
        with self.ledger.reading() as db:
            return db.execute(
                "SELECT number, size FROM rows WHERE job = ? AND state = ? AND batch IS NULL ORDER BY number",
                (self.job, RowState.WAITING),
            ).fetchall()

    def add_batches(self, parts: Iterable[list[int]]) -> None:
        """Put the rows without a batch into new batches, after those there are.

        Args:
            parts: numbers of rows, batch by batch; together all that are in no batch, in their order.
        """
        into = "UPDATE rows SET batch = ? WHERE job = ? AND number BETWEEN ? AND ? AND state = ? AND batch IS NULL"
        with self.ledger.changing() as db:
            for number, rows in enumerate(parts, start=self._last(db) + 1):
                self._new(db, number)
                db.execute(into, (number, self.job, rows[0], rows[-1], RowState.WAITING))

    def split_batch(self, batch: int, *parts: list[int]) -> None:
        """Put rows of a batch into new batches; this one is settled then."""
        with self.ledger.changing() as db:
            for number, rows in enumerate(parts, start=self._last(db) + 1):
                self._new(db, number)
                moves = [(number, self.job, row) for row in rows]
                db.executemany("UPDATE rows SET batch = ? WHERE job = ? AND number = ?", moves)
            done = (BatchState.SETTLED, self.job, batch)
            db.execute("UPDATE batches SET state = ? WHERE job = ? AND number = ?", done)

    def batches(self, *states: BatchState) -> list[Batch]:
        """All batches in their order, or those in some states. One whose state cannot be read is left out."""
        with self.ledger.reading() as db:
            found = db.execute(
                "SELECT number, state, request, sent FROM batches WHERE job = ? ORDER BY number", (self.job,)
            ).fetchall()
        batches = [
            Batch(number, BatchState(state), request, sent)
            for number, state, request, sent in found
            if state in _BATCH_STATES
        ]
        return [batch for batch in batches if not states or batch.state in states]

    def content(self, batch: int) -> dict[int, Row]:
        """The rows of a batch as they are sent, by number. One whose content cannot be read is skipped from now on."""
        with self.ledger.reading() as db:
            found = db.execute(
                "SELECT number, json FROM rows JOIN payloads USING (job, number) "
                "WHERE job = ? AND batch = ? AND state = ? ORDER BY number",
                (self.job, batch, RowState.WAITING),
            ).fetchall()
        read = {number: _row(text) for number, text in found}
        if damaged := [number for number, row in read.items() if row is None]:
            self.skip(dict.fromkeys(damaged, Reason(ReasonCode.DAMAGED, words="what would be sent is no JSON object")))
        return {number: row for number, row in read.items() if row is not None}

    def addresses(self, batch: int) -> dict[int, str]:
        """Who is in a batch and not settled, by number of the row."""
        with self.ledger.reading() as db:
            found = "SELECT number, email FROM rows WHERE job = ? AND batch = ? AND state = ? ORDER BY number"
            return dict(db.execute(found, (self.job, batch, RowState.WAITING)).fetchall())

    def outcomes(self, batch: int) -> Counter[tuple[str, Reason]]:
        """How often which state and reason is in a batch, as they are stored."""
        with self.ledger.reading() as db:
            found = db.execute(
                "SELECT state, reason, details, count(*) FROM rows WHERE job = ? AND batch = ? GROUP BY 1, 2, 3",
                (self.job, batch),
            ).fetchall()
        return Counter({(state, Reason.read(code, details)): number for state, code, details, number in found})

    def move(self, batch: int, state: BatchState, *, request: str | None = None, sent: str | None = None) -> None:
        """One step of a batch; what is not given stays."""
        with self.ledger.changing() as db:
            db.execute(
                "UPDATE batches SET state = ?, request = coalesce(?, request), sent = coalesce(?, sent) "
                "WHERE job = ? AND number = ?",
                (state, request, sent, self.job, batch),
            )

    def settle(self, batch: int, outcomes: Mapping[int, Outcome]) -> None:
        """Give rows of a batch their states; the batch is settled when none of its rows waits any more.

        What was stored in Saleshandy is not kept here a second time.
        """
        with self.ledger.changing() as db:
            self._set(db, outcomes)
            self._forget(db, [number for number, (state, _) in outcomes.items() if state is RowState.IMPORTED])
            db.execute(
                "UPDATE batches SET state = ? WHERE job = ? AND number = ? "
                "AND NOT EXISTS (SELECT 1 FROM rows WHERE rows.job = ? AND batch = ? AND rows.state = ?)",
                (BatchState.SETTLED, self.job, batch, self.job, batch, RowState.WAITING),
            )

    def imported(self) -> dict[int, str]:
        """Number and address of the imported rows of which it is not written yet whether the person is new."""
        with self.ledger.reading() as db:
            found = "SELECT number, email FROM rows WHERE job = ? AND state = ? AND reason = '' ORDER BY number"
            return dict(db.execute(found, (self.job, RowState.IMPORTED)).fetchall())

    def explain(self, reasons: Mapping[int, Reason]) -> None:
        """Imported rows, each with what is known of the person."""
        with self.ledger.changing() as db:
            self._set(db, {number: (RowState.IMPORTED, reason) for number, reason in reasons.items()})

    def send_again(self, states: Iterable[RowState]) -> int:
        """Make rows of a job that has ended wait again, in no batch; how many they are.

        Args:
            states: that people see them in. Rows whose content is not kept any more stay as they are.
        """
        seen = Results(self.ledger, self.job, running=False)
        stored = [pair for state in states for pair in seen.stored_as(state)]
        with self.ledger.changing() as db:
            return sum(
                db.execute(
                    "UPDATE rows SET state = ?, reason = '', details = '', batch = NULL WHERE job = ? AND state = ? "
                    "AND (SELECT b.state FROM batches AS b WHERE b.job = rows.job AND b.number = rows.batch) IS ? "
                    "AND EXISTS (SELECT 1 FROM payloads AS p WHERE p.job = rows.job AND p.number = rows.number)",
                    (RowState.WAITING, self.job, row, batch),
                ).rowcount
                for row, batch in stored
            )

    def first(self, number: int) -> list[Row]:
        """The first rows that would be sent."""
        with self.ledger.reading() as db:
            found = db.execute("SELECT json FROM payloads WHERE job = ? ORDER BY number LIMIT ?", (self.job, number))
            return [row for (text,) in found.fetchall() if (row := _row(text)) is not None]

    def _last(self, db: Connection) -> int:
        return db.execute("SELECT coalesce(max(number), 0) FROM batches WHERE job = ?", (self.job,)).fetchone()[0]

    def _new(self, db: Connection, number: int) -> None:
        new = (self.job, number, BatchState.PLANNED)
        db.execute("INSERT INTO batches (job, number, state) VALUES (?, ?, ?)", new)

    def _set(self, db: Connection, outcomes: Mapping[int, Outcome]) -> None:
        db.executemany(
            "UPDATE rows SET state = ?, reason = ?, details = ? WHERE job = ? AND number = ?",
            [(state, reason.code, reason.details, self.job, number) for number, (state, reason) in outcomes.items()],
        )

    def _forget(self, db: Connection, numbers: Iterable[int]) -> None:
        gone = [(self.job, number) for number in numbers]
        db.executemany("DELETE FROM payloads WHERE job = ? AND number = ?", gone)


def _parts(row: NewRow) -> tuple[object, ...]:
    """What is stored of a row; most rows wait, and of those the state and the reason need not be said."""
    parts = (row.number, row.email, len(row.payload))
    return parts if row.state is RowState.WAITING else (*parts, row.state, row.reason.code, row.reason.details)


def _row(text: str) -> Row | None:
    """What would be sent; None where that cannot be read."""
    try:
        found: Any = json.loads(text)
    except ValueError:
        return None
    return cast("Row", found) if isinstance(found, dict) else None
