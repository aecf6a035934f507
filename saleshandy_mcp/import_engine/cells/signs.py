"""Removes invisible characters, and turns styled letters into plain ones. Pure."""

import re
import unicodedata
from functools import cache

BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Blanks that are not the one of the keyboard, for a class of a pattern."""
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
)
"""Signs without a picture, for a class of a pattern."""
STYLED = (
    "\u2102-\u2134\u24b6-\u24e9\uff0e\uff10-\uff19\uff20-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff\U0001f130-\U0001f189"
)
"""Letters and digits in another style: mathematical, in circles and squares, of full width."""

_BLANK = re.compile(f"[{BLANKS}]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_JOINERS = "\u200c\u200d"
"""Parts of the writing of Persian, Hindi and others, and of some emoji."""
_STYLED = re.compile(f"[{STYLED}]")


def blanked(text: str) -> str:
    """With plain blanks in the place of all others, and none around it."""
    return _BLANK.sub(" ", text).strip()


def visible(text: str, *, joiners: bool = False) -> str:
    """Without signs that nobody sees.

    Args:
        text: of a cell.
        joiners: whether the joiners between two signs that are no Latin letters stay, as some scripts need them.
    """
    if not joiners:
        return _INVISIBLE.sub("", text)
    return _INVISIBLE.sub(lambda found: found[0] if _is_joining(text, found.start()) else "", text)


def plain_letters(text: str) -> str:
    """With plain letters and digits in the place of styled ones. Signs that mean more than a letter, as ™, stay."""
    return text.translate(_plain()) if _STYLED.search(text) else text


def _is_joining(text: str, at: int) -> bool:
    if text[at] not in _JOINERS or not 0 < at < len(text) - 1:
        return False
    return text[at - 1] > "\u0530" and text[at + 1] > "\u0530"


@cache
def _plain() -> dict[int, str]:
    """By code point, the one letter or digit of ASCII that it is another style of, or the @ and the dot."""
    found: dict[int, str] = {}
    for first, last in re.findall("(.)-(.)", STYLED):
        for code in range(ord(first), ord(last) + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code) and (plain.isalnum() or plain == "@"):
                found[code] = plain
            elif 0x1F130 <= code <= 0x1F189:  # letters in squares have no plain form in Unicode
                found[code] = chr(ord("A") + (code - 0x1F130) % 32) if (code - 0x1F130) % 32 < 26 else chr(code)
    return found | {0xFF0E: "."}
