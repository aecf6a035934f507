"""Deleting jobs from the ledger: plans that nobody started in time, and what a person has deleted.

Of a job that has rows to send, or whose outcome is open, nothing is ever deleted here.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from saleshandy_mcp.core.context import wall_clock
from saleshandy_mcp.core.view import time_words
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import is_locked
from saleshandy_mcp.import_engine.ledger.states import JobState

PLANS_KEPT = timedelta(days=7)
"""How long a plan is kept that nobody starts, unless the operator says otherwise: its rows are data of people."""
AGAIN = timedelta(hours=1)
"""How often a process that goes on looks for plans that have expired."""
STARTING = timedelta(minutes=1)
"""A job so young may be about to be locked by the process that made it."""


@dataclass
class Keeping:
    """How long plans are kept that nobody starts.

    Attributes:
        plans: after this time they are deleted; None where all of it ends with the process.
        now: the time.
        looked: when it was last looked for expired ones.
    """

    plans: timedelta | None = PLANS_KEPT
    now: Callable[[], datetime] = wall_clock
    looked: datetime | None = None

    def tidy(self, ledger: Ledger) -> None:
        """Delete what has expired: when the ledger is first used, and then now and again."""
        now = self.now()
        if self.looked is None or abs(now - self.looked) > AGAIN:
            self.looked = now
            drop_old_plans(ledger, now, self.plans or PLANS_KEPT)

    def until(self, made: str) -> datetime | None:
        """When a plan is deleted; None where it ends with the process."""
        return datetime.fromisoformat(made) + self.plans if self.plans else None

    @property
    def remark(self) -> str:
        """The end of a sentence about a job that is not there."""
        return f"; a plan is kept for {time_words(self.plans.total_seconds())}" if self.plans else ""


class Deletable(NamedTuple):
    """A job that may be deleted.

    Attributes:
        id: of the job.
        state: planned, finished or abandoned; planning where the process that read its rows was killed.
        source: name of the file, or "rows".
        rows: how many it has.
    """

    id: str
    state: JobState
    source: str
    rows: int


def deletable(ledger: Ledger, states: Collection[JobState], before: datetime, account: str = "") -> list[Deletable]:
    """Jobs in these states that were planned before a moment, and that nobody works on; the oldest first.

    Args:
        ledger: where they are.
        states: which; running and stopped ones are never among them.
        before: the moment.
        account: whose; empty for all.
    """
    wanted = json.dumps([it for it in states if it not in (JobState.RUNNING, JobState.STOPPED)])
    with ledger.reading() as db:
        found = db.execute(
            "SELECT id, state, source, made, (SELECT count(*) FROM rows WHERE job = id) FROM jobs "
            "WHERE state IN (SELECT value FROM json_each(?)) AND (? = '' OR account = ?) ORDER BY made, rowid",
            (wanted, account, account),
        ).fetchall()
    return [
        Deletable(job, JobState(state), source, rows)
        for job, state, source, made, rows in found
        if _is_before(made, before) and not is_locked(ledger, job)
    ]


def drop_old_plans(ledger: Ledger, now: datetime, kept: timedelta) -> None:
    """Delete plans of all accounts that nobody started in time, and rows that a killed process was reading."""
    old = deletable(ledger, [JobState.PLANNED], now - kept)
    for job in [*old, *deletable(ledger, [JobState.PLANNING], now - min(kept, STARTING))]:
        ledger.drop(job.id)


def _is_before(made: str, moment: datetime) -> bool:
    try:
        return datetime.fromisoformat(made) < moment
    except (ValueError, TypeError):  # an entry that cannot be read is set aside, and not deleted
        return False
