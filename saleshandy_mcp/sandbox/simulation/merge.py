"""How the text of a variant becomes the text of a mail: spintax and merge tags. Also plain text from HTML, and back."""

import re
from html import escape, unescape

SPIN = re.compile(r"\{spin\}(.*?)\{endspin\}", re.DOTALL)
TAG = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|\s*'?([^{}']*)'?\s*)?\}\}")
MARKUP = re.compile(r"<[^>]+>")


def merged(text: str, values: dict[str, str], turn: int = 0, fallbacks: dict[str, str] | None = None) -> str:
    """The text for one person. A tag without a value and a fallback is removed.

    Args:
        text: of a variant.
        values: of the person, by label.
        turn: chooses a part of each spun text.
        fallbacks: of the fields, for tags that have none of their own.
    """
    of_fields = fallbacks or {}

    def spun(match: re.Match[str]) -> str:
        parts = match[1].split("|")
        return parts[turn % len(parts)]

    def filled(match: re.Match[str]) -> str:
        return values.get(match[1]) or match[2] or of_fields.get(match[1]) or ""

    return TAG.sub(filled, SPIN.sub(spun, text))


def plain(html: str) -> str:
    """The words of an HTML text, in one line."""
    return " ".join(unescape(MARKUP.sub(" ", html)).split())


def paragraphs(text: str) -> str:
    """Plain paragraphs as HTML."""
    return "".join(f"<p>{escape(' '.join(part.split()), quote=False)}</p>" for part in text.strip().split("\n\n"))
