"""What other jobs have done with the people of a job."""

from typing import NamedTuple

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState, visible_state_of

_SAME_PEOPLE = """
SELECT mine.number, theirs.job, theirs.state, batches.state, jobs.state, mine.print = theirs.print
FROM rows AS mine
JOIN rows AS theirs ON theirs.key = mine.key AND theirs.job <> mine.job
JOIN jobs ON jobs.id = theirs.job
LEFT JOIN batches ON batches.job = theirs.job AND batches.number = theirs.batch
LEFT JOIN batches AS ours ON ours.job = mine.job AND ours.number = mine.batch
WHERE mine.job = ? AND mine.state = ? AND coalesce(ours.state, 'planned') = 'planned' AND theirs.state NOT IN (?, ?)
ORDER BY mine.number
"""


_IMPORTED_BY_OTHERS = """
SELECT mine.number, theirs.job
FROM rows AS mine
JOIN rows AS theirs ON theirs.key = mine.key AND theirs.job <> mine.job
JOIN jobs AS theirs_job ON theirs_job.id = theirs.job
JOIN jobs AS mine_job ON mine_job.id = mine.job
WHERE mine.job = ? AND mine.state = ? AND theirs.state = ? AND theirs_job.made < mine_job.made
"""


class Compared(NamedTuple):
    """What the comparison found.

    Attributes:
        skipped: number of a row that is not to be sent -> the reason.
        changed: how many people a previous job imported with other values.
    """

    skipped: dict[int, Reason]
    changed: int


def compare(ledger: Ledger, job: str, *, again: bool) -> Compared:
    """Compare the rows of a job that were not sent yet with the other jobs of the same account and step.

    The key of a row holds the account, the step and the person.

    Args:
        ledger: where all jobs are.
        job: which.
        again: whether a person wants rows sent again that were imported, or whose outcome is unknown.
    """
    with ledger.reading() as db:
        found = db.execute(_SAME_PEOPLE, (job, RowState.WAITING, RowState.REFUSED, RowState.SKIPPED)).fetchall()
    skipped: dict[int, Reason] = {}
    changed: set[int] = set()
    for number, other, row, batch, state, same in found:
        code = _why_not(row, batch, state, same=bool(same), again=again)
        # That its outcome is unknown weighs more than that another job imported the person.
        if code is ReasonCode.IMPORTED_BEFORE:
            skipped.setdefault(number, Reason(code, job=other))
        elif code is not ReasonCode.NONE:
            skipped[number] = Reason(code, job=other)
        elif row == RowState.IMPORTED and not again:
            changed.add(number)
    return Compared(skipped, len(changed - skipped.keys()))


def imported_by_others(ledger: Ledger, job: str) -> dict[int, str]:
    """Of the imported rows of a job: number -> an earlier job that imported the person to the same place."""
    with ledger.reading() as db:
        imported = (job, RowState.IMPORTED, RowState.IMPORTED)
        return dict(db.execute(_IMPORTED_BY_OTHERS, imported).fetchall())


def _why_not(row: str, batch: str | None, job: str, *, same: bool, again: bool) -> ReasonCode:
    """Why a person is not sent who is in another job too; NONE when nothing is against it.

    Args:
        row: the stored state of the row in the other job.
        batch: the stored state of its batch.
        job: the state of the other job.
        same: whether the values are the same.
        again: as for ``compare``.
    """
    if row == RowState.WAITING and job == JobState.RUNNING:
        return ReasonCode.WAITS_IN_JOB
    if again:
        return ReasonCode.NONE
    seen, _ = visible_state_of(row, batch, running=False)
    if seen is RowState.UNKNOWN:
        return ReasonCode.UNKNOWN_IN_JOB
    return ReasonCode.IMPORTED_BEFORE if seen is RowState.IMPORTED and same else ReasonCode.NONE
