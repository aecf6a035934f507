"""The lines of a mail: where they break, what is told of pictures and links, what is history, and what is counted."""

import re

import pytest

from saleshandy_mcp.untrusted.html_text import LONGEST_SOURCE, Cleaned, clean, is_html

BLOCKS = re.findall(
    r"\w+",
    "address article aside blockquote center dd dl dt details dir div fieldset figcaption figure footer form h1 h6 "
    "header legend li main menu nav ol p pre search section summary ul",
)
INLINE = re.findall(r"\w+", "a abbr b cite code em font i kbd label mark s small span strong sub sup tt u")
ADDRESS_LINE = "Ada Example <ada@example.com>"


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_has_lines_of_its_own(name: str) -> None:
    lines = re.split(r"\n+", clean(f"<div>one<{name}>two</{name}>three</div>", quotes=True).text)
    assert [it.lstrip("-> ") for it in lines] == ["one", "two", "three"]


@pytest.mark.parametrize("name", INLINE)
def test_other_elements_stay_within_their_line(name: str) -> None:
    assert clean(f"<div>one<{name}>two</{name}>three</div>").text == "onetwothree"


@pytest.mark.parametrize("name", ["p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"])
def test_some_blocks_stand_apart(name: str) -> None:
    inside = "<tr><td>two</td></tr>" if name == "table" else "two"
    assert clean(f"<div>one</div><{name}>{inside}</{name}><div>three</div>").text == "one\n\ntwo\n\nthree"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>a<br>b<br><br>c</p>", "a\nb\n\nc"),
        ("<p>a</p><p></p><p> </p><p>b</p>", "a\n\nb"),
        ("<p>a\n  b\t c\r\n\fd</p>", "a b c d"),
        ("<div> a </div><div>  b</div>", "a\nb"),
        ("<p>a <b> b </b> c</p>", "a b c"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>", "a b\nc d"),
        ("<ul><li>a</li><li>b <b>c</b></li></ul>", "- a\n- b c"),
        ("<ul><li hidden>LEAK</li><li>b</li></ul>", "- b"),
        ("<pre>a\nb\n\nc</pre>", "a\nb\n\nc"),
        ("<pre>a\n<b>b\nc</b></pre>d", "a\nb\nc\nd"),
        ("a <!-- b --> c<p>d", "a c\n\nd"),
        ("a &amp; b &lt;c&gt; &eacute;<br>", "a & b <c> é"),
        ("<p>a</p>tail", "a\n\ntail"),
        ("<p></p>", ""),
        ("", ""),
        ("a\n\n\n\nb  c\t d \n e", "a\n\nb c d\ne"),
    ],
)
def test_lines_are_broken_where_a_reader_sees_them_broken(body: str, text: str) -> None:
    assert clean(body).text == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>a <img src=x> b</p>", "a [image] b"),
        ("<p>a <img src=x width=1> b</p>", "a b"),
        ("<p>a <img src=x height=0> b</p>", "a b"),
        ("<p>a <img src=x hidden> b</p>", "a b"),
        ("<p hidden><img src=x></p>b", "b"),
        ('<a href="https://x.example.com/a?b=1">here</a> now', "here [link: x.example.com/a] now"),
        ('<a href="https://x.example.com/a" hidden>LEAK</a>now', "now"),
        ('<a href="">here</a> now', "here now"),
        ("<a href>here</a> now", "here now"),
        ('<a name="x">here</a> now', "here now"),
        ('<area href="https://x.example.com/a"><b href="https://x.example.com">here</b>', "here"),
        ('<a href="javascript:x()">here</a>', "here [link]"),
        ("<p>https://x.example.com/a?b=1</p>", "[link: x.example.com/a]"),
    ],
)
def test_pictures_and_links_are_told(body: str, text: str) -> None:
    assert clean(body).text == text


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        ("<p>a</p>", 0),
        ("<p hidden>LEAK</p><p hidden>LEAK</p>a", 1),
        ("<p hidden>LEAK</p>a<p hidden>LEAK</p>", 2),
        ("<p hidden>LEAK <b>LEAK</b> LEAK</p>a", 1),
        ("<p hidden>LEAK</p><i style='opacity:0'>LEAK</i>a", 2),
        ("<p hidden> \n </p>a<p hidden></p>", 0),
        ("<style>.a{color:red}</style><title>x</title>a", 0),
        ("<div hidden><style>LEAK</style></div>a", 1),
        ("<script>LEAK</script>a", 1),
        ("<template><p>LEAK</p></template>a", 1),
        ("<template><p> </p></template>a", 0),
        ("a<!-- LEAK -->b<!-- LEAK -->", 2),
        ("a<!-- -->b", 0),
        ("<!--[if mso]>x<![endif]-->a<!--[endif]-->", 0),
        ("<?xml version='1'?>a", 0),
        ("a\u200bb", 1),
        ("<p hidden>LEAK</p>a\u200bb", 2),
        ("a\u00adb", 0),
    ],
)
def test_each_part_that_nobody_would_have_seen_is_counted_once(body: str, hidden: int) -> None:
    cleaned = clean(body)
    assert cleaned.hidden == hidden
    assert "LEAK" not in cleaned.text


@pytest.mark.parametrize(
    "marks",
    [
        *('class="gmail_quote"', 'class="x gmail_attr"', 'id="yahoo_quoted"'),
        *('class="moz-cite-prefix"', 'class="PROTONMAIL_QUOTE"', 'id="gmail_quote"'),
    ],
)
def test_what_a_mail_program_marks_as_history_is_cut(marks: str) -> None:
    body = f"<p>Yes.</p><div {marks}>Earlier words</div>"
    assert clean(body) == Cleaned("Yes.\n\n[quoted text cut]", quoted=True)
    assert clean(body, quotes=True) == Cleaned("Yes.\n\n> Earlier words")


def test_text_beside_the_quotation_in_such_an_element_is_new() -> None:
    body = (
        "<div class=gmail_quote>On Monday<blockquote>Old<blockquote>Older</blockquote>Old</blockquote>New words</div>"
    )
    assert clean(body).text == "[quoted text cut]\nNew words"
    assert clean(body).quoted


@pytest.mark.parametrize("name", ["class=quote", "class=gmail_quotes", "id=gmail", "title=gmail_quote"])
def test_other_names_are_no_history(name: str) -> None:
    assert clean(f"<p>Yes.</p><div {name}>Words</div>") == Cleaned("Yes.\n\nWords")


@pytest.mark.parametrize(
    "head",
    [
        f"On Mon, 2 Nov 2026 at 10:00, {ADDRESS_LINE} wrote:",
        f"On Mon, 2 Nov 2026 at 10:00,\n{ADDRESS_LINE} wrote:",
        f"Am 02.11.2026 um 10:00 schrieb {ADDRESS_LINE}:",
        f"Le lun. 2 nov. 2026, {ADDRESS_LINE} a écrit :",
        f"El lun, 2 nov 2026, {ADDRESS_LINE} escribió:",
        f"Il giorno lun 2 nov 2026, {ADDRESS_LINE} ha scritto:",
        f"Op ma 2 nov. 2026 schreef {ADDRESS_LINE}:",
        f"Den 2 nov. 2026 skrev {ADDRESS_LINE}:",
        f"Em seg., 2 de nov. de 2026, {ADDRESS_LINE} escreveu:",
        f"W dniu 2.11.2026 {ADDRESS_LINE} napisał(a):",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "----- Ursprüngliche Nachricht -----",
        f"From: {ADDRESS_LINE}\nSent: Monday\nTo: Bo",
        f"Von: {ADDRESS_LINE}\nGesendet: Montag",
        f"*From:* {ADDRESS_LINE}\n*Date:* Monday",
        f"De: {ADDRESS_LINE}\nEnviado: lunes",
    ],
)
def test_everything_after_the_head_of_an_older_mail_is_history(head: str) -> None:
    body = f"Yes, please.\n\n{head}\n\nOLD words\nmore OLD"
    assert clean(body) == Cleaned("Yes, please.\n\n[quoted text cut]", quoted=True)
    kept = clean(body, quotes=True)
    assert not kept.quoted
    assert kept.text.endswith("OLD words\nmore OLD")


@pytest.mark.parametrize(
    "line",
    [
        "On Monday I wrote to you: no answer came.",
        "We talked on Monday; she wrote:",
        "From: here to there",
        "- Original message",
        "The original message was fine.",
        "2 > 1",
    ],
)
def test_ordinary_lines_are_no_head(line: str) -> None:
    assert clean(f"Hi.\n{line}\nBye.") == Cleaned(f"Hi.\n{line}\nBye.")


def test_answers_between_marked_lines_stay() -> None:
    body = "Hi.\nOn Monday Ada wrote:\n> One?\n> Really?\nYes.\n> Two?\nNo."
    assert clean(body) == Cleaned("Hi.\n[quoted text cut]\nYes.\n[quoted text cut]\nNo.", quoted=True)


def test_a_mail_that_says_our_own_words_has_no_history_by_that() -> None:
    assert clean("Hi.\n[quoted text cut]\nBye.") == Cleaned("Hi.\n[quoted text cut]\nBye.")


@pytest.mark.parametrize("more", [0, 1, 3])
def test_plain_text_is_read_up_to_a_length_and_the_rest_is_counted(more: int) -> None:
    text = clean("a " * (LONGEST_SOURCE // 2) + "b" * more).text
    assert ("not read" in text) == (more > 0)
    if more > 0:
        assert text.endswith(f"[the mail goes on: {more} characters of its source were not read]")


def test_html_is_read_up_to_200000_characters() -> None:
    body = "<p>" + "a " * 100_000
    assert clean(body).text.endswith("[the mail goes on: 3 characters of its source were not read]")
    assert "not read" not in clean(body[:200_000]).text


@pytest.mark.parametrize("number", [20_000, 20_001])
def test_html_is_read_up_to_20000_tags(number: int) -> None:
    assert ("not read" in clean("<br>" * number).text) == (number > 20_000)


@pytest.mark.parametrize(
    "text", ["<p>", "a <b c", "a</b>", "<!-- x", "<!doctype html>", "<br/>", "</ x", "a <?x>", "<x-y>"]
)
def test_a_tag_or_a_comment_makes_it_html(text: str) -> None:
    assert is_html(text)


@pytest.mark.parametrize(
    "text", ["", "a", "1 < 2", "a < b > c", "<3", "</3", "<ada@example.com>", "<https://x.example>"]
)
def test_other_angle_brackets_do_not(text: str) -> None:
    assert not is_html(text)
