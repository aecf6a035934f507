"""The only way to a file that a model names: inside the operator's folder, and nothing but a plain file."""

import os
import stat
from pathlib import Path

from saleshandy_mcp.api.errors import Mistake


def read_file(name: str, folder: Path | None, *, most: int) -> bytes:
    """What is in a file of the allowed folder.

    It is opened first and judged by what was opened: no way out of the folder, no device, no pipe, no link.

    Args:
        name: of the file, from the folder on.
        folder: the allowed one; None when no file may be read.
        most: bytes that are taken.

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
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        there = ", ".join(sorted(it.name for it in root.glob(f"*{path.suffix}"))[:5]) or "no such file"
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        raise Mistake(f"file: {name} cannot be read ({reason})", f"In {root} there is: {there}.") from None
    kind = os.fstat(handle)
    if not stat.S_ISREG(kind.st_mode):
        os.close(handle)
        raise Mistake(f"file: {name} is not a regular file", "Give the name of a file.")
    with os.fdopen(handle, "rb") as file:
        if kind.st_size > most:
            raise Mistake(f"file: {name} has {kind.st_size:,} bytes, at most {most:,} are taken", "Split it.")
        return file.read(most + 1)
