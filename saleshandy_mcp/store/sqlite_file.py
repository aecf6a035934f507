"""One file of SQLite: opened when first needed, brought to its newest form, changed in whole transactions.

It is in write-ahead mode and synced at every durable commit: what is written survives the loss of power. A file
carries its version in ``PRAGMA user_version``; a new file has 0. Every migration leads from the version before to its
own and never back. All that are missing are applied in one transaction, so a file has one version or another and
nothing in between.

Moments in a file are by the wall clock, which people and programs set forward and back. Where it was set back since a
moment, nobody knows how long ago that was: it counts as long ago.
"""

import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, NamedTuple

from saleshandy_mcp.core.errors import Mistake

LONGEST_WAIT = 2.0
"""Seconds that a change waits for another process, and all that this process serves with it. A change takes
milliseconds."""
_NO_WAIT = 0.05
"""The same, once that was not enough: until the file is free, each further change would wait in vain."""
SET_RIGHT = 60.0
"""Seconds that a moment may lie ahead: clocks are set right by little all the time."""


class Migration(NamedTuple):
    """One step.

    Attributes:
        version: the version that a file has afterwards.
        apply: changes the file.
    """

    version: int
    apply: Callable[[sqlite3.Connection], None]


def lately(seconds: float, now: float) -> tuple[float, float]:
    """The moments since which less than so many seconds have gone by: those after the first, up to the second."""
    return now - seconds, now + SET_RIGHT


def is_lately(moment: float, seconds: float, now: float) -> bool:
    """Whether less than so many seconds have gone by since a moment."""
    first, last = lately(seconds, now)
    return first < moment <= last


class SqliteFile:
    """The file. It may be used from several threads, one at a time, and by several processes.

    Args:
        place: says where it is, or is to be made; left out, it is gone when it is closed: for the sandbox in this
            process, and for tests.

    Attributes:
        lasts: whether other processes see it.
    """

    migrations: ClassVar[Sequence[Migration]]
    pragmas: ClassVar[Sequence[str]] = ()
    """Settings of the connection, such as ``cache_size = -16000``."""
    name: ClassVar[str] = "the file"
    """What a person calls it: "the import ledger"."""
    without: ClassVar[str] = ""
    """A sentence on what does not happen without it."""
    failure: ClassVar[type[Mistake]] = Mistake
    """The error that says that it cannot be used."""

    def __init__(self, place: Callable[[], Path] | None = None) -> None:
        self._place = place or self._passing
        self.lasts = place is not None
        self._folder: TemporaryDirectory[str] | None = None
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None
        self._wait = LONGEST_WAIT

    @cached_property
    def path(self) -> Path:
        return self._place()

    @property
    def is_there(self) -> bool:
        """Whether anything was ever written."""
        return self._opened is not None or (self.lasts and self.path.exists())

    def trouble(self, error: Exception) -> Mistake:
        """What is raised when the file cannot be used: why, and what to do."""
        if _is_locked(error):
            self._waits(_NO_WAIT)
            why, todo = "another program keeps it locked", "Try again when that program is done with it."
        else:
            why, todo = str(error), "Make room or mend it, or set SALESHANDY_DATA to another folder."
        return self.failure(f"{self.name} {self.path} cannot be used ({why})", f"{self.without} {todo}".lstrip())

    def close(self) -> None:
        with self._lock:
            if self._opened:
                self._opened.close()
            self._opened = None
        if self._folder:
            self._folder.cleanup()

    def _passing(self) -> Path:
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True)
        return Path(self._folder.name) / "data.sqlite3"

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """The connection, for one thread at a time.

        Raises:
            Mistake: of the class ``failure``, when the file cannot be used.
        """
        with self._lock:
            try:
                if self._opened is None:
                    self._opened = self._open()
                yield self._opened
            except (sqlite3.Error, OSError) as error:
                raise self.trouble(error) from None

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
            self._waits(LONGEST_WAIT)
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                # A commit that failed may have rolled back by itself.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def erasing(self) -> Generator[sqlite3.Connection]:
        """One transaction; what it deletes is written over, and is in no file any more when nobody else reads."""
        with self.reading() as db:
            (before,) = db.execute("PRAGMA secure_delete").fetchone()
            db.execute("PRAGMA secure_delete = ON")
            try:
                with self.changing():
                    yield db
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                db.execute(f"PRAGMA secure_delete = {before}")

    def _waits(self, seconds: float) -> None:
        """Wait so long for another process from now on."""
        if self._wait != seconds:
            self._wait = seconds
            if self._opened:
                self._opened.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")

    def _open(self) -> sqlite3.Connection:
        private_file(self.path)
        db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=self._wait)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            for pragma in self.pragmas:
                db.execute(f"PRAGMA {pragma}")
            migrate(db, self.migrations)
        except BaseException:
            db.close()
            raise
        return db


def private_file(path: Path) -> Path:
    """Make a file, and its folder, where there is none: data of people, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    return path


def migrate(db: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Bring a file to the newest version.

    Raises:
        sqlite3.DatabaseError: when it was written by a newer version of this program; it is left as it is.
    """
    newest = migrations[-1].version
    if _version(db, newest) == newest:  # to look into a file that is in order, nobody waits for another process
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db, newest)
        for step in migrations:
            if step.version > version:
                step.apply(db)
                db.execute(f"PRAGMA user_version = {step.version}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection, newest: int) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > newest:
        raise sqlite3.DatabaseError(f"it was written by a newer version of this program ({version})")
    return version


def _is_locked(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def run_statements(db: sqlite3.Connection, statements: str) -> None:
    """Statements with semicolons between them, within the transaction that is open."""
    for statement in statements.split(";"):
        db.execute(statement)
