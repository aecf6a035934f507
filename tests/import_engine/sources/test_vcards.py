"""Contact cards become rows."""

from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.sources import Reading
from tests.import_engine.cases.kit import planned
from tests.import_engine.sources.kit import read, values

ANN = """BEGIN:VCARD
VERSION:3.0
N:Lake;Ann;Maria;Dr.;PhD
FN:Dr. Ann Lake
ORG:Lake Foundry\\, Inc.;Research
TITLE:Head of Growth
EMAIL;TYPE=INTERNET,HOME:ann@home.example
item1.EMAIL;TYPE=INTERNET:ann@lake.example
item1.X-ABLabel:_$!<Work>!$_
EMAIL;TYPE=INTERNET:ann@other.example
TEL;TYPE=FAX,WORK:+49 30 999
TEL;TYPE=CELL:+49 170 1234567
TEL;TYPE=WORK,VOICE:+49 30 1234
ADR;TYPE=HOME:;;Side 1;Kiel;;24103;Germany
ADR;TYPE=WORK:;;Main 2;Berlin;BE;10115;Germany
URL:https://lake.example
X-SOCIALPROFILE;TYPE=linkedin:https://www.linkedin.com/in/ann
NOTE:Met in Kiel\\nLikes sailing
CATEGORIES:customers,founders
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkI
END:VCARD
"""


def test_a_card_is_a_row_with_the_address_for_work_first_and_private_ones_apart(tmp_path: Path) -> None:
    assert values(tmp_path, ANN.replace("\n", "\r\n"), "contacts.vcf") == [
        {
            "First Name": "Ann",
            "Last Name": "Lake",
            "Email": "ann@lake.example",
            "Email 2": "ann@other.example",
            "Private Email": "ann@home.example",
            "Phone": "+49 30 1234",
            "Phone 2": "+49 170 1234567",
            "Company": "Lake Foundry, Inc.",
            "Department": "Research",
            "Job Title": "Head of Growth",
            "Note": "Met in Kiel\nLikes sailing",
            "Categories": "customers,founders",
            "Street": "Main 2",
            "City": "Berlin",
            "State": "BE",
            "Postal Code": "10115",
            "Country": "Germany",
            "LinkedIn": "https://www.linkedin.com/in/ann",
            "Website": "https://lake.example",
        }
    ]


def card(*lines: str, version: str = "3.0") -> str:
    return "\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


@pytest.mark.parametrize(
    ("lines", "column", "value"),
    [
        # 2.1: types stand alone, letters are quoted-printable in an encoding of their own, lines go on behind "=".
        (["N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:L=F6we;J=FCrgen"], "Last Name", "Löwe"),
        (["N;QUOTED-PRINTABLE;CHARSET=UTF-8:L=C3=B6=\n=\nwe;J"], "Last Name", "Löwe"),
        (["EMAIL;HOME:a@home.example", "EMAIL;WORK:a@x.example"], "Email", "a@x.example"),
        (["TITLE;CHARSET=nothing;ENCODING=QUOTED-PRINTABLE:Gr=C3=BCnder"], "Job Title", "Gründer"),
        # 4.0: preference is a number, numbers are links, a colon may stand inside quotes.
        (["EMAIL:b@x.example", "EMAIL;PREF=1:a@x.example"], "Email", "a@x.example"),
        (['TEL;VALUE=uri;TYPE="work,voice":tel:+49-30-12'], "Phone", "+49-30-12"),
        (['EMAIL;X-A="b:c;d":a@x.example'], "Email", "a@x.example"),
        # Any version.
        (["FN:Ann Lake"], "Last Name", "Lake"),
        (["N:;;;;", "FN:Ann Lake"], "First Name", "Ann"),
        (["fn:Ann", "email:a@x.example"], "Email", "a@x.example"),
        (["NOTE:One\n  two", "FN:Ann"], "Note", "One two"),
        (["ORG:Lake\\; Foundry\\\\;Sales", "FN:Ann"], "Company", "Lake; Foundry\\"),
        (["ROLE:Founder", "FN:Ann"], "Job Title", "Founder"),
        (["URL:https://linkedin.com/in/ann", "URL:https://lake.example"], "LinkedIn", "https://linkedin.com/in/ann"),
    ],
)
def test_it_is_read_in_each_version(tmp_path: Path, lines: list[str], column: str, value: str) -> None:
    assert values(tmp_path, card(*lines), "contacts.vcf")[0].get(column) == value


def test_bytes_that_fit_no_encoding_leave_the_sign_for_lost_letters_in_quoted_text(tmp_path: Path) -> None:
    names = [b"N;ENCODING=QUOTED-PRINTABLE:L=C3=B6we;J\xcd", b"N;CHARSET=idna;ENCODING=QUOTED-PRINTABLE:xn--=FF;A"]
    text = b"".join(b"BEGIN:VCARD\n" + name + b"\nEMAIL:a@x.example\nEND:VCARD\n" for name in names)
    _, rows = read(tmp_path, text, "a.vcf", Reading(encoding="utf-8"))
    assert [(row.flaw, row.values["First Name"], row.values["Last Name"]) for row in rows] == [
        ("", "J\ufffd", "Löwe"),
        ("", "A", "xn--\ufffd"),
    ]


def test_a_company_is_nobody_with_a_name(tmp_path: Path) -> None:
    found = values(tmp_path, card("FN:Lake Foundry", "ORG:Lake Foundry", "X-ABShowAs:COMPANY", "EMAIL:hi@lake.example"))
    assert found == [{"Company": "Lake Foundry", "Email": "hi@lake.example"}]


def test_rows_have_the_numbers_of_the_lines_that_their_cards_begin_in(tmp_path: Path) -> None:
    text = "\ufeff\n" + card("FN:Ann", "EMAIL:a@x.example") + "\n" + card("FN:Bea")
    assert [row.number for row in read(tmp_path, text)[1]] == [2, 8]


def test_a_broken_line_costs_that_line_and_a_missing_end_nothing(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\nFN:Ann\nthis is no line\n;:\n.;=:x\nEMAIL:a@x.example\n"
        + card("FN:Bea")
        + "END:VCARD\nEMAIL:c@x.example\n"
    )
    assert values(tmp_path, text) == [{"First Name": "Ann", "Email": "a@x.example"}, {"First Name": "Bea"}]


def test_the_card_of_an_assistant_inside_a_card_is_nobody_to_be_mailed(tmp_path: Path) -> None:
    inside = ["AGENT:", "BEGIN:VCARD", "FN:Cem", "EMAIL:cem@x.example", "END:VCARD"]
    assert values(tmp_path, card("FN:Ann", *inside, "EMAIL:a@x.example")) == [
        {"First Name": "Ann", "Email": "a@x.example"}
    ]


def test_of_very_many_addresses_on_a_card_the_first_nine_are_columns(tmp_path: Path) -> None:
    addresses = [f"EMAIL:p{number}@x.example" for number in range(1_500)]
    assert len(values(tmp_path, card("FN:Ann", *addresses))[0]) == 10


def test_a_card_without_anything_in_it_is_a_row_without_an_address(tmp_path: Path) -> None:
    assert [row.values for row in read(tmp_path, "BEGIN:VCARD\nEND:VCARD\n" + card("FN:Ann"))[1]] == [
        {},
        {"First Name": "Ann"},
    ]


async def test_a_person_with_a_private_address_alone_is_planned_with_it_and_it_is_told(tmp_path: Path) -> None:
    text = card("FN:Ann Lake", "N:Lake;Ann", "EMAIL;TYPE=WORK:ann@lake.example.com") + card(
        "FN:Bea Hill", "EMAIL;TYPE=HOME:bea@hill.example.com"
    )
    found = await planned(text, tmp_path, name="contacts.vcf")
    assert found.stored == [
        {"First Name": "Ann", "Last Name": "Lake", "Email": "ann@lake.example.com"},
        {"First Name": "Bea", "Last Name": "Hill", "Email": "bea@hill.example.com"},
    ]
    assert "Private Email" in "\n".join(found.view.mapping)
