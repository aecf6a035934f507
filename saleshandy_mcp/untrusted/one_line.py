"""Text of strangers as it may leave this program: no character that leaves no trace, and names on one line. Pure."""

import re
import unicodedata
from typing import Any, cast

_NEVER_SEEN = re.compile(
    # Fillers and selectors that are letters, marks or symbols by their category, and yet leave no trace.
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_USUAL = frozenset("\u00ad\u200c\u200d\u200e\u200f\ufe0e\ufe0f\ufeff\r\x00")
"""Invisible, and at home in honest mail: soft hyphens, emoji and writing from right to left."""

_LONGEST_VALUE = 120


def one_line(text: str, longest: int = _LONGEST_VALUE) -> str:
    """A name, subject or other value on one line; what is longer is cut and shows it by an ellipsis."""
    words = " ".join(visible(text).split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def visible(text: str) -> str:
    """Only characters that leave a trace: none invisible, none that turns the direction of writing, no controls."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(_seen(char) for char in _NEVER_SEEN.sub("", text))


def invisible(text: str) -> int:
    """How many characters leave no trace."""
    return sum(not _seen(char) or bool(_NEVER_SEEN.match(char)) for char in text if char != "\r")


def cleaned(value: Any) -> Any:
    """A structure as JSON holds it, each text in it, names of keys included, by ``visible``."""
    match value:
        case str():
            return visible(value)
        case dict():
            parts = cast("dict[str, Any]", value)
            return {visible(name): cleaned(part) for name, part in parts.items()}
        case list() | tuple():
            return [cleaned(part) for part in cast("list[Any]", value)]
        case _:
            return value


def smuggles(text: str) -> bool:
    """Whether there are invisible characters that honest mail has no use for."""
    return any(
        char not in _USUAL and (bool(_NEVER_SEEN.match(char)) or unicodedata.category(char) in ("Cf", "Co", "Cn"))
        for char in set(text)
    )


def _seen(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if char in "\n\t" or (category[0] != "C" and category not in ("Zl", "Zp")):
        return char
    return ""
