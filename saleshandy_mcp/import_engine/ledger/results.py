"""What is told of a job: counts that add up, reasons, and row by row."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.states import SETTLED, BatchState, RowState, told

_JOINED = "FROM rows LEFT JOIN batches ON batches.job = rows.job AND batches.number = rows.batch WHERE rows.job = ?"
_LINES = f"SELECT rows.number, email, rows.state, reason, batches.state, coalesce(verified, '') {_JOINED}"
_AT_ONCE = 1000


class Line(NamedTuple):
    """What became of a row."""

    number: int
    email: str
    state: RowState
    reason: str
    verified: str


@dataclass(frozen=True)
class Verdict:
    """Looks at a job from outside.

    Attributes:
        running: whether somebody is working on it right now: what is under way then is not called unknown.
    """

    ledger: Ledger
    job: str
    running: bool

    def counts(self) -> Counter[RowState]:
        """Rows by state; their sum is the rows of the source."""
        with self.ledger.reading() as db:
            found = db.execute(
                f"SELECT rows.state, batches.state, count(*) {_JOINED} GROUP BY 1, 2",
                (self.job,),
            ).fetchall()
        counts: Counter[RowState] = Counter()
        for row, batch, number in found:
            counts[self._told(row, batch)[0]] += number
        return counts

    def progress(self) -> str:
        counts = self.counts()
        settled = sum(counts[state] for state in SETTLED)
        return f"{settled:,} of {counts.total():,} rows settled"

    def reasons(self, state: RowState) -> Counter[str]:
        """How often each reason stands behind a state; the row that a duplicate repeats is left out of it."""
        with self.ledger.reading() as db:
            found = db.execute(
                f"SELECT rows.state, batches.state, reason, count(*) {_JOINED} GROUP BY 1, 2, 3",
                (self.job,),
            ).fetchall()
        reasons: Counter[str] = Counter()
        for row, batch, reason, number in found:
            is_now, because = self._told(row, batch)
            if is_now is state:
                reasons[(reason or because).split(" (of row")[0]] += number
        return reasons

    def lines(self, states: Iterable[RowState], *, limit: int, offset: int = 0) -> list[Line]:
        """Rows in these states, one state after the other, each in the order of the source."""
        found: list[Line] = []
        for state in states:
            some = self._in_state(state, limit - len(found), offset)
            offset = max(offset - self.counts()[state], 0)
            found += some
            if len(found) >= limit:
                break
        return found

    def all(self) -> Iterator[Line]:
        """Every row, in the order of the source; read in portions."""
        last = -1
        while True:
            with self.ledger.reading() as db:
                some = db.execute(
                    f"{_LINES} AND rows.number > ? ORDER BY rows.number LIMIT {_AT_ONCE}",
                    (self.job, last),
                ).fetchall()
            yield from (self._line(it) for it in some)
            if len(some) < _AT_ONCE:
                return
            last = some[-1][0]

    def _in_state(self, state: RowState, limit: int, offset: int) -> list[Line]:
        pairs = [
            f"{row}/{batch or ''}"
            for row, batch in product(RowState, [None, *BatchState])
            if told(row, batch, running=self.running)[0] is state
        ]
        marks = ", ".join("?" * len(pairs))
        with self.ledger.reading() as db:
            found = db.execute(
                f"{_LINES} AND rows.state || '/' || coalesce(batches.state, '') IN ({marks}) "
                "ORDER BY rows.number LIMIT ? OFFSET ?",
                (self.job, *pairs, limit, offset),
            ).fetchall()
        return [self._line(it) for it in found]

    def _line(self, found: tuple[int, str, str, str, str | None, str]) -> Line:
        number, email, row, reason, batch, verified = found
        state, because = self._told(row, batch)
        return Line(number, email, state, reason or because, verified)

    def _told(self, row: str, batch: str | None) -> tuple[RowState, str]:
        return told(RowState(row), BatchState(batch) if batch else None, running=self.running)
