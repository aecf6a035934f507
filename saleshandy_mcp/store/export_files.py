"""The files of an export: the one in the making, the state beside it, and the finished one. For their owner alone."""

import filecmp
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from saleshandy_mcp.core.errors import Mistake

_PRIVATE = 0o600
_OPEN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class ExportFiles:
    """The files.

    Args:
        path: the finished file; the others have its name with something after it.

    Attributes:
        making: the file in the making.
        state: what tells how far it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.making = path.with_name(f"{path.name}.partial")
        self.state = path.with_name(f"{path.name}.export.json")

    def begun(self) -> bool:
        """Whether there is a state."""
        return os.path.lexists(self.state)

    def kept(self) -> str | None:
        """The state as text; None where there is none.

        Raises:
            Mistake: when it cannot be read.
        """
        with _told(self.state, "read"):
            return self.state.read_text(encoding="utf-8", errors="replace") if self.begun() else None

    def refuse_foreign(self) -> None:
        """Return when none of the files is there: without a state nothing is known to be of an export.

        Raises:
            Mistake: when one is there, or the folder is not.
        """
        if not self.path.parent.is_dir():
            raise Mistake(f"there is no folder {self.path.parent}", "Make it first, or choose another.")
        for file in (self.path, self.making):
            if os.path.lexists(file):
                raise Mistake(f"{file} is there already, and was not written by an export", "Choose another name.")

    def size(self) -> int | None:
        """Bytes of the finished file; None where there is none.

        Raises:
            Mistake: when that cannot be told.
        """
        with _told(self.path, "read"):
            return self.path.stat().st_size if os.path.lexists(self.path) else None

    def keep(self, state: str) -> None:
        fresh = self.state.with_name(f"{self.state.name}.new")
        with _told(self.state, "written"):
            with suppress(FileNotFoundError):
                fresh.unlink()
            _write(fresh, state.encode(), os.O_CREAT | os.O_EXCL)
            os.replace(fresh, self.state)  # noqa: PTH105 - Path.replace is no other
            _sync_folder(self.path.parent)

    def open(self, size: int) -> Iterator[str]:
        with _told(self.making, "written"):
            if _size(self.making) < size:
                self._copy(size)
            _write(self.making, b"", os.O_CREAT)
            os.truncate(self.making, size)
        return self._lines()

    def _lines(self) -> Iterator[str]:
        with _told(self.making, "read"), self.making.open(encoding="utf-8", newline="") as file:
            yield from file

    def append(self, content: bytes) -> None:
        with _told(self.making, "written"):
            _write(self.making, content, os.O_APPEND)

    def finish(self, over: int | None) -> None:
        with _told(self.path, "written"):
            there = self.size()
            # The same content stands there when a run was killed right after this.
            if there not in (None, over) and not filecmp.cmp(self.making, self.path, shallow=False):
                raise Mistake(
                    f"{self.path} has changed meanwhile, so it was not replaced",
                    f"All rows are in {self.making.name}: move the other file, and run this again.",
                )
            os.replace(self.making, self.path)  # noqa: PTH105 - the same
            _sync_folder(self.path.parent)

    def _copy(self, size: int) -> None:
        """Begin with the content of the finished file, where that is what the state counts."""
        if (self.size() or 0) < size:
            raise Mistake(
                f"{self.making} is gone or was cut, and the export cannot go on without it",
                f"Delete {self.state.name} to begin anew, or choose another name.",
            )
        shutil.copy(self.path, self.making)


def _write(path: Path, content: bytes, flags: int) -> None:
    handle = os.open(path, os.O_WRONLY | _OPEN | flags, _PRIVATE)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sync_folder(folder: Path) -> None:
    """A file that got another name has it after a loss of power, too. Windows does so by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _told(path: Path, verb: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise Mistake(f"{path} cannot be {verb} ({error.strerror or error})") from None
