"""Lists with the traits that people's lists have: what is stored, who is left out and why, and what is told."""

# RUF001: letters that look alike, and broken ones, are what this is about.
# ruff: noqa: RUF001

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from saleshandy_mcp.features.imports.import_plan import ImportPlan
from tests.import_engine.cases.kit import planned
from tests.import_engine.sources.kit import book, cell, lines

ANN, BEA, CEM = "ann@example.com", "bea@example.com", "cem@example.com"


class Case(NamedTuple):
    """A list and what is right for it.

    Attributes:
        text: of the file.
        stored: each person to be sent, as values in the order of the labels, without the labels.
        skipped: by row number, why a person is not sent.
        told: lines of the plan that must be there.
        name: of the file.
    """

    text: str | bytes
    stored: list[str]
    skipped: dict[int, str] = {}
    told: tuple[str, ...] = ()
    name: str = "list.csv"


CASES: dict[str, Case] = {
    "Mailchimp's export of those who left": Case(
        "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,UNSUB_REASON,LEID,EUID\n"
        f"{ANN},Ann,Lake,2,2026-01-01 09:00:00,2026-01-01 09:00:00,2026-05-01 10:00:00,NORMAL,1,a\n",
        [],
        {2: 'unsubscribed according to its row ("UNSUB_TIME": 2026-05-01 10:00:00)'},
    ),
    "a list under a key that nobody needs": Case(
        f'{{"email":"{ANN}","first_name":"Ann","emails":[{{"value":"{ANN}"}}]}}\n'
        f'{{"email":"{BEA}","first_name":"Bea","emails":[]}}\n',
        [f"{ANN} Ann", f"{BEA} Bea"],
        told=('1 list under "emails" was left out',),
        name="list.jsonl",
    ),
    "an answer of Saleshandy's API": Case(
        '{"items": [{"id": "a1", "email": "ann@example.com", "verification_status": "valid", "attributes": ['
        '{"id": "x", "key": "First Name", "value": "Ann"}, {"id": "y", "key": "City", "value": "Ulm"}]}]}',
        [f"{ANN} Ann Ulm"],
        told=('"verification_status"',),
        name="list.json",
    ),
    "the column named like the field is empty": Case(
        f"First Name,Email,Email Address,Work Email\nAnn,,{ANN},\nBea,,{BEA},\n",
        [f"{ANN} Ann", f"{BEA} Bea"],
        told=('"Email", else "Email Address", else "Work Email" → Email',),
    ),
    "a work, a first and a private address": Case(
        f"First Name,Work Email,Private Email,Email 1\nAnn,,ann.home@example.com,{ANN}\nBea,{BEA},,\nCem,,{CEM},\n",
        [f"{ANN} Ann", f"{BEA} Bea", f"{CEM} Cem"],
        told=('"Work Email", else "Email 1", else "Private Email" → Email',),
    ),
    "a spreadsheet's text mark": Case(
        "Email,First Name,Last Name,Phone,City,Twitter\n"
        f"{ANN},Ann,O'Lake,'+380 99 345,'s-Hertogenbosch,'@annlake\n{BEA},'Bea,Moor,'0171 555,Köln,@bea\n"
        f"'{CEM},Cem,Nord,'=1+1,Ulm,'-\nCem@example.com,Cem,Nord,0171,Ulm,\n",
        [
            f"{ANN} Ann O'Lake +380 99 345 's-Hertogenbosch @annlake",
            f"{BEA} Bea Moor 0171 555 Köln @bea",
            f"{CEM} Cem Nord =1+1 Ulm",
        ],
        {5: "duplicate (of row 4)"},
        ("a spreadsheet's text mark ' taken off: 6 cells",),
    ),
    "Apollo's addresses that nobody bought": Case(
        "First Name,Title,Company,Email,Email Status,Person Linkedin Url,# Employees,Corporate Phone,Apollo Contact Id"
        "\n"
        "Bea,COO,Fern,email_not_unlocked@domain.com,Unavailable,,,,1\n"
        f"Cem,COO,Fern,email_not_unlocked@domain.com,Unavailable,,,,2\nAnn,COO,Fern,{ANN},Verified,,,,9\n",
        [f"{ANN} Ann COO Fern"],
        {2: "not revealed by Apollo", 3: "not revealed by Apollo"},
    ),
    "words that mean nothing, styled letters": Case(
        f"Email,First Name,Last Name,Company\n{ANN},N/A,Lake,n/a\n{BEA},null,undefined,#REF!\n{CEM},-,—,NULL\n"
        "N/A,Fay,x,y\n𝐀𝐧@example.com,𝐀𝐧𝐧,L,𝐀𝐜𝐦𝐞\n",
        [f"{ANN} Lake", BEA, CEM, "An@example.com Ann L Acme"],
        {5: "no address"},
        ("a word that means nothing left empty: 9 cells", "styled letters made plain: 2 cells"),
    ),
    "no header": Case(
        f"Ann,Lake,{ANN}\nBea,Moor,{BEA}\nCem,Nord,{CEM}\n",
        [ANN, BEA, CEM],
        told=('There is no header; the columns are: column 1 ("Ann"), column 2 ("Lake"), Email ("ann@example.com")',),
    ),
    "names around addresses": Case(
        'Email\n"""Ann Lake"" <ann@example.com>"\nBea Moor <bea@example.com>\n<cem@example.com>\n'
        '"Ode, Dan <dan@example.com>"\neve@example.com (Eve Pan)\n',
        [ANN, BEA, CEM, "dan@example.com", "eve@example.com"],
        told=("an address taken out of what stands around it: 5 cells",),
    ),
    "punctuation around and in addresses": Case(
        'Email\nann@example.com?\n"bea@example.com,"\ncem@example.com <Cem Nord>\ndan\n"@example.com,eve@example.com"\n'
        "fay@example.com.\ngus@example.com;\nhal..sands@example.com\nian.@example.com\njoy @example.com\n"
        '"kim@example,com"\nlea(at)example.com\nmax@@example.com\nned@example.c0m\n',
        [ANN, BEA, CEM, "eve@example.com", "fay@example.com", "gus@example.com", "joy@example.com"],
        {
            5: "bad address: no @ in it",
            9: "bad address: two dots in a row",
            10: "bad address: a dot at the start or beside the @",
            12: "bad address: a comma or the like, perhaps for a dot",
            13: "bad address: the @ is written out",
            14: "bad address: more than one @",
            15: "bad address: no domain has such an ending",
        },
        ("an address taken out of what stands around it: 7 cells",),
    ),
    "invisible signs": Case(
        "Email,First Name\nann@example.com\u00a0,Ann\u00a0\nzw\u200b.bea@example.com,\u00a0Bea\n"
        "\u202acem@example.com\u202c,\u200bCem\ngus\u00ad.rome@example.com,Gus\nhal@example.com\ufeff,Hal\n",
        [f"{ANN} Ann", "zw.bea@example.com Bea", f"{CEM} Cem", "gus.rome@example.com Gus", "hal@example.com Hal"],
        told=("invisible signs",),
    ),
    "Mac Roman": Case(
        "Email;First Name;City\rann@example.com;Renée;Köln\rbea@example.com;Jürgen;Zürich\r".encode("mac_roman"),
        [f"{ANN} Renée Köln", f"{BEA} Jürgen Zürich"],
        told=('Read as Western European (Mac): line 2 "Renée", line 3 "Jürgen"',),
    ),
    "Windows-1250": Case(
        f"Email,First Name,City\n{ANN},Łukasz,Łódź\n{BEA},Zdeněk,Plzeň\n{CEM},Żaneta,Gdańsk\n".encode("cp1250"),
        [f"{ANN} Łukasz Łódź", f"{BEA} Zdeněk Plzeň", f"{CEM} Żaneta Gdańsk"],
        told=('Read as Central European (Windows-1250): line 2 "Łukasz"',),
    ),
    "the letters in doubt come late": Case(
        "Email,First Name\n{}y@example.com,Łukasz\nz@example.com,Żaneta\n".format(
            "".join(f"p{it}@example.com,Ann\n" for it in range(9))
        ).encode("cp1250"),
        [*(f"p{it}@example.com Ann" for it in range(9)), "y@example.com Łukasz", "z@example.com Żaneta"],
        told=('line 11 "Łukasz", line 12 "Żaneta"',),
    ),
    "a broken quote in one row": Case(
        f'"Email","First Name","Company"\n"{ANN}","Ann","Fern"\n'
        f'"{BEA}","Bea "Bee" Moor","Fern"\n"{CEM}","Cem","Fern"\n',
        [f"{ANN} Ann Fern", f"{CEM} Cem Fern"],
        {3: 'a quote inside a quoted field is not written twice ("")'},
        ("1 of 3 rows cannot be read",),
    ),
    "a header twice": Case(
        f"Email,Phone,Phone,First Name\n{ANN},1,2,Ann\n",
        [f"{ANN} 1 Ann"],
        told=('The column "Phone" is there more than once; this one is called "Phone (2)"',),
    ),
    "a huge cell in a column that nobody needs": Case(
        f'Email,First Name,Notes\n{ANN},Ann,"{"x" * 70_000}"\n{BEA},Bea,\n',
        [f"{ANN} Ann", f"{BEA} Bea"],
        told=('1 value of over 64,000 characters was left out ("Notes", line 2)',),
    ),
    "300 columns": Case(
        f"First Name,Email,{','.join(f'Custom property {it}' for it in range(298))}\nAnn,{ANN},{',' * 297}\n",
        [f"{ANN} Ann"],
        told=(" more, all in left_out",),
    ),
    "a line of PowerShell above the header": Case(
        f'#TYPE Selected.Microsoft.ActiveDirectory.Management.ADUser\n"GivenName","Surname","EmailAddress"\n'
        f'"Ann","Lake","{ANN}"\n',
        [f"{ANN} Ann Lake"],
        told=("The header was found in line 2",),
    ),
    "tabs between cells with commas": Case(
        f"Email\tCity, State\n{ANN}\tAustin, TX\n{BEA}\tReno, NV\n",
        [ANN, BEA],
        told=('Left out, no such field: "City, State"',),
        name="list.tsv",
    ),
    "lines that are quoted as a whole": Case(
        f'"Email,First Name,Last Name"\n"{ANN},Ann,Lake"\n"{BEA},Bea,Moor"\n',
        [f"{ANN} Ann Lake", f"{BEA} Bea Moor"],
    ),
    "line breaks in cells": Case(
        f'Email,First Name,Company,City\n{ANN},"Ann\nMarie","Fern\nGmbH","Ulm\r\nDonau"\n"{BEA}\n",Bea,Fern,Ulm\n',
        [f"{ANN} Ann Marie Fern GmbH Ulm Donau", f"{BEA} Bea Fern Ulm"],
        told=("line breaks made a blank: 3 cells",),
    ),
    "letters of other scripts in addresses": Case(
        f"Email,First Name\nann+lists@example.com,Ann\n{ANN},Ann\nANN@EXAMPLE.COM,Ann\nbea@bücher.example.com,Bea\n"
        "bea@xn--bcher-kva.example.com,Bea\nｃｅｍ@example.com,Cem\nеve@example.com,Eve\n",
        [
            "ann+lists@example.com Ann",
            f"{ANN} Ann",
            "bea@bücher.example.com Bea",
            f"{CEM} Cem",
            "еve@example.com Eve",
        ],
        {4: "duplicate (of row 3)", 6: "duplicate (of row 5)"},
        ("1 address has letters of another script that look like Latin ones: еve@example.com",),
    ),
    "broken letters": Case(
        f"Email,First Name,Company\n{ANN},RenÃ©e,MÃ¼ller & SÃ¶hne\n{BEA},Ren\ufffde,Caf?\n",
        [f"{ANN} Renée Müller & Söhne", f"{BEA} Ren\ufffde Caf?"],
        told=("broken letters mended: 2 cells", "1 value has \ufffd, where letters were lost before, as row 3"),
    ),
    "HTML, merge tags and spun text": Case(
        f"Email,First Name,Company\n{ANN},Ann,Fern &amp; Moss\n{BEA},O&#39;Bea,<b>Fern</b>\n"
        f"{CEM},{{{{First Name}}}},{{Fern|Moss}}\n",
        [f"{ANN} Ann Fern & Moss", f"{BEA} O'Bea Fern", f"{CEM} {{{{First Name}}}} {{Fern|Moss}}"],
        told=(
            "HTML made text: 3 cells",
            "1 value has {{…}}, which is filled when it is mailed, as row 4",
            "1 value has {…|…}, of which one part is chosen when it is mailed, as row 4",
        ),
    ),
    "headers as a form writes them": Case(
        f"first_name (required),last_name [optional],email (required)\nAnn,Lake,{ANN}\n",
        [f"{ANN} Ann Lake"],
    ),
    "several values in a cell": Case(
        "First Name,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value\n"
        f"Ann,{ANN} ::: ann.lake@example.com,ann.home@example.com,+1 555 0100 ::: +1 555 0101\nBea,,{BEA},\n",
        [f"{ANN} Ann +1 555 0100", f"{BEA} Bea"],
        told=("several addresses in a cell, the first taken: 1 cell", "the first of several values in a cell taken: 1"),
    ),
}


def _lines(view: ImportPlan) -> Iterable[str]:
    return [*view.mapping, *view.warnings, *(it.words() for it in view.mended)]


def _person(row: dict[str, str]) -> str:
    """The address, and the other values as the file has them in order."""
    return " ".join([row["Email"], *(value for label, value in row.items() if label != "Email")])


@pytest.mark.parametrize("trait", CASES)
async def test_the_right_people_are_stored_and_the_others_are_told(trait: str, tmp_path: Path) -> None:
    case = CASES[trait]
    found = await planned(case.text, tmp_path, name=case.name)
    assert [_person(row) for row in found.stored] == case.stored
    assert found.skipped == case.skipped
    told = "\n".join(_lines(found.view))
    assert [it for it in case.told if it not in told] == [], told


def _people(*cells: list[str]) -> str:
    return lines(["First Name", "Email"], *cells)


async def test_rows_that_a_filter_hides_in_excel_are_left_out_and_told(tmp_path: Path) -> None:
    sheet = _people(["Ann", ANN], ["Bea", BEA], ["Cem", CEM]).replace('<row r="3">', '<row r="3" hidden="1">')
    found = await planned(book(sheet), tmp_path, name="list.xlsx")
    assert [row["Email"] for row in found.stored] == [ANN, CEM]
    assert "1 row is hidden in the sheet and left out" in "\n".join(found.view.warnings)


async def test_a_title_above_the_header_and_a_sheet_of_instructions_are_passed_over(tmp_path: Path) -> None:
    people = lines(["Leads for spring"], ["First Name", "Email"], ["Ann", ANN])
    found = await planned(
        book(lines(["How to fill this in"], ["One person a row"]), people), tmp_path, name="list.xlsx"
    )
    assert found.stored == [{"First Name": "Ann", "Email": ANN}]
    told = "\n".join(found.view.warnings)
    assert 'only the sheet "Sheet2" was read; others have rows, too' in told
    assert "The header was found in row 2" in told


async def test_formulas_without_results_are_told_with_what_to_do(tmp_path: Path) -> None:
    row = f'<row r="2">{cell("A2", "Ann")}<c r="B2"><f>LOWER(A2)&amp;"@example.com"</f></c></row>'
    found = await planned(book(_people() + row), tmp_path, name="list.xlsx")
    assert found.skipped == {2: "no address"}
    assert "open the file in Excel and save it once" in "\n".join(found.view.warnings)
