"""Text in a cell without the damage of spreadsheets, web pages and wrong encodings. Pure."""

import html
import re
from enum import StrEnum
from functools import lru_cache

from saleshandy_mcp.import_engine.cells.cell_words import names, words
from saleshandy_mcp.import_engine.cells.signs import BLANKS, INVISIBLE, STYLED, blanked, plain_letters, visible


class TextMend(StrEnum):
    """What was done to a cell."""

    MARK = "a spreadsheet's text mark ' taken off"
    BROKEN = "broken letters mended"
    HTML = "HTML made text"
    INVISIBLE = "invisible signs and odd blanks made plain"
    STYLED = "styled letters made plain"
    BREAKS = "line breaks made a blank"
    SEVERAL = "the first of several values in a cell taken"
    NOTHING = "a word that means nothing left empty"


class Strange(StrEnum):
    """What is stored as it is, and may look wrong in a mail."""

    TAG = "{{…}}, which is filled when it is mailed"
    SPIN = "{…|…}, of which one part is chosen when it is mailed"
    LOST = "�, where letters were lost before"


_BROKEN_PAIRS = {
    "\u00c2-\u00f4": "[\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]",
    "\u0420\u0421": "[\u0401-\u040f\u0451-\u045f\u0490\u0491\u00a0-\u00bf\u2018-\u203a\u20ac\u2116\u2122]",
    "\u221a": r"[^\s\d]",
    "\u251c": "",
}
"""UTF-8 that was read as Western, Cyrillic, Mac Roman or DOS text: a sign, and what stands behind it."""
_SUSPECTS = {
    f"\x01-\x1f\x7f-\x9f\ufffd{{{INVISIBLE}{BLANKS}{STYLED}": "",
    "'": r"(?<![^\0]')",  # at the start of a cell
    "&": "(?:#|[A-Za-z]+;)",
    "<": "[A-Za-z/!]",
    "_": "x000[Dd]_",
} | _BROKEN_PAIRS


def _any_of(pairs: dict[str, str]) -> re.Pattern[str]:
    """Finds a sign of one of these classes with what belongs behind it; many times as fast as the pairs one by one."""
    behind = "|".join(f"(?<=[{signs}]){pattern}" for signs, pattern in pairs.items())
    return re.compile(f"[{''.join(pairs)}](?:{behind})")


_BROKEN = _any_of(_BROKEN_PAIRS)
_SUSPICIOUS = _any_of(_SUSPECTS)
_NEEDS_ASCII = ("'", "&", "<", "_", "\u221a")
"""Suspects for which the signs of ASCII around them count."""
_HINT = _any_of(_SUSPECTS | dict.fromkeys(_NEEDS_ASCII, ""))
_HARMLESS = bytes(code for code in (0, *range(32, 127)) if not _HINT.search(chr(code)))
"""Signs of ASCII that can be taken out without making anything look better."""
_REMEMBERED = 5_000
"""Combinations of signs of which it is known whether they are suspects."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_MARKUP_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#0*(?:60|62|38|34)|#[xX]0*(?:3[cCeE]|2[26]));", re.IGNORECASE)
_TAG = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9]{0,9}(?:\s[^<>]*)?/?|!--.*?--)>")
_BREAK = re.compile(r"(?:[ \t]*(?:\r\n?|[\n\x0b\x0c\x85\u2028\u2029]))+[ \t]*")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_NUMBER = re.compile(r"[+=@-].*|[\d\s()./:,+-]+")
_FILLED = re.compile(r"\{\{[^{}]*\}\}")
_SPUN = re.compile(r"(?<!\{)\{[^{}|]*\|[^{}]*\}|\{spin\}", re.IGNORECASE)


_BETWEEN = " ::: "
"""Stands between several values of a cell in exports of Google's contacts."""


def is_suspicious(*cells: str) -> bool:
    """Whether a closer look at any of the cells is worth its time."""
    text = "\0".join(cells)
    # Of most texts nothing is left without the harmless signs, and taking them out is faster than any search.
    rest = text.encode(errors="surrogatepass").translate(None, _HARMLESS)
    if rest and _is_hint(rest) and _SUSPICIOUS.search(text):
        return True
    return _BETWEEN in text or text.count("\0") >= len(cells)


@lru_cache(_REMEMBERED)
def _is_hint(signs: bytes) -> bool:
    """Whether any of these signs may be a suspect; the letters of a language come in few combinations."""
    return _HINT.search(signs.decode(errors="surrogatepass")) is not None


def is_nothing(cell: str, *, name: bool = False) -> bool:
    """Whether the whole cell is a word for nothing, as N/A or #REF!.

    Args:
        cell: the text.
        name: whether a person's name is expected: somebody may be called Null.
    """
    return cell.casefold() in words("nothing") and not (name and cell in names())


def mend(cell: str, *, paragraphs: bool = False) -> tuple[str, list[TextMend]]:
    """The text that was meant, and what was done for it.

    Args:
        cell: the text.
        paragraphs: whether it may have line breaks and markup of its own, as a field that stands in a body.
    """
    done: list[TextMend] = []

    def step(kind: TextMend, before: str, after: str) -> str:
        if before != after:
            done.append(kind)
        return after

    text = step(TextMend.MARK, cell, _without_mark(cell))
    text = step(TextMend.SEVERAL, text, _first(text))
    text = step(TextMend.BROKEN, text, _unbroken(text))
    text = step(TextMend.HTML, text, _without_entities(text) if paragraphs else _without_markup(text))
    text = step(TextMend.INVISIBLE, text, blanked(_CONTROL.sub("", visible(text, joiners=True))))
    text = step(TextMend.STYLED, text, plain_letters(text))
    if not paragraphs:
        text = step(TextMend.BREAKS, text, _BREAK.sub(" ", text.replace("\t", " ")).strip())
    return text, done


def strange(cell: str) -> list[Strange]:
    """What stands in a cell that is stored as it is, and may look wrong in a mail."""
    found = ((Strange.TAG, _FILLED.search(cell)), (Strange.SPIN, _SPUN.search(cell)), (Strange.LOST, "\ufffd" in cell))
    return [kind for kind, is_there in found if is_there]


def _without_mark(cell: str) -> str:
    """'+49 is +49, and 'Ann is Ann; but 's-Hertogenbosch and 't Hart are names, and '47 Brand a company."""
    if cell[:1] != "'" or len(cell) < 2:
        return cell
    rest = cell[1:]
    if rest.endswith("'") and "'" not in rest[:-1]:
        return rest[:-1].strip()
    first = re.match(r"[^\W\d_]*", rest)
    word = first[0] if first else ""
    if not word:
        return rest if _NUMBER.fullmatch(rest) else cell
    return cell if word.islower() and word in words("apostrophe") else rest


def _first(text: str) -> str:
    return next((it.strip() for it in text.split(_BETWEEN) if it.strip()), "") if _BETWEEN in text else text


def _unbroken(text: str) -> str:
    if not _BROKEN.search(text):
        return text
    # PLC0415: it takes time to load, and most tables need it never.
    from ftfy import fix_encoding  # noqa: PLC0415

    return fix_encoding(text)


def _without_markup(text: str) -> str:
    text = text.replace("_x000D_", "\n").replace("_x000d_", "\n")
    for _ in range(2):  # &amp;amp; and &lt;b&gt;
        if "<" not in text and "&" not in text:
            break
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), _TAG.sub(_blank_for, text))
    return text


def _blank_for(tag: re.Match[str]) -> str:
    return "\n" if re.match(r"</?(?:br|p|div|li)\b", tag[0], re.IGNORECASE) else ""


def _without_entities(text: str) -> str:
    """Those that stand for letters; what would become markup stays."""
    text = text.replace("_x000D_", "\n").replace("_x000d_", "\n")
    return _ENTITY.sub(lambda it: it[0] if _MARKUP_ENTITY.fullmatch(it[0]) else html.unescape(it[0]), text)
