"""When the calls to the CRM are used up, a tool ends in time and goes on later: by itself when asked to."""

from dataclasses import replace
from pathlib import Path

import pytest

from saleshandy_mcp.features.crm.find_crm_records import FindCrmRecords
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.save_crm_records import SaveCrmRecords
from saleshandy_mcp.features.crm.sync_to_crm import CrmSync, SyncToCrm
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.integrations.salessheet.call_budget import DAY
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.world.clock import BASE
from tests.crm_kit import crm_context_over
from tests.features.crm.test_sync_to_crm import TITLE, marks, weeks_later

KEY_NAME = "Outreach bridge"


def use_up_the_day(box: Sandbox, left: int) -> None:
    """Somebody else with this key has made the calls of the day, up to a few."""
    today = int((BASE.timestamp() + box.clock.seconds()) // DAY)
    box.salessheet.windows.days[KEY_NAME, today] = 5_000 - left


async def synced(box: Sandbox, folder: Path, budget: float) -> CrmSync:
    async with crm_context_over(box, ledger=folder / "imports.sqlite3", budget=budget) as context:
        await weeks_later(context, box)
        box.limits_on = True
        use_up_the_day(box, left=10)
        return await SyncToCrm(sequence=TITLE).run(context)


async def test_a_used_up_day_leaves_the_rest_for_later_and_says_so(box: Sandbox, crm: Crm, tmp_path: Path) -> None:
    told = await synced(box, tmp_path, budget=900)
    assert 0 < told.became["written"] < told.became["not sent"]
    assert len(marks(crm)) == told.became["written"]
    assert told.next
    box.clock.advance(DAY)
    async with crm_context_over(box, ledger=tmp_path / "imports.sqlite3") as context:
        rest = await SyncToCrm(sequence=TITLE).run(context)
    assert rest.became == {"written": told.became["not sent"]}
    assert set(marks(crm).values()) == {1}


async def test_when_asked_to_it_goes_on_the_next_day_by_itself(box: Sandbox, crm: Crm, tmp_path: Path) -> None:
    began = box.clock.now().date()
    told = await synced(box, tmp_path, budget=2 * DAY)
    assert set(told.became) == {"written"}
    assert set(marks(crm).values()) == {1}
    assert (box.clock.now().date() - began).days == 15


async def test_a_call_of_a_tool_ends_within_its_time(box: Sandbox, crm: Crm, tmp_path: Path) -> None:
    async with crm_context_over(box, ledger=tmp_path / "imports.sqlite3") as context:
        await weeks_later(context, box)
        box.limits_on = True
        box.salessheet.windows.minutes[KEY_NAME, int((BASE.timestamp() + box.clock.seconds()) // 60)] = 92
        began = box.clock.seconds()
        hurried = replace(context, time_left=lambda: 45 - (box.clock.seconds() - began))
        told = await SyncToCrm(sequence=TITLE).run(hurried)
    assert told.became["not sent"]
    assert told.next
    assert len(marks(crm)) == told.became["written"]
    assert box.clock.seconds() - began <= 45


@pytest.mark.parametrize("left", range(6))
async def test_every_call_waits_for_the_minute(box: Sandbox, tmp_path: Path, left: int) -> None:
    async with crm_context_over(box, folder=tmp_path) as context:
        box.limits_on = True
        await FindCrmRecords(kind="deals").run(context)
        used = box.salessheet.windows.minutes
        used[KEY_NAME, int((BASE.timestamp() + box.clock.seconds()) // 60)] = 100 - left
        given = {"sequence": TITLE, "where": ["stage=Proposal"], "dry_run": True}
        plan = await ImportCrmContacts.model_validate(given).run(context)
        assert isinstance(plan, ImportPlan)
        records = [{"email": "new@example.com"}]
        saved = await SaveCrmRecords(kind="contacts", records=records, dry_run=True).run(context)
    assert (plan.rows, saved.records[0].outcome) == (8, "would be created")
