"""Jobs with the CRM beside the outreach: from a stage into a sequence and back, and records that are saved."""

import re
from collections import Counter
from collections.abc import AsyncGenerator

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.selection import Selection
from tests.crm_kit import crm_context_over
from tests.jobs.conftest import Job
from tests.jobs.kit import id_of, sequence_of
from tests.kit import line_of

CRM = Selection(crm=True)
TITLE = "Agencies EU"
WEEK = 7 * 86_400.0


@pytest.fixture
async def context(box: Sandbox) -> AsyncGenerator[Context]:
    async with crm_context_over(box) as context:
        yield context


def written(box: Sandbox) -> Counter[tuple[str, int]]:
    """What the CRM was asked to write, as its own log tells it: endpoint, status, how often."""
    lines = [line for line in box.salessheet.audit if not line["endpoint"].startswith("GET")]
    return Counter((line["endpoint"], line["status"]) for line in lines)


def contact(box: Sandbox, email: str) -> Row:
    """A contact as it is stored."""
    return next(row for row in box.salessheet.crm.contacts.values() if row["email"] == email)


async def test_contacts_of_a_stage_go_into_a_sequence_and_what_happens_goes_back_once(job: Job, box: Sandbox) -> None:
    before = line_of(box, TITLE)["prospects"]
    imported = {"imports": "+1", "prospects": "+1", "enrolments": "+5"}
    # The mails that these people got in the week, and the tasks of the steps that followed.
    later = {"events": "+11", "tasks": "+5"}
    asks = ('source: "SalesSheet, stage=Proposal", 7 people', "Write this to the CRM?")
    known = set(box.salessheet.crm.activities)
    async with job(calls=3, changes={**imported, **later}, asks=asks, selection=CRM) as seller:
        report = await seller.call("import_crm_contacts", sequence=TITLE, where=["stage=Proposal"])
        box.clock.advance(WEEK)
        told = await seller.call("sync_to_crm", sequence=TITLE)
        again = await seller.call("sync_to_crm", sequence=TITLE)
    new = line_of(box, TITLE)["prospects"] - before
    assert f"{new} more than before" in report
    assert written(box) == {("POST /activities", 201): int(re.findall(r"(\d+) written", told)[0])}
    assert "new: 6 sent" in told
    assert "nothing new" in again.lower()
    people = {box.world.prospects[it]["email"] for it in box.world.enrolments[sequence_of(box, TITLE)["id"]]}
    made = [row for id_, row in box.salessheet.crm.activities.items() if id_ not in known]
    assert made
    assert all(box.salessheet.crm.contacts[row["contact_id"]]["email"] in people for row in made)


async def test_rules_are_shown_before_and_who_is_barred_is_noted_in_the_crm(job: Job, box: Sandbox) -> None:
    imported = {"imports": "+1", "prospects": "+1", "enrolments": "+5"}
    later = {"events": "+11", "tasks": "+5"}
    barred = {"dnc_items": "+1", "dnc_lists": "~1 updatedAt"}
    asks = (
        'field for address: "email"',
        "Put these on the do-not-contact list?",
        "Write this to the CRM?",
    )
    email = "eleanor.mensah@fennelgate.example.com"
    async with job(calls=4, changes={**imported, **later, **barred}, asks=asks, selection=CRM) as seller:
        await seller.call("import_crm_contacts", sequence=TITLE, where=["stage=Proposal"])
        box.clock.advance(1.5 * WEEK)
        await seller.call("add_to_dnc", items=[email], dnc_list="Asked us not to write")
        rules = ["replied=Negotiation"]
        plan = await seller.call("sync_to_crm", sequence=TITLE, stages=rules, dry_run=True)
        told = await seller.call("sync_to_crm", sequence=TITLE, stages=rules)
    assert "rule: replied: the open deal of the contact goes to the stage Negotiation" in plan
    assert "rule: who stands on a do-not-contact list by the address gets opted_out: yes" in plan
    assert "1 on a do-not-contact list" in told
    assert contact(box, email)["opted_out"]


async def test_a_refused_record_is_mended_and_sent_again_alone(job: Job, box: Sandbox) -> None:
    person, company = "vera.holt@northlamp.example.com", {"name": "Northlamp", "type": "company"}
    async with job(calls=2, selection=CRM) as seller:
        told = await seller.call(
            "save_crm_records", kind="contacts", records=[company, {"email": person, "cf_plan": "Gold"}]
        )
        assert (
            "records[1] vera.holt@northlamp.example.com refused: custom field 'cf_plan' takes one of Starter, Team"
            in told
        )
        firm = id_of("Northlamp", told)
        await seller.call(
            "save_crm_records", kind="contacts", records=[{"email": person, "cf_plan": "Team", "company_id": firm}]
        )
    assert (contact(box, person)["custom_fields"], contact(box, person)["company_id"]) == ({"cf_plan": "Team"}, firm)
    assert sum(row["name"] == "Northlamp" for row in box.salessheet.crm.contacts.values()) == 1


async def test_a_contact_that_is_there_is_changed_by_the_id_that_the_answer_names(job: Job, box: Sandbox) -> None:
    email = "soren.newman@larkmoor.example.com"
    number = len(box.salessheet.crm.contacts)
    async with job(calls=2, selection=CRM) as seller:
        told = await seller.call("save_crm_records", kind="contacts", records=[{"email": email, "city": "Odense"}])
        (id_,) = re.findall(r"give its id (\w+)", told)
        await seller.call("save_crm_records", kind="contacts", records=[{"id": id_, "city": "Odense"}])
    assert contact(box, email)["city"] == "Odense"
    assert len(box.salessheet.crm.contacts) == number


async def test_a_deal_moves_to_the_next_stage_and_its_owner_gets_a_task(job: Job, box: Sandbox) -> None:
    async with job(calls=3, selection=CRM) as seller:
        found = await seller.call("find_crm_records", kind="deals", where=["stage=Negotiation"], sort="-value")
        deal = id_of("Fennelgate: help centre", found)
        owner = re.findall(rf"\[{deal}\].* owner_id: (\S+)", found)[0]
        moved = await seller.call("save_crm_records", kind="deals", records=[{"id": deal, "stage": "Closed Won"}])
        task = {"title": "Send the contract", "deal_id": deal, "owner_id": owner}
        await seller.call("save_crm_records", kind="tasks", records=[task])
    assert "changed: stage_id" in moved
    assert written(box) == {("PATCH /deals/{id}", 200): 1, ("POST /tasks", 201): 1}
