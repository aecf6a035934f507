"""Facts of any size fit into their room, and what is left out is told."""

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.action_tool import LONGEST, LONGEST_FACTS, text_result
from saleshandy_mcp.server.tools.fitting import fitting

LEAVES = st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=400)
FACTS = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.sampled_from("xy"), inner)),
    max_size=3,
)


def test_what_fits_stays_as_it_is() -> None:
    facts = {"steps": [1, 2, 3]}
    assert fitting(facts, 1_000) == (facts, [])


def test_the_longest_list_loses_its_end_and_texts_stay_whole() -> None:
    facts = {"title": "x", "steps": [{"text": "y" * 90, "variants": [1, 2]} for _ in range(80)]}
    kept, left_out = fitting(facts, 1_400)
    assert kept["title"] == "x"
    assert kept["steps"] == facts["steps"][: len(kept["steps"])]
    assert left_out == [f"steps: {len(kept['steps'])} of 80"]
    assert 8 < len(kept["steps"]) < 80


def test_a_text_is_cut_where_no_list_can_be() -> None:
    kept, left_out = fitting({"thread": [{"body": "z" * 5_000}]}, 1_000)
    body = kept["thread"][0]["body"]
    assert left_out == [f"thread[0].body: {len(body)} of 5,000 characters"]
    assert 900 < len(body) < 1_000


@given(FACTS)
def test_it_fits_or_nothing_is_left_that_could_be_shortened(facts: dict[str, Any]) -> None:
    before = json.dumps(facts)
    kept, left_out = fitting(facts, 600)
    assert json.dumps(facts) == before
    size = len(json.dumps(kept, ensure_ascii=False))
    assert size <= 600 or (max(map(len, texts(kept)), default=0) <= 200 and all(len(it) <= 1 for it in lists(kept)))
    assert bool(left_out) == (kept != facts)


@pytest.mark.parametrize("less", [None, NextCall.of("get_sequence", sequence="X", step=80)])
def test_text_and_facts_name_the_same_way_to_the_rest(less: NextCall | None) -> None:
    result = text_result("t" * 90_000, {"steps": ["t" * 900] * 100}, less=lambda: less)
    way = 'get_sequence(sequence="X", step=80) shows a part' if less else "ask for less at a time"
    (part,) = result.content
    text = getattr(part, "text", "")
    assert len(text) < LONGEST + 200
    assert text.endswith(f"90,000 characters are too many; {way})")
    facts: dict[str, Any] = result.structured_content or {}
    assert len(json.dumps(facts)) < LONGEST_FACTS + 300
    assert facts["cut"].endswith(f"of 100); {way}")


def texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [it for part in parts(value) for it in texts(part)]


def lists(value: Any) -> list[list[Any]]:
    here: list[list[Any]] = [value] if isinstance(value, list) else []
    return [*here, *(it for part in parts(value) for it in lists(part))]


def parts(value: Any) -> list[Any]:
    match value:
        case dict():
            return list(cast("dict[str, Any]", value).values())
        case list():
            return cast("list[Any]", value)
        case _:
            return []
