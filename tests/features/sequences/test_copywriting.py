"""Merge tags, spintax, plain text and HTML."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.features.sequences.copywriting import as_html, as_text, merge_tags, text_warnings

LABELS = ["First Name", "Company", "Why Now", "LinkedIn"]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Hi {{First Name}}", [("First Name", False)]),
        ("Hi {{ First Name }}", [("First Name", False)]),
        ("Hi {{First Name|'there'}}", [("First Name", True)]),
        ("Hi {{First Name | there }}", [("First Name", True)]),
        ("Hi {{First Name|}}", [("First Name", False)]),
        ("{{A}} and {{B|'b'}} and {{A}}", [("A", False), ("B", True), ("A", False)]),
        ("{spin}Hi|Hello{endspin} {{A}}", [("A", False)]),
        ("{A} {{}} {{", []),
    ],
)
def test_merge_tags_are_found_with_whether_they_have_a_fallback(text: str, tags: list[tuple[str, bool]]) -> None:
    assert merge_tags(text) == tags


@pytest.mark.parametrize(
    "text",
    [
        "Hi {{First Name|'there'}} of {{Company}}, {{Why Now}}",
        "{{Signature}} {{signature}} {{link}} {{Sender Name}}",
        "{spin}Hi|Hello|Good morning{endspin}",
        "{not a choice} and { } and a | b",
        "",
    ],
)
def test_a_right_text_has_no_warning(text: str) -> None:
    assert text_warnings(text, LABELS) == []


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("{{firstName}}", "{{firstName}} is no field of this account; did you mean {{First Name}}?"),
        ("{{first_name}}", "{{first_name}} is no field of this account; did you mean {{First Name}}?"),
        ("{{first name}}", "{{first name}} is no field of this account; did you mean {{First Name}}?"),
        ("{{Compny|'x'}}", "{{Compny}} is no field of this account; did you mean {{Company}}?"),
        ("{{Shoe size}}", "{{Shoe size}} is no field of this account"),
        ("{Hi|Hello} you", "{Hi|Hello} is sent as it stands; spintax is written {spin}one|two{endspin}"),
    ],
)
def test_what_would_not_come_out_as_meant_is_told(text: str, warning: str) -> None:
    assert text_warnings(text, LABELS) == [warning]


def test_each_warning_is_told_once() -> None:
    assert len(text_warnings("{{x}} {{x}} {{X y}}", LABELS)) == 2


def test_plain_text_becomes_paragraphs() -> None:
    assert as_html("Hi,\n\none & <two>\nthree\n \n\nbye\n") == (
        "<p>Hi,</p><p>one &amp; &lt;two&gt;<br>three</p><p>bye</p>"
    )


@pytest.mark.parametrize("text", ["<p>Hi</p>\n<p>you</p>", "one<br>two\nthree", "one line", '<A href="x">\n</A>', ""])
def test_markup_and_single_lines_stay_as_they_are(text: str) -> None:
    assert as_html(text) == text


@given(st.lists(st.text("ab<>&|{}' ", min_size=1).filter(str.strip), min_size=2, max_size=5))
def test_no_word_is_lost_on_the_way_to_html_and_back(lines: list[str]) -> None:
    text = "\n".join(lines)
    markup = as_html(text)
    if markup != text:
        assert as_text(markup).split() == text.split()
        assert as_html(markup) == markup


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_line_ends_of_either_kind_become_paragraphs(newline: str) -> None:
    assert as_html(f"one{newline}two{newline}{newline}three") == "<p>one<br>two</p><p>three</p>"


def test_a_preview_has_the_words_of_the_markup_on_one_line() -> None:
    body = "<p>Hi&nbsp;{{First Name}},</p><p>a &amp; b<br>c<b>d</b></p><ul><li>e</li><li>f</li></ul>"
    assert as_text(body) == "Hi {{First Name}}, a & b cd e f"
    assert as_text(html.escape("<p>")) == "<p>"
