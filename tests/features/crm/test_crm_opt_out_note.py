"""An opt-out is noted in the field that the CRM has for it, or as a tag where it has none, and is read so, too."""

import csv
from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp.features.crm.crm_lines import opted_out
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.sync.crm_opt_out_note import opt_out_note
from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.features.prospects.update_prospects import UpdateProspects
from saleshandy_mcp.integrations.crm import CrmRecord
from saleshandy_mcp.integrations.field_roles import proposed_roles
from saleshandy_mcp.sandbox import Sandbox
from tests.features.crm.csv_crm import csv_link
from tests.features.crm.test_csv_crm import FILES
from tests.kit import context_over


def contacts(*fields: dict[str, Any]) -> list[CrmRecord]:
    return [CrmRecord(str(place), {"email": f"p{place}@example.com", **it}) for place, it in enumerate(fields)]


def noted(known: list[CrmRecord]) -> Any:
    """What the first contact gets, without its id; None where nothing can be noted."""
    note = opt_out_note(known, proposed_roles(known))
    return {name: it for name, it in note.change(known[0]).items() if name != "id"} if note else None


NOTED: list[tuple[list[dict[str, Any]], dict[str, Any] | None]] = [
    ([{"opted_out": False}], {"opted_out": True}),
    ([{}, {"opted_out": True}], {"opted_out": True}),
    ([{"Opt-out": ""}, {"Opt-out": "Yes"}], {"Opt-out": "Yes"}),
    ([{"Opt-out": "no"}], {"Opt-out": "yes"}),
    ([{"optout": 0}, {"optout": 0}], {"optout": 1}),
    ([{"custom": {"do_not_email": "false"}}], None),
    ([{"custom.do_not_email": "false"}], {"custom": {"do_not_email": "true"}}),
    ([{"opted_out": "2025-01-04"}], None),
    ([{"opted_out": "2025-01-04", "tags": ["vip"]}], {"tags": ["vip", "Opted out"]}),
    ([{"opted_out": None, "tags": []}], {"tags": ["Opted out"]}),
    ([{"tags": None}, {"tags": ["Do not contact"]}], {"tags": ["Do not contact"]}),
    ([{"labels": "vip, west"}], {"labels": "vip, west, Opted out"}),
    ([{"labels": ""}], {"labels": "Opted out"}),
    ([{"tags": [{"id": 4}]}], None),
    ([{"city": "Odense"}], None),
]


@pytest.mark.parametrize(("fields", "change"), NOTED)
def test_how_it_is_noted_is_learnt_from_the_contacts(
    fields: list[dict[str, Any]], change: dict[str, Any] | None
) -> None:
    assert noted(contacts(*fields)) == change


@pytest.mark.parametrize(
    ("fields", "out"),
    [
        ({"opted_out": False, "tags": ["vip"]}, False),
        ({"opted_out": False, "tags": ["vip", "Opted out"]}, True),
        ({"tags": "west; unsubscribed"}, True),
        ({"tags": ["Abgemeldet"]}, True),
        ({"opted_out": True}, True),
    ],
)
def test_a_tag_that_says_so_counts_as_an_opt_out(fields: dict[str, Any], out: bool) -> None:  # noqa: FBT001 - a table
    known = contacts(fields)
    assert opted_out(known[0].fields, proposed_roles(known)) is out


async def test_a_crm_without_a_field_for_it_gets_a_tag_once_and_the_plan_says_so(box: Sandbox, tmp_path: Path) -> None:
    tagged = FILES["contacts"].replace("Do not email", "Tags").replace(",Quaygate,yes", ",Quaygate,Opted out")
    for name, text in {**FILES, "contacts": tagged}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    async with context_over(box, crm=csv_link(tmp_path)) as context:
        report = await ImportCrmContacts(sequence="Agencies EU").run(context)
        assert "1 not subscribed" in str(report) or "unsubscribed according to its row" in str(report)
        box.clock.advance(3 * 86_400)
        await UpdateProspects(prospects=["vera.holt@northlamp.example.com"], status="unsubscribed").run(context)
        plan = await SyncToCrm(sequence="Agencies EU", dry_run=True).run(context)
        assert 'who unsubscribed gets the tag "Opted out" in Tags' in plan.rules
        await SyncToCrm(sequence="Agencies EU").run(context)
        again = await SyncToCrm(sequence="Agencies EU").run(context)
    assert not again.records
    with (tmp_path / "contacts.csv").open(newline="", encoding="utf-8") as file:
        assert [it["Tags"] for it in csv.DictReader(file)] == ["Opted out", "", "Opted out", ""]
