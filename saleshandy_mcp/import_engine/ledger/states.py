"""Where a job, a batch and a row can be, and what is told of a row. Pure.

::

    job    planning → planned → running → finished
                                   ↓ ↑
                                 stopped → abandoned

    batch  planned → in_flight → accepted → settled
              ↑          ↓           ↓
              │       unknown ←──────┘  (no proof of what became of it: it is read back)
              └──────────┘              (only what is proven to be missing is sent again)

    row    waiting (its batch says where it is) → imported | refused | skipped | unknown
"""

from dataclasses import dataclass
from enum import StrEnum

from saleshandy_mcp.api.types import ConflictAction


class JobState(StrEnum):
    PLANNING = "planning"
    """Its rows are being read. Killed here, nothing was sent and nothing is kept."""
    PLANNED = "planned"
    """Prepared, and nothing sent: somebody has to say go."""
    RUNNING = "running"
    STOPPED = "stopped"
    """Did not come to its end, and can go on."""
    FINISHED = "finished"
    ABANDONED = "abandoned"
    """Given up by a person: what was not sent will not be."""


class BatchState(StrEnum):
    PLANNED = "planned"
    IN_FLIGHT = "in_flight"
    """Written down before the first byte goes out: whatever ends us from here on, it may have been sent."""
    ACCEPTED = "accepted"
    """Saleshandy gave a request id and is working on it."""
    UNKNOWN = "unknown"
    SETTLED = "settled"
    """Each of its rows has a state of its own."""


class RowState(StrEnum):
    """The first five end a row; together with what is not sent yet they add up to the rows of the source, always."""

    IMPORTED = "imported"
    """Stored: new or updated, the API does not say which."""
    REFUSED = "refused"
    """Turned away by Saleshandy, with its reason."""
    SKIPPED = "skipped"
    """Never sent, with a reason: bad address, duplicate, do-not-contact list."""
    UNKNOWN = "unknown"
    """Sent, and nothing settles what became of it."""
    NOT_SENT = "not_sent"
    """The job stopped before its turn."""
    WAITING = "waiting"
    """Not sent yet, or being worked on."""


SETTLED = (RowState.IMPORTED, RowState.REFUSED, RowState.SKIPPED, RowState.UNKNOWN)
TROUBLE = (RowState.REFUSED, RowState.UNKNOWN, RowState.NOT_SENT, RowState.SKIPPED)
"""What somebody wants to read row by row, the most urgent first."""

UNREAD = "accepted by Saleshandy; what became of it has not been read yet"
UNPROVEN = "sent, and nothing proves what became of it"
NOT_REACHED = "the import stopped before"


def told(row: RowState, batch: BatchState | None, *, running: bool) -> tuple[RowState, str]:
    """The state of a row as it is told, and the reason where its batch gives it.

    Args:
        row: its own state.
        batch: where its batch is; None when it belongs to none.
        running: whether somebody is working on the job right now.
    """
    if row is not RowState.WAITING:
        return row, ""
    if batch is BatchState.UNKNOWN:
        return RowState.UNKNOWN, UNPROVEN
    if running:
        return RowState.WAITING, ""
    if batch is BatchState.ACCEPTED:
        return RowState.UNKNOWN, UNREAD
    return (RowState.UNKNOWN, UNPROVEN) if batch is BatchState.IN_FLIGHT else (RowState.NOT_SENT, NOT_REACHED)


@dataclass(frozen=True)
class Target:
    """Where the rows go, and how.

    Attributes:
        step_id: the step that people are enrolled in; empty for an account-wide import, which enrols nobody.
        tags: for every row.
    """

    sequence_id: str
    sequence: str
    step_id: str
    step: int
    conflict_action: ConflictAction
    verify: bool
    tags: list[str]


@dataclass(frozen=True)
class Batch:
    """Rows that go in one call.

    Attributes:
        request: the id by which Saleshandy knows it; empty until it was accepted.
        sent: when it went out last, by our clock.
    """

    number: int
    state: BatchState
    request: str
    sent: str
