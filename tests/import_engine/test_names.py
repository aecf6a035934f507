"""What a full name is taken apart into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.mapping.full_names import split


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Jane Doe", ("Jane", "Doe")),
        ("  Jane \t Doe ", ("Jane", "Doe")),
        ("Jane", ("Jane", "")),
        ("Anna van der Berg", ("Anna", "van der Berg")),
        ("Gabriel García Márquez", ("Gabriel", "García Márquez")),
        ("Jean-Luc d'Arcy", ("Jean-Luc", "d'Arcy")),
        ("Van Nguyen", ("Van", "Nguyen")),
        ("Jane Doe Jr.", ("Jane", "Doe Jr.")),
        ("", ("", "")),
        (",", ("", "")),
    ],
)
def test_the_first_word_is_the_first_name_and_all_others_are_the_last(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Doe, Jane", ("Jane", "Doe")),
        ("van der Berg, Anna", ("Anna", "van der Berg")),
        ("Doe, Dr. Jane", ("Jane", "Doe")),
        ("Doe, Jane, PhD", ("Jane", "Doe")),
        ("Doe, Mary Jane", ("Mary Jane", "Doe")),
        ("Doe,", ("Doe", "")),
        (", Jane", ("Jane", "")),
    ],
)
def test_a_name_with_a_comma_is_turned_round(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Dr. Jane Doe", ("Jane", "Doe")),
        ("Prof. Dr. Jane Doe", ("Jane", "Doe")),
        ("Frau Müller", ("", "Müller")),
        ("Jane Doe, PhD", ("Jane", "Doe")),
        ("Jane Doe, Ph.D., MBA", ("Jane", "Doe")),
        ("Jane Doe MBA", ("Jane", "Doe")),
        ("Jane Doe, CEO", ("Jane", "Doe")),
    ],
)
def test_titles_and_degrees_are_no_part_of_a_name(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [("Jo Ma", ("Jo", "Ma")), ("JO MA", ("JO", "MA")), ("Don Draper", ("Don", "Draper")), ("Dr.", ("Dr.", ""))],
)
def test_what_only_looks_like_a_title_or_a_degree_stays(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts


def test_a_last_name_alone_greets_nobody_with_a_particle() -> None:
    assert split("de Boer") == ("", "de Boer")


part = st.sampled_from(["Ann", "van", "der", "Berg", "O'Neil", "D'Arcy", "J.", "李", "Zoë", "dos", "II"])


@given(st.lists(part, max_size=6), st.booleans())
def test_no_word_of_a_name_is_lost_or_doubled(parts: list[str], turned: bool) -> None:  # noqa: FBT001 - drawn
    name = ", ".join(parts[:2]) + " " + " ".join(parts[2:]) if turned else " ".join(parts)
    assert sorted(" ".join(split(name)).split()) == sorted(parts)


@given(st.text(max_size=40))
def test_any_text_comes_apart(name: str) -> None:
    first, last = split(name)
    assert set("".join(f"{first}{last}".split())) <= set(name)
