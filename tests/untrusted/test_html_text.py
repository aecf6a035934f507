"""A stranger's mail is read as a person would have seen it: nothing hidden, nothing invisible, nothing endless."""

import json
import re
import time
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.sandbox.simulation import reactions
from saleshandy_mcp.untrusted.html_text import LONGEST_SOURCE, clean
from saleshandy_mcp.untrusted.one_line import invisible, one_line

HOSTILE: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "hostile_replies.toml").read_text(encoding="utf-8")
)["replies"]
REPLIES = Path(reactions.__file__).parent / "replies.toml"

MARKUP = st.lists(
    st.sampled_from(
        [
            *("<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<table>", "<td>", "</td>", "</table>", "<br/>"),
            *("<blockquote>", "</blockquote>", "<!--", "-->", "<style>.a{display:none}</style>", "<i class=a>"),
            *('<a href="https://x.example.com/?a=1">', "</a>", "<script>", "</script>", "<", ">", '"', "\u200b"),
            *("On Mon Ada wrote:\n", "> quoted\n", "&lt;", "&#x200b;", "word ", "\n", "<pre>", "<![", "<?"),
        ]
    ),
    max_size=40,
).map("".join)


@pytest.mark.parametrize("reply", HOSTILE, ids=lambda reply: reply["name"])
def test_a_hostile_reply_says_what_it_shows_and_no_more(reply: dict[str, Any]) -> None:
    cleaned = clean(reply["body"])
    assert reply["seen"] in cleaned.text
    assert "LEAK" not in cleaned.text
    assert invisible(cleaned.text) == 0
    assert cleaned.hidden == reply.get("hidden", 0)


@pytest.mark.parametrize("reply", HOSTILE, ids=lambda reply: reply["name"])
def test_what_is_clean_stays_as_it_is(reply: dict[str, Any]) -> None:
    once = clean(reply["body"]).text
    assert clean(once).text == once


def test_there_is_a_corpus() -> None:
    assert len(HOSTILE) >= 40
    assert len({reply["name"] for reply in HOSTILE}) == len(HOSTILE)


@given(st.one_of(st.text(), MARKUP))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_whatever_comes_is_read_without_a_fault_and_without_invisible_characters(body: str) -> None:
    for quotes in (False, True):
        cleaned = clean(body, quotes=quotes)
        assert all(
            char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
            for char in cleaned.text
        )
        assert invisible(cleaned.text) == 0
        assert "\n\n\n" not in cleaned.text


@given(MARKUP)
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_what_stands_in_a_hidden_element_never_comes_to_light_by_stray_tags(body: str) -> None:
    # Closing the element itself is the one thing that may end it.
    inside = body.replace("</div>", "").replace("<div>", "")
    assert "LEAK" not in clean(f"<div hidden>{inside} LEAK").text


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 200_000,
        "<b><p>" * 80_000 + "</div>" * 50_000,
        "<style " * 80_000,
        "<!--" * 150_000,
        "a." * 300_000,
        "[link: " * 80_000,
        "On wrote:\n>" * 50_000,
        "On " + "a" * 190 + "\n" + "On x" * 50_000,
        ">\n \n" * 150_000,
        "A" * 5_000_000,
        '<i style="color:' * 40_000,
        "<style>" + "a{" * 200_000,
        "<a href='https://x.example.com/'>" * 20_000,
        "<ul><li>" * 60_000,
        "<table><tr><td>" * 30_000,
        "<p " + " ".join(f"a{number}" for number in range(70_000)) + ">",
        "<p>" + "".join(f"<b a={number}>" for number in range(3000)) + "</p>" + "<p>x</p>" * 3000,
        "<p>" + "".join(f"<b a='<{number}>'>" for number in range(3000)) + "</p>" + "<p>x</p>" * 3000,
        "<p>" + "<b><i><u><s><tt><em>" * 3 + "</p>" + "<p>x</p>" * 20_000,
        "<div class=gmail_quote>" * 5000 + "<blockquote>a</blockquote>" * 4000,
    ],
    ids=lambda body: re.sub(r"\W+", " ", body[:24]).strip(),  # without brackets, which pytest cannot look up
)
def test_a_huge_mail_is_read_in_a_moment(body: str) -> None:
    start = time.process_time()
    text = clean(body).text
    assert time.process_time() - start < 10
    assert len(text) <= LONGEST_SOURCE + 200


def test_that_a_mail_was_not_read_to_its_end_is_said() -> None:
    assert clean("word " * 200_000).text.endswith("[the mail goes on: 500,000 characters of its source were not read]")


def test_a_mail_that_would_make_a_huge_tree_is_read_as_far_as_it_can_be() -> None:
    bold = "".join(f"<b a={number}>" for number in range(3000))
    said = clean(f"<p>First.</p><p>{bold}</p>" + "<p>x</p>" * 3000).text
    assert said.startswith("First.")
    assert re.search(r"\[the mail goes on: [0-9,]+ characters of its source were not read\]\Z", said)


def test_an_honest_mail_of_many_tags_is_read_to_its_end() -> None:
    line = '<tr><td style="padding:4px"><font color="#333" face=Arial><b>One</b>, <i>two</i></font></td></tr>'
    cleaned = clean(f"<table>{line * 1500}</table><p>Bye.</p>")
    assert cleaned.text.endswith("Bye.")
    assert cleaned.text.count("One, two") == 1500


def test_a_picture_inside_a_mail_takes_no_room() -> None:
    picture = f'<img src="data:image/png;base64,{"iVBORw0KGgo" * 40_000}">'
    assert clean(f"<p>Before.</p>{picture}<p>After.</p>").text == "Before.\n\n[image]\n\nAfter."


def test_data_nobody_reads_is_told_by_its_length() -> None:
    data = "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdA"
    assert clean(f"Key: {data}\n{data}\nBye").text == f"Key: [{2 * len(data) + 1} characters of data]\nBye"
    assert clean("One\n" + "=" * 90 + "\nTwo").text == "One\n" + "=" * 20 + "\nTwo"


def test_lists_lines_and_paragraphs_keep_their_shape() -> None:
    body = "<p>Two things:</p><ul><li>price</li><li>Danish</li></ul><div>Jo</div><div>Acme</div><pre>a  b\n c</pre>"
    assert clean(body).text == "Two things:\n\n- price\n- Danish\n\nJo\nAcme\na b\nc"


def test_with_its_quotations_a_mail_is_whole() -> None:
    body = "<p>Yes.</p><blockquote>Would that be useful?</blockquote>"
    assert clean(body).quoted
    whole = clean(body, quotes=True)
    assert whole.text == "Yes.\n\n> Would that be useful?"
    assert not whole.quoted


def test_a_link_whose_text_is_its_target_is_told_once() -> None:
    body = '<a href="https://x.example.com/a?b=1">https://x.example.com/a</a> ok'
    assert clean(body).text == "[link: x.example.com/a] ok"


@pytest.mark.parametrize("style", ["color:#000", "font-size:12px", "line-height:1;overflow:hidden", "margin:-8px 0 0"])
def test_what_honest_mails_do_hides_nothing(style: str) -> None:
    cleaned = clean(f'<table width="100%"><tr><td style="{style};max-width:600px">Fine.</td></tr></table>')
    assert (cleaned.text, cleaned.hidden) == ("Fine.", 0)


def test_light_letters_on_dark_ground_are_read() -> None:
    body = '<style>.b{background:#003366}</style><div class="b"><span style="color:#fff">Fine.</span></div>'
    assert (clean(body).text, clean(body).hidden) == ("Fine.", 0)


def test_the_replies_of_the_demo_workspace_come_through() -> None:
    replies = tomllib.loads(REPLIES.read_text(encoding="utf-8"))["replies"]
    cleaned = [clean(reply.get("html") or reply.get("plain") or reply["text"]) for reply in replies]
    assert all(it.text for it in cleaned)
    assert sum(it.hidden for it in cleaned) == 2
    assert "SYSTEM" not in json.dumps([it.text for it in cleaned])


def test_emoji_and_soft_hyphens_are_no_warning_sign() -> None:
    assert clean("Great \U0001f469\u200d\U0001f4bb\ufe0f, co\u00adoperation").hidden == 0


def test_a_subject_is_one_line() -> None:
    assert one_line("Re:\u202e a\n\tb\u200b ") == "Re: a b"
