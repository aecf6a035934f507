"""What is known of rows before they are sent: labels, addresses, duplicates."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.errors import Mistake
from saleshandy_mcp.imports.check import check, key, mapping, refuse_unmappable
from saleshandy_mcp.imports.source import SourceRow, inline

LABELS = ["First Name", "Last Name", "Email", "Company LinkedIn", "Why Now"]


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("first name", "First Name"),
        ("FirstName", "First Name"),
        ("first_name", "First Name"),
        ("FIRST-NAME", "First Name"),
        (" First  Name ", "First Name"),
        ("e-mail", "Email"),
        ("EMAIL", "Email"),
        ("companyLinkedin", "Company LinkedIn"),
    ],
)
def test_case_and_separators_make_no_difference_to_a_label(column: str, label: str) -> None:
    assert mapping([column], LABELS) == ({column: label}, [])


def test_columns_without_a_field_or_a_name_are_told() -> None:
    assert mapping(["Email", "Score", "", "Vorname"], LABELS) == (
        {"Email": "Email"},
        ["Score", "(a column without a name)", "Vorname"],
    )


def test_a_file_may_hold_columns_that_no_field_fits() -> None:
    refuse_unmappable(["Score"], LABELS, inline=False, mapped={"Email": "Email"})


def test_inline_rows_may_not_and_are_told_the_nearest_label() -> None:
    with pytest.raises(Mistake) as refusal:
        refuse_unmappable(["First Nam"], LABELS, inline=True, mapped={"Email": "Email"})
    assert refusal.value.wrong == 'rows: "First Nam" is no field of this account'
    assert refusal.value.remedy.startswith("Closest: First Name")


@pytest.mark.parametrize(("inline", "where"), [(True, "rows"), (False, "file")])
def test_without_an_email_column_nothing_goes(*, inline: bool, where: str) -> None:
    with pytest.raises(Mistake) as refusal:
        refuse_unmappable([], LABELS, inline=inline, mapped={"vorname": "First Name"})
    assert refusal.value.wrong == f"{where}: there is no Email column"
    assert refusal.value.remedy == "There is: vorname."


@pytest.mark.parametrize("inline", [True, False])
def test_two_columns_for_one_field_are_refused_for_one_of_them_would_be_lost(*, inline: bool) -> None:
    mapped = {"Email": "Email", "First Name": "First Name", "first_name": "First Name"}
    with pytest.raises(Mistake, match='"First Name" and "first_name" are both First Name'):
        refuse_unmappable([], LABELS, inline=inline, mapped=mapped)


@pytest.mark.parametrize(
    "email",
    [
        "nobody",
        "a@x",
        "a b@x.example.com",
        "a@x.example.com, b@x.example.com",
        "Ann <a@x.example.com>",
        "mailto:a@x.example.com",
        "a@@x.example.com",
        ".a@x.example.com",
        "a@x..example.com",
        "a@x_y.example.com",
        "a@[10.0.0.1]",
        "a\n@x.example.com",
    ],
)
def test_a_bad_address_is_not_sent(email: str) -> None:
    checked = check(inline([{"Email": email}]), {"Email": "Email"})
    assert [(it.number, it.email, it.reason) for it in checked.skipped] == [(1, email, "bad address")]


@pytest.mark.parametrize(
    "email",
    [
        "a@x.example.com",
        "a+b@x.example.com",
        "o'neil@x.example.com",
        "jörg@x.example.com",
        "a@xn--bcher-kva.example.com",
    ],
)
def test_a_good_address_is_sent_as_it_was_written(email: str) -> None:
    assert check(inline([{"Email": f" {email} "}]), {"Email": "Email"}).rows == [SourceRow(1, {"Email": email})]


def test_a_row_without_an_address_is_not_sent() -> None:
    checked = check(inline([{"First Name": "Ann"}, {"Email": "  "}]), {"Email": "Email", "First Name": "First Name"})
    assert [(it.number, it.email, it.reason) for it in checked.skipped] == [
        (1, "", "no address"),
        (2, "", "no address"),
    ]


@pytest.mark.parametrize("again", ["ann@x.example.com", "ANN@X.Example.com", " ann@x.example.com\t"])
def test_the_first_of_equal_addresses_is_sent_and_the_others_name_it(again: str) -> None:
    checked = check(inline([{"Email": "no"}, {"Email": "Ann@x.example.com"}, {"Email": again}]), {"Email": "Email"})
    assert [row.number for row in checked.rows] == [2]
    assert checked.skipped[1].reason == "duplicate in the file (of row 2)"


def test_composed_and_decomposed_letters_are_the_same_address() -> None:
    whole = "jörg@x.example.com"
    checked = check(inline([{"Email": whole}, {"Email": unicodedata.normalize("NFD", whole)}]), {"Email": "Email"})
    assert (len(checked.rows), checked.skipped[0].reason) == (1, "duplicate in the file (of row 1)")


@pytest.mark.parametrize("text", ["one\ntwo", "one\r\ntwo", "one\rtwo"])
def test_line_breaks_are_sent_as_html_has_them(text: str) -> None:
    columns = {"Email": "Email", "Why Now": "Why Now"}
    checked = check(inline([{"Email": "a@x.example.com", "Why Now": text}]), columns)
    assert checked.rows[0].values["Why Now"] == "one<br>two"


def test_values_travel_under_labels_and_without_unmapped_columns() -> None:
    table = inline([{"e-mail": "a@x.example.com", "Score": "7", "first_name": "Ann"}])
    checked = check(table, {"e-mail": "Email", "first_name": "First Name"})
    assert checked.rows[0].values == {"Email": "a@x.example.com", "First Name": "Ann"}


part = st.sampled_from(["ann", "ANN", "bo", "jörg", "jo\u0308rg", "c.d", "c..d", "", " ", "e f", "ß", "ss"])
address = st.one_of(
    st.builds("{}@{}".format, part, st.sampled_from(["x.example.com", "X.Example.COM", "x", "y.example.com"])),
    st.text(max_size=8),
)


@given(st.lists(address, max_size=30))
def test_every_row_is_either_sent_or_skipped_and_no_address_is_sent_twice(addresses: list[str]) -> None:
    table = inline([{"Email": it} for it in addresses])
    checked = check(table, {"Email": "Email"})
    numbers = [row.number for row in checked.rows] + [it.number for it in checked.skipped]
    assert sorted(numbers) == [row.number for row in table.rows]
    sent = [key(row.values["Email"]) for row in checked.rows]
    assert len(set(sent)) == len(sent)
    by_number = {row.number: row.values["Email"] for row in table.rows}
    assert all(row.values["Email"] == by_number[row.number].strip() for row in checked.rows)
    assert all(it.reason for it in checked.skipped)
