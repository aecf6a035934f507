"""A store that dies with its process, for tests of what the next process finds."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from sqlite3 import Connection
from typing import NoReturn

from saleshandy_mcp.store.sqlite_file import SqliteFile


class Doomed(SqliteFile):
    """Dies at its so-many-th change: before it is begun, or when it is on disk. Put it before a store's class."""

    def dies(self, die: Callable[[], NoReturn], change: int, *, after: bool) -> None:
        self._die, self._left, self._after = die, change, after

    @contextmanager
    def changing(self, *, durable: bool = True) -> Generator[Connection]:
        self._left -= 1
        if self._left < 0 and not self._after:
            self._die()
        with super().changing(durable=durable) as db:
            yield db
        if self._left < 0:
            self._die()
