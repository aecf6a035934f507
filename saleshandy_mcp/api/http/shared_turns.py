"""Turns that all processes of this user on this machine take from one file: the limits of an API count a key's calls.

The file holds digests of accounts, names of endpoints and moments. It is locked for each turn, so that no two processes
take the same one. Where it cannot be used, this process counts by itself, as all did without it.
"""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pyrate_limiter import SQLiteBucket

from saleshandy_mcp.api.http.chain import BucketTurns, in_memory, rate
from saleshandy_mcp.api.http.rate_limits import NewTurns, Turns

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_LOCK_SECONDS = 2.0
"""A turn takes a millisecond. A process that was stopped in the middle of one must not stop all others."""


class SharedCounts:
    """A file in which all processes count, and whether it was told that it cannot be used: that is told once.

    Args:
        place: says where the file is; it is there afterwards.
    """

    def __init__(self, place: Callable[[], Path]) -> None:
        self._place, self._told = place, False

    def turns(self, account: str) -> NewTurns:
        """Turns of an account that all processes take from the file.

        Args:
            account: a digest that names it.
        """

        def new(name: str, most: int, seconds: float) -> Turns:
            try:
                return _InFile(self._place(), f"{account} {name}", most, seconds, self._warn)
            except (sqlite3.Error, OSError) as error:
                self._warn(error)
                return in_memory(name, most, seconds)

        return new

    def _warn(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            _LOG.warning(
                "calls are counted for this process alone, because the file of counts cannot be used (%s). With "
                "several processes at once the API may answer that there were too many calls; these are made again.",
                error,
            )


class _InFile:
    """Turns in the file, or in memory from the moment on at which the file cannot be used."""

    def __init__(self, path: Path, name: str, most: int, seconds: float, warn: Callable[[Exception], None]) -> None:
        self._name, self._most, self._seconds, self._warn = name, most, seconds, warn
        self._bucket = SQLiteBucket.init_from_file([rate(most, seconds)], name, str(path), use_file_lock=True)
        # The library declares a lock between threads; with a file lock it is one of `filelock`, which has a timeout.
        self._bucket.lock.timeout = _LOCK_SECONDS  # pyright: ignore[reportAttributeAccessIssue]
        self._turns: Turns = BucketTurns(self._bucket)
        self._looked_ahead = False

    def take(self, now: float) -> float:
        return self._counted(lambda: self._turns.take(now), now)

    def taken(self, now: float) -> int:
        return self._counted(lambda: self._turns.taken(now), now)

    def allow(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._turns.allow(most, seconds)

    def _counted(self, count: Callable[[], T], now: float) -> T:
        try:
            self._drop_what_lies_ahead(now)
            return count()
        except (sqlite3.Error, OSError) as error:
            self._warn(error)
            self._turns = in_memory(self._name, self._most, self._seconds)
            return count()

    def _drop_what_lies_ahead(self, now: float) -> None:
        """Moments are counted from the start of the machine: what lies far ahead was taken before it started anew."""
        if self._looked_ahead:
            return
        self._looked_ahead = True
        with self._bucket.lock:
            # S608: the name is a digest and an endpoint of ours.
            statement = f'DELETE FROM "{self._name}" WHERE item_timestamp > ?'  # noqa: S608
            self._bucket.conn.execute(statement, (int((now + self._seconds) * 1000),))
            self._bucket.conn.commit()
