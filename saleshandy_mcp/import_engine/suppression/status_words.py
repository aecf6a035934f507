"""The words by which a table says whom not to mail: read once, when the first table is judged."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from saleshandy_mcp.import_engine.mapping.presets import word

_SHORT = 5
"""A word of so many letters is part of too many others."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Values(NamedTuple):
    """What a cell says, by its word.

    Attributes:
        out: the reason why the person is not mailed.
        doubtful: what speaks against the address.
    """

    out: dict[str, str]
    doubtful: frozenset[str]


class Pattern(NamedTuple):
    """Names of columns that hold one of some words."""

    anywhere: tuple[str, ...]
    whole: tuple[str, ...]

    def fits(self, name: str) -> bool:
        parts = f" {' '.join(tokens(name))} "
        joined = parts.replace(" ", "")
        return any(it in joined for it in self.anywhere) or any(f" {it} " in parts for it in self.whole)


def tokens(name: str) -> list[str]:
    """The words of a name, without case and accents; ``emailOptOut`` has three."""
    folded = unicodedata.normalize("NFKD", _HUMP.sub(" ", name).casefold())
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", letters)


def pattern(names: Iterable[str]) -> Pattern:
    listed = [tokens(it) for it in names]
    anywhere = tuple("".join(it) for it in listed if len("".join(it)) > _SHORT)
    return Pattern(anywhere, tuple(" ".join(it) for it in listed if len("".join(it)) <= _SHORT))


@cache
def out_columns() -> list[tuple[Pattern, str]]:
    """Names of columns that mean with "yes" that somebody is out, and the reason."""
    return [(pattern(it["columns"]), it["says"]) for it in words()["out"]]


@cache
def columns(kind: str) -> Pattern:
    """Names of the columns of a kind."""
    return pattern(words()["columns"][kind])


@cache
def values(*, verdicts: bool) -> Values:
    """What cells say; ``verdicts``: of a column about the address itself, which may say more."""
    more = ("values", "verdicts") if verdicts else ("values",)
    out = {word(name): it["says"] for it in words()["out"] for part in more for name in it.get(part, [])}
    return Values(out, frozenset(word(name) for part in more for name in words()["doubtful"][part]))


@cache
def listed(kind: str) -> frozenset[str]:
    """Words of a kind; signs without letters stay as they are."""
    return frozenset(word(it) or it for it in words()["values"][kind])


@cache
def words() -> dict[str, Any]:
    # PLC0415: most sessions import nobody, and a start must not wait for it.
    import tomllib  # noqa: PLC0415

    folder = files("saleshandy_mcp.import_engine.suppression")
    return tomllib.loads(folder.joinpath("status_words.toml").read_text(encoding="utf-8"))
