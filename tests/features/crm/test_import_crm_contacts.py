"""Contacts of the CRM go into a sequence by the engine of all imports; who must not be mailed is left out by rules."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.features.imports.import_request import jobs_of
from saleshandy_mcp.import_engine.ledger.states import RowState
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.store.crm_ledger import CrmLedger
from tests.kit import adds_up, line_of

SENTENCES = [
    "Put the CRM contacts in the Proposal stage into the sequence SaaS founders",
    "Import the contacts of our CRM from Germany",
    "Take the contacts of the CRM and enroll them in a sequence",
]
TITLE = "Partner programme (draft)"
EXAMPLES: dict[str, dict[str, Any]] = {
    "import_crm_contacts": {"sequence": TITLE, "where": ["stage=Proposal"], "dry_run": True},
}


async def planned(context: Context, *where: str, **more: Any) -> ImportPlan:
    given = {"sequence": TITLE, "where": list(where), "dry_run": True, **more}
    plan = await ImportCrmContacts.model_validate(given).run(context)
    assert isinstance(plan, ImportPlan)
    return plan


async def imported(context: Context, *where: str, **more: Any) -> ImportReport:
    report = await ImportCrmContacts.model_validate({"sequence": TITLE, "where": list(where), **more}).run(context)
    assert isinstance(report, ImportReport)
    return report


async def test_the_plan_shows_the_rules_and_the_values(context: Context) -> None:
    plan = await planned(context, "stage=Proposal")
    assert plan.source == "SalesSheet, stage=Proposal"
    assert plan.rows == 8
    assert plan.samples[0].stored["Company"]
    assert plan.samples[0].stored["Job Title"]
    assert not [it for it in plan.left_out if "_id" in it]


async def test_who_opted_out_in_the_crm_is_left_out(context: Context, crm: Crm) -> None:
    out = {it["email"].lower() for it in crm.contacts.values() if it["opted_out"]}
    report = await imported(context)
    assert report.imported
    links = context.service(CrmLedger).contacts_of([report.job])
    assert out <= links.keys()
    sent = {it.email.lower() for it in jobs_of(context).results(report.job).rows([RowState.IMPORTED], limit=1000)}
    assert sent
    assert not sent & out


async def test_who_is_imported_is_in_the_sequence_and_remembered_with_the_contact(
    context: Context, crm: Crm, box: Sandbox
) -> None:
    before = line_of(box, TITLE)["prospects"]
    report = await imported(context, "stage=Proposal")
    assert adds_up(report)
    assert line_of(box, TITLE)["prospects"] == before + report.imported > before
    links = context.service(CrmLedger).contacts_of([report.job])
    assert {id_ for ids in links.values() for id_ in ids} <= set(crm.contacts)
    assert all(crm.contacts[ids[0]]["email"].lower() == email for email, ids in links.items())


async def test_a_contact_whose_only_deals_are_lost_is_left_out_by_a_rule_that_is_shown(context: Context) -> None:
    plan = await planned(context, "stage=Closed Lost")
    assert plan.to_send == 0
    assert '"Lost deal" is Closed Lost' in text_of(plan)
    assert 'Read for which rows are taken: "Lost deal"' in text_of(plan)
    everybody = await planned(context, "stage=Closed Lost", lost_stages=["Closed Won"])
    assert everybody.to_send > 0


async def test_a_contact_with_a_lost_deal_and_another_one_is_imported(context: Context, crm: Crm) -> None:
    lost = {stage["id"] for it in crm.pipelines.values() for stage in it["stages"] if "Lost" in stage["name"]}
    deal = next(it for it in crm.deals.values() if it["stage_id"] in lost)
    before = await planned(context, "stage=Closed Lost")
    opened = next(it for it in crm.deals.values() if it["stage_id"] not in lost)
    crm.deals["another"] = {**opened, "id": "another", "contact_id": deal["contact_id"]}
    after = await planned(context, "stage=Closed Lost")
    assert (after.rows, after.to_send) == (before.rows, before.to_send + 1)


async def test_who_opted_out_in_another_contact_with_the_same_address_is_left_out(context: Context, crm: Crm) -> None:
    mira = "mira.keller@brightforge.example.com"
    first, second = [it for it in crm.contacts.values() if (it["email"] or "").lower() == mira]
    first["opted_out"], second["opted_out"], second["city"] = True, False, "Odense"
    plan = await planned(context, "city=Odense")
    assert (plan.rows, plan.to_send) == (1, 0)


async def test_it_asks_like_any_import_and_reading_the_crm_changes_nothing_there(
    context: Context, box: Sandbox
) -> None:
    prepared = await ImportCrmContacts(sequence="SaaS founders", where=["stage=Proposal"]).prepare(context)
    assert Effect.SEND in prepared.effects
    assert prepared.question
    assert all(line["endpoint"].startswith("GET") for line in box.salessheet.audit)


async def test_a_plan_is_started_by_its_job_and_people_are_not_imported_twice(context: Context) -> None:
    plan = await planned(context, "stage=Proposal")
    report = await ImportProspects(job=plan.job).run(context)
    assert isinstance(report, ImportReport)
    assert report.imported + report.refused == plan.to_send
    again = await planned(context, "stage=Proposal")
    assert again.to_send == report.refused


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (["stage=Nowhere"], 'stage: there is no stage "Nowhere"'),
        (["plannet=Team"], 'where: no field "plannet" was seen in contacts'),
        (["city=Atlantis"], "where: no person of the CRM fits"),
    ],
)
async def test_what_cannot_be_is_one_sentence_and_leaves_no_job(
    context: Context, where: list[str], words: str, box: Sandbox
) -> None:
    with pytest.raises(Mistake, match=words.replace("(", "\\(")):
        await imported(context, *where)
    assert not box.state()["imports"]
