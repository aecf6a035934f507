"""The splitter of full names on names by somebody else: those of the library Faker, in eight languages.

``python -m tests.import_engine.full_names.by_faker`` prints the figures of docs/imports-evidence.md. Where nameparser
is installed, its figures stand beside ours.
"""

import random
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from faker import Faker

from saleshandy_mcp.import_engine.mapping.full_names import split

_GENERATIONS = ("Jr.", "Sr.", "I", "II", "III", "IV", "V")
LOCALES = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL", "pl_PL", "pt_BR", "it_IT")
Split = Callable[[str], tuple[str, str]]


class Named(NamedTuple):
    """A person's full name as a list has it, and its parts. What stands behind it may belong to the last name: Jr."""

    full: str
    first: str
    last: str
    behind: str


def names(locale: str, number: int) -> Iterator[Named]:
    """Names with titles, degrees and in both orders, always the same ones."""
    fake = Faker(locale)
    fake.seed_instance(2026)
    chance = random.Random(locale)  # noqa: S311 - no secret
    for _ in range(number):
        first, last = fake.first_name(), fake.last_name()
        shape = chance.choice(
            ("{first} {last}", "{title} {first} {last}", "{first} {last} {degree}", "{last}, {first}")
        )
        # In French and Spanish its "prefix" is the beginning of a last name.
        title = "" if locale in ("fr_FR", "es_ES") else getattr(fake, "prefix_male", str)()
        degree = getattr(fake, "suffix", str)()
        full = shape.format(first=first, last=last, title=title, degree=degree).strip()
        yield Named(full, first, last, degree if degree in _GENERATIONS else "")


def right(splits: Split, sample: list[Named]) -> int:
    return sum(_is_right(splits(it.full), it) for it in sample)


def _is_right(found: tuple[str, str], meant: Named) -> bool:
    return found in ((meant.first, meant.last), (meant.first, f"{meant.last} {meant.behind}".strip()))


def _nameparser(full: str) -> tuple[str, str]:
    name: Any = import_module("nameparser").HumanName(full)
    return str(name.first), str(name.last)


def main() -> None:
    others: dict[str, Split] = {"nameparser": _nameparser} if find_spec("nameparser") else {}
    for locale in LOCALES:
        sample = list(names(locale, 500))
        counts = {called: right(splits, sample) for called, splits in {"ours": split, **others}.items()}
        missed = [it.full for it in sample if not _is_right(split(it.full), it)][:6]
        sys.stdout.write(f"{locale}: of {len(sample)} {counts}; not by us: {missed}\n")


if __name__ == "__main__":
    main()
