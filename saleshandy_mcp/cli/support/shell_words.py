"""Words of a command as a person types them into the shell at hand. The one place that quotes; pure.

Words may hold what strangers wrote, such as the title of a sequence, so no word may end its quotes.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Literal

Shell = Literal["sh", "cmd", "powershell"]

_PLAIN = re.compile(r"[\w./:=+\\-]+", re.ASCII)
_NEEDS_MORE = re.compile('["%!$`\u201c\u201d\u201e]')
"""What double quotes do not hold in both shells of Windows; PowerShell takes typographic quotes for quotes."""
_OF_CMD = re.compile(r'[()%!^"<>&|]')
_SINGLE = re.compile("['\u2018\u2019\u201a\u201b]")


def shell_here(system: str = sys.platform, environ: Mapping[str, str] = os.environ) -> Shell:
    """The shell that a person of this process types into. On Windows that is assumed: cmd sets PROMPT."""
    if system != "win32":
        return "sh"
    return "cmd" if "PROMPT" in environ else "powershell"


def typed(words: Iterable[str], shell: Shell | None = None) -> str:
    """The words as one line for a shell; None: the one at hand."""
    shell = shell or shell_here()
    if shell == "sh":
        return shlex.join(words)
    return " ".join(_on_windows(word, shell) for word in words)


def _on_windows(word: str, shell: Shell) -> str:
    if _PLAIN.fullmatch(word):
        return word
    if not _NEEDS_MORE.search(word) and not word.endswith("\\"):
        return f'"{word}"'
    if shell == "cmd":
        # With a caret before each of its signs, cmd sees no quotes at all; the program sees those of list2cmdline.
        return _OF_CMD.sub(lambda it: f"^{it[0]}", subprocess.list2cmdline([word]))
    return "'" + _SINGLE.sub(lambda it: it[0] * 2, word) + "'"
