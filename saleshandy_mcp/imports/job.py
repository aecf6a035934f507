"""One import: every row of it is in exactly one state, and the states add up to the rows."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from saleshandy_mcp.api.model import ConflictAction
from saleshandy_mcp.imports.check import Skipped
from saleshandy_mcp.imports.source import SourceRow


class RowState(StrEnum):
    """Where a row is."""

    WAITING = "waiting"
    """Not sent yet."""
    SENT = "sent"
    """Accepted as part of a batch that Saleshandy is working on."""
    IMPORTED = "imported"
    """Stored: new or updated, the API does not say which."""
    REFUSED = "refused"
    """Turned away, with a reason."""
    SKIPPED = "skipped"
    """Never sent, with a reason: bad address, duplicate."""
    NOT_SENT = "not_sent"
    """The job stopped before its turn."""
    UNKNOWN = "unknown"
    """Sent, and nothing settles what became of it. Never sent again by itself."""


@dataclass(frozen=True)
class Target:
    """Where the rows go, and how."""

    sequence_id: str
    sequence: str
    step_id: str
    step: int
    conflict_action: ConflictAction
    verify: bool
    tags: list[str] | None


@dataclass
class Fate:
    """What became of one row."""

    email: str
    state: RowState
    reason: str = ""


@dataclass
class Job:
    """An import and what has become of its rows so far."""

    id: str
    source: str
    target: Target
    rows: list[SourceRow]
    fates: dict[int, Fate] = field(default_factory=dict[int, Fate])
    request_ids: list[str] = field(default_factory=list[str])
    left_out: list[str] = field(default_factory=list[str])
    """Columns that no field fits."""
    notes: list[str] = field(default_factory=list[str])
    turned_away: float = 0.0
    """Seconds spent waiting for the rate limit since the last batch went through."""
    finished: bool = False

    @classmethod
    def of(cls, job_id: str, source: str, target: Target, rows: list[SourceRow], skipped: list[Skipped]) -> "Job":
        job = cls(job_id, source, target, rows)
        job.fates = {row.number: Fate(row.values["Email"], RowState.WAITING) for row in rows}
        job.fates |= {it.number: Fate(it.email, RowState.SKIPPED, it.reason) for it in skipped}
        return job

    def settle(self, rows: list[SourceRow], state: RowState, reason: str = "") -> None:
        """Put rows into a state."""
        for row in rows:
            self.fates[row.number].state = state
            self.fates[row.number].reason = reason

    def count(self, state: RowState) -> int:
        return sum(fate.state is state for fate in self.fates.values())

    def reasons(self, state: RowState) -> Counter[str]:
        """How often each reason stands behind a state; the row a duplicate repeats is left out of it."""
        return Counter(fate.reason.split(" (of row")[0] for fate in self.fates.values() if fate.state is state)

    @property
    def progress(self) -> str:
        done = len(self.fates) - self.count(RowState.WAITING) - self.count(RowState.SENT)
        return f"{done:,} of {len(self.fates):,} rows settled, {self.count(RowState.SENT):,} being worked on"
