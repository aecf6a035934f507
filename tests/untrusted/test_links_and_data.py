"""Links, encoded data and structures as they are told: where a link leads, and nothing of what it carries."""

import json
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.untrusted.one_line import (
    BEFORE,
    cleaned,
    defused,
    fence,
    invisible,
    json_text,
    link,
    one_line,
    shortened,
    smuggles,
    visible,
)

LABEL = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
DATA = st.text(string.ascii_letters + string.digits + "+/=_-", min_size=60, max_size=300)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("https://x.example.com/a/b?secret=1#c", "[link: x.example.com/a/b]"),
        ("HTTPS://X.Example.com/A", "[link: x.example.com/A]"),
        ("http://x.example.com/", "[link: x.example.com]"),
        ("http://x.example.com/a//", "[link: x.example.com/a]"),
        ("http://x.example.com", "[link: x.example.com]"),
        ("//x.example.com/a", "[link: x.example.com/a]"),
        (" https://x.example.com/a ", "[link: x.example.com/a]"),
        ("https://ada:word@x.example.com:8080/a", "[link: x.example.com/a]"),
        ("mailto:ada@example.com?subject=Hi", "[link: ada@example.com]"),
        ("https://x.example.com/a b<c>[d]", "[link: x.example.com/a_b_c__d_]"),
        ("javascript:alert(1)", "[link]"),
        ("data:text/html,hello", "[link]"),
        ("ftp://x.example.com/a", "[link]"),
        ("tel:+4512345678", "[link]"),
        ("/only/a/path", "[link]"),
        ("a word", "[link]"),
        ("https://", "[link]"),
        ("http://[", "[link]"),
        ("", "[link]"),
    ],
)
def test_a_link_is_told_by_where_it_leads(target: str, told: str) -> None:
    assert link(target) == told


@given(LABEL, st.integers(0, 90))
@settings(deadline=None, derandomize=True, database=None)
def test_a_long_link_is_cut_at_60_characters(path: str, more: int) -> None:
    whole = f"x.example.com/{path}{'p' * more}"
    told = link(f"https://{whole}").removeprefix("[link: ").removesuffix("]")
    assert told == (whole if len(whole) <= 60 else f"{whole[:59]}…")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("See https://x.example.com/a?b=1.", "See [link: x.example.com/a]."),
        ("See www.example.com/a, or not", "See [link: www.example.com/a], or not"),
        ("See WWW.Example.com!", "See [link: www.example.com]!"),
        ("(https://x.example.com/a)", "([link: x.example.com/a])"),
        ('"https://x.example.com/a"', '"[link: x.example.com/a]"'),
        ("<https://x.example.com/a>", "<[link: x.example.com/a]>"),
        ("ftp://x.example.com/a?b=1 ok", "[link] ok"),
        ("javascript:alert(1) ok", "[link]) ok"),
        ("DATA:text/html,abc ok", "[link] ok"),
        ("vbscript:x ok", "[link] ok"),
        ("no-data here: www, http, ada@example.com", "no-data here: www, http, ada@example.com"),
        ("[link: x.example.com/a] [link: x.example.com/a]", "[link: x.example.com/a]"),
        ("[link: x.example.com/a] [link: x.example.com/b]", "[link: x.example.com/a] [link: x.example.com/b]"),
        ("[link: https://x.example.com/a] stays", "[link: https://x.example.com/a] stays"),
        ("https://x.example.com/a https://x.example.com/a?b=1", "[link: x.example.com/a]"),
    ],
)
def test_links_in_a_text_are_shortened_where_they_stand(text: str, told: str) -> None:
    assert shortened(text) == told


@given(LABEL, LABEL, LABEL)
@settings(deadline=None, derandomize=True, database=None)
def test_what_a_link_carries_is_never_told(host: str, path: str, secret: str) -> None:
    told = shortened(f"Look: https://{host}.example/{path}?k=KEY{secret}#KEY{secret} and go")
    assert told.startswith(f"Look: [link: {host}.example/{path}")
    assert told.endswith(" and go")
    assert "KEY" not in told


@given(DATA)
@settings(deadline=None, derandomize=True, database=None)
def test_data_is_told_by_its_length_and_a_drawn_line_is_made_shorter(data: str) -> None:
    told = f"[{len(data):,} characters of data]" if len(set(data)) > 8 else data[:20]
    assert shortened(f"a {data} b") == f"a {told} b"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (string.ascii_letters + "0123456", string.ascii_letters + "0123456"),
        (string.ascii_letters + "01234567", "[60 characters of data]"),
        ((string.ascii_letters + "01234567\n") * 2 + "end", "[121 characters of data]\nend"),
        (string.ascii_letters + "01234567 short word", "[60 characters of data] short word"),
        ((string.ascii_letters + "01234567") * 20, "[1,200 characters of data]"),
        ("-" * 80, "-" * 20),
        ("12345678" * 10, "12345678123456781234"),
        ("123456789" * 10, "[90 characters of data]"),
    ],
)
def test_from_60_characters_on_it_is_data(text: str, told: str) -> None:
    assert shortened(text) == told


WORDS = st.text(max_size=6)
STRUCTURES = st.recursive(
    st.none() | st.integers() | WORDS,
    lambda it: st.lists(it, max_size=3) | st.dictionaries(WORDS, it, max_size=3),
    max_leaves=5,
)


@given(STRUCTURES)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_a_structure_as_json_loses_nothing_and_shows_everything(value: Any) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert visible(text) == text


def test_a_structure_as_json_keeps_letters_and_writes_the_invisible_as_escapes() -> None:
    assert json_text({"a": ["é\u200b", 1]}) == '{\n  "a": [\n    "é\\u200b",\n    1\n  ]\n}'


def test_a_structure_keeps_what_is_no_text() -> None:
    assert cleaned({"a\u200b": [1, None, True, 1.5, ("b\u200b",)]}) == {"a": [1, None, True, 1.5, ["b"]]}


@pytest.mark.parametrize(
    ("text", "longest", "line"),
    [
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("abc defg", 5, "abc…"),
        ("a\n\n b\t c ", 120, "a b c"),
        ("x" * 120, None, "x" * 120),
        ("x" * 121, None, "x" * 119 + "…"),
    ],
)
def test_a_long_value_is_cut_and_ends_with_an_ellipsis(text: str, longest: int | None, line: str) -> None:
    assert (one_line(text) if longest is None else one_line(text, longest)) == line


@pytest.mark.parametrize(
    ("char", "sign"),
    [
        *(
            ("\u200b", True),
            ("\u2060", True),
            ("\u202e", True),
            ("\U000e0041", True),
            ("\u3164", True),
            ("\u2800", True),
        ),
        *(("\ue000", True), ("\u0378", True), ("\ufe00", True), ("\u115f", True)),
        *(("\u00ad", False), ("\u200d", False), ("\ufe0f", False), ("\ufeff", False), ("\x00", False), ("\r", False)),
        *(("\u00a0", False), ("\x1b", False), ("é", False), ("\n", False), (" ", False), ("", False)),
    ],
)
def test_only_what_honest_mail_never_holds_is_a_warning_sign(char: str, sign: bool) -> None:  # noqa: FBT001 - a row of the table
    assert smuggles(f"a{char}b") is sign


@pytest.mark.parametrize(
    ("text", "number"),
    [("abc\n\t d", 0), ("a\u200bb\u2060", 2), ("a\ufe0f", 1), ("\u3164x", 1), ("a\r\nb", 0), ("\x1b[0m", 1)],
)
def test_invisible_characters_are_counted(text: str, number: int) -> None:
    assert invisible(text) == number


def test_a_fence_says_what_it_is_and_carries_the_same_mark_twice() -> None:
    assert fence("a ⟦head⟧", "〚text〛", "9f") == f"{BEFORE}\n⟦outside 9f⟧ a [head]\n[text]\n⟦end 9f⟧"
    first, second = (fence("a", "b").splitlines() for _ in range(2))
    assert first[1].split()[1] == f"{first[-1].split()[1]}" != second[1].split()[1]
    assert len(first[1].split()[1].rstrip("⟧")) >= 4
    assert defused("⟦a⟧〚b〛(c)") == "[a][b](c)"
