"""Settings in words."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.sequences import Setting
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.sequence_settings import (
    FLAGS,
    FlagName,
    can_unsubscribe,
    differences,
    in_words,
    new_recipients,
    priority,
    refuse_conflicts,
    switched,
    unsubscribe_values,
)


def of(**codes: str) -> list[Setting]:
    return [Setting(code=int(code.removeprefix("c")), value=value) for code, value in codes.items()]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (of(), []),
        (of(c3="1"), ["stops on reply"]),
        (of(c3="0"), ["goes on after a reply"]),
        (of(c4="1", c5="1", c6="1", c11="1", c13="1"), None),
        (of(c4="0", c5="0", c6="0", c11="0", c13="0"), []),
        (of(c9="0"), []),
        (of(c9="1"), ["styling removed"]),
        (of(c9="2"), ["plain text only"]),
        (of(c1='<a href="{{link}}">bye</a>', c2=""), ["unsubscribe link"]),
        (of(c1="", c2="Tell me to stop"), ["unsubscribe text"]),
        (of(c1="", c2=""), ["no unsubscribe link or text"]),
        (of(c7="[]", c8=""), []),
        (of(c7='["a@x.example.com","b@x.example.com"]'), ["bcc a@x.example.com, b@x.example.com"]),
        (of(c8="a@x.example.com"), ["cc a@x.example.com"]),
        (of(c14="1"), []),
    ],
)
def test_a_setting_is_a_phrase(settings: list[Setting], words: list[str] | None) -> None:
    everything = [
        "tracks clicks",
        "tracks opens",
        "mails risky addresses",
        "matches sender and recipient provider",
        "List-Unsubscribe header",
    ]
    assert in_words(settings) == (everything if words is None else words)


def test_a_setting_without_a_value_is_off() -> None:
    assert in_words([Setting(code=3, value=None), Setting(code=5, value=None)]) == ["goes on after a reply"]


@pytest.mark.parametrize(
    ("settings", "can"),
    [
        (of(), False),
        (of(c1="", c2="", c13="0"), False),
        (of(c1="{{link}}"), True),
        (of(c2="stop"), True),
        (of(c13="1"), True),
    ],
)
def test_a_link_a_text_or_a_header_is_a_way_out(settings: list[Setting], *, can: bool) -> None:
    assert can_unsubscribe(settings) is can


DEFAULT = {1: "", 2: "", 3: "1", 4: "0", 5: "1", 6: "0", 7: "[]", 8: "[]", 9: "0", 10: "0", 11: "0", 12: "1", 13: "0"}
NAMES = [flag.name for flag in FLAGS]


def test_each_flag_has_one_name_that_arguments_know() -> None:
    assert set(NAMES) == set(get_args(FlagName))
    assert len(NAMES) == len(FLAGS)


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_what_is_turned_on_is_on_and_what_is_turned_off_is_off(on: set[str], off: set[str]) -> None:
    try:
        values = switched(DEFAULT, on, off)
    except Mistake:
        assert on & off or {"plain_text", "strip_styling"} <= on
        return
    after = {**DEFAULT, **values}
    assert {flag.name for flag in FLAGS if after[flag.code] == flag.on} >= on
    assert not {flag.name for flag in FLAGS if after[flag.code] == flag.on} & off


@pytest.mark.parametrize(
    ("stored", "on", "off", "nine"),
    [("2", [], ["strip_styling"], None), ("1", [], ["strip_styling"], "0"), ("2", ["strip_styling"], [], "1")],
)
def test_what_is_off_already_leaves_the_other_way_of_being_plain(
    stored: str, on: list[str], off: list[str], nine: str | None
) -> None:
    assert switched({**DEFAULT, 9: stored}, on, off).get(9) == nine


@pytest.mark.parametrize(
    ("on", "off", "words"),
    [
        (["plain_text"], [], 'plain_text goes only with off=["track_opens", "first_mail_plain"]'),
        (["plain_text", "track_clicks"], [], 'off=["track_clicks", "track_opens", "first_mail_plain"]'),
        (["plain_text"], ["track_opens", "first_mail_plain"], ""),
        (["strip_styling"], ["first_mail_plain"], ""),
        ([], ["first_mail_plain"], 'goes only with on=["first_mail_plain"]'),
        (["track_clicks"], [], ""),
    ],
)
def test_settings_that_contradict_each_other_are_refused_with_what_to_change(
    on: list[str], off: list[str], words: str
) -> None:
    values = switched(DEFAULT, on, off)
    if not words:
        refuse_conflicts(DEFAULT, values)
        return
    with pytest.raises(Mistake) as refusal:
        refuse_conflicts(DEFAULT, values)
    assert words in refusal.value.wrong
    assert "in the same call" in refusal.value.remedy


def test_a_contradiction_that_was_there_before_stops_only_what_touches_it() -> None:
    stored = {**DEFAULT, 9: "2"}
    refuse_conflicts(stored, {3: "0"})
    refuse_conflicts({9: "2"}, {9: "2"})
    with pytest.raises(Mistake, match="plain_text goes only with"):
        refuse_conflicts(stored, {4: "1"})


@pytest.mark.parametrize(
    ("stored", "wish", "values"),
    [
        ({}, "none", {1: "", 2: ""}),
        ({}, " Link ", {1: '<a href="{{link}}">Unsubscribe</a>', 2: ""}),
        ({1: '<a href="{{link}}">bye</a>'}, "link", {1: '<a href="{{link}}">bye</a>', 2: ""}),
        ({2: "Say stop"}, '<a href="{{link}}">No more</a>', {1: '<a href="{{link}}">No more</a>', 2: ""}),
        ({1: "{{link}}"}, "Just say no.", {1: "", 2: "Just say no."}),
    ],
)
def test_of_link_and_text_there_is_one_or_none(stored: dict[int, str], wish: str, values: dict[int, str]) -> None:
    assert unsubscribe_values(stored, wish) == values


@pytest.mark.parametrize("wish", ["", "text", "off", "  "])
def test_words_that_nobody_could_follow_are_no_way_out(wish: str) -> None:
    with pytest.raises(Mistake, match="nothing that a recipient could follow"):
        unsubscribe_values({}, wish)


def test_a_difference_is_told_before_and_after() -> None:
    changed = {2: "Say stop.", 5: "0", 7: '["log@example.com"]', 9: "1", 3: "1"}
    assert [tuple(it) for it in differences(DEFAULT, changed)] == [
        ("track_opens", "on", "off"),
        ("strip_styling", "off", "on"),
        ("bcc", "none", "log@example.com"),
        ("unsubscribe", "none", "text Say stop."),
    ]
    assert [it.before for it in differences({}, {1: "{{link}}", 3: "1", 8: "[]"})] == ["not told"] * 3


def test_only_who_gets_no_copy_yet_is_new() -> None:
    stored = {7: '["a@x.example.com"]', 8: '["b@x.example.com"]'}
    assert new_recipients(stored, {7: '["b@x.example.com","c@x.example.com"]'}) == ["c@x.example.com"]
    assert new_recipients(stored, {5: "1"}) == []
    assert priority(4) == "mostly_new"
    assert priority(9) == "priority 9"
