"""The import ledger on disk: every step of a job is written before it is taken, so that no crash loses it.

One SQLite file for all jobs of a user, in write-ahead mode and synced at every commit: what is written survives the
loss of power. It is used from the event loop (short changes) and from the thread that plans (in portions).
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.ledger.migrations import migrate
from saleshandy_mcp.import_engine.ledger.records import DamagedJob, JobRecord, Target, read_job
from saleshandy_mcp.import_engine.ledger.states import JobState

_WAL_PAGES = 10_000
"""40 MB. A checkpoint waits for the disk each time, so there are few of them."""
_CACHE_KB = 16_000
"""Keys of rows come in no order: an index that does not fit into memory is written again and again."""


class LedgerTrouble(Mistake):
    """The ledger cannot be read or written. What needs it must not happen."""


class Ledger:
    """The file, opened when it is first needed.

    Args:
        place: says where it is, or is to be made.
    """

    def __init__(self, place: Callable[[], Path]) -> None:
        self._place = place
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    @cached_property
    def path(self) -> Path:
        return self._place()

    def close(self) -> None:
        with self._lock:
            if self._opened:
                self._opened.close()
            self._opened = None

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """The connection, for one thread at a time.

        Raises:
            LedgerTrouble: when the file cannot be used.
        """
        with self._lock:
            try:
                if self._opened is None:
                    self._opened = _open(self.path)
                yield self._opened
            except (sqlite3.Error, OSError) as error:
                raise LedgerTrouble(
                    f"the import ledger {self.path} cannot be used ({error})",
                    "Nothing is imported without it. Make room or mend it, or set SALESHANDY_DATA to another folder.",
                ) from None

    @contextmanager
    def changing(self, *, durable: bool = True) -> Generator[sqlite3.Connection]:
        """One transaction: all of it is on disk afterwards, or nothing.

        Args:
            durable: False where the change may be lost with the power until a durable one follows. The file is written
                in order.
        """
        with self.reading() as db:
            db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                # A commit that failed may have rolled back by itself.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

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

    def imported_into(self, account: str, sequence_id: str) -> list[str]:
        """Addresses that jobs of this account imported into a sequence, in order."""
        with self.reading() as db:
            found = db.execute(
                "SELECT DISTINCT email FROM rows JOIN jobs ON jobs.id = rows.job WHERE account = ? "
                "AND json_valid(target) AND json_extract(target, '$.sequence_id') = ? AND rows.state = 'imported' "
                "ORDER BY email",
                (account, sequence_id),
            )
            return [email for (email,) in found.fetchall()]

    def drop(self, job: str) -> None:
        """Delete a job of which nothing was sent."""
        with self.changing() as db:
            for table in ("payloads", "rows", "batches"):
                db.execute(f"DELETE FROM {table} WHERE job = ?", (job,))  # noqa: S608 - our own words
            db.execute("DELETE FROM jobs WHERE id = ?", (job,))

    def give_up(self, job: str) -> None:
        """A job that will not go on; what it would have sent is deleted."""
        with self.changing() as db:
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


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)  # people's data: for its owner alone
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=20)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        db.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
        migrate(db)
    except BaseException:
        db.close()
        raise
    return db
