"""Splits a full name: the name for the greeting, and the rest. Pure."""

import re
import unicodedata
from functools import cache

from saleshandy_mcp.import_engine.mapping.presets import word, words

_ASIDE = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|[\"\u201c\u201d\u201e\u00ab][^\"\u201c\u201d\u00bb]*[\"\u201c\u201d\u00bb]"
    r"|(?<!\w)['\u2018][^'\u2019]+['\u2019](?!\w)"
)
"""Nicknames, pronouns and remarks."""
_BEHIND = re.compile(r"\s+[|/@\u00b7\u2022~]\s*|\s*\|\s*|\s+[-\u2013\u2014]+\s+")
"""What stands between a name and a job or company."""
_DECORATION = frozenset({"So", "Sk", "Cs", "Co"})
"""Categories of signs that are no part of a name: emoji, ★, ®."""
_WHOLE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
"""Letters of scripts in which a name is written without a blank, and the last name first."""
_AND = re.compile(r"\s+(?:&|\+|and|und|et|en|oraz)\s+", re.IGNORECASE)
_SHORT_AND = re.compile(r"(?<=\S)\s+[yei]\s+")
"""Also inside a last name: Ortega y Gasset."""
_GENERATION = re.compile(r"(?:jr|sr|jnr|snr)\.?|[ivx]{2,4}", re.IGNORECASE)
_ANY = 9
_CAPITALS = 3
"""Letters of a last name in capitals; two may be initials."""


def split(name: str, *, last_names_before: int = 0) -> tuple[str, str]:
    """First and last name; either may be empty.

    Args:
        name: as it is written.
        last_names_before: how many last names are usual, where the last name stands first; 0: the first name does.

    The first word is the first name and all that follows the last name: ``van der Berg`` and ``García Márquez`` stay
    whole, and nobody is greeted with two names. ``Doe, Jane`` and ``DOE Jane`` are turned round. Titles, degrees,
    nicknames, pronouns, decoration and what stands behind a dash are dropped. Of two people the first is greeted. What
    has no first name that is sure, as a company or 王小明, is a last name as a whole.
    """
    plain = _plain(name)
    if (_WHOLE.search(plain) and "," not in plain) or _is_company(plain):
        return "", " ".join(plain.split())
    bare = " ".join(_ASIDE.sub(" ", plain).split())
    aside = _ASIDE.findall(plain)
    if len(aside) == 1 and len(bare.split()) == 1 and aside[0][1:-1].isalpha():  # Lake (Ann)
        return aside[0][1:-1], bare
    text = _BEHIND.split(bare or plain, maxsplit=1)[0] or bare or plain
    return ("", "") if "@" in text else _of_two(text, last_names_before) or _of_one(text, last_names_before)


def _plain(name: str) -> str:
    """Without emoji, marks such as ® and ★, and what cannot be seen."""
    if name.isascii():
        return name
    return "".join(" " if unicodedata.category(it) in _DECORATION or it == "\ufe0f" else it for it in name)


def _is_company(text: str) -> bool:
    """Whether a legal form stands at its end, or a word for a company in it."""
    parts = [word(it) for it in text.split()]
    ends = {"".join(parts[-length:]) for length in (1, 2, 3) if len(parts) > length}
    last = text.rsplit(maxsplit=1)[-1] if parts else ""
    short = len(parts) > 1 and last in _listed("companies_in_capitals")
    return short or not ends.isdisjoint(_words("companies")) or not set(parts).isdisjoint(_words("company_words"))


def _of_two(text: str, before: int) -> tuple[str, str] | None:
    """The first of two people; None where there is one."""
    for pattern, longest in ((_AND, _ANY), (_SHORT_AND, 1)):
        one, *other = pattern.split(text, maxsplit=1)
        bare = _without_titles(one.split(), most=0)
        if other and len(bare) <= longest:
            first = " ".join(bare)
            return _of_one(first, before) if len(bare) > 1 else (first, _last_of(other[0], titled=not bare))
    return None


def _last_of(text: str, *, titled: bool) -> str:
    """The last name that two people share, out of what stands behind the word between them."""
    first, last = _of_one(text, 0)
    return last or (first if titled else "")


def _of_one(text: str, last_names: int) -> tuple[str, str]:
    before, *rest = _between_commas(text)
    names = [part for part in rest if not all(map(_is_degree, part))]
    plain = _without_degrees([it for it in before if not _is_pronouns(it)])
    bare = _without_titles(plain)
    jobs = len(names) < len(list(filter(None, rest))) and len(bare) > 1 and bare[0] not in _particles()
    after = [] if jobs else [it for part in names for it in part]  # Ann Lake, CEO, Fern
    if after:
        return _turned(bare, after)
    return _in_order(bare, plain, last_names)


def _in_order(bare: list[str], titled: list[str], last_names: int) -> tuple[str, str]:
    """By capitals, by the order that is known, or else the first word and what follows it."""
    capitals, behind = _capitals(bare), _capitals(bare[::-1])
    tells = 0 < capitals < len(bare) or 0 < behind < len(bare)
    if last_names and not tells and not _is_family(titled):
        return _last_name_first(bare, last_names)
    if _is_last_name(bare, titled):
        return "", " ".join(bare)
    if 0 < capitals < len(bare):
        return " ".join(bare[capitals:]), " ".join(bare[:capitals])
    return " ".join(bare[:1]), " ".join(bare[1:])


def _last_name_first(parts: list[str], usual: int) -> tuple[str, str]:
    """``Lake Ann``, ``van der Berg Anna``; with more words than usual nobody knows where the last name ends."""
    names = sum(it.casefold() not in _particles() for it in parts)
    sure = names in {2, usual + 1}
    return (parts[-1], " ".join(parts[:-1])) if sure else ("", " ".join(parts))


def _between_commas(text: str) -> list[list[str]]:
    """The words between commas; a comma before a generation counts for nothing: ``Ann Lake, Jr.``."""
    before, *rest = [part.split() for part in text.split(",")]
    if rest and len(before) > 1 and all(map(_GENERATION.fullmatch, rest[0])):
        return [before + rest[0], *rest[1:]]
    return [before, *rest]


def _is_last_name(bare: list[str], titled: list[str]) -> bool:
    """``Familie Moor``, ``Dr. Doe``, ``de Boer``."""
    lonely = len(bare) == 1 and (len(titled) > 1 or "/" in bare[0])
    return _is_family(titled) or lonely or (len(bare) > 1 and bare[0] in _particles())


def _turned(last: list[str], after: list[str]) -> tuple[str, str]:
    """``Doe, Jane``; also ``Berg, Anna van den`` and ``Lake, Ann, Jr.``."""
    first = _without_titles(after)
    behind: list[str] = []
    while len(first) > 1 and _GENERATION.fullmatch(first[-1]):
        behind.insert(0, first.pop())
    particles: list[str] = []
    while len(first) > 1 and first[-1] in _particles():
        particles.insert(0, first.pop())
    return " ".join(first), " ".join([*particles, *last, *behind])


def _capitals(parts: list[str]) -> int:
    """How many words at the start are a last name in capitals."""
    count = 0
    while count < len(parts) and parts[count].isupper() and parts[count].replace("-", "").replace("'", "").isalpha():
        count += 1
    known = any(len(it) >= _CAPITALS and it.casefold() not in _particles() for it in parts[:count])
    return count if known else 0


def _is_pronouns(part: str) -> bool:
    """``she/her``."""
    return "/" in part and all(it.casefold() in _listed("pronouns") for it in part.split("/"))


def _is_family(parts: list[str]) -> bool:
    return len(parts) > 1 and word(parts[0]) in _words("families")


def _without_titles(parts: list[str], most: int = 1) -> list[str]:
    """A title that stands alone may be a name after all; ``most`` words are left in any case."""
    first = 2 if len(parts) > 2 and [it.casefold() for it in parts[:2]] == ["de", "heer"] else 0
    while first < len(parts) - most and _is_title(parts[first], left=len(parts) - first - 1):
        first += 1
    return parts[first:]


def _is_title(part: str, left: int) -> bool:
    """Whether a word is a title; some are one only with a dot, or with a whole name behind them."""
    here = word(part)
    if here in _words("titles") or here in _words("families") or part.casefold() in _listed("dotted_titles"):
        return True
    return left > 1 and here in _words("titles_before_names")


def _without_degrees(parts: list[str]) -> list[str]:
    """Two words are left in any case: MA is a last name, too."""
    last = len(parts)
    while last > 2 and _is_degree(parts[last - 1]):
        last -= 1
    return parts[:last]


def _is_degree(part: str) -> bool:
    return part.replace(".", "").strip("®™") in _degrees()


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(map(word, words()["names"][kind]))


@cache
def _listed(kind: str) -> frozenset[str]:
    return frozenset(words()["names"][kind])


@cache
def _degrees() -> frozenset[str]:
    return frozenset(form for it in words()["names"]["degrees"] for form in (it, it.upper()))


@cache
def _particles() -> frozenset[str]:
    return frozenset(words()["names"]["particles"])
