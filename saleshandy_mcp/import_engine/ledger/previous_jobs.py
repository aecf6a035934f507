"""What other jobs have done with the people of this one."""

from typing import NamedTuple

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.states import BatchState, JobState, RowState

_SAME_PEOPLE = """
SELECT mine.number, theirs.job, theirs.state, batches.state, jobs.state, mine.print = theirs.print
FROM rows AS mine
JOIN rows AS theirs ON theirs.key = mine.key AND theirs.job <> mine.job
JOIN jobs ON jobs.id = theirs.job
LEFT JOIN batches ON batches.job = theirs.job AND batches.number = theirs.batch
LEFT JOIN batches AS ours ON ours.job = mine.job AND ours.number = mine.batch
WHERE mine.job = ? AND mine.state = ? AND coalesce(ours.state, 'planned') = 'planned' AND theirs.state IN (?, ?, ?)
ORDER BY mine.number
"""
_OUT = {BatchState.IN_FLIGHT, BatchState.ACCEPTED, BatchState.UNKNOWN}


class Earlier(NamedTuple):
    """Rows that are not to be sent, each with the reason, and how many were imported before with other values."""

    skipped: dict[int, str]
    changed: int


def earlier(ledger: Ledger, job: str, *, again: bool) -> Earlier:
    """Compare with the other jobs of the same account and step; the key of a row holds both.

    Args:
        ledger: where all jobs are.
        job: whose rows that were not sent yet are looked at.
        again: a person wants rows sent once more that were imported, or whose fate is unknown.
    """
    with ledger.reading() as db:
        waiting, imported, unknown = RowState.WAITING, RowState.IMPORTED, RowState.UNKNOWN
        found = db.execute(_SAME_PEOPLE, (job, waiting, waiting, imported, unknown)).fetchall()
    skipped: dict[int, str] = {}
    changed: set[int] = set()
    for number, other, row, batch, state, same in found:
        if row == waiting and state == JobState.RUNNING:
            skipped[number] = f"waits in {other}, which has not ended"
        elif again:
            continue
        elif row == unknown or (row == waiting and batch in _OUT):
            skipped[number] = f"{other} has sent this person, and what became of it is not known"
        elif row == imported and same:
            skipped.setdefault(number, f"imported by {other} with the same values")
        elif row == imported:
            changed.add(number)
    return Earlier(skipped, len(changed - skipped.keys()))
