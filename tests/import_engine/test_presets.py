"""Exports of other products find their fields without a question."""

import csv
from pathlib import Path

import pytest

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core.addresses import is_address
from saleshandy_mcp.import_engine.mapping.columns import Mapping, map_columns
from saleshandy_mcp.import_engine.mapping.presets import FULL_NAME, presets, recognised, synonyms, word, words

LABELS = [
    "First Name", "Last Name", "Email", "Company", "Phone Number", "City", "State", "Country", "LinkedIn", "Job Title",
    "Twitter", "Facebook", "Website", "Company Website", "Company Domain", "Department", "Industry", "Experience",
    "Company Industry", "Company Size", "Company Revenue", "Company Founded Year", "Company LinkedIn", "Company Phone",
    "Why Now",
]  # fmt: skip

PERSON = {"First Name": "First Name", "Last Name": "Last Name", "Email": "Email"}

FILES: dict[str, tuple[str, dict[str, str]]] = {
    "apollo": (
        "Apollo",
        PERSON
        | {
            "Secondary Email": "Email",
            "Tertiary Email": "Email",
            "Title": "Job Title",
            "Company": "Company",
            "Company Name for Emails": "Company",
            "Departments": "Department",
            "Work Direct Phone": "Phone Number",
            "Home Phone": "Phone Number",
            "Mobile Phone": "Phone Number",
            "Corporate Phone": "Phone Number",
            "Other Phone": "Phone Number",
            "# Employees": "Company Size",
            "Industry": "Industry",
            "Person Linkedin Url": "LinkedIn",
            "Website": "Website",
            "Company Linkedin Url": "Company LinkedIn",
            "Facebook Url": "Facebook",
            "Twitter Url": "Twitter",
            "City": "City",
            "State": "State",
            "Country": "Country",
            "Company Phone": "Company Phone",
            "Annual Revenue": "Company Revenue",
        },
    ),
    "evaboot": (
        "Evaboot",
        PERSON
        | {
            "Current Job": "Job Title",
            "Linkedin URL Public": "LinkedIn",
            "Linkedin URL Unique ID": "LinkedIn",
            "Company Name": "Company",
            "Company Domain": "Company Domain",
            "Company Website": "Company Website",
            "Company Industry": "Company Industry",
            "Company Employee Range": "Company Size",
            "Company LinkedIn URL": "Company LinkedIn",
            "Company Linkedin URL Unique ID": "Company LinkedIn",
            "Company Website URL": "Company Website",
            "Company Employee Exact Count": "Company Size",
            "Company Year Founded": "Company Founded Year",
            "Phone": "Phone Number",
        },
    ),
    "phantombuster": (
        "PhantomBuster",
        {
            "firstName": "First Name",
            "lastName": "Last Name",
            "email": "Email",
            "companyName": "Company",
            "title": "Job Title",
            "regularCompanyUrl": "Company LinkedIn",
            "industry": "Industry",
            "linkedInProfileUrl": "LinkedIn",
            "defaultProfileUrl": "LinkedIn",
        },
    ),
    "linkedin_connections": (
        "LinkedIn connections",
        {
            "First Name": "First Name",
            "Last Name": "Last Name",
            "URL": "LinkedIn",
            "Email Address": "Email",
            "Company": "Company",
            "Position": "Job Title",
        },
    ),
    "hubspot": (
        "HubSpot",
        PERSON
        | {
            "Phone Number": "Phone Number",
            "Mobile Phone Number": "Phone Number",
            "Job Title": "Job Title",
            "Company Name": "Company",
            "Associated Company": "Company",
            "Website URL": "Website",
            "City": "City",
            "State/Region": "State",
            "Country/Region": "Country",
        },
    ),
    "salesforce_contacts": (
        "Salesforce contacts",
        PERSON
        | {
            "Title": "Job Title",
            "Account Name": "Company",
            "Mailing City": "City",
            "Mailing State/Province": "State",
            "Mailing Country": "Country",
            "Phone": "Phone Number",
            "Mobile": "Phone Number",
        },
    ),
    "salesforce_leads": (
        "Salesforce leads",
        PERSON
        | {
            "Title": "Job Title",
            "Company / Account": "Company",
            "City": "City",
            "State/Province": "State",
            "Country": "Country",
            "Phone": "Phone Number",
            "Mobile": "Phone Number",
            "Industry": "Industry",
            "Annual Revenue": "Company Revenue",
            "No. of Employees": "Company Size",
        },
    ),
    "pipedrive": (
        "Pipedrive",
        {
            "Person - First name": "First Name",
            "Person - Last name": "Last Name",
            "Person - Organization": "Company",
            "Person - Title": "Job Title",
            "Person - Job title": "Job Title",
            "Person - City": "City",
            "Person - State": "State",
            "Person - Website": "Website",
            "Person - LinkedIn Page": "LinkedIn",
            "Person - Email - Work": "Email",
            "Person - Email - Other": "Email",
            "Person - Phone - Work": "Phone Number",
            "Person - Phone - Home": "Phone Number",
            "Person - Phone - Mobile": "Phone Number",
            "Person - Phone - Other": "Phone Number",
        },
    ),
    "saleshandy": (
        "Saleshandy",
        PERSON
        | {
            it: it
            for it in (
                "Company",
                "Phone Number",
                "City",
                "State",
                "Country",
                "LinkedIn",
                "Job Title",
                "Company Founded Year",
                "Company Revenue",
                "Why Now",
            )
        },
    ),
}


def read(name: str) -> tuple[list[str], list[Row]]:
    """Header and rows; LinkedIn puts notes above the header, and an empty line behind them."""
    text = (Path(__file__).parent / "exports" / f"{name}.csv").read_text(encoding="utf-8-sig")
    if text.startswith("Notes:"):
        text = text.split("\n\n", maxsplit=1)[1]
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    rows = [{column: value for column, value in row.items() if value} for row in reader]
    return list(reader.fieldnames or []), rows


def mapped(name: str) -> tuple[Mapping, list[Row]]:
    columns, rows = read(name)
    mapping = map_columns(columns, LABELS)
    return mapping, [mapping.row(row) for row in rows]


@pytest.mark.parametrize("name", FILES)
def test_an_export_is_recognised_and_all_of_its_columns_go_where_they_belong(name: str) -> None:
    preset, columns = FILES[name]
    mapping, _ = mapped(name)
    assert mapping.preset == preset
    assert {it.name: it.label for it in mapping.columns if it.label} == columns


@pytest.mark.parametrize("name", FILES)
def test_the_people_of_an_export_arrive_as_themselves(name: str) -> None:
    _, rows = mapped(name)
    assert [(row["First Name"], row["Last Name"]) for row in rows] == [
        ("Ada", "Lanternlight"),
        ("Bo", "van der Mill"),
        ("Chloé", "Sansnom"),
        ("Dario", "O'Quill"),
        ("Emi", "Papermoon"),
        ("Frej", "Ångfält"),
    ]
    assert rows[0]["Company"] == "Lantern & Loom, Inc."
    assert rows[3]["Job Title"] == 'Lead "Everything Else"'
    assert all(is_address(row["Email"]) for row in rows if "Email" in row)


def test_the_first_number_that_is_there_is_stored_without_apollos_apostrophe() -> None:
    _, rows = mapped("apollo")
    assert [row["Phone Number"] for row in rows[:3]] == ["+1 555-0100", "+1 555-0121", "+1 555-0112"]


def test_apollos_second_address_is_not_stored_beside_a_first() -> None:
    _, rows = mapped("apollo")
    assert not [row for row in rows for value in row.values() if "second." in value]


def test_without_a_public_profile_the_other_link_is_stored() -> None:
    _, rows = mapped("evaboot")
    assert rows[4]["LinkedIn"] == "https://www.linkedin.com/in/EXAMPLE4"


def test_a_private_address_of_pipedrive_is_not_written_to() -> None:
    _, rows = mapped("pipedrive")
    assert rows[4]["Email"] == "emi@papermoon.example.com"
    assert not [row for row in rows for value in row.values() if value.startswith("home.")]


def test_pipedrives_single_name_is_split_where_it_has_no_others() -> None:
    columns = [it for it in read("pipedrive")[0] if it not in {"Person - First name", "Person - Last name"}]
    mapping = map_columns(columns, LABELS)
    assert mapping.row({"Person - Name": "Bo van der Mill"}) == {"First Name": "Bo", "Last Name": "van der Mill"}


def test_connections_without_an_address_stay_without_one() -> None:
    _, rows = mapped("linkedin_connections")
    assert [row.get("Email", "") for row in rows[:2]] == ["ada@lanternloom.example.com", ""]


def test_an_apollo_export_with_half_of_its_columns_is_still_one() -> None:
    columns = [
        "First Name",
        "Last Name",
        "Title",
        "Company",
        "Email",
        "Email Status",
        "Person Linkedin Url",
        "# Employees",
    ]
    preset = recognised(columns)
    assert preset
    assert preset.name == "Apollo"


@pytest.mark.parametrize("columns", [["Email"], ["First Name", "Last Name", "Email", "Company", "URL", "Position"], []])
def test_an_ordinary_table_is_nobodys_export(columns: list[str]) -> None:
    assert recognised(columns) is None


def test_each_preset_leads_to_labels_that_accounts_have_and_can_be_reached() -> None:
    for preset in presets():
        assert set(preset.columns) <= {*LABELS, FULL_NAME}, preset.name
        assert 0 < preset.share <= 1
        owners = [name for names in preset.columns.values() for name in names]
        assert len(owners) == len(set(owners)), f"{preset.name} has a column for two fields"
        assert preset is recognised(preset.telling)


def test_no_word_stands_for_two_fields_but_that_a_website_is_a_companys() -> None:
    labels: dict[str, set[str]] = {}
    for label, names in synonyms().items():
        for name in names:
            labels.setdefault(name, set()).add(label)
    assert {name for name, those in labels.items() if len(those) > 1} == {"companywebsite"}
    assert set(synonyms()) <= {*LABELS, FULL_NAME}


def test_lists_hold_nothing_twice_and_nothing_that_could_never_fit() -> None:
    for names in words()["names"]["titles"], words()["mailboxes"]["roles"]:
        assert len(names) == len({word(it) for it in names})
    assert all(it == word(it) for it in words()["mailboxes"]["roles"])
