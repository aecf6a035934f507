"""Opens files to read. A file that a model names must be in the operator's folder; each must be a regular file."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from saleshandy_mcp.core.errors import Mistake

_SHOWN = 5


def read_file(name: str, folder: Path | None, *, most: int) -> bytes:
    """The content of a file in the allowed folder.

    Args:
        name: path of the file inside the folder.
        folder: the allowed folder; None when no file may be read.
        most: how many bytes the file may have.

    Raises:
        Mistake: when the file may not or cannot be read, or is larger.
    """
    with open_file(name, folder, most=most) as file:
        content = file.read(most + 1)
    if len(content) > most:  # it has grown since it was opened
        raise too_large(name, len(content), most)
    return content


def open_file(name: str, folder: Path | None, *, most: int) -> BinaryIO:
    """Open a file in the allowed folder for reading.

    A path out of the folder and a link are refused. What was opened is then checked: it has to be a regular file.

    Args:
        name: path of the file inside the folder.
        folder: the allowed folder; None when no file may be read.
        most: how many bytes the file may have.

    Raises:
        Mistake: when the file may not or cannot be read, or is larger.
    """
    if folder is None:
        raise Mistake(
            "file: this server may not read files",
            "Give the rows in `rows`, or let the operator set SALESHANDY_FILES to the folder with the files.",
        )
    root = folder.resolve()
    path = Path(os.path.normpath(root / name))
    outside = Mistake(f"file: {name} is not inside the allowed folder {root}", "Put it there and give its name.")
    try:
        inside = path.is_relative_to(root) and path.parent.resolve() == path.parent
    except (OSError, RuntimeError, ValueError):  # a loop of links, or a name that no folder can have
        inside = False
    if not inside:
        raise outside
    return _opened(path, name, root, getattr(os, "O_NOFOLLOW", 0), most)


def open_path(path: Path, *, most: int) -> BinaryIO:
    """Open a file at a path that a person gave; it may be anywhere, and links are followed.

    Raises:
        Mistake: when it cannot be read, or has more than ``most`` bytes.
    """
    path = Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises where there is no such user
    return _opened(path, str(path), path.parent, 0, most)


def too_large(name: str, size: int, most: int) -> Mistake:
    return Mistake(f"file: {name} has {size:,} bytes, at most {most:,} are taken", "Split it.")


def _opened(path: Path, name: str, folder: Path, flags: int, most: int) -> BinaryIO:
    try:
        # Without O_NONBLOCK, opening a pipe would wait until a program writes into it.
        handle = os.open(path, os.O_RDONLY | flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        raise Mistake(f"file: {name} cannot be read ({reason})", _there(folder, path.suffix)) from None
    file = os.fdopen(handle, "rb") if _is_plain(handle) else None
    if file is None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        os.close(handle)
        raise Mistake(
            f"file: {name} is not a regular file but {'a folder' if is_folder else 'a device or a pipe'}",
            "Give the name of a file.",
        )
    size = os.fstat(handle).st_size
    if size > most:
        file.close()
        raise too_large(name, size, most)
    return file


def _is_plain(handle: int) -> bool:
    return stat.S_ISREG(os.fstat(handle).st_mode)


def _there(folder: Path, suffix: str) -> str:
    try:
        there = ", ".join(sorted(it.name for it in folder.glob(f"*{suffix}"))[:_SHOWN])
    except (OSError, ValueError, NotImplementedError):
        return f"What is in {folder} cannot be listed."
    return f"In {folder} there is: {there}." if there else f"In {folder} there is no {f'{suffix} file'.strip()}."
