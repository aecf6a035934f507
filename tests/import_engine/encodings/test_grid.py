"""The grid of languages and encodings: nothing is wrong in silence, and from 50 rows on most is right unasked."""

from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.sources import Reading
from tests.import_engine.encodings import held_out
from tests.import_engine.encodings.grid import PEOPLE, cases, figures, ours
from tests.import_engine.sources.kit import read


def test_no_letters_are_wrong_in_silence_and_long_lists_are_read_unasked(tmp_path: Path) -> None:
    found = figures(lambda case: ours(case, tmp_path))
    assert not any(counts["wrong"] for counts in found.values())
    long = found[50] + found[5000]
    assert long["right"] >= 0.95 * long.total()


def test_the_grid_is_as_large_as_it_says() -> None:
    assert len(PEOPLE) == 20
    assert {case.rows for case in cases(1)} == {1, 5, 50, 5000}


@pytest.mark.parametrize(
    ("codec", "said"), [("cp1250", "Windows-1250"), ("mac_roman", "Mac Roman"), ("koi8_r", "KOI8-R")]
)
def test_what_a_person_says_decides(tmp_path: Path, codec: str, said: str) -> None:
    name = "Łódź" if codec == "cp1250" else "Ïîñ" if codec == "mac_roman" else "хлеб"
    content = f"Email,City\na@x.example.com,{name}\n".encode(codec)
    source, rows = read(tmp_path, content, reading=Reading.said({"encoding": said}))
    assert (rows[0].values["City"], source.guessed, source.remarks.asks) == (name, False, False)


def test_a_doubt_is_asked_with_the_rows_that_show_it_and_words_that_people_know(tmp_path: Path) -> None:
    content = "Email,City\n" + "a@x.example.com,Ulm\n" * 15 + "b@x.example.com,Żory\n"
    source, _ = read(tmp_path, content.encode("cp1250"))
    assert source.remarks.asks
    (sentence,) = source.remarks.sentences
    assert 'line 17 "' in sentence
    assert '"Żory"' in sentence
    assert "Central European (Windows-1250)" in sentence


def test_letters_of_a_sure_guess_are_shown_where_they_are(tmp_path: Path) -> None:
    content = "Email,City\n" + "a@x.example.com,Ulm\n" * 15 + "b@x.example.com,Łódź\nc@x.example.com,Świętochłowice\n"
    source, _ = read(tmp_path, content.encode("cp1250"))
    assert source.remarks.sentences == [
        'Read as Central European (Windows-1250): line 17 "Łódź", line 18 "Świętochłowice"'
    ]


def test_names_that_the_tables_were_not_made_with_are_not_wrong_in_silence(tmp_path: Path) -> None:
    for case in held_out.cases(1, (1, 5, 50)):
        names, asks = ours(case, tmp_path)
        assert asks or names == case.names, f"{case.language} in {case.codec}"
