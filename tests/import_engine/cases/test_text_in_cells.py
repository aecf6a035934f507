"""What text in cells becomes, and that nothing is changed in silence."""

# RUF001: letters that look alike, and broken ones, are what this is about.
# ruff: noqa: RUF001

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.cells.text_cells import Strange, TextMend, is_nothing, is_suspicious, mend, strange
from tests.import_engine.cases.kit import planned


@pytest.mark.parametrize(
    ("cell", "text", "kind"),
    [
        ("'+380 99 345", "+380 99 345", TextMend.MARK),
        ("'0171 555", "0171 555", TextMend.MARK),
        ("'=1+1", "=1+1", TextMend.MARK),
        ("'Bea", "Bea", TextMend.MARK),
        ("'Bea'", "Bea", TextMend.MARK),
        ("'@annlake", "@annlake", TextMend.MARK),
        ("RenÃ©e", "Renée", TextMend.BROKEN),
        ("MÃ¼ller & SÃ¶hne", "Müller & Söhne", TextMend.BROKEN),
        ("Å\u0081Ã³dÅº", "Łódź", TextMend.BROKEN),
        ("Itâ€™s", "It’s", TextMend.BROKEN),
        ("Fern &amp; Moss", "Fern & Moss", TextMend.HTML),
        ("Fern &amp;amp; Moss", "Fern & Moss", TextMend.HTML),
        ("O&#39;Bea", "O'Bea", TextMend.HTML),
        ("Caf&eacute;", "Café", TextMend.HTML),
        ("<b>Fern</b>", "Fern", TextMend.HTML),
        ('<a href="https://example.com">Fern</a>', "Fern", TextMend.HTML),
        ("&lt;b&gt;Fern&lt;/b&gt;", "Fern", TextMend.HTML),
        ("\u200bEve", "Eve", TextMend.INVISIBLE),
        ("Ann\u00a0Marie", "Ann Marie", TextMend.INVISIBLE),
        ("Un\u00adter\u00adnehmen", "Unternehmen", TextMend.INVISIBLE),
        ("\U0001d400\U0001d427\U0001d427", "Ann", TextMend.STYLED),
        ("\uff21\uff22\uff23\u682a\u5f0f\u4f1a\u793e", "ABC\u682a\u5f0f\u4f1a\u793e", TextMend.STYLED),
        ("Ann\nMarie", "Ann Marie", TextMend.BREAKS),
        ("Ulm\r\n Donau", "Ulm Donau", TextMend.BREAKS),
        ("Ann\tMarie", "Ann Marie", TextMend.BREAKS),
    ],
)
def test_text_is_made_what_was_meant(cell: str, text: str, kind: TextMend) -> None:
    assert is_suspicious(cell)
    assert mend(cell) == (text, [kind])


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "'s-Hertogenbosch",
            "'t Hart",
            "'s Gravenmoer",
            "'47 Brand",
            "O'Lake",
            "d'Arcy",
            "Fern & Moss",
            "AT&T",
            "a < b",
        ),
        *("Ünal", "Łódź", "São Paulo", "Ångström", "Ærø", "İstanbul", "Ñandú", "Ève", "Čapek", "Юрий Соловьёв", "Київ"),
        *(
            "محمد علي",
            "می\u200cخواهم",
            "क्\u200dष",
            "李娜",
            "山田（株）",
            "Fern™",
            "½",
            "№ 5",
            "Ÿ",
            "I♥NY",
            "👩\u200d💻",
        ),
        *("https://example.com/?a=1&copy=2", "Müller®", "Straße 5–7", "5 > 3", "C++", "#1 Pizza", "don't", "Ann"),
    ],
)
def test_text_that_is_as_it_was_meant_stays(cell: str) -> None:
    assert mend(cell) == (cell, [])


def test_a_field_of_paragraphs_keeps_its_breaks_and_its_markup() -> None:
    assert mend("Hello\nyou &lt;b&gt; <i>there</i> &eacute;", paragraphs=True) == (
        "Hello\nyou &lt;b&gt; <i>there</i> é",
        [TextMend.HTML],
    )


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "N/A",
            "n/a",
            "null",
            "NULL",
            "undefined",
            "-",
            "—",
            "#N/A",
            "#NAME?",
            "#REF!",
            "nan",
            "NaN",
            "None",
            "none",
            ".",
        ),
        *("k.A.", "s/d", "n.d.", "unbekannt", "#BEZUG!", "(blank)", "[object Object]", "n.v.t.", "brak", "???", "{}"),
    ],
)
def test_a_word_that_means_nothing_is_nothing(cell: str) -> None:
    assert is_nothing(cell)
    assert is_nothing(cell, name=True)


@pytest.mark.parametrize(
    "cell", ["0", "No", "NA", "Na", "X", "None of us GmbH", "N/A Ltd", "Ann", "true", "false", "D."]
)
def test_a_value_is_not_nothing(cell: str) -> None:
    assert not is_nothing(cell)


@pytest.mark.parametrize("name", ["Null", "Nan", "Nil", "Nat"])
def test_somebody_may_be_called_like_nothing(name: str) -> None:
    assert not is_nothing(name, name=True)


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("{{First Name}}", [Strange.TAG]),
        ("Hi {{First Name|there}}", [Strange.TAG]),
        ("{Fern|Moss}", [Strange.SPIN]),
        ("{spin}a|b{endspin}", [Strange.SPIN]),
        ("Ren\ufffde", [Strange.LOST]),
        ("Fern | Moss", []),
        ("{Fern}", []),
    ],
)
def test_what_would_look_wrong_in_a_mail_is_noticed(cell: str, kinds: list[Strange]) -> None:
    assert strange(cell) == kinds
    assert is_suspicious(cell) or not kinds


@given(st.text(max_size=30))
def test_a_mended_cell_is_not_mended_again_and_the_rest_is_left_alone(cell: str) -> None:
    cell = cell.strip()
    text, done = mend(cell)
    assert (text == cell) == (done == [])
    if not is_suspicious(cell):
        assert done == []


@given(st.sampled_from(["Renée", "Müller & Söhne", "Łódź", "Çelik", "Ørsted", "naïve", "Žižka", "Père Noël"]))
def test_letters_broken_by_reading_them_as_western_text_come_back(name: str) -> None:
    broken = name.encode().decode("latin-1")
    assert is_suspicious(broken)
    assert mend(broken)[0] == name


async def test_words_for_nothing_are_empty_and_counted(tmp_path: Path) -> None:
    rows = [
        "Email,First Name,Last Name,Company,Phone Number",
        "ann@example.com,N/A,Lake,n/a,N/A",
        "bea@example.com,null,undefined,null,-",
        "cem@example.com,-,\u2014,NULL,0",
        "dan@example.com,#N/A,#NAME?,#REF!,#NAME?",
        "eve@example.com,nan,None,none,.",
        *("N/A,Fay,x,y,z", "null,Gus,x,y,z", "-,Hal,x,y,z", "none,Ian,x,y,z"),
        "\U0001d400\U0001d41c@example.com,\U0001d400\U0001d427\U0001d427,Null,Fern,",
    ]
    found = await planned("\n".join(rows), tmp_path)
    assert found.stored == [
        {"Email": "ann@example.com", "Last Name": "Lake"},
        {"Email": "bea@example.com"},
        {"Email": "cem@example.com", "Phone Number": "0"},
        {"Email": "dan@example.com"},
        {"Email": "eve@example.com"},
        {"Email": "Ac@example.com", "First Name": "Ann", "Last Name": "Null", "Company": "Fern"},
    ]
    assert found.skipped == dict.fromkeys((7, 8, 9, 10), "no address")
    counted = {it.what: it.cells for it in found.view.mended}
    assert counted[TextMend.NOTHING] == 22
    assert counted[TextMend.STYLED] == 1


async def test_a_word_for_nothing_leaves_the_field_to_nobody_else(tmp_path: Path) -> None:
    found = await planned("Email,First Name,Notes\nann@example.com,Ann,N/A\nbea@example.com,-,N/A", tmp_path)
    assert found.stored == [{"Email": "ann@example.com", "First Name": "Ann"}, {"Email": "bea@example.com"}]
    assert {it.what: it.cells for it in found.view.mended} == {TextMend.NOTHING: 1}


async def test_what_is_mended_is_shown_before_and_after_and_what_is_strange_is_told(tmp_path: Path) -> None:
    rows = [
        "Email,First Name,Last Name,Company,City",
        "ann@example.com,RenÃ©e,O'Lake,MÃ¼ller & SÃ¶hne,'s-Hertogenbosch",
        "bea@example.com,Ren\ufffde,Moor,Fern &amp; Moss,Ulm",
        'cem@example.com,{{First Name}},Nord,{Fern|Moss},"Ulm\nDonau"',
        "dan@example.com,'Dan,Ode,<b>Fern</b>,K\u00f6ln",
    ]
    found = await planned("\n".join(rows), tmp_path)
    assert [list(it.values())[1:] for it in found.stored] == [
        ["Renée", "O'Lake", "Müller & Söhne", "'s-Hertogenbosch"],
        ["Ren\ufffde", "Moor", "Fern & Moss", "Ulm"],
        ["{{First Name}}", "Nord", "{Fern|Moss}", "Ulm Donau"],
        ["Dan", "Ode", "Fern", "Köln"],
    ]
    mended = {it.what: (it.cells, it.samples[0].row, it.samples[0].after) for it in found.view.mended}
    assert mended == {
        TextMend.BROKEN: (2, 2, "Renée"),
        TextMend.HTML: (2, 3, "Fern & Moss"),
        TextMend.BREAKS: (1, 4, "Ulm Donau"),
        TextMend.MARK: (1, 6, "Dan"),
    }
    told = "\n".join(found.view.warnings)
    assert "1 value has {{…}}" in told
    assert "1 value has {…|…}" in told
    assert "1 value has �" in told
