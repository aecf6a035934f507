"""Exports of products: two people of each arrive whole, whichever columns have their values, and nobody is asked."""

from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.mapping.columns import map_columns
from saleshandy_mcp.import_engine.read_as import AS_IT_IS
from saleshandy_mcp.import_engine.suppression.screening import Screening
from tests.import_engine.cases.kit import planned
from tests.import_engine.test_presets import LABELS, read

FOLDER = Path(__file__).parent / "exports"

ADA = {
    "First Name": "Ada",
    "Last Name": "Lanternlight",
    "Company": "Lantern & Loom",
    "Phone Number": "+1 555 0100",
    "City": "Ulm",
    "State": "BW",
    "Country": "Germany",
    "LinkedIn": "https://www.linkedin.com/in/ada-example",
    "Job Title": "COO",
    "Twitter": "https://twitter.com/ada-example",
    "Facebook": "https://facebook.com/ada-example",
    "Website": "https://lanternloom.example.com",
    "Company Website": "https://www.lanternloom.example.com",
    "Company Domain": "lanternloom.example.com",
    "Department": "Operations",
    "Industry": "Retail",
    "Company Industry": "Retail trade",
    "Company Size": "50",
    "Company Revenue": "12000",
    "Company Founded Year": "1998",
    "Company LinkedIn": "https://www.linkedin.com/company/lanternloom-example",
    "Company Phone": "+1 555 0102",
}
"""The values of the first person; the second has them too, in the last column of each field."""

EXPORTS: dict[str, tuple[str, str]] = {
    "zoominfo": (
        "ZoomInfo",
        (
            "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Website, Company Domain, "
            "Department, Industry, Company Size, Company Revenue, Company Founded Year, Company LinkedIn, "
            "Company Phone"
        ),
    ),
    "lusha": (
        "Lusha",
        (
            "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Company Website, Company "
            "Domain, Department, Industry, Company Size, Company Revenue, Company Founded Year, Company "
            "LinkedIn"
        ),
    ),
    "cognism": (
        "Cognism",
        (
            "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Website, Company Domain, "
            "Department, Industry, Company Size, Company Revenue, Company Founded Year, Company LinkedIn, "
            "Company Phone"
        ),
    ),
    "cognism_enrichment": ("Cognism enrichment", "Company, Phone Number, Country, Job Title, Website"),
    "clay": ("Clay", "Company, Phone Number, LinkedIn, Job Title, Company Domain"),
    "wiza": (
        "Wiza",
        (
            "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Company Website, Company "
            "Domain, Company Industry, Company Size, Company Revenue, Company Founded Year, Company LinkedIn"
        ),
    ),
    "sales_navigator": (
        "Sales Navigator",
        "Company, LinkedIn, Job Title, Company Website, Industry, Company LinkedIn",
    ),
    "apollo_api": (
        "Apollo API",
        (
            "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Twitter, Facebook, Website, "
            "Company Domain, Department, Industry, Company Size, Company Revenue, Company Founded Year, "
            "Company LinkedIn, Company Phone"
        ),
    ),
    "snov": (
        "Snov",
        "Company, Phone Number, Country, LinkedIn, Job Title, Website, Industry, Company Size, Company LinkedIn",
    ),
    "hunter": (
        "Hunter",
        (
            "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Twitter, Company Domain, "
            "Department, Industry, Company Size"
        ),
    ),
    "hubspot_properties": (
        "HubSpot properties",
        (
            "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Twitter, Website, Department, "
            "Industry, Company Size, Company Revenue"
        ),
    ),
    "hubspot_list": ("HubSpot list", "Company, Phone Number"),
    "salesforce_report": (
        "Salesforce report",
        (
            "Company, Phone Number, City, State, Country, Job Title, Website, Department, Industry, Company "
            "Size, Company Revenue, Company Phone"
        ),
    ),
    "zoho_crm_contacts": (
        "Zoho CRM contacts",
        "Company, Phone Number, City, State, Country, Job Title, Twitter, Department",
    ),
    "zoho_crm_leads": (
        "Zoho CRM leads",
        (
            "Company, Phone Number, City, State, Country, Job Title, Twitter, Website, Industry, Company "
            "Size, Company Revenue"
        ),
    ),
    "close": ("Close", "Company, Phone Number, Job Title, Website"),
    "google_contacts": (
        "Google Contacts",
        "Company, Phone Number, City, State, Country, Job Title, Website, Department",
    ),
    "google_contacts_old": (
        "Google Contacts old",
        "Company, Phone Number, City, State, Country, Job Title, Website, Department",
    ),
    "outlook": (
        "Outlook",
        "Company, Phone Number, City, State, Country, Job Title, Website, Department, Company Phone",
    ),
    "outlook_german": (
        "Outlook German",
        "Company, Phone Number, City, State, Country, Job Title, Website, Department, Company Phone",
    ),
    "outlook_french": (
        "Outlook French",
        "Company, Phone Number, City, State, Country, Job Title, Website, Department, Company Phone",
    ),
    "outlook_french_new": (
        "Outlook French",
        "Company, Phone Number, City, State, Country, Job Title, Website, Department, Company Phone",
    ),
    "mailchimp": ("Mailchimp", "Phone Number, State"),
    "instantly": ("Instantly", "Company, Phone Number, LinkedIn, Job Title, Website, Company Domain"),
    "smartlead": ("Smartlead", "Company, Phone Number, LinkedIn, Website"),
    "lemlist": ("lemlist", "Company, Phone Number, LinkedIn, Job Title, Website, Company Domain"),
    "woodpecker": (
        "Woodpecker",
        "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Website, Industry",
    ),
    "reply": (
        "Reply",
        "Company, Phone Number, City, State, Country, LinkedIn, Job Title, Company Domain, Industry, Company Size",
    ),
    "zerobounce": ("ZeroBounce", "Company"),
    "neverbounce": ("NeverBounce", "Company"),
    "kickbox": ("Kickbox", "Company"),
    "typeform": ("Typeform", "Company, Phone Number"),
    "calendly": ("Calendly", "Phone Number"),
    "eventbrite": ("Eventbrite", "Company, Phone Number, City, State, Country, Job Title, Website"),
    "eventbrite_british": ("Eventbrite", "Phone Number, City, State, Country"),
    "luma": ("Luma", "Company, Phone Number, LinkedIn, Job Title"),
    "mailchimp_unsubscribed": ("Mailchimp", "Phone Number, State"),
    "mailchimp_cleaned": ("Mailchimp", "Phone Number, State"),
}
"""By file, the product, and the fields that it has beside name and address."""


@pytest.mark.parametrize("name", EXPORTS)
def test_no_field_of_an_export_is_lost(name: str) -> None:
    product, fields = EXPORTS[name]
    columns, rows = read(name)
    mapping = map_columns(columns, LABELS)
    assert mapping.preset == product
    ada = {label: ADA[label] for label in ["First Name", "Last Name", *filter(None, fields.split(", "))]}
    assert [mapping.row(row) for row in rows] == [
        ada | {"Email": "ada@lanternloom.example.com"},
        ada | {"Email": "bo@lanternloom.example.com"},
    ]


@pytest.mark.parametrize("name", sorted(it.stem for it in FOLDER.glob("*.csv")))
def test_nothing_of_an_export_is_guessed_and_each_of_its_columns_is_known(name: str) -> None:
    columns, _ = read(name)
    mapping = map_columns(columns, LABELS)
    screened = Screening(columns, AS_IT_IS).columns
    assert [it for it in mapping.without_field if it not in screened] == []
    assert [it.name for it in mapping.columns if it.label and it.how in {"known", "part"}] == []
    assert not mapping.guessed


@pytest.mark.parametrize("name", ["zoominfo", "google_contacts_old", "zoho_crm_contacts", "apollo"])
async def test_a_known_export_is_planned_without_a_question(name: str, tmp_path: Path) -> None:
    found = await planned((FOLDER / f"{name}.csv").read_bytes(), tmp_path)
    assert not found.asks
    assert len(found.stored) >= 2


async def test_the_second_titre_of_the_french_outlook_is_the_job(tmp_path: Path) -> None:
    text = (FOLDER / "outlook_french_new.csv").read_text(encoding="utf-8").replace("Titre (2)", "Titre")
    found = await planned(text, tmp_path)
    assert not found.asks
    assert [row["Job Title"] for row in found.stored] == ["COO", "COO"]


async def test_a_column_that_a_product_is_not_known_for_is_asked_about(tmp_path: Path) -> None:
    text = (FOLDER / "zoominfo.csv").read_text(encoding="utf-8").replace("Ticker", "Our own score")
    found = await planned(text, tmp_path)
    assert found.asks
    assert 'Left out, no such field: "Our own score"' in found.view.mapping


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("mailchimp_unsubscribed", 'unsubscribed according to its row ("UNSUB_TIME": 2026-05-01 10:00:00)'),
        ("mailchimp_cleaned", 'cleaned (bounced) according to its row ("CLEAN_TIME": 2026-05-01 10:00:00)'),
    ],
)
async def test_mailchimps_exports_of_those_who_are_out_enrol_nobody(name: str, reason: str, tmp_path: Path) -> None:
    found = await planned((FOLDER / f"{name}.csv").read_bytes(), tmp_path)
    assert found.skipped == {2: reason, 3: reason}
