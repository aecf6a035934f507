"""The import ledger on disk: every step of a job is written before it is taken, so that no crash loses it.

One SQLite file for all jobs of a user. It is used from the event loop (short changes) and from the thread that plans
(in portions).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.ledger.migrations import MIGRATIONS
from saleshandy_mcp.import_engine.ledger.records import DamagedJob, JobRecord, Target, read_job
from saleshandy_mcp.import_engine.ledger.states import JobState
from saleshandy_mcp.store.sqlite_file import SqliteFile

_WAL_PAGES = 10_000
"""40 MB. A checkpoint waits for the disk each time, so there are few of them."""
_CACHE_KB = 16_000
"""Keys of rows come in no order: an index that does not fit into memory is written again and again."""


class LedgerTrouble(Mistake):
    """The ledger cannot be read or written. What needs it must not happen."""


class Ledger(SqliteFile):
    """The file of all jobs of a user. What it cannot write must not happen: see ``LedgerTrouble``."""

    name = "the import ledger"
    without = "Nothing is imported without it."
    failure = LedgerTrouble
    migrations = MIGRATIONS
    pragmas = (f"cache_size = -{_CACHE_KB}", f"wal_autocheckpoint = {_WAL_PAGES}")

    def open_job(self, job: str, account: str, source: str, target: Target, made: str) -> None:
        """A new job that has no rows yet."""
        with self.changing() as db:
            values = (job, account, JobState.PLANNING, made, source, json.dumps(asdict(target)))
            db.execute("INSERT INTO jobs (id, account, state, made, source, target) VALUES (?, ?, ?, ?, ?, ?)", values)

    def job(self, job: str, account: str) -> JobRecord | None:
        """A job of this account; None for one that it does not have.

        Raises:
            Mistake: when the entry of the job cannot be read.
        """
        for found in self._read(account, job):
            if isinstance(found, DamagedJob):
                raise Mistake(
                    f"job: the entry of {job} in the import ledger cannot be read ({found.trouble})",
                    "Nothing is done with it; all other jobs work.",
                )
            return found
        return None

    def jobs(self, account: str) -> list[JobRecord]:
        """The jobs of an account, the newest first, without those that cannot be read."""
        return [it for it in self._read(account) if isinstance(it, JobRecord)]

    def damaged_jobs(self, account: str) -> list[DamagedJob]:
        """The jobs of an account whose entries cannot be read, the newest first."""
        return [it for it in self._read(account) if isinstance(it, DamagedJob)]

    def _read(self, account: str, only: str = "") -> list[JobRecord | DamagedJob]:
        with self.reading() as db:
            found = db.execute(
                "SELECT id, account, state, made, source, target, facts, note FROM jobs "
                "WHERE account = ? AND (? = '' OR id = ?) ORDER BY made DESC, rowid DESC",
                (account, only, only),
            ).fetchall()
        return [read_job(it) for it in found]

    def put(self, job: str, state: JobState, note: str | None = None) -> None:
        """A job's new state; the note stays where none is given."""
        with self.changing() as db:
            db.execute("UPDATE jobs SET state = ?, note = coalesce(?, note) WHERE id = ?", (state, note, job))

    def note(self, job: str, words: str) -> None:
        """What a running job waits for; empty for nothing."""
        with self.changing(durable=False) as db:
            db.execute("UPDATE jobs SET note = ? WHERE id = ?", (words, job))

    def keep(self, job: str, **facts: Any) -> None:
        """Change facts of a job; the names are those of ``JobFacts``."""
        with self.changing() as db:
            db.execute("UPDATE jobs SET facts = json_patch(facts, ?) WHERE id = ?", (json.dumps(facts), job))

    def may_mail(self, job: str) -> bool:
        """Whether somebody agreed to the job with its sequence active, as it is written now: any process may do so."""
        with self.reading() as db:
            found = db.execute("SELECT json_extract(facts, '$.may_mail') FROM jobs WHERE id = ?", (job,)).fetchone()
        return bool(found and found[0])

    def job_of_request(self, request: str, account: str) -> str | None:
        """The job of an account that made a request of Saleshandy; None when none did."""
        asked = "SELECT job FROM batches JOIN jobs ON jobs.id = batches.job WHERE request = ? AND account = ?"
        with self.reading() as db:
            found = db.execute(asked, (request, account)).fetchone()
        return found[0] if found else None

    def imported_into(self, account: str, sequence_id: str) -> list[str]:
        """Addresses that jobs of this account imported into a sequence, in order."""
        with self.reading() as db:
            found = db.execute(
                "SELECT DISTINCT email FROM rows JOIN jobs ON jobs.id = rows.job WHERE account = ? "
                "AND json_valid(target) AND json_extract(target, '$.sequence_id') = ? AND rows.state = 'imported' "
                "AND email <> '' ORDER BY email",
                (account, sequence_id),
            )
            return [email for (email,) in found.fetchall()]

    def drop(self, job: str) -> None:
        """Delete a job and all of its rows, so that the file does not hold them any more."""
        with self.erasing() as db:
            for table in ("payloads", "rows", "batches"):
                db.execute(f"DELETE FROM {table} WHERE job = ?", (job,))  # noqa: S608 - our own words
            db.execute("DELETE FROM jobs WHERE id = ?", (job,))

    def give_up(self, job: str) -> None:
        """A job that will not go on; what it would have sent is deleted."""
        with self.erasing() as db:
            db.execute("UPDATE jobs SET state = ? WHERE id = ?", (JobState.ABANDONED, job))
            db.execute("DELETE FROM payloads WHERE job = ?", (job,))

    def remembered(self, account: str) -> dict[str, str]:
        """Column to label, as somebody agreed to before."""
        with self.reading() as db:
            return dict(db.execute("SELECT source, label FROM mappings WHERE account = ?", (account,)).fetchall())

    def remember(self, account: str, labels: Mapping[str, str]) -> None:
        """Keep column to label for the next import of this account."""
        with self.changing() as db:
            lines = [(account, column, label) for column, label in labels.items()]
            db.executemany("INSERT OR REPLACE INTO mappings VALUES (?, ?, ?)", lines)
