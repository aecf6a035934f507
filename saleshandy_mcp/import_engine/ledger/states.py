"""The states of a job, a batch and a row, and the state of a row that people see. Pure.

::

    job    planning → planned → running → finished
                                   ↓ ↑
                                 stopped → abandoned

    batch  planned → in_flight → accepted → settled
              ↑          ↓           ↓
              │       unknown ←──────┘  (nothing proves what became of it: its people are looked up)
              └──────────┘              (only what is proven to be missing is sent again)

    row    waiting (its batch says where it is) → imported | refused | skipped | unknown
"""

from enum import StrEnum

from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode


class JobState(StrEnum):
    PLANNING = "planning"
    """Its rows are being read. Nothing was sent; when the process ends here, the job is deleted."""
    PLANNED = "planned"
    """Everything is prepared and nothing was sent. Somebody has to start it."""
    RUNNING = "running"
    STOPPED = "stopped"
    """It stopped before its end, and can go on."""
    FINISHED = "finished"
    ABANDONED = "abandoned"
    """A person gave it up. What was not sent will not be."""


class BatchState(StrEnum):
    PLANNED = "planned"
    IN_FLIGHT = "in_flight"
    """Written before the first byte is sent. When the process ends here, the batch may have been sent."""
    ACCEPTED = "accepted"
    """Saleshandy gave a request id and is working on it."""
    UNKNOWN = "unknown"
    """Nothing proves whether it was carried out."""
    SETTLED = "settled"
    """Each of its rows has a state of its own."""


class RowState(StrEnum):
    """Every row of the source is in exactly one of these states, so the counts always add up."""

    IMPORTED = "imported"
    """Stored: a new person, or one who was there already."""
    REFUSED = "refused"
    """Refused by Saleshandy, with its reason."""
    SKIPPED = "skipped"
    """Never sent, with a reason: bad address, duplicate, do-not-contact list."""
    UNKNOWN = "unknown"
    """Sent, and nothing proves what became of it."""
    NOT_SENT = "not_sent"
    """The job stopped before this row was sent."""
    WAITING = "waiting"
    """Not sent yet, or being worked on."""


SETTLED = (RowState.IMPORTED, RowState.REFUSED, RowState.SKIPPED, RowState.UNKNOWN)
TROUBLE = (RowState.REFUSED, RowState.UNKNOWN, RowState.NOT_SENT, RowState.SKIPPED)
"""States that are listed row by row, the most urgent first."""

_ROW_STATES, _BATCH_STATES = frozenset(RowState), frozenset(BatchState)


def visible_job_state(job: JobState, *, running: bool) -> JobState:
    """The state of a job that people see: one that no process works on any more has stopped."""
    return JobState.STOPPED if job is JobState.RUNNING and not running else job


def visible_state(row: RowState, batch: BatchState | None, *, running: bool) -> tuple[RowState, Reason]:
    """The state of a row that people see, and the reason when it follows from the batch.

    Args:
        row: the stored state of the row.
        batch: the state of its batch; None when it is in none.
        running: whether a process is working on the job right now.
    """
    if row is not RowState.WAITING:
        return row, NO_REASON
    if batch is BatchState.UNKNOWN:
        return RowState.UNKNOWN, Reason(ReasonCode.NO_PROOF)
    if running:
        return RowState.WAITING, NO_REASON
    if batch is BatchState.ACCEPTED:
        return RowState.UNKNOWN, Reason(ReasonCode.NOT_READ_YET)
    if batch is BatchState.IN_FLIGHT:
        return RowState.UNKNOWN, Reason(ReasonCode.NO_PROOF)
    return RowState.NOT_SENT, Reason(ReasonCode.NOT_REACHED)


def visible_state_of(row: str, batch: str | None, *, running: bool) -> tuple[RowState, Reason]:
    """As ``visible_state``, from the words in the ledger. With a word that is not known the outcome is unknown."""
    if row not in _ROW_STATES:
        return RowState.UNKNOWN, Reason(ReasonCode.DAMAGED, words=f'its state is "{row}"')
    if batch is None or batch in _BATCH_STATES:
        return visible_state(RowState(row), BatchState(batch) if batch else None, running=running)
    if row == RowState.WAITING:
        return RowState.UNKNOWN, Reason(ReasonCode.DAMAGED, words=f'the state of its batch is "{batch}"')
    return RowState(row), NO_REASON
