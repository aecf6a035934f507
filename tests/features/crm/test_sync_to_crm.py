"""What happens to contacts in a sequence is written to the CRM, each event once, whatever goes wrong in between."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.sync_to_crm import CrmSync, SyncToCrm
from saleshandy_mcp.features.prospects.update_prospects import UpdateProspects
from saleshandy_mcp.integrations.crm import CrmAccess
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.crm_kit import crm_context_over
from tests.features.crm.conftest import Opened
from tests.kit import applied, faulty, from_table, lost, says

SENTENCES = [
    "Write the replies of the sequence back to the CRM",
    "Log in the CRM what happened to the contacts we imported from it",
    "Sync bounces and opt-outs of Agencies EU to the CRM",
]
EXAMPLES: dict[str, dict[str, Any]] = {"sync_to_crm": {"sequence": "Agencies EU", "dry_run": True}}
TITLE = "Agencies EU"
WEEK = 7 * 86_400.0
ACTIVITIES, TASKS = "POST /salessheet/v1/activities", "POST /salessheet/v1/tasks"
CONTACTS = "PATCH /salessheet/v1/contacts"


async def weeks_later(context: Context, box: Sandbox, weeks: float = 2) -> None:
    """The persons of the CRM from two countries are in an active sequence, and some weeks have gone by."""
    await ImportCrmContacts(sequence=TITLE, where=["country=Germany", "country=United Kingdom"]).run(context)
    box.clock.advance(weeks * WEEK)


before_examples = weeks_later


async def synced(context: Context, **more: Any) -> CrmSync:
    return await SyncToCrm.model_validate({"sequence": TITLE, **more}).run(context)


def marks(crm: Crm) -> Counter[str]:
    """How often each event stands in the CRM."""
    rows: list[Row] = [*crm.activities.values(), *crm.tasks.values()]
    texts = [str(row.get("body") or row.get("note") or "") for row in rows]
    return Counter(text.rpartition("\n")[2] for text in texts if "[saleshandy " in text)


async def test_each_event_becomes_a_record_of_its_contact(context: Context, box: Sandbox, crm: Crm) -> None:
    await weeks_later(context, box)
    before = len(crm.activities)
    told = await synced(context)
    assert set(told.became) == {"written"}
    assert len(crm.activities) - before == told.records["activities"] > 0
    newest = list(crm.activities.values())[-1]
    assert newest["contact_id"] in crm.contacts
    assert newest["subject"].endswith((f"{TITLE}, step 1", f"{TITLE}, step 2", f"{TITLE}, step 3", TITLE))
    assert newest["type"] == "email"


async def test_the_plan_tells_the_same_and_writes_nothing(context: Context, box: Sandbox, crm: Crm) -> None:
    await weeks_later(context, box)
    plan = await synced(context, dry_run=True)
    assert not marks(crm)
    assert "A plan; nothing was written." in text_of(plan)
    assert plan.samples
    assert any("contact_id" in rule for rule in plan.rules)
    done = await synced(context)
    assert done.records == plan.records


@pytest.mark.parametrize("year", [2020, 2040])
async def test_today_is_the_day_of_the_api_and_not_of_this_machine(box: Sandbox, tmp_path: Path, year: int) -> None:
    ledger = tmp_path / "imports.sqlite3"
    async with crm_context_over(box, ledger=ledger) as context:
        await weeks_later(context, box)
        told = await synced(context, dry_run=True)
    async with crm_context_over(box, ledger=ledger, now=lambda: datetime(year, 1, 1, tzinfo=UTC)) as context:
        here = await synced(context, dry_run=True)
    assert here.records == told.records != {}


async def test_a_plan_tells_how_many_calls_are_left_today(context: Context, box: Sandbox) -> None:
    await weeks_later(context, box)
    plan = await synced(context, dry_run=True)
    assert plan.left_today
    assert f"each takes one call, and {plan.left_today:,} calls are left today" in text_of(plan)
    assert not any("today not all" in rule for rule in plan.rules)


async def test_where_the_calls_of_today_are_too_few_the_question_says_so(context: Context, box: Sandbox) -> None:
    await weeks_later(context, box)
    few = replace(context.service(CrmAccess), left_today=lambda: 3)
    prepared = await SyncToCrm(sequence=TITLE).prepare(replace(context, services={**context.services, CrmAccess: few}))
    assert prepared.question
    assert any("today not all of them can be made" in str(it) for it in prepared.question.items)


async def test_doing_it_twice_writes_nothing_twice(context: Context, box: Sandbox, crm: Crm) -> None:
    await weeks_later(context, box)
    first = await synced(context)
    again = await synced(context)
    assert not again.records
    assert again.before == sum(first.events.values()) + first.records.get("contacts", 0)
    assert set(marks(crm).values()) == {1}


async def test_later_events_are_added_to_those_of_before(context: Context, box: Sandbox, crm: Crm) -> None:
    await weeks_later(context, box, 0.3)
    await synced(context)
    before = marks(crm)
    assert before
    box.clock.advance(2 * WEEK)
    more = await synced(context)
    assert more.became["written"] == len(marks(crm)) - len(before) + more.records.get("contacts", 0) > 0
    assert set(marks(crm).values()) == {1}


async def test_a_person_is_asked_and_sees_rules_and_samples(context: Context, box: Sandbox) -> None:
    await weeks_later(context, box)
    prepared = await SyncToCrm(sequence=TITLE).prepare(context)
    assert prepared.question
    assert {"CRM", "sequence", "rule", "such as"} <= {getattr(it, "label", "") for it in prepared.question.items}


@pytest.mark.parametrize("fault", ["lost", "timeout", "broken"])
async def test_a_record_in_doubt_is_looked_up_before_it_is_written_again(
    opened: Opened, box: Sandbox, crm: Crm, fault: str
) -> None:
    how = {"lost": lost, "timeout": from_table("lost-answer"), "broken": says(500, {"error": "oh"})}[fault]
    async with opened(app=faulty(box, ACTIVITIES, how, after=2, times=1)) as context:
        await weeks_later(context, box)
        first = await synced(context)
        assert first.became["unknown"] == 1
        assert first.next
        second = await synced(context)
    assert second.became == ({"written": 1} if fault == "broken" else {"found there": 1})
    assert set(marks(crm).values()) == {1}
    assert len(marks(crm)) == first.records["activities"] + first.records.get("tasks", 0)


class Killed(BaseException):
    """The process ends here."""


async def _dies(*_: object) -> None:
    raise Killed


@pytest.mark.parametrize("executed", [True, False])
@pytest.mark.parametrize("call", [ACTIVITIES, TASKS, CONTACTS])
async def test_what_is_killed_in_any_call_is_finished_by_the_next_process(
    box: Sandbox, crm: Crm, tmp_path: Path, call: str, *, executed: bool
) -> None:
    ledger = tmp_path / "imports.sqlite3"
    async with crm_context_over(box, ledger=ledger) as context:
        await weeks_later(context, box)
        person = _sent_to(crm)
        await _unsubscribe(context, person["email"])
        wanted = await synced(context, dry_run=True)
    killed = 0
    for after in range(wanted.records["activities"] + 1):
        app = faulty(box, call, applied(_dies, executed=executed), after=min(after, 2), times=1)
        async with crm_context_over(box, ledger=ledger, app=app) as context:
            try:
                await synced(context)
            except Killed:
                killed += 1
                continue
        break
    assert killed
    assert set(marks(crm).values()) == {1}
    assert len(marks(crm)) == wanted.records["activities"] + wanted.records.get("tasks", 0)
    assert person["opted_out"]


async def test_who_unsubscribed_is_noted_at_the_contact(context: Context, box: Sandbox, crm: Crm) -> None:
    await weeks_later(context, box)
    person = _sent_to(crm)
    await _unsubscribe(context, person["email"])
    told = await synced(context)
    assert person["opted_out"] is True
    assert told.records["contacts"] == 1
    assert "who unsubscribed gets opted_out: yes" in told.rules


async def test_what_has_changed_in_the_crm_meanwhile_is_told_and_not_written(
    context: Context, box: Sandbox, crm: Crm
) -> None:
    await weeks_later(context, box)
    moved = _sent_to(crm)
    address, moved["email"] = moved["email"], "somebody.else@example.com"
    told = await synced(context)
    assert f"{address}: its contact {moved['id']} now has the address somebody.else@example.com" in told.conflicts
    assert all(it["contact_id"] != moved["id"] for it in crm.activities.values() if "[saleshandy" in str(it["body"]))


async def test_a_contact_that_changes_while_a_person_thinks_gets_nothing(
    context: Context, box: Sandbox, crm: Crm
) -> None:
    await weeks_later(context, box, 0.3)
    prepared = await SyncToCrm(sequence=TITLE).prepare(context)
    moved = _sent_to(crm)
    moved["email"] = "somebody.else@example.com"
    box.clock.advance(120)
    told = await prepared.execute()
    assert told.became["changed there"] >= 1
    assert "now has the address somebody.else@example.com" in text_of(told)
    assert all(it["contact_id"] != moved["id"] for it in crm.activities.values() if "[saleshandy" in str(it["body"]))


async def test_an_address_of_two_contacts_is_told_and_written_to_neither(
    context: Context, box: Sandbox, crm: Crm
) -> None:
    await ImportCrmContacts(sequence="Agencies EU", where=["country=Germany", "country=Denmark"]).run(context)
    box.clock.advance(2 * WEEK)
    told = await synced(context)
    assert all("belongs to 2 contacts" in it for it in told.conflicts)
    assert set(marks(crm).values()) <= {1}


async def test_an_opt_out_is_noted_at_all_contacts_with_the_address(context: Context, box: Sandbox, crm: Crm) -> None:
    await ImportCrmContacts(sequence="Agencies EU", where=["country=Germany", "country=Denmark"]).run(context)
    box.clock.advance(0.3 * WEEK)
    told = await synced(context, dry_run=True)
    email = told.conflicts[0].split()[0]
    await _unsubscribe(context, email)
    await synced(context)
    both = [it for it in crm.contacts.values() if (it["email"] or "").lower() == email]
    assert [it["opted_out"] for it in both] == [True, True]


async def test_a_refused_record_is_tried_again_the_next_time(opened: Opened, box: Sandbox, crm: Crm) -> None:
    refused = says(422, {"error": {"message": "not today"}})
    async with opened(app=faulty(box, ACTIVITIES, refused, times=1)) as context:
        await weeks_later(context, box)
        first = await synced(context)
        assert first.became["refused"] == 1
        assert first.reasons == ["not today"]
        second = await synced(context)
    assert second.became == {"written": 1}
    assert set(marks(crm).values()) == {1}


async def test_a_sequence_without_contacts_of_the_crm_is_one_sentence(context: Context) -> None:
    with pytest.raises(Mistake, match="no contact of the CRM was imported into"):
        await synced(context)


async def test_without_the_word_of_the_operator_nothing_is_read(opened: Opened, box: Sandbox) -> None:
    async with opened(writable=False) as context:
        with pytest.raises(Mistake, match="read only here"):
            await synced(context)
    assert box.salessheet.audit == []


async def test_what_was_written_is_known_in_the_next_process(box: Sandbox, crm: Crm, tmp_path: Path) -> None:
    ledger = tmp_path / "imports.sqlite3"
    async with crm_context_over(box, ledger=ledger) as context:
        await weeks_later(context, box)
        await synced(context)
    async with crm_context_over(box, ledger=ledger) as context:
        assert not (await synced(context)).records
    assert set(marks(crm).values()) == {1}


def _sent_to(crm: Crm) -> Row:
    """A contact of whom there is only one, from Germany."""
    addresses = Counter((it["email"] or "").lower() for it in crm.contacts.values())
    return next(
        it
        for it in crm.contacts.values()
        if it["country"] == "Germany" and addresses[it["email"].lower()] == 1 and not it["opted_out"]
    )


async def _unsubscribe(context: Context, email: str) -> None:
    await UpdateProspects(prospects=[email], status="unsubscribed").run(context)
