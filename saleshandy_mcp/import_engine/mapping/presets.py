"""What columns of other products and other languages are called: read once, when the first table is mapped."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

FULL_NAME = "First Name + Last Name"
"""Stands where a label does, for a column that is split into these two."""

_ASIDE = re.compile(
    r"[(\[<]\s*(?:required|mandatory|optional|pflichtfeld|pflicht|obligatoire|obligatorio|verplicht)\s*[)\]>]"
)
"""What a form says of a field beside its name."""


_PRODUCTS = ("data_sellers", "crms", "address_books", "senders", "forms")
"""Files of presets, by what the products are."""


class Preset(NamedTuple):
    """An export of some product.

    Attributes:
        telling: words of the headers that give it away.
        share: of the telling ones that have to be there.
        leave: words of its columns for which there is no field, or that only look like one.
        columns: by label, words of the columns in order of preference.
    """

    name: str
    telling: frozenset[str]
    share: float
    leave: frozenset[str]
    columns: dict[str, list[str]]

    def leaves(self, column: str) -> bool:
        """Whether the product's column is known to be none of a field."""
        return (word(column) or column) in self.leave


class Beside(NamedTuple):
    """A word that means a label when another column is there."""

    column: str
    beside: str
    label: str


def word(name: str) -> str:
    """What is left of a name without case, accents, blanks and punctuation."""
    folded = name.casefold()
    if "(" in folded or "[" in folded or "<" in folded:
        folded = _ASIDE.sub("", folded)
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
    return "".join(sign for sign in folded if sign.isalnum())


def recognised(columns: Iterable[str]) -> Preset | None:
    """The product whose headers these are: the one of which the most is there."""
    there = {word(column) for column in columns}
    shares = [(len(it.telling & there) / len(it.telling), it) for it in presets()]
    fitting = [(share, it) for share, it in shares if share >= it.share]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


@cache
def presets() -> list[Preset]:
    return [
        Preset(
            it["name"],
            frozenset(map(word, it["telling"])),
            it["share"],
            frozenset(word(name) or name for name in it.get("leave", [])),
            {label: list(map(word, names)) for label, names in it["columns"].items()},
        )
        for part in _PRODUCTS
        for it in _read(f"products/{part}.toml")["preset"]
    ]


@cache
def synonyms() -> dict[str, list[str]]:
    """By label, the words for it, the best first; the label itself is one."""
    named = {label: [word(label), *map(word, names)] for label, names in words()["synonyms"].items()}
    return named | {FULL_NAME: [*named[FULL_NAME], *_last_name_first()]}


def last_names_before(column: str) -> int:
    """How many last names are usual before the first name, under a header that says so; 0: the first name is first."""
    return _last_name_first().get(word(column), 0)


@cache
def _last_name_first() -> dict[str, int]:
    return {word(name): int(number) for number, names in words()["last_name_first"].items() for name in names}


@cache
def pairs() -> list[Beside]:
    return [Beside(word(it[0]), word(it[1]), it[2]) for it in words()["names"]["beside"]]


@cache
def never_second() -> frozenset[str]:
    """Words that mean something else where a better column of the field is there."""
    return frozenset(map(word, words()["columns"]["never_second"]))


@cache
def words() -> dict[str, Any]:
    return _read("words.toml")


def _read(name: str) -> dict[str, Any]:
    # PLC0415: most sessions import nobody, and a start must not wait for it.
    import tomllib  # noqa: PLC0415

    return tomllib.loads(files("saleshandy_mcp.import_engine.mapping").joinpath(name).read_text(encoding="utf-8"))
