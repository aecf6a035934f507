"""Which address a cell holds, whatever stands around it; and why, when none is certain."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.cells.lookalikes import has_lookalikes
from saleshandy_mcp.import_engine.cells.written_addresses import Mend, Trouble, take

ANN = "ann.lake@example.com"


@pytest.mark.parametrize(
    "cell",
    [
        '"Ann Lake" <ann.lake@example.com>',
        "Ann Lake <ann.lake@example.com>",
        "Lake, Ann <ann.lake@example.com>",
        "<ann.lake@example.com>",
        "<<ann.lake@example.com>>",
        "ann.lake@example.com (Ann Lake)",
        "ann.lake@example.com <Ann Lake>",
        "Ann [mailto:ann.lake@example.com]",
        "(ann.lake@example.com)",
        "{ann.lake@example.com}",
        "mailto:ann.lake@example.com",
        "MAILTO:ann.lake@example.com?subject=Hello&body=You",
        "smtp:ann.lake@example.com",
        "[Ann](mailto:ann.lake@example.com)",
        "[ann.lake@example.com](mailto:ann.lake@example.com)",
        '<a href="mailto:ann.lake@example.com">Ann</a>',
        "<a href='mailto:ann.lake@example.com'>ann.lake@example.com</a>",
        "<p>ann.lake@example.com</p>",
        "ann.lake@example.com<br>",
        "&lt;ann.lake@example.com&gt;",
        "ann.lake%40example.com",
        "**ann.lake@example.com**",
        "_ann.lake@example.com_",
        "`ann.lake@example.com`",
        "'ann.lake@example.com",
        "'ann.lake@example.com'",
        "\u2018ann.lake@example.com\u2019",
        "\u201cann.lake@example.com\u201d",
        "\u201eann.lake@example.com\u201c",
        "\u00abann.lake@example.com\u00bb",
        "ann.lake@example.com?",
        "ann.lake@example.com.",
        "ann.lake@example.com,",
        "ann.lake@example.com;;",
        ", ann.lake@example.com",
        "ann.lake@example.com!",
        "ann.lake @example.com",
        "ann.lake@ example.com",
        "Email: ann.lake@example.com",
        "E-mail=ann.lake@example.com",
        "email ann.lake@example.com",
        "ann.lake@example.com work",
        "Ann Lake ann.lake@example.com",
        "ann.lake@example.com Ann Lake",
        "ann.lake@example.com - Ann Lake",
        "ann.lake@example.com / 0171 555",
        "\U0001f4e7 ann.lake@example.com",
        "\U0001f4e7ann.lake@example.com",
        "Ann Lake\nann.lake@example.com",
        "@example.com, ann.lake@example.com",
        "old@example.com <ann.lake@example.com>",
    ],
)
def test_an_address_is_taken_out_of_what_stands_around_it(cell: str) -> None:
    assert take(cell) == (ANN, (Mend.AROUND,), None)


@pytest.mark.parametrize(
    "between", [" ::: ", "; ", ";", ", ", ",", " / ", "/", " | ", "|", "\n", " ", " or ", " und ", "\u3001", " & "]
)
def test_of_several_addresses_the_first_is_taken_and_that_is_told(between: str) -> None:
    assert take(f"{ANN}{between}bea@example.com{between}cem@example.com") == (ANN, (Mend.SEVERAL,), None)


def test_several_people_with_names_are_several_addresses() -> None:
    assert take(f"Ann <{ANN}>, Moor, Bea <bea@example.com>") == (ANN, (Mend.SEVERAL,), None)


@pytest.mark.parametrize(
    "cell",
    [
        "\u200bann.lake@example.com",
        "ann\u200b.lake@example.com",
        "ann.lake@example.com\ufeff",
        "\u202aann.lake@example.com\u202c",
        "ann\u00ad.lake@example.com",
        "ann.lake@example.com\u2060",
        "ann.lake@exa\u00admple.com",
        "\u00a0ann.lake@example.com\u00a0",
        "\u3000ann.lake@example.com",
    ],
)
def test_signs_that_nobody_sees_are_taken_off(cell: str) -> None:
    assert take(cell) == (ANN, (Mend.INVISIBLE,), None)


@pytest.mark.parametrize(
    "cell",
    [
        "\uff41\uff4e\uff4e.lake@example.com",
        "ann.lake\uff20example.com",
        "ann\uff0elake@example.com",
        "ann.lake@example\u3002com",
        "\U0001d41a\U0001d427\U0001d427.lake@example.com",
        "\u24d0nn.lake@example.com",
    ],
)
def test_letters_of_full_width_and_styled_ones_become_plain(cell: str) -> None:
    assert take(cell) == (ANN, (Mend.STYLED,), None)


def test_a_printed_apostrophe_in_a_name_is_the_one_of_the_keyboard() -> None:
    assert take("o\u2019neil@example.com").address == "o'neil@example.com"


@pytest.mark.parametrize(
    "cell",
    [
        "ann.lake@example.com",
        "ANN@EXAMPLE.COM",
        "ann+lists@example.com",
        "o'neil@example.com",
        "_ann@example.com",
        "j\u00fcrgen@example.com",
        "bea@b\u00fccher.example.com",
        "bea@xn--bcher-kva.example.com",
        "\u7528\u6237@\u4f8b\u5b50.example.com",
        "ann@example.xn--p1ai",
    ],
)
def test_an_address_that_is_as_it_should_be_is_left_alone(cell: str) -> None:
    assert take(cell) == (cell, (), None)


@pytest.mark.parametrize(
    ("cell", "trouble"),
    [
        ("ann", Trouble.NO_AT),
        ("http://example.com", Trouble.NO_AT),
        ("ann@@example.com", Trouble.TWO_AT),
        ("ann@lake@example.com", Trouble.TWO_AT),
        ("ann(at)example.com", Trouble.WRITTEN),
        ("ann [at] example [dot] com", Trouble.WRITTEN),
        ("ann AT example DOT com", Trouble.WRITTEN),
        ("@example.com", Trouble.NO_NAME),
        ("ann@", Trouble.NO_DOMAIN),
        ('"ann lake"@example.com', Trouble.QUOTED),
        ("ann..lake@example.com", Trouble.DOTS),
        ("ann@example..com", Trouble.DOTS),
        (".ann@example.com", Trouble.EDGE),
        ("ann.@example.com", Trouble.EDGE),
        ("ann@.example.com", Trouble.EDGE),
        ("ann@example,com", Trouble.COMMA),
        ("ann@example.co,uk", Trouble.COMMA),
        ("ann,lake@example.com", Trouble.COMMA),
        ("ann;lake@example.com", Trouble.COMMA),
        ("ann:lake@example.com", Trouble.COMMA),
        ("ann@example", Trouble.NO_ENDING),
        ("ann@localhost", Trouble.NO_ENDING),
        ("ann@example.c0m", Trouble.BAD_ENDING),
        ("ann@example.123", Trouble.BAD_ENDING),
        ("ann lake@example.com", Trouble.BLANK),
        ("Ann Lake@example.com", Trouble.BLANK),
        ("Ann Marie Lake@example.com", Trouble.BLANK),
        ("ann@exam ple.com", Trouble.BLANK),
        ("ann@example.co m", Trouble.BLANK),
        ("ann@example.co .uk", Trouble.BLANK),
        ("ann. lake@example.com", Trouble.BLANK),
        ("ann@example.com\u200bAnn", Trouble.UNSEEN),
        ("ann\ufefflake@example.com", Trouble.UNSEEN),
        ("ann@exam?ple.com", Trouble.AROUND),
        ("ann@example.co?m", Trouble.AROUND),
        ("ann@exa_mple.com", Trouble.OTHER),
        ("ann@example.co...", Trouble.CUT),
        ("ann@example.co\u2026", Trouble.CUT),
        ("a***@example.com", Trouble.HIDDEN),
        ("ann@*******.com", Trouble.HIDDEN),
        ("\u2022\u2022\u2022\u2022@example.com", Trouble.HIDDEN),
        ("ann@example.invalid", Trouble.OTHER),
    ],
)
def test_where_no_address_is_certain_none_is_taken_and_the_reason_is_its_own(cell: str, trouble: Trouble) -> None:
    assert take(cell) == ("", (), trouble)


names = st.from_regex(r"[a-z]{2,8}(?:[._+-][a-z0-9]{1,8}){0,2}", fullmatch=True)
hosts = st.from_regex(r"[a-z][a-z0-9]{1,8}\.example\.(?:com|org|co\.uk|de)", fullmatch=True)
lines = st.sampled_from(
    [
        *"<>()[]{}\"'`*~#!?.,;:|/= \n\u00a0\u200b\ufeff\u00ad\u202a\u2060",
        *"\u201c\u201d\u2019\u00ab\u00bb\u3001\uff1b\U0001f4e7",
        *(
            "mailto:",
            "Email: ",
            "E-Mail: ",
            "Ann ",
            "Ann Lake ",
            " Ann Lake",
            "Lake, Ann ",
            "**",
            "<br>",
            "&lt;",
            "&gt;",
        ),
        *(
            " ::: ",
            "; ",
            ", ",
            " / ",
            " - ",
            "?subject=Hi",
            " (work)",
            "<Ann>",
            "at ",
            " or ",
            "info",
            "x.",
            ".y",
            "co",
            "9",
        ),
    ]
)
junk = st.lists(lines, max_size=3).map("".join)


# Letters, digits, dots and dashes right beside it would be part of it, and so would the signs that a name may hold.
before_it = junk.filter(lambda it: not re.search(r"[\w.+-][!#$%&'*/=?~\u00ad\u2060\u200b\ufeff\u202a]*$", it))
behind_it = junk.filter(lambda it: not re.search(r"^[\u00ad\u2060\u200b\ufeff\u202a]*[\w.-]", it))


@given(before_it, names, hosts, behind_it)
@settings(max_examples=500)
def test_whatever_stands_around_an_address_no_other_one_is_taken(
    before: str, name: str, host: str, behind: str
) -> None:
    found = take(f"{before}{name}@{host}{behind}")
    assert found.address in {"", f"{name}@{host}"}
    assert (found.address == "") == (found.trouble is not None)


tables = st.lists(st.tuples(names, hosts), min_size=1, max_size=4, unique=True)


@given(
    tables, st.sampled_from(["; ", ", ", " | ", "\n", " ::: ", " / "]), st.sampled_from(["Somebody Else <{}>", "{}"])
)
def test_several_addresses_in_any_form_give_the_first(parts: list[tuple[str, str]], between: str, shape: str) -> None:
    found = take(between.join(shape.format("@".join(it)) for it in parts))
    assert found.address == "@".join(parts[0])
    assert (Mend.SEVERAL in found.mends) == (len(parts) > 1)


@pytest.mark.parametrize(
    ("email", "strange"),
    [
        ("\u0435ve@example.com", True),  # a Cyrillic letter in front of Latin ones
        ("\u0441\u043e\u0440\u0430@example.com", True),  # Cyrillic twins of Latin letters alone
        ("eve@ex\u0430mple.com", True),
        ("\u044e\u0440\u0438\u0439@example.com", False),
        ("\u0438\u0432\u0430\u043d@\u043f\u043e\u0447\u0442\u0430.\u0440\u0444", False),
        ("j\u00fcrgen@example.com", False),
        ("\u7528\u6237a@example.com", False),
        ("eve@example.com", False),
    ],
)
def test_letters_that_look_like_latin_ones_are_noticed(email: str, *, strange: bool) -> None:
    assert has_lookalikes(email) is strange


@given(st.text(max_size=30))
def test_any_cell_is_an_address_or_has_a_reason(cell: str) -> None:
    found = take(cell)
    assert (found.address == "") == (found.trouble is not None)
