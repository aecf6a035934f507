"""Finds the encoding of a text by its letters. Pure.

Every candidate is tried: a letter that names of its languages often have costs little, one they never have costs much.
A capital behind a small letter and two scripts in one word cost as well. The cheapest reading wins; whether it is sure
depends on how far the next one is that reads differently.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from math import log
from typing import NamedTuple

_WORD = re.compile(rb"[\x40-\xff]+")
"""What holds a word in every encoding: second bytes of Asian ones begin at 40."""
_MOST_WORDS = 1_500
_SURE = 3.5
"""So much more the next reading costs: it is some 30 times less likely. No wrong one of the grid is so far ahead."""
_NEVER, _SIGN, _ODD, _TWO_BYTES = 7.5, 3.0, 9.0, 8.5
_FIRST_GUESS = "cp1252"
_SELDOM = 0.7
"""What an encoding costs that is not the most frequent one."""
_MISPLACED = 4.0
_SIDE_BY_SIDE = 2.0
"""Two Latin letters with marks in a row are rare in any language."""
_APOSTROPHE_FIRST = re.compile("\u2019[^\\W\\d_a-z]")
"""An apostrophe before the first letter of a word, unless it is a small Latin one: "'s" and "'t" begin Dutch names."""
_USUAL_SIGNS = frozenset("\u2019\u2018\u201c\u201d„\u2013—…€«»°ºª·®™\u00a0")


class Candidate(NamedTuple):
    """An encoding, what people call it, its languages' letters (frequent ones first), and whether few files have it."""

    codec: str
    name: str
    languages: tuple[str, ...]
    rare: bool


class Verdict(NamedTuple):
    """What letters speak for.

    Attributes:
        codec: the likeliest encoding.
        others: readings that are nearly as likely, the best first; empty when it is sure.
    """

    codec: str
    others: tuple[str, ...]


def verdict(lines: Iterable[bytes]) -> Verdict | None:
    """The likeliest encoding of lines that hold more than ASCII; None when none fits."""
    words = list(_words(lines))
    readings: dict[tuple[str, ...], tuple[float, str]] = {}
    for candidate in candidates():
        texts = _decoded(words, candidate.codec)
        if texts is not None:
            reading = (_cost_as(texts, candidate), candidate.codec)
            readings[texts] = min(readings.get(texts, reading), reading)
    if not readings:
        return None
    (least, best), *others = sorted(readings.values())
    return Verdict(best, tuple(codec for cost, codec in others if cost - least < _SURE)[:2])


def _decoded(words: list[bytes], codec: str) -> tuple[str, ...] | None:
    try:
        return tuple(word.decode(codec) for word in words)
    except UnicodeDecodeError:
        return None


def _cost_as(texts: tuple[str, ...], candidate: Candidate) -> float:
    """What the words cost in the likeliest language of an encoding; encodings that are seldom used cost more."""
    cost = min(sum(_cost(text, language) for text in texts) for language in _tables(candidate))
    return cost if candidate.codec == _FIRST_GUESS else cost + _SELDOM * (1 + candidate.rare)


def name(codec: str) -> str:
    """An encoding in words people know; the codec itself when it has none."""
    return next((it.name for it in candidates() if it.codec == codec), codec)


@cache
def candidates() -> tuple[Candidate, ...]:
    listed = tomllib.loads(
        files("saleshandy_mcp.import_engine.sources").joinpath("letters.toml").read_text(encoding="utf-8")
    )["encoding"]
    return tuple(Candidate(it["codec"], it["name"], tuple(it["languages"]), it.get("rare", False)) for it in listed)


def _words(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The different words that hold more than ASCII."""
    seen: set[bytes] = set()
    for line in lines:
        for word in _WORD.findall(line):
            if not word.isascii() and word not in seen:
                seen.add(word)
                yield word
        if len(seen) >= _MOST_WORDS:
            return


@cache
def _tables(candidate: Candidate) -> tuple[dict[str, float], ...]:
    """What each letter costs, by language: the more letters a language has, the less likely is each."""
    return tuple(
        {letter: 0.7 * log(len(letters)) + 2.0 * place / len(letters) for place, letter in enumerate(letters)}
        for letters in candidate.languages
    )


def _cost(word: str, table: dict[str, float]) -> float:
    cost, before = 0.0, ""
    for sign in word:
        if not sign.isascii():
            cost += _sign_cost(sign, table)
        if before and not (before.isascii() and sign.isascii()):
            cost += _pair_cost(before, sign)
        before = sign
    return cost + (_MISPLACED if _APOSTROPHE_FIRST.match(word) else 0.0)


def _sign_cost(sign: str, table: dict[str, float]) -> float:
    if (known := table.get(sign)) is not None:
        return known
    if (known := table.get(sign.lower())) is not None:
        return known + 1.0
    if sign in _USUAL_SIGNS:
        return _SIGN
    if not sign.isalpha():
        return _ODD
    return _TWO_BYTES if sign > "\u2e80" else _NEVER


def _pair_cost(before: str, sign: str) -> float:
    """What two signs cost that stand side by side, at least one of them no ASCII."""
    if not (before.isalpha() and sign.isalpha()):
        return _MISPLACED if _is_foreign(before, sign) or _is_foreign(sign, before) else 0.0
    if (before.islower() and sign.isupper()) or _script(before) != _script(sign):
        return _MISPLACED
    return _SIDE_BY_SIDE if not before.isascii() and not sign.isascii() and _script(sign) == "LATIN" else 0.0


def _is_foreign(sign: str, letter: str) -> bool:
    """Whether a symbol that no word holds, such as a line of a box, stands beside a letter."""
    return letter.isalpha() and unicodedata.category(sign)[0] == "S" and sign not in _USUAL_SIGNS


@cache
def _script(sign: str) -> str:
    first = unicodedata.name(sign, "?").split(" ", maxsplit=1)[0]
    return "CJK" if first in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "FULLWIDTH"} else first
