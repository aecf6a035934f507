"""The grid of encodings again, with names that the tables of letters were not made with: those of the library Faker.

``python -m tests.import_engine.encodings.held_out`` prints the figures of docs/imports-evidence.md.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from faker import Faker

from tests.import_engine.encodings.grid import PEOPLE, SIZES, Case, ours

LOCALES = {
    "German": "de_DE",
    "French": "fr_FR",
    "Spanish": "es_ES",
    "Portuguese": "pt_BR",
    "Italian": "it_IT",
    "Swedish": "sv_SE",
    "Danish": "da_DK",
    "Polish": "pl_PL",
    "Czech": "cs_CZ",
    "Hungarian": "hu_HU",
    "Romanian": "ro_RO",
    "Turkish": "tr_TR",
    "Lithuanian": "lt_LT",
    "Russian": "ru_RU",
    "Ukrainian": "uk_UA",
    "Greek": "el_GR",
    "Hebrew": "he_IL",
    "Japanese": "ja_JP",
    "Korean": "ko_KR",
    "Chinese": "zh_CN",
}
_WORDS = 400
_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")
"""Romanian letters with a comma below are in no encoding of one byte: programs wrote those with a cedilla."""


def words(language: str) -> list[str]:
    """First names, last names and cities of a language, always the same ones."""
    fake = Faker(LOCALES[language])
    fake.seed_instance(2026)
    made = (make() for make in (fake.first_name, fake.last_name, fake.city) for _ in range(_WORDS))
    return [it.translate(_CEDILLAS) for it in made if "," not in it]


def cases(samples: int, sizes: tuple[int, ...] = SIZES) -> Iterator[Case]:
    """As the grid has them: all rows of the language, or its names in the last tenth alone."""
    for language, (codecs, _) in PEOPLE.items():
        every = words(language)
        for codec in codecs:
            known = [it for it in every if _can_be(it, codec)]
            doubtful = [it for it in known if not it.isascii()]
            for rows in sizes:
                for late in (False, True):
                    for draw in range(samples):
                        chance = random.Random(f"{language}{codec}{rows}{late}{draw}")  # noqa: S311 - no secret
                        own = max(1, rows // 10) if late else rows
                        names = ["Ann"] * (rows - own) + [chance.choice(doubtful), *chance.choices(known, k=own - 1)]
                        yield Case(language, codec, rows, late, names)


def _can_be(word: str, codec: str) -> bool:
    try:
        word.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    found: dict[int, Counter[str]] = {}
    wrong: list[str] = []
    with TemporaryDirectory() as folder:
        for case in cases(5):
            names, asks = ours(case, Path(folder))
            outcome = "asked" if asks else "right" if names == case.names else "wrong"
            found.setdefault(case.rows, Counter())[outcome] += 1
            if outcome == "wrong":
                differ = [(was, read) for was, read in zip(case.names, names or [], strict=True) if was != read]
                wrong.append(f"{case.language} {case.codec} {case.rows} rows: {differ[:3]}")
    for rows, counts in found.items():
        sys.stdout.write(f"{rows:>5} rows: {dict(counts)}\n")
    sys.stdout.write("\n".join([*wrong, ""]))


if __name__ == "__main__":
    main()
