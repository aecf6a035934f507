"""What rows become, whatever the columns are: nothing lost, nothing doubled, everything told."""

import re
from collections import Counter
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.mapping.columns import Column, Mapping, map_columns
from saleshandy_mcp.import_engine.mapping.presets import FULL_NAME, presets, synonyms

LABELS = ["First Name", "Last Name", "Email", "Company", "Phone Number", "Job Title", "LinkedIn", "Website", "Why Now"]


@pytest.mark.parametrize("text", ["one\ntwo", "one\r\ntwo", "one\rtwo"])
def test_line_breaks_are_sent_as_html_has_them(text: str) -> None:
    assert map_columns(["Email", "Why Now"], LABELS).row({"Why Now": text}) == {"Why Now": "one<br>two"}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("'+49 30 555", "+49 30 555"),
        ("'t Hart", "'t Hart"),
        ("'47 Example", "'47 Example"),
        ("http://x.example.com", "http://x.example.com"),
        ("=1+1", "=1+1"),
    ],
)
def test_only_the_apostrophe_before_a_number_is_taken_off(value: str, sent: str) -> None:
    assert map_columns(["Email", "Why Now"], LABELS).row({"Why Now": value}) == {"Why Now": sent}


def test_what_is_empty_or_of_no_column_is_not_there() -> None:
    assert map_columns(["Email", "Company"], LABELS).row({"Email": "a", "Company": "", "Job Title": "CEO"}) == {
        "Email": "a"
    }


known = sorted({name for names in synonyms().values() for name in names})
telling = sorted({name for preset in presets() for name in preset.telling})
listed = sorted({name for preset in presets() for names in preset.columns.values() for name in names})
plain = st.one_of(*map(st.sampled_from, ([*LABELS, FULL_NAME], known, telling, listed)))
column = st.one_of(plain, plain.map(str.upper), st.text(max_size=8))
wish = st.sampled_from([*LABELS, FULL_NAME, "", "+Lead Score", "+Plan"])
memory = st.dictionaries(plain, st.sampled_from([*LABELS, FULL_NAME, "", "Gone"]), max_size=5)


@st.composite
def exports(draw: st.DrawFn) -> list[str]:
    """Most columns of some product, and some that anybody adds."""
    preset = draw(st.sampled_from(presets()))
    own = [*preset.telling, *(name for names in preset.columns.values() for name in names)]
    gone = draw(st.sets(st.sampled_from(own), max_size=3))
    return [*sorted({*own} - gone), *draw(st.lists(plain, max_size=3))]


@st.composite
def mappings(draw: st.DrawFn, columns: st.SearchStrategy[str] = column) -> Mapping:
    some = draw(st.one_of(exports(), st.lists(columns, max_size=12)))
    names = list(dict.fromkeys(["Email", *draw(st.permutations(some))]))
    given = draw(st.dictionaries(st.sampled_from(names), wish, max_size=3))
    try:
        return map_columns(names, LABELS, given=given, remembered=draw(memory))
    except Mistake:
        return map_columns(["Email"], LABELS)


@given(mappings())
def test_rows_hold_only_fields_that_the_account_has_or_gets(mapping: Mapping) -> None:
    row = mapping.row({it.name: "Ann Doe" for it in mapping.columns})
    assert set(row) <= set(mapping.labels) <= {*LABELS, *mapping.creates}
    assert "Email" in mapping.labels
    assert len(mapping.labels) == len(set(mapping.labels))


@given(mappings())
def test_a_value_comes_to_its_own_field_and_to_no_other(mapping: Mapping) -> None:
    for number, it in enumerate(mapping.columns):
        row = mapping.row({it.name: f"value{number}"})
        label = "First Name" if it.label == FULL_NAME else it.label
        assert row == ({label: f"value{number}"} if label else {})


@given(mappings())
def test_of_several_columns_the_first_in_order_that_holds_something_is_stored(mapping: Mapping) -> None:
    values = {it.name: f"value{number}" for number, it in enumerate(mapping.columns)}
    row = mapping.row(values)
    for it in mapping.columns:
        if it.label in row and it.place == 0:
            assert row[it.label] == values[it.name]
    places = Counter((it.label, it.place) for it in mapping.columns if it.label)
    assert all(count == 1 for count in places.values())


@given(mappings(plain))
def test_every_column_is_told_once_or_counted(mapping: Mapping) -> None:
    told: list[str] = []
    counted = 0
    for line in mapping.sentences():
        if line.startswith("As they are: "):
            told += line.removeprefix("As they are: ").split(", ")
            continue
        told += re.findall('"([^"]*)"', re.sub(r"\([^()]*\)", "", line))
        if line.startswith("Left out") and (more := re.search(r" and (\d+) more, all in left_out", line)):
            counted += int(more.group(1))
    assert Counter(told) <= Counter(it.name for it in mapping.columns)
    assert len(told) + counted == len(mapping.columns)


@given(st.one_of(exports(), st.lists(plain, max_size=12)).map(dict.fromkeys).map(list), memory)
def test_who_agreed_once_is_not_asked_again(columns: list[str], earlier: dict[str, str]) -> None:
    try:
        first = map_columns(columns, LABELS, remembered=earlier)
    except Mistake:
        return
    again = map_columns(columns, LABELS, remembered=earlier | first.memory())
    assert not again.guessed
    assert [it.label for it in again.columns] == [it.label for it in first.columns]


@given(mappings())
def test_a_mapping_can_be_written_down(mapping: Mapping) -> None:
    written = [asdict(it) for it in mapping.columns]
    assert replace(mapping, columns=tuple(Column(**it) for it in written)) == mapping
