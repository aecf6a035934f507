"""Plain words find the text that is meant."""

from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.server.tools.ranking import ranked, words

TEXTS = {
    "list_tags": "List the tags of the account.",
    "create_note": "Write a note about prospects.",
    "list_notes": "List the notes of a prospect.",
}


def test_the_text_with_the_rarer_words_comes_first() -> None:
    assert ranked("write a note", TEXTS)[0] == "create_note"
    assert ranked("the tags", TEXTS) == ["list_tags"]


def test_the_name_counts_and_endings_do_not() -> None:
    assert ranked("creating notes", TEXTS)[0] == "create_note"
    assert words("Companies, created notes, replied") == ["company", "creat", "not", "reply"]


def test_words_that_say_nothing_find_nothing() -> None:
    assert ranked("the of and", TEXTS) == []


@given(st.text(), st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_whatever_is_asked_each_name_comes_at_most_once(query: str, texts: dict[str, str]) -> None:
    found = ranked(query, texts)
    assert len(found) == len(set(found))
    assert set(found) <= texts.keys()
