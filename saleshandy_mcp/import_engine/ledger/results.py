"""The results of a job: counts that add up, reasons, and every row."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.states import SETTLED, BatchState, RowState, visible_state_of

_JOINED = "FROM rows LEFT JOIN batches ON batches.job = rows.job AND batches.number = rows.batch WHERE rows.job = ?"
_ROWS = f"SELECT rows.number, email, rows.state, reason, details, batches.state, coalesce(verified, '') {_JOINED}"
_PORTION = 1000
_SENT = {BatchState.IN_FLIGHT, BatchState.ACCEPTED}
"""A batch whose rows are with Saleshandy, as long as somebody works on the job."""


class RowResult(NamedTuple):
    """What became of a row.

    Attributes:
        number: what a person knows it by.
        email: as it was given.
        state: the state that people see.
        reason: why it is in this state.
        verified: the word of Saleshandy for the verified address; empty where it is not known.
    """

    number: int
    email: str
    state: RowState
    reason: Reason
    verified: str


@dataclass(frozen=True)
class Results:
    """A job as people see it.

    Attributes:
        ledger: where it is.
        job: which.
        running: whether a process is working on it: then what is under way is waiting and not unknown.
    """

    ledger: Ledger
    job: str
    running: bool

    def counts(self) -> Counter[RowState]:
        """Rows by state; their sum is the number of rows of the source."""
        counts: Counter[RowState] = Counter()
        for (row, batch), number in self._stored_states().items():
            counts[self._visible(row, batch)[0]] += number
        return counts

    def progress(self) -> str:
        """How far the job is, as a sentence."""
        counts = self.counts()
        settled = sum(counts[state] for state in SETTLED)
        sent = sum(number for (_, batch), number in self._stored_states().items() if batch in _SENT)
        words = f"{settled:,} of {counts.total():,} rows settled"
        return f"{words}, {sent:,} with Saleshandy" if sent and self.running else words

    def reasons(self, state: RowState) -> Counter[Reason]:
        """How many rows of a state have each reason; duplicates are counted together, whatever row they repeat."""
        with self.ledger.reading() as db:
            found = db.execute(
                f"SELECT rows.state, batches.state, reason, CASE reason WHEN ? THEN '' ELSE details END, count(*) "
                f"{_JOINED} GROUP BY 1, 2, 3, 4",
                (ReasonCode.DUPLICATE, self.job),
            ).fetchall()
        reasons: Counter[Reason] = Counter()
        for row, batch, code, details, number in found:
            visible, because = self._visible(row, batch)
            if visible is state:
                reasons[because or Reason.read(code, details)] += number
        return reasons

    def rows(self, states: Iterable[RowState], *, limit: int, offset: int = 0) -> list[RowResult]:
        """Rows in these states, one state after the other, each in the order of the source."""
        counts = self.counts()
        found: list[RowResult] = []
        for state in states:
            found += self._in_state(state, limit - len(found), offset)
            offset = max(offset - counts[state], 0)
            if len(found) >= limit:
                break
        return found

    def all(self) -> Iterator[RowResult]:
        """Every row, in the order of the source; read in portions."""
        last = -1
        while True:
            with self.ledger.reading() as db:
                some = db.execute(
                    f"{_ROWS} AND rows.number > ? ORDER BY rows.number LIMIT {_PORTION}",
                    (self.job, last),
                ).fetchall()
            yield from (self._result(it) for it in some)
            if len(some) < _PORTION:
                return
            last = some[-1][0]

    def stored_as(self, state: RowState) -> list[tuple[str, str | None]]:
        """The stored states of rows and their batches that people see as this state."""
        return [pair for pair in self._stored_states() if self._visible(*pair)[0] is state]

    def _stored_states(self) -> Counter[tuple[str, str | None]]:
        with self.ledger.reading() as db:
            found = db.execute(
                f"SELECT rows.state, batches.state, count(*) {_JOINED} GROUP BY 1, 2", (self.job,)
            ).fetchall()
        return Counter({(row, batch): number for row, batch, number in found})

    def _in_state(self, state: RowState, limit: int, offset: int) -> list[RowResult]:
        pairs = [f"{row}/{batch or ''}" for row, batch in self.stored_as(state)]
        marks = ", ".join("?" * len(pairs))
        with self.ledger.reading() as db:
            found = db.execute(
                f"{_ROWS} AND rows.state || '/' || coalesce(batches.state, '') IN ({marks}) "
                "ORDER BY rows.number LIMIT ? OFFSET ?",
                (self.job, *pairs, limit, offset),
            ).fetchall()
        return [self._result(it) for it in found]

    def _result(self, found: tuple[int, str, str, str, str, str | None, str]) -> RowResult:
        number, email, row, code, details, batch, verified = found
        state, because = self._visible(row, batch)
        return RowResult(number, email, state, because or Reason.read(code, details), verified)

    def _visible(self, row: str, batch: str | None) -> tuple[RowState, Reason]:
        return visible_state_of(row, batch, running=self.running)
