"""Questions: what a person reads, what an agreement is bound to, and that neither says more than the other."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value, Words
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.policy.approvals import LONGEST, digest_of, words_of
from saleshandy_mcp.untrusted.one_line import visible

ASK, ON_YES = "Start this sequence? It mails real people.", "On yes mails go out by the schedule."
READ = NextCall.of("get_sequence", sequence="v7BPmX4SP9", whole_text=True)

PIECES = [
    *("\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\t", "\x00", "\x1b[2K"),
    *("- ", "- sequence: ", "    | ", "    … ", "On yes ", ON_YES, ASK, "(digest 0123456789ab)", ", paused"),
    *('"', "\u201c", "\u201d", "\uff02", "'", "\u200b", "\u200d", "\u00ad", "\u202e", "\u2066", "\ufeff", "\U000e0041"),
    *("\ud800", "\udfff", "\U0001f600", "e\u0301", "\u2800", "\u3164", "   ", " " * 90),
]
HOSTILE = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=()), max_size=6), max_size=12
).map("".join)
"""Texts that try to look like lines of ours."""
LONG = st.tuples(HOSTILE, st.integers(1, 400)).map(lambda it: (it[0] or "word ") * it[1]).map(lambda it: it[:6_000])
TEXTS = HOSTILE | LONG


def with_a_piece_more(text: str, place: int, piece: str) -> tuple[str, str]:
    return text, text[:place] + piece + text[place:]


PAIRS = st.tuples(TEXTS, TEXTS) | st.builds(with_a_piece_more, TEXTS, st.integers(0, 400), st.sampled_from(PIECES))
"""Two texts, often with a difference of one piece."""

ITEMS = st.one_of(
    st.just(Words("then: not in use")),
    st.builds(Value, st.just("sequence"), TEXTS, st.sampled_from(["", "paused"])),
    st.builds(Body, st.just("step 1 A, text"), TEXTS, st.sampled_from([None, READ])),
    st.builds(Bound, st.just("all settings"), HOSTILE | st.lists(HOSTILE, max_size=3)),
)
QUESTIONS = st.builds(Question, st.just(ASK), st.lists(ITEMS, max_size=8).map(tuple), st.just(ON_YES))

DIGEST = r"digest [0-9a-f]{12}"
LEFT_OUT = rf"(([\d,]+ more characters?|[\d,]+ invisible characters?), )+{DIGEST}"
LENGTH = "(no characters|1 character|[\\d,]+ characters)"
OURS = [
    "- then: not in use",
    rf'- sequence: "[^"\n]*"( \({LEFT_OUT}\))?(, paused)?',
    rf"- step 1 A, text \({LENGTH}\):?",
    rf"- step 1 A, text \({LENGTH}, (not shown, {DIGEST}|{LEFT_OUT})\)",
    rf"    … {LEFT_OUT}",
    rf"- all settings \({DIGEST}\)",
    rf"- and [\d,]+ more, not shown \({DIGEST}\)",
    re.escape(f"- texts in full: {READ.for_model()}"),
    r"    \|( .*)?",
]


def words(question: Question) -> str:
    return words_of(question, NextCall.for_model)


def bound(question: Question, tool: str = "tool", arguments: Mapping[str, Any] = {}) -> str:
    return digest_of(tool, arguments, question)


def asking(*items: Item) -> Question:
    return Question(ASK, items, ON_YES)


def plain(text: str) -> str:
    """A text without what nobody can see a difference in: blanks, and kinds of quotation marks."""
    quotes = re.sub('["\u201c\u201d\uff02]', "'", unicodedata.normalize("NFC", text))
    return " ".join(quotes.split())


@given(QUESTIONS)
def test_whatever_somebody_wrote_every_line_is_ours_or_stands_behind_a_bar_or_in_quotes(question: Question) -> None:
    first, *lines, last = words(question).split("\n")
    assert (first, last) == (ASK, ON_YES)
    for line in lines:
        assert any(re.fullmatch(ours, line) for ours in OURS), line


@given(QUESTIONS)
def test_nothing_in_it_is_invisible_or_turns_the_direction_of_writing(question: Question) -> None:
    text = words(question)
    assert visible(text) == text
    assert all(line == line.rstrip() for line in text.split("\n"))
    text.encode()


@given(QUESTIONS, st.sampled_from([1, 2, 7, 60]))
def test_it_is_never_longer_than_4000_characters(question: Question, times: int) -> None:
    many = replace(question, items=question.items * times)
    assert len(words(many)) <= LONGEST


@given(QUESTIONS, QUESTIONS)
def test_what_reads_otherwise_is_bound_otherwise(first: Question, second: Question) -> None:
    if words(first) != words(second):
        assert bound(first) != bound(second)
    else:
        assert bound(first) == bound(second) or shapes(first) == shapes(second)


def shapes(question: Question) -> list[Any]:
    """The items as far as they can be told apart when they are read."""
    return [
        [type(it).__name__, plain(str(getattr(it, "value", "") or getattr(it, "text", "")))] for it in question.items
    ]


@given(st.sampled_from([Value, Body]), PAIRS, st.integers(0, 80))
def test_what_is_bound_can_be_seen_or_is_counted_with_its_digest(
    kind: type[Value] | type[Body], texts: tuple[str, str], more: int
) -> None:
    """Whether the question has room or not: two texts that differ in more than blanks and quotes read differently."""
    one, other = texts
    rest = tuple(Value("filler", "x" * 100) for _ in range(more))
    first, second = (asking(kind("text", text), *rest) for text in (one, other))
    if unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        assert bound(first) == bound(second)
        assert words(first) == words(second)
    else:
        assert bound(first) != bound(second)
        assert words(first) != words(second) or plain(one) == plain(other)


@given(QUESTIONS)
def test_the_same_question_has_the_same_words_and_the_same_digest(question: Question) -> None:
    again = Question(question.ask, tuple(replace(item) for item in question.items), question.on_yes)
    assert (words(again), bound(again)) == (words(question), bound(question))


BASE = asking(Value("sequence", "Q3", "paused"), Body("text", "Hi"), Words("in use"), Bound("settings", {"1": "a"}))


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, ask="Pause this sequence?"),
        replace(BASE, on_yes="On yes nothing happens."),
        replace(BASE, items=BASE.items[::-1]),
        replace(BASE, items=BASE.items[1:]),
        replace(BASE, items=(*BASE.items, BASE.items[0])),
        *(
            replace(BASE, items=(*BASE.items[:place], item, *BASE.items[place + 1 :]))
            for place, item in [
                (0, Value("sequence", "Q4", "paused")),
                (0, Value("sequence", "Q3", "active")),
                (0, Value("title", "Q3", "paused")),
                (1, Body("text", "Ho")),
                (1, Body("note", "Hi")),
                (1, Body("text", "Hi", READ)),
                (1, Value("text", "Hi")),
                (1, Bound("text", "Hi")),
                (2, Words("not in use")),
                (3, Bound("settings", {"1": "b"})),
                (3, Bound("settings", {"2": "a"})),
                (3, Bound("settings", {1: "a"})),
                (3, Bound("settings", [["1", "a"]])),
            ]
        ),
    ],
)
def test_an_agreement_is_bound_to_every_part_of_every_item(other: Question) -> None:
    assert bound(other) != bound(BASE)


@pytest.mark.parametrize("length", [100, 121, 400])
def test_our_own_words_are_never_cut(length: int) -> None:
    ask, words, note, on_yes = (f"{name} {'w' * length}." for name in ("Start", "Wait", "Note", "On yes"))
    said = words_of(Question(ask, (Words(words), Value("name", "x", note)), on_yes), str)
    assert all(it in said for it in (ask, words, note, on_yes))


def test_it_is_bound_to_the_tool_and_its_arguments() -> None:
    digests = [
        bound(BASE),
        bound(BASE, "other"),
        bound(BASE, arguments={"sequence": "Q3"}),
        bound(BASE, arguments={"sequence": "Q4"}),
        bound(BASE, arguments={"sequence": "Q3", "more": None}),
        bound(BASE, arguments={"sequence": ["Q3"]}),
        bound(BASE, arguments={"sequence": 1}),
        bound(BASE, arguments={"sequence": True}),
        bound(BASE, arguments={"sequence": "1"}),
    ]
    assert len(set(digests)) == len(digests)
    assert bound(BASE, arguments={"a": 1, "b": {"c": 2, "d": 3}}) == bound(
        BASE, arguments={"b": {"d": 3, "c": 2}, "a": 1}
    )


def test_composed_and_decomposed_letters_are_the_same() -> None:
    first, second = asking(Value("sequence", "Caf\u00e9")), asking(Value("sequence", "Cafe\u0301"))
    assert (bound(first), words(first)) == (bound(second), words(second))
    assert bound(BASE, arguments={"Caf\u00e9": "\u00e9"}) == bound(BASE, arguments={"Cafe\u0301": "e\u0301"})


def test_of_two_names_that_are_composed_alike_none_is_lost() -> None:
    both = {"\u00e9": "one", "e\u0301": "two"}
    digests = {bound(asking(Bound("settings", it))) for it in (both, {"\u00e9": "one"}, {"\u00e9": "two"})}
    assert len(digests) == 3


@pytest.mark.parametrize("kind", [Value, Body])
def test_half_characters_break_nothing_and_count_as_what_they_are(kind: type[Value] | type[Body]) -> None:
    texts = ["ab", "a\ud800b", "a\udc00b", "a?b", "a\ufffdb", "a\\ud800b", "a\ud83d\ude00b", "a\U0001f600b"]
    questions = [asking(kind("sequence", text)) for text in texts]
    assert len({bound(it) for it in questions}) == len(texts)
    assert len({words(it) for it in questions}) == len(texts)
    assert "(1 invisible character, digest " in words(asking(Value("sequence", "a\ud800b")))
    assert bound(BASE, arguments={"title": "a\ud800"}) != bound(BASE, arguments={"title": "a\udc00"})


def test_sets_and_dates_are_bound_in_an_order_of_their_own() -> None:
    days = {date(2026, 11, day) for day in (3, 1, 2)}
    first = bound(asking(Bound("days", days)))
    assert first == bound(asking(Bound("days", frozenset(sorted(days)))))
    assert first != bound(asking(Bound("days", days - {date(2026, 11, 1)})))


def test_a_long_value_is_cut_and_what_is_left_out_is_counted() -> None:
    text = words(asking(Value("sequence", "x" * 301)))
    assert re.search(rf'- sequence: "x{{300}}…" \(1 more character, {DIGEST}\)\n', text)


def test_a_long_text_is_cut_and_the_call_that_shows_all_of_it_is_named_once() -> None:
    text = words(asking(*(Body(f"step {place}", f"{place} " + "word " * 300, READ, most=300) for place in range(3))))
    assert text.count("    … 1,201 more characters, digest ") == 3
    assert text.count(READ.for_model()) == 1
    assert READ.for_model() not in words(asking(Body("step", "short", READ)))


def test_a_text_that_must_be_seen_keeps_its_beginning_where_there_is_little_room() -> None:
    fill = [Body(f"text {place}", "word " * 500) for place in range(50)]
    text = words(asking(Body("senders", "a@b.example, " * 100, least=60), *fill))
    assert "    | a@b.example, a@b.example, " in text
    assert re.search(rf"- text 0 \(2,499 characters, not shown, {DIGEST}\)\n", text)


def test_blank_lines_and_blanks_cannot_push_a_line_out_of_sight() -> None:
    text = words(asking(Body("text", "Hi\n\n\n \n\t\n" + " " * 400 + "you" + "\n" * 900 + "end" + " " * 300 + ".")))
    assert "- text (14 characters):\n    | Hi\n    |\n    | you\n    |\n    | end .\nOn yes" in text


def test_of_too_many_items_the_first_are_shown_and_the_others_counted() -> None:
    items = [Value(f"person {place}", f"p{place}@n.example.com") for place in range(500)]
    text = words(asking(*items))
    assert '- person 0: "p0@n.example.com"\n' in text
    shown = text.count("@n.example.com")
    assert re.search(rf"- and {500 - shown} more, not shown \({DIGEST}\)\nOn yes", text)
    changed = asking(*items[:-1], Value("person 499", "other@n.example.com"))
    assert words(changed) != text
