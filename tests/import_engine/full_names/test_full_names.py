"""Invented names in eight languages and other scripts, as lists have them: who is greeted by what.

``held_out.txt`` was written before the splitter met it, and no list of words was made from it but for seven words.
"""

from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.mapping.full_names import split
from tests.import_engine.cases.kit import planned

NO_PERSON = {"Bäckerei Tann", "Cabinet Bois"}
"""Companies without a legal form: nothing in their names says so."""
NO_TITLE = {"Me Zoé Bois"}
"""Me without a dot is a first name elsewhere."""


def names(file: str) -> list[tuple[str, str, str]]:
    """Each name with its first and last name."""
    lines = (Path(__file__).parent / f"{file}.txt").read_text(encoding="utf-8").splitlines()
    parts = ([it.strip() for it in line.split(";")] for line in lines if not line.startswith("#"))
    return [(name, first, last) for name, first, last in parts]


@pytest.mark.parametrize("file", ["first", "held_out"])
def test_names_of_eight_languages_come_apart(file: str) -> None:
    found = names(file)
    assert len(found) > 80
    wrong = {name for name, first, last in found if split(name) != (first, last)}
    assert wrong <= NO_PERSON | NO_TITLE


async def test_a_name_without_a_sure_first_name_is_told_and_stays_in_one_field(tmp_path: Path) -> None:
    found = await planned(
        "Email,Full Name\nn1@example.com,Dr. med. Ann Lake\nn2@example.com,Fern GmbH\nn3@example.com,王小明\n"
        "n4@example.com,🚀 Ann Lake\nn5@example.com,ann@example.com\nn6@example.com,Mr & Mrs Moor\n",
        tmp_path,
    )
    assert [(row.get("First Name"), row.get("Last Name")) for row in found.stored] == [
        ("Ann", "Lake"),
        (None, "Fern GmbH"),
        (None, "王小明"),
        ("Ann", "Lake"),
        (None, None),
        (None, "Moor"),
    ]
    assert "3 values have no sure first name (kept whole as Last Name), as row 3: Fern GmbH" in (found.view.warnings)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ann Lake, CEO, Fern", ("Ann", "Lake")),
        ("Dr. Ann Lake, Jr.", ("Ann", "Lake Jr.")),
        ("Ann Lake, III, PhD", ("Ann", "Lake III")),
        ("Univ.Prof. Ann Lake DVM", ("Ann", "Lake")),
        ("Lake/Ann", ("", "Lake/Ann")),
        ("PD Dr. habil. Ann Lake", ("Ann", "Lake")),
        ("Dipl.-Kfm. Ann Lake", ("Ann", "Lake")),
        ("van der Lake, Ann, PhD", ("Ann", "van der Lake")),
        ("José Ortega y Lago", ("José", "Ortega y Lago")),
        ("Ann Lake & Bea Moor", ("Ann", "Lake")),
        ("JD Lake", ("JD", "Lake")),
        ("Mr.", ("Mr.", "")),
    ],
)
def test_jobs_titles_and_two_people(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts
