"""What imports have done, on disk: written down before it happens, so that no crash can make anybody forget.

One SQLite file for all jobs of a user, in write-ahead mode and synced at every commit: what is written
survives the loss of power. It is used from the event loop (short changes) and from the thread that plans (in portions).
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.ledger.states import JobState, Target

VERSION = 1
_WAL_PAGES = 10_000
"""40 MB: moving what was written into the file costs waiting for the disk, each time."""
_CACHE_KB = 16_000
"""Keys of rows come in no order: an index that does not fit into memory is written over and over."""
_SCHEMA = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, state TEXT NOT NULL, made TEXT NOT NULL, source TEXT NOT NULL,
    target TEXT NOT NULL, facts TEXT NOT NULL DEFAULT '{}', note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE batches (
    job TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, request TEXT NOT NULL DEFAULT '',
    sent TEXT NOT NULL DEFAULT '', PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE rows (
    job TEXT NOT NULL, number INTEGER NOT NULL, email TEXT NOT NULL, key BLOB, print BLOB, state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '', size INTEGER NOT NULL DEFAULT 0, batch INTEGER, verified TEXT,
    PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX rows_by_key ON rows (key);
CREATE INDEX rows_by_batch ON rows (job, batch);
CREATE TABLE payloads (
    job TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE mappings (
    account TEXT NOT NULL, source TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (account, source)
) STRICT, WITHOUT ROWID;
"""


class LedgerTrouble(Mistake):
    """The ledger cannot be read or written. What needs it must not happen."""


class JobLine(NamedTuple):
    """A job as the ledger knows it."""

    id: str
    account: str
    state: JobState
    made: str
    source: str
    target: Target
    facts: dict[str, Any]
    note: str


class Ledger:
    """The file, looked for and opened when it is first needed.

    Args:
        place: says where it is, or shall be.
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
        """One thread at a time.

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
        """All of it or nothing, and on disk when it is over.

        What is not durable may be lost with the power, until something durable follows: the file is written in order.
        """
        with self.reading() as db:
            db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                # A commit that failed has rolled back by itself at times.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def open_job(self, job: str, account: str, source: str, target: Target, made: str) -> None:
        with self.changing() as db:
            values = (job, account, JobState.PLANNING, made, source, json.dumps(asdict(target)))
            db.execute("INSERT INTO jobs (id, account, state, made, source, target) VALUES (?, ?, ?, ?, ?, ?)", values)

    def job(self, job: str, account: str) -> JobLine | None:
        """A job of this account; of others nothing is told."""
        found = self.jobs(account, job)
        return found[0] if found else None

    def jobs(self, account: str, only: str = "") -> list[JobLine]:
        """Jobs of an account, the newest first."""
        with self.reading() as db:
            found = db.execute(
                "SELECT id, account, state, made, source, target, facts, note FROM jobs "
                "WHERE account = ? AND (? = '' OR id = ?) ORDER BY made DESC, rowid DESC",
                (account, only, only),
            ).fetchall()
        return [
            JobLine(it[0], it[1], JobState(it[2]), it[3], it[4], Target(**json.loads(it[5])), json.loads(it[6]), it[7])
            for it in found
        ]

    def put(self, job: str, state: JobState, note: str | None = None) -> None:
        """A job's new state; the note stays where none is given."""
        with self.changing() as db:
            db.execute("UPDATE jobs SET state = ?, note = coalesce(?, note) WHERE id = ?", (state, note, job))

    def note(self, job: str, words: str) -> None:
        """What a running job is waiting for, or nothing."""
        with self.changing(durable=False) as db:
            db.execute("UPDATE jobs SET note = ? WHERE id = ?", (words, job))

    def keep(self, job: str, facts: Mapping[str, Any]) -> None:
        """Add to what is known of a job."""
        with self.changing() as db:
            db.execute("UPDATE jobs SET facts = json_patch(facts, ?) WHERE id = ?", (json.dumps(facts), job))

    def fact(self, job: str, name: str) -> Any:
        """One of the things that are known of a job, as it stands now; None where it is not known."""
        with self.reading() as db:
            found = db.execute("SELECT facts FROM jobs WHERE id = ?", (job,)).fetchone()
        return json.loads(found[0]).get(name) if found else None

    def imported_into(self, account: str, sequence_id: str) -> list[str]:
        """Addresses that jobs of this account have put into a sequence, in order."""
        with self.reading() as db:
            found = db.execute(
                "SELECT DISTINCT email FROM rows JOIN jobs ON jobs.id = rows.job WHERE account = ? "
                "AND json_extract(target, '$.sequence_id') = ? AND rows.state = 'imported' ORDER BY email",
                (account, sequence_id),
            )
            return [email for (email,) in found.fetchall()]

    def drop(self, job: str) -> None:
        """Forget a job of which nothing was sent."""
        with self.changing() as db:
            for table in ("payloads", "rows", "batches"):
                db.execute(f"DELETE FROM {table} WHERE job = ?", (job,))  # noqa: S608 - our own words
            db.execute("DELETE FROM jobs WHERE id = ?", (job,))

    def give_up(self, job: str) -> None:
        """A job that will not go on; what it would have sent is not kept."""
        with self.changing() as db:
            db.execute("UPDATE jobs SET state = ? WHERE id = ?", (JobState.ABANDONED, job))
            db.execute("DELETE FROM payloads WHERE job = ?", (job,))

    def remembered(self, account: str) -> dict[str, str]:
        """Column to label, as somebody has agreed to before."""
        with self.reading() as db:
            return dict(db.execute("SELECT source, label FROM mappings WHERE account = ?", (account,)).fetchall())

    def remember(self, account: str, labels: Mapping[str, str]) -> None:
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
        db.execute("BEGIN IMMEDIATE")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
        _refuse_newer(version)
    except BaseException:
        db.close()
        raise
    return db


def _refuse_newer(version: int) -> None:
    if version > VERSION:
        raise sqlite3.DatabaseError(f"it was written by a newer version of this program ({version})")
