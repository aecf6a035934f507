"""HTML against the tree of the parser: each word that a person would see comes through, and no other does."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from saleshandy_mcp.untrusted.css_visibility import Style, StyleSheet
from saleshandy_mcp.untrusted.html_text import clean

ELEMENTS = re.findall(
    r"\w+",
    "div p table tr td th tbody ul ol li dl dt dd h1 blockquote pre form center section button fieldset caption "
    "b i span a font em u strong small code nobr big tt label",
)
HOLDS_NO_TEXT = re.findall(
    r"\w+",
    "script style title textarea xmp noscript iframe noembed noframes plaintext template select option svg math object",
)
HIDES = (
    *("hidden", "aria-hidden=true", 'style="display:none"', "style='visibility:hidden'", 'style="font-size:0"'),
    *('style="color:#fff"', 'style="color:white;background:#fefefe"', "class=h1x", 'class="k h2x"', "id=hid"),
    *('style="position:absolute;left:-9999px"', "color=white", "bgcolor=black", "data-z=1", 'style="opacity:0"'),
)
SHOWS = (
    *('style="color:#333"', "class=ok", 'title="a > b"', "title='<b>'", 'style="background:#000;color:#fff"', "x"),
    *('href="https://x.example.com/a?b=1"', "width=100", 'style=""', 'bgcolor="#102030" style="color:#eee"', "a=b/"),
)
SHEETS = (
    "",
    "<style>.h1x{display:none} #hid{visibility:hidden}</style>",
    "<style><!-- @media all{.h2x{opacity:0}} [data-z]{display:none} --></style>",
)
ODD = (
    *("<!-- c -->", "<!-->", "<!--[if mso]> m <![endif]-->", "<![CDATA[ q ]]>", "<?x ?>", "</", "<", "&lt;", "<br>"),
    *("<hr>", "<img src=x>", "</br>", "</p>", "</body>", "</html>", "<body>", "<head>", "\n", "<>", "</>", "<a b='"),
)
WORD = "WORD "

_attributes = st.lists(st.sampled_from(HIDES + SHOWS), max_size=2).map(lambda them: "".join(f" {it}" for it in them))
_pieces = st.one_of(
    st.just(WORD),
    st.just(WORD),
    st.builds("<{}{}>".format, st.sampled_from(ELEMENTS), _attributes),
    st.builds("</{}>".format, st.sampled_from(ELEMENTS)),
    st.builds("<{0}{1}>WORD </{0}>".format, st.sampled_from(HOLDS_NO_TEXT), _attributes),
    st.sampled_from(ODD),
)


def numbered(pieces: list[str]) -> str:
    """Each word has a number of its own."""
    parts = "".join(pieces).split(WORD)
    return "".join(f"{part} w{number}w " for number, part in enumerate(parts[:-1])) + parts[-1]


def document(sheet: str, pieces: list[str]) -> str:
    return sheet + numbered(pieces)


DOCUMENTS = st.builds(document, st.sampled_from(SHEETS), st.lists(_pieces, min_size=3, max_size=40))


def words(text: str) -> set[str]:
    return set(re.findall(r"w\d+w", text))


def in_sight(markup: str) -> set[str]:
    """The words that a person sees, judged for each text from the elements around it."""
    tree = LexborHTMLParser(markup, scripting=True)
    sheet = StyleSheet(style.text() for style in tree.css("style"))
    assert tree.root is not None
    texts = [node for node in tree.root.traverse(include_text=True) if node.is_text_node]
    return {word for node in texts if not unseen(node, sheet) for word in words(node.text_content or "")}


def unseen(node: LexborNode, sheet: StyleSheet) -> bool:
    style, above = Style(), node.parent
    while above is not None and above.is_element_node:
        style = sheet.style_of(above.tag or "", above.attributes).then(style)
        above = above.parent
    return bool(style.unseen)


@given(DOCUMENTS)
@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
def test_what_a_person_sees_comes_through_and_nothing_else(markup: str) -> None:
    assert words(clean(markup, quotes=True).text) == in_sight(markup)


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("Fine. <div LEAK", "Fine."),
        ("Fine. <!LEAK>", "Fine."),
        ("Fine. <?LEAK?>", "Fine."),
        ("Fine. </ LEAK", "Fine."),
        ("Fine. <x:y LEAK>", "Fine."),
        ("<dialog>LEAK</dialog>Fine.<progress>LEAK</progress><meter>LEAK</meter>", "Fine."),
        ("<noscript>LEAK</noscript>Fine.<template>LEAK<p>LEAK</p></template>", "Fine."),
        ("<svg><p>Fine.</p>", "Fine."),
        ("<table><b hidden>LEAK<tr><td>Fine.", "Fine."),
    ],
)
def test_what_only_some_parsers_hide_is_hidden(markup: str, seen: str) -> None:
    assert clean(markup).text == seen


@pytest.mark.parametrize(
    "text",
    [
        "Ada Example <ada@example.com> wrote nothing",
        "See <https://example.com/a/b> or <mailto:ada@example.com>",
        "I <3 it, </3 it not",
        "1 < 2 and 3 > 2",
        "a <- b -> c",
    ],
)
def test_plain_text_with_angle_brackets_is_no_html(text: str) -> None:
    shown = text.replace("https://example.com/a/b", "[link: example.com/a/b]")
    assert (clean(text).text, clean(text).hidden) == (shown, 0)
