"""Turns that all processes of this user on this machine take from one file: the limits of an API count a key's calls.

The file holds digests of accounts, names of endpoints and moments. It is locked for each turn, so that no two processes
take the same one. Where it cannot be used, this process counts by itself, as all did without it.
"""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from filelock import FileLock
from pyrate_limiter import SQLiteBucket

from saleshandy_mcp.api.http.chain import BucketTurns, in_memory, rate
from saleshandy_mcp.api.http.rate_limits import NewTurns, Turns

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
LOCK_SECONDS = 2.0
"""A turn takes a millisecond. A process that was stopped in the middle of one must not stop all others."""


class SharedCounts:
    """A file in which all processes count. Once it cannot be used, which is told, this process counts by itself.

    Args:
        place: says where the file is; it is there afterwards.

    Attributes:
        usable: whether the file could be used so far.
    """

    def __init__(self, place: Callable[[], Path]) -> None:
        self._place, self.usable = place, True

    def turns(self, account: str) -> NewTurns:
        """Turns of an account that all processes take from the file.

        Args:
            account: a digest that names it.
        """

        def new(name: str, most: int, seconds: float) -> Turns:
            if self.usable:
                try:
                    shared = _SharedTurns(_opened(self._place(), f"{account} {name}", most, seconds))
                    return _InFile(self, shared, in_memory(name, most, seconds))
                except (sqlite3.Error, OSError) as error:
                    self.give_up(error)
            return in_memory(name, most, seconds)

        return new

    def give_up(self, error: Exception) -> None:
        """Use the file no longer: to try it again for every limit would take seconds each time."""
        if self.usable:
            self.usable = False
            _LOG.warning(
                "calls are counted for this process alone, because the file of counts cannot be used (%s). With "
                "several processes at once the API may answer that there were too many calls; these are made again.",
                error,
            )


class _InFile:
    """Turns in the file, or in memory from the moment on at which the file cannot be used."""

    def __init__(self, counts: SharedCounts, shared: Turns, alone: Turns) -> None:
        self._counts, self._shared, self._alone = counts, shared, alone

    def take(self, now: float) -> float:
        return self._counted(lambda turns: turns.take(now))

    def taken(self, now: float) -> int:
        return self._counted(lambda turns: turns.taken(now))

    def allow(self, most: int, seconds: float) -> None:
        for turns in (self._shared, self._alone):
            turns.allow(most, seconds)

    def _counted(self, count: Callable[[Turns], T]) -> T:
        if self._counts.usable:
            try:
                return count(self._shared)
            except (sqlite3.Error, OSError) as error:
                self._counts.give_up(error)
        return count(self._alone)


class _SharedTurns(BucketTurns):
    """Turns in the file. Moments are counted from the start of a machine.

    What lies far ahead was taken before this machine started anew, or by another one that has run for longer: nobody
    waits for it.
    """

    def __init__(self, bucket: SQLiteBucket) -> None:
        super().__init__(bucket)
        self._file = bucket

    def take(self, now: float) -> float:
        wait = super().take(now)
        return super().take(now) if wait and self._dropped(now) else wait

    def taken(self, now: float) -> int:
        self._dropped(now)
        return super().taken(now)

    def _dropped(self, now: float) -> bool:
        """Drop what lies further ahead than the time that is counted; whether there was any."""
        with self._file.lock:
            # S608: the name is a digest and an endpoint of ours.
            statement = f'DELETE FROM "{self._file.table}" WHERE item_timestamp > ?'  # noqa: S608
            latest = int(now * 1000) + self._file.rates[0].interval
            dropped = self._file.conn.execute(statement, (latest,)).rowcount > 0
            self._file.conn.commit()
        return dropped


def _opened(path: Path, name: str, most: int, seconds: float) -> SQLiteBucket:
    # The library waits for the lock without end while it makes its table.
    with FileLock(f"{path}.lock", timeout=LOCK_SECONDS):
        pass
    bucket = SQLiteBucket.init_from_file([rate(most, seconds)], name, str(path), use_file_lock=True)
    # The library declares a lock between threads; with a file lock it is one of `filelock`, which has a timeout.
    bucket.lock.timeout = LOCK_SECONDS  # pyright: ignore[reportAttributeAccessIssue]
    bucket.conn.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000:.0f}")
    return bucket
