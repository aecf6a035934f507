"""Finds the address in a cell that holds other text too. Pure.

It is taken out where it is certain which address is meant. Where letters may belong to it or not, it is not: a row that
is told is better than a mail to somebody else.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from itertools import starmap
from typing import NamedTuple

from saleshandy_mcp.core.addresses import is_address, is_usual, key
from saleshandy_mcp.import_engine.cells.cell_words import words
from saleshandy_mcp.import_engine.cells.signs import INVISIBLE, blanked, plain_letters, visible


class Mend(StrEnum):
    """What was done to a cell to get the address."""

    INVISIBLE = "invisible signs taken off an address"
    STYLED = "letters of an address made plain"
    AROUND = "an address taken out of what stands around it"
    SEVERAL = "several addresses in a cell, the first taken"


class Trouble(StrEnum):
    """Why a cell holds no address that is certain."""

    NO_AT = "no @ in it"
    TWO_AT = "more than one @"
    WRITTEN = "the @ is written out"
    NO_NAME = "nothing before the @"
    NO_DOMAIN = "nothing behind the @"
    QUOTED = "quotes before the @"
    DOTS = "two dots in a row"
    EDGE = "a dot at the start or beside the @"
    COMMA = "a comma or the like, perhaps for a dot"
    NO_ENDING = "the domain has no ending, as .com"
    BAD_ENDING = "no domain has such an ending"
    BLANK = "a blank, and it is not certain what belongs to it"
    UNSEEN = "a sign that nobody sees between two letters, and it is not certain what belongs to it"
    AROUND = "signs in it that no address has"
    CUT = "cut off at the end"
    HIDDEN = "hidden behind ***"
    OTHER = "no mail can go there"


class Found(NamedTuple):
    """What a cell holds.

    Attributes:
        address: the first address; empty when none is certain.
        mends: what was done to get it.
        trouble: why there is none.
    """

    address: str
    mends: tuple[Mend, ...] = ()
    trouble: Trouble | None = None


_PLAIN = re.compile(
    r"[\w+-][^*|{}\x60\u02bc]*\.(?:[^\W\d_]+|xn--[\w-]+)",
    re.IGNORECASE,
)
"""What an address as it should be looks like. The others are looked at more closely, even if mail could go there.
The last part of a domain has letters alone, or is the other form of such (RFC 3696, 2)."""
_UNSEEN = re.compile(rf"\w(?![\u00ad\u2060\u200c\u200d])[{INVISIBLE}]+\w")
"""A soft hyphen and the joiners part nothing; any other may stand where two cells were put together."""
_LABEL = re.compile(r"(?:mailto|smtp|sip|e-?mail(?:[ -]?address)?|mail)\s*[:=]\s*(?://)?", re.IGNORECASE)
_QUERY = re.compile(r"\?(?:subject|cc|bcc|body|to)=[^\s<>\"')\]]*", re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:a|b|i|u|p|br|div|span|strong|em|td|li|font)\b[^<>]*>", re.IGNORECASE)
_REAL_AND_SHOWN = re.compile(r"[^\s<>,;|]+@[^\s<>,;|]+\s*(<[^<>@]*@[^<>]*>)")
_APOSTROPHE = re.compile(r"(?<=\w)[\u2018\u2019\u02bc](?=\w)")
_TOKEN = re.compile(
    r"[^\s<>()\[\]{}\"\u201c\u201d\u201e\u00ab\u00bb,;|:\\\u3001]*@[^\s<>()\[\]{}\"\u201c\u201d\u201e\u00ab\u00bb,;|:\\\u3001]*"
)
_WORD = re.compile(r"[\w.'+-]+")
_OPENS = re.compile(
    r"(?:^|[<(\[{\"\u201c\u201e\u00ab\u00bb|\n>\u3001]|[,;:]\s|\s[/&-]\s|@[^\s@]*[\s,;:/&]+)[\s'*_~#]*$"
)
"""What surely ends what stands before an address: a bracket, a quote, a mark with a blank, another address."""
_CLOSES = re.compile(
    r"\s*(?:$|[>)\]}\"\u201c\u201d\u00bb\u00ab|<(\[{\n\u3001]|[,;:](?:\s|$)|[-/&]\s|[,;:/&\s]+[^\s@,;:]*@)"
)
_OUT = re.compile(r"[\s(\[{<](?:at|ät|arroba|chez|chiocciola|małpa)[\s)\]}>]|\(a\)|\[a\]|_at_|-at-", re.IGNORECASE)
_HIDDEN = re.compile(r"\*{2,}|[\u2022\u25cf\u2588]{2,}")
_CUT = re.compile(r"\.{2,}\W*$|\u2026\W*$")


def take(cell: str) -> Found:
    """The address in a cell, or why there is none that is certain."""
    if is_usual(cell):
        return Found(cell)
    if _UNSEEN.search(cell):
        return Found("", trouble=Trouble.UNSEEN)
    seen = blanked(visible(cell))
    plain = plain_letters(seen).replace("\u3002", ".")
    before = _changes(cell, seen, plain)
    if _is_plain(plain):
        return Found(plain, before)
    text = _opened(plain)
    sound = [it for it in starmap(_address, _tokens(text)) if it]
    if not sound:
        return Found("", trouble=_trouble(text))
    several = len({key(it) for it in sound}) > 1
    return Found(sound[0], (*before, Mend.SEVERAL if several else Mend.AROUND))


def _is_plain(text: str) -> bool:
    looks_so = _PLAIN.fullmatch(text) is not None and not _LABEL.match(text)
    return looks_so and (text.isascii() or all(map(_is_of_a_name, text))) and is_address(text)


def _is_of_a_name(sign: str) -> bool:
    """Whether a sign can stand in an address: of other scripts letters, digits and their marks, no punctuation."""
    return sign.isascii() or sign.isalnum() or unicodedata.category(sign).startswith("M")


def _changes(cell: str, seen: str, plain: str) -> tuple[Mend, ...]:
    return (*([Mend.INVISIBLE] if seen != cell.strip(" ") else []), *([Mend.STYLED] if plain != seen else []))


def _opened(text: str) -> str:
    """Without links and markup, and with nothing around an only @."""
    text = html.unescape(text) if "&" in text else text
    text = text.replace("%40", "@") if "@" not in text else text
    # The address may stand in a tag: <a href="mailto:…">.
    text = _MARKUP.sub(lambda tag: f"\n{tag[0][1:-1]}\n" if "@" in tag[0] else "\n", text)
    text = _QUERY.sub("", _LABEL.sub("\n", text))
    text = _REAL_AND_SHOWN.sub(r"\1", text)
    text = _APOSTROPHE.sub("'", text)
    return re.sub(r"[ \t]*@[ \t]*", "@", text) if text.count("@") == 1 else text


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """What could be an address; and what stands before and behind it."""
    for found in _TOKEN.finditer(text):
        at = found.start()
        for part in re.split(r"[/&]", found[0]) if found[0].count("@") > 1 else [found[0]]:
            yield part, text[:at], text[at + len(part) :]
            at += len(part) + 1


def _address(token: str, before: str, behind: str) -> str:
    """The address that a token is, or "" if that is not certain."""
    if _CUT.search(token) or (behind[:1] == "\u2026"):
        return ""
    address = re.sub(r"\W+$", "", re.sub(r"^[^\w+.-]+", "", token))
    if token.startswith("_") and address.endswith("_"):
        address = address.strip("_")
    local = address.partition("@")[0]
    if not _is_plain(address):
        return ""
    return address if _apart_before(before, local) and _apart_behind(behind, local) else ""


def _apart_before(before: str, local: str) -> bool:
    """Whether what stands before an address is surely no part of it."""
    if _OPENS.search(before):
        return True
    line = re.split(r"[\n<>(\[|]", before)[-1]
    near = _WORD.findall(line)
    if not near:
        return True
    if line.rstrip()[-1:] in {".", "-", "_", "+"}:
        return False
    if _belongs(near[-1], local) or any(_belongs(it, local) for it in near if len(it) > 2):
        return True
    # Two words with capitals before an address in small letters are a name.
    return before[-1].isspace() and len(near) > 1 and near[-1][0].isupper() and local[0].islower()


def _apart_behind(behind: str, local: str) -> bool:
    """Whether what stands behind an address is surely no part of it."""
    if _CLOSES.match(behind):
        return True
    near = _WORD.search(behind)
    if near is None:
        return True
    word = near[0]
    gap = behind[: near.start()]
    if word.startswith(".") or not gap:
        return False
    name = gap.isspace() and word[0].isupper() and len(word) > 1
    return name or _belongs(word, local)


def _belongs(word: str, local: str) -> bool:
    """Whether a word is known to stand beside addresses, or is the name in it."""
    small = word.casefold()
    return small in words("labels") or (len(small) > 1 and _bare(small) in _bare(local.casefold()))


def _bare(text: str) -> str:
    return "".join(it for it in unicodedata.normalize("NFKD", text) if it.isalnum())


_SHAPES: tuple[tuple[Trouble, re.Pattern[str]], ...] = (
    (Trouble.HIDDEN, _HIDDEN),
    (Trouble.CUT, _CUT),
    (Trouble.TWO_AT, re.compile(r"@[^\s,;|<>]*@")),
    (Trouble.QUOTED, re.compile(r"[\"\u201c\u201d)]@")),
    (Trouble.NO_NAME, re.compile(r"(?:^|[\s,;|<>(\[])@")),
    (Trouble.NO_DOMAIN, re.compile(r"@(?:$|[\s,;|<>)\]])")),
    (Trouble.DOTS, re.compile(r"\.\.")),
    (Trouble.EDGE, re.compile(r"^\.|\.@|@\.")),
    (Trouble.BLANK, re.compile(r"\S\s+\S*@|@\S*\s+\S")),
    (Trouble.COMMA, re.compile(r"@[^@]*[,;:]\w|\w[,;:][^@\s]*@")),
    (Trouble.AROUND, re.compile(r"@.*[^\w.-]")),
    (Trouble.NO_ENDING, re.compile(r"@[\w-]+$")),
    (Trouble.BAD_ENDING, re.compile(r"\.[^.@]*[\d_][^.@]*$")),
)


def _trouble(text: str) -> Trouble:
    if "@" not in text:
        return Trouble.WRITTEN if _OUT.search(text) else Trouble.NO_AT
    return next((trouble for trouble, shape in _SHAPES if shape.search(text)), Trouble.OTHER)
