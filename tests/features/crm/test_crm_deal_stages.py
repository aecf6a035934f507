"""A rule that somebody gives moves the open deal of a contact: forward only, once, and never out of a closed stage."""

from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.question import Value
from saleshandy_mcp.features.crm.sync.crm_deal_stages import Moves, closed_stages, deals_to_move, read_rules
from saleshandy_mcp.features.crm.sync.crm_events import CrmEvent, What
from saleshandy_mcp.features.crm.sync_to_crm import CrmSync, SyncToCrm
from saleshandy_mcp.integrations.crm import Stage, crm_of
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.store.crm_ledger import CrmLedger
from tests.features.crm.conftest import Opened
from tests.features.crm.csv_crm import CsvCrm
from tests.features.crm.test_sync_to_crm import TITLE, weeks_later
from tests.kit import applied, faulty, says

RULE = "interested=Qualified"
CHANGES = "PATCH /salessheet/v1/deals"


async def synced(context: Context, *rules: str, dry_run: bool = False) -> CrmSync:
    asked: dict[str, Any] = {"sequence": TITLE, "stages": list(rules) or None, "dry_run": dry_run}
    return await SyncToCrm.model_validate(asked).run(context)


def stages(crm: Crm, pipeline: str = "New business") -> dict[str, str]:
    """Ids of stages by name."""
    found = next(it for it in crm.pipelines.values() if it["name"] == pipeline)
    return {it["name"]: it["id"] for it in found["stages"]}


async def interested(context: Context, crm: Crm, stage: str = "Lead") -> Row:
    """The deal, in a stage, of the contact who shows interest in this world; the first mails are written."""
    first = await synced(context)
    assert first.events["interested"] == 1
    task = list(crm.tasks.values())[-1]
    deal = next((it for it in crm.deals.values() if it["contact_id"] == task["contact_id"]), None)
    deal = deal or next(iter(crm.deals.values()))
    deal |= {"contact_id": task["contact_id"], "stage_id": stages(crm)[stage]}
    return deal


@pytest.fixture
async def deal(context: Context, box: Sandbox, crm: Crm) -> Row:
    await weeks_later(context, box)
    return await interested(context, crm)


async def test_without_a_rule_no_deal_is_read_or_changed(context: Context, box: Sandbox, deal: Row, crm: Crm) -> None:
    before = box.salessheet.requests["GET /deals"]
    assert not (await synced(context)).records
    assert deal["stage_id"] == stages(crm)["Lead"]
    assert box.salessheet.requests["GET /deals"] == before


async def test_a_rule_moves_the_deal_once_and_the_plan_shows_it(context: Context, deal: Row, crm: Crm) -> None:
    plan = await synced(context, RULE, dry_run=True)
    told = text_of(plan)
    assert "rule: interested: the open deal of the contact goes to the stage Qualified; only forward" in told
    assert f"deal {deal['title']} [{deal['id']}]: Lead → Qualified" in told
    assert deal["stage_id"] == stages(crm)["Lead"]
    done = await synced(context, RULE)
    assert done.became == {"written": 1}
    assert deal["stage_id"] == stages(crm)["Qualified"]
    assert not (await synced(context, RULE)).records


async def test_a_person_is_asked_with_the_rule_and_the_deal(context: Context, deal: Row) -> None:
    prepared = await SyncToCrm(sequence=TITLE, stages=[RULE]).prepare(context)
    assert prepared.question
    values = [it.value for it in prepared.question.items if isinstance(it, Value)]
    assert any("goes to the stage Qualified" in it for it in values)
    assert any(f"[{deal['id']}]: Lead → Qualified" in it for it in values)


async def test_what_somebody_set_back_afterwards_stays_and_is_told(context: Context, deal: Row, crm: Crm) -> None:
    await synced(context, RULE)
    deal["stage_id"] = stages(crm)["Lead"]
    told = await synced(context, RULE)
    assert not told.records
    assert any(
        f"deal {deal['id']} went to Qualified before, and somebody set it to Lead" in it for it in told.conflicts
    )


async def test_a_deal_that_changes_between_plan_and_write_stays(
    context: Context, deal: Row, crm: Crm, box: Sandbox
) -> None:
    prepared = await SyncToCrm(sequence=TITLE, stages=[RULE]).prepare(context)
    deal["stage_id"] = stages(crm)["Closed Lost"]
    told = await prepared.execute()
    assert told.became == {"changed there": 1}
    assert "was changed in the CRM meanwhile" in text_of(told)
    assert deal["stage_id"] == stages(crm)["Closed Lost"]
    assert not any(line["endpoint"].startswith("PATCH") for line in box.salessheet.audit)


class Killed(BaseException):
    """The process ends here."""


async def _dies(*_: object) -> None:
    raise Killed


@pytest.mark.parametrize("executed", [True, False])
async def test_a_move_that_was_killed_is_finished_and_not_made_twice(
    opened: Opened, box: Sandbox, crm: Crm, *, executed: bool
) -> None:
    async with opened(app=faulty(box, CHANGES, applied(_dies, executed=executed), times=1)) as context:
        await weeks_later(context, box)
        deal = await interested(context, crm)
        with pytest.raises(Killed):
            await synced(context, RULE)
        assert (await synced(context, RULE)).became in ({"written": 1}, {})
    assert deal["stage_id"] == stages(crm)["Qualified"]
    changes = [line for line in box.salessheet.audit if line["endpoint"].startswith("PATCH /deals")]
    assert len(changes) == 1


async def test_a_refused_move_is_told_and_tried_again(opened: Opened, box: Sandbox, crm: Crm) -> None:
    refused = says(422, {"error": {"message": "only managers move deals"}})
    async with opened(app=faulty(box, CHANGES, refused, times=1)) as context:
        await weeks_later(context, box)
        deal = await interested(context, crm)
        assert "only managers move deals" in text_of(await synced(context, RULE))
        await synced(context, RULE)
    assert deal["stage_id"] == stages(crm)["Qualified"]


async def moves(context: Context, deal: Row, *rules: str, what: What = "interested", outcome: str = "") -> Moves:
    """What rules make of one event of the contact of a deal."""
    crm = crm_of(context)
    event = CrmEvent(what, "jo@example.com", deal["contact_id"] or "c", TITLE, "s", "1", outcome, None, "e")
    found = await read_rules(crm, rules, ["Meeting booked"])
    return await deals_to_move(crm, found, [event], context.service(CrmLedger))


@pytest.fixture
def lead(crm: Crm) -> Row:
    """An open deal at the first stage."""
    found = next(iter(crm.deals.values()))
    found["stage_id"] = stages(crm)["Lead"]
    return found


@pytest.mark.parametrize("stage", ["Qualified", "Proposal", "Closed Won", "Closed Lost"])
async def test_a_deal_never_goes_back_or_out_of_a_closed_stage(
    context: Context, crm: Crm, lead: Row, stage: str
) -> None:
    lead["stage_id"] = stages(crm)[stage]
    assert not (await moves(context, lead, RULE)).to_write


@pytest.mark.parametrize(("status", "number"), [("open", 1), ("Won", 0), ("closed", 0)])
async def test_a_deal_that_is_closed_by_its_own_word_does_not_move(
    context: Context, tmp_path: Path, status: str, number: int
) -> None:
    (tmp_path / "stages.csv").write_text("id,name,pipeline\ns1,New,Sales\ns2,Offer,Sales\n", encoding="utf-8")
    deals = f"id,Name,Deal stage,Person,Status\nd1,Pilot,s1,c1,{status}\n"
    (tmp_path / "deals.csv").write_text(deals, encoding="utf-8")
    crm = CsvCrm(tmp_path)
    event = CrmEvent("interested", "jo@example.com", "c1", TITLE, "s", "1", "", None, "e")
    rules = await read_rules(crm, ["interested=Offer"], [])
    assert len((await deals_to_move(crm, rules, [event], context.service(CrmLedger))).to_write) == number


@pytest.mark.parametrize(
    ("rules", "what", "outcome", "stage"),
    [
        (["interested=Proposal", "Interested=Qualified"], "interested", "", "Proposal"),
        (["replied=Qualified", "meeting booked=Proposal"], "replied", "Meeting booked", "Proposal"),
        (["replied=Qualified", "meeting booked=Proposal"], "replied", "Not now", "Qualified"),
        (["bounced=Closed Lost", "replied=Qualified"], "bounced", "", "Closed Lost"),
        (["replied=Qualified"], "bounced", "", ""),
    ],
)
async def test_of_the_rules_about_an_event_the_furthest_stage_counts(
    context: Context, crm: Crm, lead: Row, rules: list[str], what: What, outcome: str, stage: str
) -> None:
    made = (await moves(context, lead, *rules, what=what, outcome=outcome)).to_write
    assert [it.item["stage_id"] for it in made] == ([stages(crm)[stage]] if stage else [])


async def test_a_contact_with_several_open_deals_is_told_and_none_moves(context: Context, lead: Row, crm: Crm) -> None:
    other = next(it for it in crm.deals.values() if it is not lead and it["stage_id"] == stages(crm)["Proposal"])
    other["contact_id"] = lead["contact_id"]
    told = await moves(context, lead, RULE)
    assert not told.to_write
    assert "2 open deals" in told.conflicts[0]
    assert lead["id"] in told.conflicts[0]
    assert other["id"] in told.conflicts[0]


async def test_a_contact_without_an_open_deal_is_told(context: Context, lead: Row) -> None:
    lead["contact_id"] = None
    told = await moves(context, lead, RULE)
    assert not told.to_write
    assert told.conflicts == ["no open deal of jo@example.com: a rule is about them, and nothing moves"]


async def test_a_deal_of_a_pipeline_without_the_stage_stays(context: Context, lead: Row, crm: Crm) -> None:
    lead |= {"pipeline_id": "x", "stage_id": stages(crm, "Renewals")["Due"]}
    told = await moves(context, lead, RULE)
    assert not told.to_write
    assert "its pipeline Renewals has no stage Qualified" in told.conflicts[0]


async def test_a_deal_whose_stage_is_written_by_its_name_keeps_that_way(context: Context, lead: Row) -> None:
    lead["stage_id"] = "Lead"
    (made,) = (await moves(context, lead, RULE)).to_write
    assert made.item["stage_id"] == "Qualified"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("interested=Qualifed", 'stages: there is no stage "Qualifed". Stages: Lead, Qualified, Proposal'),
        ("intrested=Qualified", 'stages: nothing that happens is called "intrested". It can be: interested, replied'),
        ("Qualified", 'stages: "Qualified" is no rule. Write "interested=Qualified".'),
        ("=Qualified", 'stages: "=Qualified" is no rule'),
    ],
)
async def test_a_rule_that_is_wrong_is_one_sentence(context: Context, rule: str, words: str) -> None:
    with pytest.raises(Mistake) as error:
        await read_rules(crm_of(context), [rule], [])
    assert error.value.words(str).startswith(words)


@pytest.mark.parametrize(
    ("named", "closed"),
    [
        ([("Lead", 10), ("Proposal", 40), ("Closed Won", 100), ("Closed Lost", 0)], {"Closed Won", "Closed Lost"}),
        ([("Due", 50), ("Renewed", 100), ("Gone", 0)], {"Renewed", "Gone"}),
        ([("New", 0), ("Half", 0.5), ("Sure", 1.0), ("Never", 0)], {"Sure", "Never"}),
        ([("New", None), ("Offer", None), ("Lost", None), ("Wondering", None)], {"Lost"}),
        ([("New", 0), ("Offer", 0)], set[str]()),
    ],
)
def test_closed_stages_are_told_by_their_name_or_their_probability(
    named: list[tuple[str, float | None]], closed: set[str]
) -> None:
    found = [Stage(name, name, "Sales", probability) for name, probability in named]
    assert {it.name for it in closed_stages(found)} == closed
