"""Commands that are suggested, written so that the shell of their reader takes each word as it is."""

import re
from collections.abc import Callable, Iterable

from saleshandy_mcp.cli.support.at_terminal.terminal import shell_at_hand

_PLAIN = re.compile(r"[A-Za-z0-9_./:-][A-Za-z0-9_./:=-]*", re.ASCII)
"""A word that no shell changes. ``=`` at the beginning is excluded because of zsh."""
_SPECIAL_TO_CMD = re.compile(r'[()%!^"<>&|]')
_QUOTES_OF_POWERSHELL = re.compile("(['\u2018\u2019\u201a\u201b])")


def command_line(words: Iterable[str], shell: str = "") -> str:
    """The words as one command line.

    Args:
        words: the command and its arguments.
        shell: sh (also bash, zsh and fish), cmd, powershell (5.1) or pwsh (7.3 and later). If left out, the one at
            hand.
    """
    quote = _QUOTES[shell or shell_at_hand()]
    return " ".join(word if _PLAIN.fullmatch(word) else quote(word) for word in words)


def _for_sh(word: str) -> str:
    r"""In single quotes, with each ``'`` and ``\`` outside: within them fish reads ``\``, and sh does not."""
    parts = re.split(r"(['\\])", word)
    return "".join(f"\\{it}" if it in {"'", "\\"} else f"'{it}'" for it in parts if it) or "''"


def _for_programs_of_windows(word: str) -> str:
    """With its quotation marks escaped, as programs of Windows take their command line apart."""
    return re.sub(r'(\\*)"', r'\1\1\\"', word)


def _for_cmd(word: str) -> str:
    ends = re.sub(r"(\\+)$", r"\1\1", _for_programs_of_windows(word))
    # Each mark is escaped, so cmd sees no quotation: within one it would still read %NAME%.
    return _SPECIAL_TO_CMD.sub(r"^\g<0>", f'"{ends}"')


def _for_pwsh(word: str) -> str:
    return "'" + _QUOTES_OF_POWERSHELL.sub(r"\1\1", word) + "'"


def _for_powershell(word: str) -> str:
    """5.1 hands a word on in quotation marks where it has blanks, and escapes nothing in it."""
    given = _for_programs_of_windows(word)
    if re.search(r"\s", word):
        given = re.sub(r"(\\+)$", r"\1\1", given)
    return _for_pwsh(given or '""')


_QUOTES: dict[str, Callable[[str], str]] = {
    "sh": _for_sh,
    "cmd": _for_cmd,
    "powershell": _for_powershell,
    "pwsh": _for_pwsh,
}
