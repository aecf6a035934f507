"""Every list says in the same words which part of it is shown."""

import re
from pathlib import Path
from typing import Any

import saleshandy_mcp
from saleshandy_mcp.api.operation import Page
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.view import empty_page, page_of, pages_in

FEATURES = Path(saleshandy_mcp.__file__).parent / "features"


def test_a_page_is_told_with_how_many_there_are() -> None:
    assert [pages_in(total) for total in (0, 1, 25, 26, None)] == [1, 1, 1, 2, None]
    assert page_of(2, pages_in(103)) == "page 2 of 5"
    assert empty_page(7, pages_in(103)) == "Page 7 is empty; page 5 is the last."


def test_where_no_total_is_told_the_page_says_so() -> None:
    assert page_of(2, None) == "page 2; the API tells no total"
    assert page_of(1, None, "CRM") == "page 1; the CRM tells no total"
    assert empty_page(7, None) == "Page 7 is empty."


def test_the_last_page_of_a_list_without_a_total_shows_it() -> None:
    asked = ListProspects(page=3, page_size=20)
    assert asked.total_of(Page[Any](items=[None] * 4, more=False)) == 44
    assert asked.total_of(Page[Any](items=[None] * 20, more=True)) is None
    assert asked.total_of(Page[Any](items=[], more=False)) is None
    assert asked.total_of(Page[Any](items=[None] * 4, total=300)) == 300


def test_no_list_has_words_of_its_own_for_its_page() -> None:
    own = re.compile(r"\(page \{|Page \{|tells no total")
    assert [path.name for path in FEATURES.rglob("*.py") if own.search(path.read_text(encoding="utf-8"))] == []
