"""Who stands on a do-not-contact list of Saleshandy is noted at the contact in the CRM, once."""

from typing import Any

import pytest

from saleshandy_mcp.api.resources.dnc import AddDncItems
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.question import Value
from saleshandy_mcp.features.crm.sync.crm_dnc import on_lists
from saleshandy_mcp.features.crm.sync_to_crm import CrmSync, SyncToCrm
from saleshandy_mcp.lookups.do_not_contact import all_lists
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.crm.conftest import Opened
from tests.features.crm.test_sync_to_crm import TITLE, weeks_later
from tests.kit import context_over, faulty, says


async def synced(context: Context, **asked: Any) -> CrmSync:
    return await SyncToCrm.model_validate(asked).run(context)


async def bar(context: Context, *entries: str) -> None:
    """Put these on the first do-not-contact list."""
    lists = await all_lists(context.api)
    await context.api.send(AddDncItems(dnc_list_id=lists[0].id, items=list(entries)))


def alone(crm: Crm) -> Row:
    """A contact whom only the CRM knows."""
    return next(it for it in crm.contacts.values() if "newman" in str(it["email"]))


async def test_the_lists_are_noted_at_all_contacts_and_the_plan_says_how(context: Context, crm: Crm) -> None:
    person = alone(crm)
    await bar(context, person["email"])
    plan = await synced(context, dry_run=True)
    assert not person["opted_out"]
    assert text_of(plan).startswith(f"Do-not-contact lists → CRM: {len(crm.contacts)} contacts looked at, ")
    assert "who stands on a do-not-contact list by the address gets opted_out: yes" in plan.rules
    done = await synced(context)
    assert done.records == plan.records
    assert person["opted_out"]
    assert not (await synced(context)).records


async def test_a_person_is_asked_with_the_lists_and_some_of_the_people(context: Context, crm: Crm) -> None:
    person = alone(crm)
    await bar(context, person["email"])
    prepared = await SyncToCrm().prepare(context)
    assert prepared.question
    assert any(person["id"] in it.value for it in prepared.question.items if isinstance(it, Value))


async def test_a_domain_is_no_wish_of_a_person(context: Context, crm: Crm) -> None:
    person = alone(crm)
    await bar(context, person["email"].partition("@")[2])
    told = await synced(context)
    assert not person["opted_out"]
    assert "covered by a domain on a do-not-contact list: not noted" in str(told.rules)


async def test_who_was_set_back_in_the_crm_is_not_noted_again(context: Context, crm: Crm) -> None:
    person = alone(crm)
    await bar(context, person["email"])
    await synced(context)
    person["opted_out"] = False
    again = await synced(context)
    assert not again.records
    assert not person["opted_out"]


async def test_an_address_that_changes_between_plan_and_write_is_left_alone(context: Context, crm: Crm) -> None:
    person = alone(crm)
    await bar(context, person["email"])
    prepared = await SyncToCrm().prepare(context)
    person["email"] = "somebody.else@example.com"
    told = await prepared.execute()
    assert told.became["changed there"] == 1
    assert not person["opted_out"]


async def test_people_of_a_sequence_are_noted_with_what_happened_to_them(
    context: Context, box: Sandbox, crm: Crm
) -> None:
    await weeks_later(context, box, 0.3)
    await synced(context, sequence=TITLE)
    person = next(it for it in crm.contacts.values() if any(it["id"] == row["contact_id"] for row in marked(crm)))
    await bar(context, person["email"])
    told = await synced(context, sequence=TITLE)
    assert told.records == {"contacts": 1}
    assert "new: 1 on a do-not-contact list" in text_of(told)
    assert person["opted_out"]


def marked(crm: Crm) -> list[Row]:
    return [row for row in crm.activities.values() if "[saleshandy " in str(row["body"])]


async def test_lists_that_cannot_be_read_are_told(box: Sandbox) -> None:
    app = faulty(box, "GET /dnc/item/search", says(422, {"message": "not today"}))
    async with context_over(box, app=app) as context:
        found = await on_lists(context, [("jo@example.com", "c1")])
    assert not found.events
    assert "could not be read whole" in found.conflicts()[0]


async def test_without_a_sequence_nothing_else_can_be_asked_for(opened: Opened, box: Sandbox) -> None:
    async with opened() as context:
        with pytest.raises(Mistake, match="sequence is missing"):
            await synced(context, stages=["interested=Qualified"])
    assert not box.salessheet.audit
