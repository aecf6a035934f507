"""What is printed can be read wherever it goes: no text ends a command because of an old encoding."""

import sys
from io import TextIOWrapper
from typing import Any


def make_printable(*streams: Any) -> None:
    """Write UTF-8 to files and pipes. A terminal keeps its encoding; a sign that it does not have becomes "?".

    Args:
        streams: stdout and stderr, where none are given.
    """
    for stream in streams or (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
