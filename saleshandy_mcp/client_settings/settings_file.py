"""A settings file on disk: read, and replaced whole or not at all, with its mode, its links and a backup beside it."""

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

BACKUP = ".before-saleshandy"
"""What is added to the name of a file for its backup."""
_BOM = b"\xef\xbb\xbf"
_PRIVATE = 0o600


class Unusable(ValueError):
    """A settings file that cannot be used; the words say why, and what to do."""


@dataclass(frozen=True)
class SettingsFile:
    """A settings file as it was read.

    Attributes:
        path: its path; a link was followed.
        content: its bytes; None when it is not there.
    """

    path: Path
    content: bytes | None

    @property
    def text(self) -> str:
        """Its text, without a mark of the byte order."""
        content = (self.content or b"").removeprefix(_BOM)
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise Unusable(f"{self.path}, line {line}: it is not UTF-8. Save it as UTF-8 first.") from None

    @property
    def backup(self) -> Path:
        """Where its backup is."""
        return self.path.with_name(self.path.name + BACKUP)

    @property
    def shared(self) -> bool:
        """Whether other people of this machine may read it."""
        return os.name == "posix" and self.content is not None and bool(self.path.stat().st_mode & 0o077)

    def encoded(self, text: str) -> bytes:
        """A text as the bytes of this file."""
        return (_BOM if (self.content or b"").startswith(_BOM) else b"") + text.encode()


def load(path: Path) -> SettingsFile:
    """Read a settings file, which need not be there.

    Raises:
        Unusable: when it cannot be read.
    """
    try:
        real = path.resolve()
        there = os.path.lexists(real)
        if there and not real.is_file():  # a pipe would wait for ever, and a device must not be replaced
            raise Unusable(f"{path} is no file. Name the settings file itself.")
        return SettingsFile(real, real.read_bytes() if there else None)
    except (OSError, RuntimeError) as error:
        raise Unusable(f"{path} cannot be read: {_why(error)}") from None


def check_writable(file: SettingsFile) -> None:
    """See that the file can be replaced.

    Raises:
        Unusable: when it or its folder is read-only.
    """
    path = file.path
    if file.content is not None and not path.stat().st_mode & stat.S_IWUSR:
        raise Unusable(f"{path} is read-only. Allow writing to it first, and ask yourself who forbade it.")
    folder = next(parent for parent in path.parents if parent.exists())
    # Windows marks folders of its own as read-only and means something else by it.
    closed = os.name == "posix" and not folder.stat().st_mode & stat.S_IWUSR
    if closed or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise Unusable(f"{folder} is read-only, so nothing can be written there. Allow writing to it first.")


def replace(file: SettingsFile, content: bytes | None, *, backup: bool = False) -> None:
    """Put new bytes in the place of the file; None deletes it.

    Args:
        file: the file as it was read.
        content: the new bytes.
        backup: whether the old bytes are kept beside it.

    Raises:
        Unusable: when it cannot be written, or was changed since it was read. It is then as it was.
    """
    check_writable(file)
    if load(file.path).content != file.content:
        raise Unusable(f"{file.path} was changed by another program just now. Nothing was written; try again.")
    try:
        if backup and file.content is not None:
            _write(file.backup, file.content, _mode(file.path))
        if content is None:
            file.path.unlink(missing_ok=True)
        else:
            _write(file.path, content, _mode(file.path))
    except OSError as error:
        raise Unusable(f"{file.path} cannot be written: {_why(error)}. It is as it was.") from None


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else _PRIVATE


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as page:
            page.write(content)
            page.flush()
            os.fsync(page.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
