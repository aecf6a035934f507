"""One file of SQLite: opened when first needed, brought to its newest form, changed in whole transactions.

It is in write-ahead mode and synced at every durable commit: what is written survives the loss of power. A file
carries its version in ``PRAGMA user_version``; a new file has 0. Every migration leads from the version before to its
own and never back. All that are missing are applied in one transaction, so a file has one version or another and
nothing in between.
"""

import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, NamedTuple


class Migration(NamedTuple):
    """One step.

    Attributes:
        version: the version that a file has afterwards.
        apply: changes the file.
    """

    version: int
    apply: Callable[[sqlite3.Connection], None]


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

    def __init__(self, place: Callable[[], Path] | None = None) -> None:
        self._place = place or self._passing
        self.lasts = place is not None
        self._folder: TemporaryDirectory[str] | None = None
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    @cached_property
    def path(self) -> Path:
        return self._place()

    @property
    def is_there(self) -> bool:
        """Whether anything was ever written."""
        return self._opened is not None or (self.lasts and self.path.exists())

    def trouble(self, error: Exception) -> Exception:
        """What is raised when the file cannot be used. Subclasses say what that means for a person."""
        return error

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
            Exception: what ``trouble`` makes of an error, when the file cannot be used.
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

    def _open(self) -> sqlite3.Connection:
        private_file(self.path)
        db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=20)
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
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db, migrations[-1].version)
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


def run_statements(db: sqlite3.Connection, statements: str) -> None:
    """Statements with semicolons between them, within the transaction that is open."""
    for statement in statements.split(";"):
        db.execute(statement)
