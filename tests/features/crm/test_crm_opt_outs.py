"""Who opted out in the CRM is skipped by every import, and is told of where somebody is in a sequence already."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.features.senders.add_email_accounts import AddEmailAccounts
from saleshandy_mcp.features.sequences.get_sequence import GetSequence
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.keys import ENTERPRISE_KEY, REVOKED_KEY
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.crm_kit import crm_context_over
from tests.features.crm.conftest import Opened
from tests.kit import context_over

TITLE = "Partner programme (draft)"


def newcomer(crm: Crm, *, out: bool) -> Row:
    """A person whom only the CRM knows, with an address of one contact alone."""
    found = next(it for it in crm.contacts.values() if "newman" in str(it["email"]))
    found["opted_out"] = out
    return found


async def planned(context: Context, *emails: str) -> ImportPlan:
    rows = [{"Email": it} for it in emails]
    plan = await ImportProspects.model_validate({"sequence": TITLE, "rows": rows, "dry_run": True}).run(context)
    assert isinstance(plan, ImportPlan)
    return plan


async def imported(context: Context, *emails: str) -> ImportReport:
    rows = [{"Email": it} for it in emails]
    report = await ImportProspects.model_validate({"sequence": TITLE, "rows": rows}).run(context)
    assert isinstance(report, ImportReport)
    return report


def reads(box: Sandbox) -> int:
    return box.salessheet.requests["GET /contacts"]


async def test_rows_of_any_source_are_skipped_and_the_reason_is_told(context: Context, crm: Crm) -> None:
    out = newcomer(crm, out=True)["email"]
    plan = await planned(context, out.upper(), "somebody@example.com")
    assert (plan.rows, plan.to_send) == (2, 1)
    assert "1 opted out in SalesSheet" in text_of(plan)


async def test_what_was_read_serves_for_an_hour_and_its_age_is_told(context: Context, box: Sandbox, crm: Crm) -> None:
    assert (await planned(context, "somebody@example.com")).to_send == 1
    before = reads(box)
    box.clock.advance(1800)
    out = newcomer(crm, out=True)["email"]
    plan = await planned(context, out, "other@example.com")
    assert reads(box) == before
    assert "the opt-outs of SalesSheet were read 30 minutes ago" in text_of(plan)
    box.clock.advance(1800)
    assert (await planned(context, out, "third@example.com")).to_send == 1
    assert reads(box) > before


async def test_an_import_from_the_crm_reads_it_once(context: Context, box: Sandbox) -> None:
    await ImportCrmContacts.model_validate({"sequence": TITLE, "dry_run": True}).run(context)
    before = reads(box)
    await planned(context, "somebody@example.com")
    assert reads(box) == before


async def test_without_its_opt_outs_nothing_is_imported(opened: Opened, box: Sandbox) -> None:
    async with opened(REVOKED_KEY) as context:
        with pytest.raises(Mistake, match="opt-outs of the CRM could not be read"):
            await imported(context, "somebody@example.com")
    assert not box.state()["imports"]


async def test_what_another_key_has_read_counts_for_nothing(box: Sandbox, crm: Crm, tmp_path: Path) -> None:
    """It may be the key of another CRM, in which nobody of these people has opted out, or others have."""
    ledger = tmp_path / "imports.sqlite3"
    async with crm_context_over(box, ledger=ledger) as context:
        await planned(context, "somebody@example.com")
    out = newcomer(crm, out=True)["email"]
    async with crm_context_over(box, ENTERPRISE_KEY, ledger=ledger) as context:
        assert (await planned(context, out, "other@example.com")).to_send == 1
    async with crm_context_over(box, REVOKED_KEY, ledger=ledger) as context:
        with pytest.raises(Mistake, match="opt-outs of the CRM could not be read"):
            await imported(context, "third@example.com")


async def test_opt_outs_of_before_count_when_the_crm_fails(context: Context, box: Sandbox, crm: Crm) -> None:
    out = newcomer(crm, out=True)["email"]
    await planned(context, "somebody@example.com")
    box.clock.advance(7200)
    for name, it in box.salessheet.keys.items():
        box.salessheet.keys[name] = replace(it, revoked=True)
    plan = await planned(context, out, "other@example.com")
    assert plan.to_send == 1
    assert "were read 2 hours ago" in text_of(plan)


@pytest.mark.parametrize("back", [timedelta(hours=2), timedelta(days=365)])
async def test_after_the_clock_was_set_back_they_are_read_anew(
    box: Sandbox, crm: Crm, tmp_path: Path, back: timedelta
) -> None:
    ledger = tmp_path / "imports.sqlite3"
    async with crm_context_over(box, ledger=ledger) as context:
        await planned(context, "somebody@example.com")
    out = newcomer(crm, out=True)["email"]
    async with crm_context_over(box, ledger=ledger, now=lambda: box.clock.now() - back) as context:
        assert (await planned(context, out, "other@example.com")).to_send == 1


async def test_a_server_without_a_crm_asks_none(box: Sandbox) -> None:
    async with context_over(box) as context:
        assert (await planned(context, "somebody@example.com")).to_send == 1
    assert not box.salessheet.audit


async def test_who_opts_out_later_is_told_at_the_start_and_with_the_sequence(
    context: Context, box: Sandbox, crm: Crm
) -> None:
    person = newcomer(crm, out=False)
    await imported(context, person["email"])
    assert "opted out" not in text_of(await GetSequence(sequence=TITLE).run(context))
    person["opted_out"] = True
    box.clock.advance(timedelta(hours=2).total_seconds())
    await AddEmailAccounts(sequence=TITLE, accounts=["ada@lanternworks.example.com"]).run(context)
    prepared = await SetSequenceStatus(sequence=TITLE, status="active").prepare(context)
    assert prepared.question
    warning = f"1 person in it opted out in SalesSheet: {person['email'].lower()}"
    assert warning in [getattr(it, "value", "") for it in prepared.question.items]
    calls = len(box.salessheet.audit)
    box.clock.advance(600)
    assert f"Warning: {warning} (read 10 minutes ago)" in text_of(await GetSequence(sequence=TITLE).run(context))
    assert len(box.salessheet.audit) == calls
