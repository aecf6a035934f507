"""What the terminal at hand can do: its width, colours, whether a line may be written over; and its shell."""

import os
import shutil
import sys
from collections.abc import Mapping
from typing import TextIO


def width_of_output(environ: Mapping[str, str] = os.environ) -> int | None:
    """The columns that a line of stdout has; None in a file or a pipe, unless ``COLUMNS`` says it."""
    if sys.stdout.isatty() or environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return None


def moves(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a line of this stream can be written over: a terminal that knows how to move its cursor."""
    return stream.isatty() and environ.get("TERM", "") not in {"dumb", "unknown"}


def has_colours(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether colours are wanted there (no-color.org)."""
    return moves(stream, environ) and not environ.get("NO_COLOR")


def shell_at_hand(system: str = os.name, environ: Mapping[str, str] = os.environ) -> str:
    """The shell that this was started from, as far as the environment tells: sh, cmd, powershell or pwsh.

    PowerShell puts the person's own folder of modules into ``PSModulePath``; Git Bash and its like set ``MSYSTEM``.
    """
    modules = environ.get("PSModulePath", "").lower()
    if system != "nt":
        # Only PowerShell sets it there.
        return "pwsh" if modules else "sh"
    if environ.get("MSYSTEM"):
        return "sh"
    if r"documents\powershell\modules" in modules:
        return "pwsh"
    return "powershell" if r"documents\windowspowershell\modules" in modules else "cmd"
