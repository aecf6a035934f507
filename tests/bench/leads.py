"""The file of the bench of plans: invented people, three in ten with letters that are no ASCII, one in twenty dirty."""

import csv
from collections.abc import Iterator, Sequence
from html import escape
from itertools import chain
from pathlib import Path

from tests.import_engine.sources.kit import packed, parts

HEADER = (
    "Email",
    "First Name",
    "Last Name",
    "Company",
    "Job Title",
    "City",
    "Country",
    "LinkedIn",
    "Opted Out",
    "Why Now",
)
_GIVEN = ("Ann", "Tom", "Rosa", "Ivan", "Mara", "Paul", "Lena", "Omar", "Nina", "Carl")
_GIVEN_ABROAD = ("Zoë", "Jürgen", "Łucja", "José", "Søren", "Chloé", "Đorđe", "Ирина", "Beyoğlu", "Åsa")
_CITIES = (("Malmö", "Sweden"), ("São Paulo", "Brazil"), ("Kraków", "Poland"), ("Zürich", "Switzerland"))
_TITLES = ("Head of Support", "Account Manager", "Founder", "VP Sales", "Operations Lead", "Buyer", "Office Manager")
_WHY = "a growing team, and a new help centre"
_DIRTY_EVERY = 20


def people(count: int) -> Iterator[list[str]]:
    """The rows, without the header."""
    for number in range(count):
        row = _person(number)
        if number % _DIRTY_EVERY == _DIRTY_EVERY // 2:
            _make_dirty(row, number // _DIRTY_EVERY)
        yield row


def _person(number: int) -> list[str]:
    abroad = number % 10 in {1, 4, 8}
    given = (_GIVEN_ABROAD if abroad else _GIVEN)[number // 10 % 10]
    family = f"{'Müller' if abroad else 'Miller'}{number % 5_000}"
    city, country = _CITIES[number // 10 % 4] if abroad else ("Leeds", "United Kingdom")
    domain = f"company{number % 20_000}.example.com"
    name = f"Company {number % 20_000}, Ltd."
    link = f"https://social.example/in/person-{number}"
    return [
        f"person.{number}@{domain}",
        given,
        family,
        name,
        _TITLES[number % 7],
        city,
        country,
        link,
        "no",
        f"{_WHY} {number}",
    ]


def _make_dirty(row: list[str], kind: int) -> None:
    """One of ten faults that lists have."""
    match kind % 10:
        case 0:
            row[3] = row[3].replace(" ", "\u00a0")
        case 1:
            row[4] = "N/A"
        case 2:
            row[0] = f"{row[1]} <{row[0]}>"
        case 3:
            row[0] += "\u200b"
        case 4:
            row[3] = row[3].replace(",", " &amp; Sons,")
        case 5:
            row[5] = "MalmÃ¶"
        case 6:
            row[9] = row[9].replace(", ", ",\n")
        case 7:
            row[8] = "yes"
        case 8:
            row[0] = row[0].replace("@", " at ")
        case _:
            row[1] = f"'{row[1]}'"


def write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        table.writerows(people(count))


def write_xlsx(path: Path, count: int) -> None:
    """The same as Excel writes it: each text once, and cells that name it by its number."""
    texts: dict[str, int] = {}

    def row(number: int, cells: Sequence[str]) -> str:
        found = (
            f'<c r="{chr(65 + place)}{number}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
            for place, text in enumerate(cells)
        )
        return f'<row r="{number}">{"".join(found)}</row>'

    rows = [row(number, cells) for number, cells in enumerate(chain([HEADER], people(count)), start=1)]
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    path.write_bytes(packed(parts("".join(rows), strings=strings)))
