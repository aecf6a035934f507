"""The only way to a file: one that a model names is inside the operator's folder, and any is a plain file."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from saleshandy_mcp.core.errors import Mistake

_SHOWN = 5


def read_file(name: str, folder: Path | None, *, most: int) -> bytes:
    """What is in a file of the allowed folder.

    Args:
        name: of the file, from the folder on.
        folder: the allowed one; None when no file may be read.
        most: bytes that are taken.

    Raises:
        Mistake: when it may not or cannot be read.
    """
    with open_file(name, folder, most=most) as file:
        content = file.read(most + 1)
    if len(content) > most:  # it has grown since it was opened
        raise too_large(name, len(content), most)
    return content


def open_file(name: str, folder: Path | None, *, most: int) -> BinaryIO:
    """A file of the allowed folder, to be read.

    It is opened first and judged by what was opened: no way out of the folder, no device, no pipe, no link.

    Args:
        name: of the file, from the folder on.
        folder: the allowed one; None when no file may be read.
        most: bytes that it may have.

    Raises:
        Mistake: when it may not or cannot be read.
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
    """A file wherever a person says that it is; links are followed.

    Raises:
        Mistake: when it cannot be read.
    """
    path = Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises where there is no such user
    return _opened(path, str(path), path.parent, 0, most)


def too_large(name: str, size: int, most: int) -> Mistake:
    return Mistake(f"file: {name} has {size:,} bytes, at most {most:,} are taken", "Split it.")


def _opened(path: Path, name: str, folder: Path, flags: int, most: int) -> BinaryIO:
    try:
        # Without O_NONBLOCK, opening a pipe would wait for whoever writes into it.
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
        there = ", ".join(sorted(it.name for it in folder.glob(f"*{suffix}"))[:_SHOWN]) or "no such file"
    except (OSError, ValueError, NotImplementedError):
        there = "nothing that can be listed"
    return f"In {folder} there is: {there}."
