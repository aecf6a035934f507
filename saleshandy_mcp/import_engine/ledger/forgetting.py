"""Forgetting a person: their rows stay in the counts of a job, and hold nothing of them any more."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from sqlite3 import Connection
from typing import NamedTuple

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import locked
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.import_engine.ledger.states import BatchState, JobState, RowState

_FIND = """
SELECT jobs.id, jobs.state, rows.number, rows.state, coalesce(batches.state, 'planned')
FROM rows JOIN jobs ON jobs.id = rows.job
LEFT JOIN batches ON batches.job = rows.job AND batches.number = rows.batch
WHERE person(rows.email) = ? ORDER BY jobs.made, jobs.rowid, rows.number
"""
_EMPTY_ROW = """
UPDATE rows SET email = '', key = NULL, print = NULL, verified = NULL, state = ?, reason = ?, details = ''
WHERE job = ? AND number = ?
"""
_NOBODY_WAITS = """
UPDATE batches SET state = ? WHERE job = ? AND NOT EXISTS (
    SELECT 1 FROM rows WHERE rows.job = batches.job AND rows.batch = batches.number AND rows.state = ?
)
"""
_EXAMPLES = """
UPDATE jobs SET facts = CASE WHEN json_valid(facts) THEN json_patch(facts,
    '{"plan": {"samples": [], "roles": [], "own": [], "lookalikes": [], "mended": [], "strange": []}}') ELSE '{}' END
WHERE id = ?
"""
"""Of whom the examples of a job are is not written down, so all of them go."""


class _Row(NamedTuple):
    """A row of the person.

    Attributes:
        job, job_state: whose row it is.
        number: of the row.
        state, batch: of the row and its batch, as they are stored.
    """

    job: str
    job_state: str
    number: int
    state: str
    batch: str

    @property
    def settled(self) -> RowState | str:
        """The state in which it ends: what was not sent is not sent any more, and what was under way stays open."""
        if self.state != RowState.WAITING:
            return self.state
        return RowState.SKIPPED if self.batch == BatchState.PLANNED else RowState.UNKNOWN


@dataclass(frozen=True)
class ImportTraces:
    """What the ledger holds of a person.

    Attributes:
        rows: how many, of jobs that stay.
        jobs: those jobs.
        plans: jobs that nobody has started: they are deleted, for a plan holds for its people and no others.
    """

    rows: int
    jobs: Sequence[str]
    plans: Sequence[str]


def traces(ledger: Ledger, email: str) -> ImportTraces:
    """What there is of a person, in the jobs of all accounts."""
    with ledger.reading() as db:
        return _told(_rows(db, email))


def forget(ledger: Ledger, email: str) -> ImportTraces:
    """Delete what there is of a person, and return what it was.

    Raises:
        Mistake: when a job with the person is being carried out; nothing is deleted then.
    """
    with ExitStack() as stack:
        with ledger.reading() as db:
            for job in dict.fromkeys(it.job for it in _rows(db, email)):
                stack.enter_context(locked(ledger, job))
        with ledger.erasing() as db:
            rows = _rows(db, email)
            found = _told(rows)
            for job in found.jobs:
                _empty(db, job, [it for it in rows if it.job == job])
        for job in found.plans:
            ledger.drop(job)
    return found


def _rows(db: Connection, email: str) -> list[_Row]:
    db.create_function("person", 1, key, deterministic=True)
    return [_Row(*line) for line in db.execute(_FIND, (key(email),)).fetchall()]


def _told(rows: Sequence[_Row]) -> ImportTraces:
    plans = dict.fromkeys(it.job for it in rows if it.job_state in (JobState.PLANNING, JobState.PLANNED))
    stay = [it for it in rows if it.job not in plans]
    return ImportTraces(len(stay), tuple(dict.fromkeys(it.job for it in stay)), tuple(plans))


def _empty(db: Connection, job: str, rows: Sequence[_Row]) -> None:
    numbers = [(job, it.number) for it in rows]
    db.executemany("DELETE FROM payloads WHERE job = ? AND number = ?", numbers)
    db.executemany(_EMPTY_ROW, [(it.settled, ReasonCode.FORGOTTEN, it.job, it.number) for it in rows])
    db.execute(_NOBODY_WAITS, (BatchState.SETTLED, job, RowState.WAITING))
    db.execute(_EXAMPLES, (job,))
