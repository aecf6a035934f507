"""Starting and pausing: the plan, what voids it, and that a pause never waits."""

from collections.abc import Awaitable, Callable

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Broken, Mistake, Rejected
from saleshandy_mcp.core.prepared import Plan
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.senders.list_email_accounts import AddEmailAccounts
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence
from saleshandy_mcp.features.sequences.create_step import CreateStep
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus
from saleshandy_mcp.features.sequences.update_step_variant import UpdateStepVariant
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import context_over, faulty, line_of, lost, posts, says

STATUS = "POST /sequences/status"
TITLE = "SaaS founders"
START = SetSequenceStatus(sequence=TITLE, status="active")


async def plan_of(context: Context, action: SetSequenceStatus = START) -> Plan:
    ready = await action.prepare(context)
    assert ready.plan is not None
    return ready.plan


async def refused(context: Context, title: str) -> Mistake:
    with pytest.raises(Mistake) as refusal:
        await SetSequenceStatus(sequence=title, status="active").prepare(context)
    return refusal.value


@pytest.mark.parametrize(("title", "was"), [("Q3 launch", "active"), (TITLE, "paused")])
async def test_a_pause_needs_no_agreement_and_is_sent_whatever_it_looks_like(
    box: Sandbox, context: Context, title: str, was: str
) -> None:
    action = SetSequenceStatus(sequence=title, status="paused")
    assert action.consequence is Effect.WRITE
    ready = await action.prepare(context)
    assert ready.plan is None
    told = await ready.execute()
    assert (told.status, told.was) == ("paused", was)
    assert line_of(box, title)["active"] is False
    assert posts(box, STATUS) == 1


async def test_a_pause_that_is_refused_for_another_reason_is_no_pause(box: Sandbox) -> None:
    refusal = says(400, {"error": True, "code": 4000, "message": "Not now"})
    async with context_over(box, app=faulty(box, STATUS, refusal)) as context:
        with pytest.raises(Rejected, match="Not now"):
            await SetSequenceStatus(sequence="Q3 launch", status="paused").run(context)


async def test_a_pause_needs_neither_steps_nor_senders(context: Context) -> None:
    await CreateSequence(title="Spring").run(context)
    assert (await SetSequenceStatus(sequence="Spring", status="paused").run(context)).status == "paused"


async def test_a_start_is_a_plan_first_and_nothing_happens_before_it_goes(box: Sandbox, context: Context) -> None:
    assert START.consequence is Effect.SEND
    ready = await START.prepare(context)
    assert ready.plan is not None
    assert posts(box, STATUS) == 0
    told = await ready.execute()
    assert (told.status, told.was, told.title) == ("active", "paused", TITLE)
    assert told.next == f'set_sequence_status(sequence="{TITLE}", status="paused")'
    assert line_of(box, TITLE)["active"] is True


async def test_what_is_active_needs_no_start(box: Sandbox, context: Context) -> None:
    ready = await SetSequenceStatus(sequence="Q3 launch", status="active").prepare(context)
    assert ready.plan is None
    assert (await ready.execute()).was == "active"
    assert posts(box, STATUS) == 0


async def test_what_somebody_else_started_meanwhile_is_told_as_active(context: Context) -> None:
    ready = await START.prepare(context)
    await START.run(context)
    told = await ready.execute()
    assert (told.status, told.was) == ("active", "active")


@pytest.mark.parametrize("status", ["active", "paused"])
async def test_a_change_without_a_clear_answer_is_never_told_as_done(box: Sandbox, status: str) -> None:
    action = SetSequenceStatus.model_validate(
        {"sequence": TITLE if status == "active" else "Q3 launch", "status": status}
    )
    async with context_over(box, app=faulty(box, STATUS, says(500, {}, passed_on=True))) as context:
        with pytest.raises(Broken):
            await action.run(context)
    async with context_over(box, app=faulty(box, STATUS, lost)) as context:
        with pytest.raises(Exception, match="connection failed"):
            await SetSequenceStatus(sequence="Webinar in May", status="paused").run(context)


async def test_a_start_without_a_clear_answer_is_sent_once(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, STATUS, says(502, "", passed_on=True))) as context:
        with pytest.raises(Broken):
            await START.run(context)
    assert posts(box, STATUS) == 1


async def test_the_plan_lists_people_senders_schedule_and_steps(context: Context) -> None:
    text = (await plan_of(context)).text
    for part in (
        f'Starting "{TITLE}" [',
        "would mail 60 people",
        "ada@trylanternworks.example.com (24 left today)",
        "Mornings, US East, America/New_York",
        '- day 1 email "You still answer support yourself?"',
        "- day 4 email (2 variants)",
        '- day 10 email "Closing the loop"',
    ):
        assert part in text


async def test_the_plan_warns_of_what_a_careful_person_would_want_to_know(box: Sandbox, context: Context) -> None:
    box.world.sequences[line_of(box, TITLE)["id"]]["settings"][3] = "0"
    idle = next(row for row in box.world.email_accounts.values() if row["status"] != 1)
    box.world.sequences[line_of(box, TITLE)["id"]]["emailAccountIds"].append(idle["id"])
    content = "Hi {{Frist Name}}, {{City}}, {a|b}"
    await UpdateStepVariant(sequence=TITLE, step="1", content=content).run(context)
    text = (await plan_of(context)).text
    for warning in (
        "{{Frist Name}} is no field of this account; did you mean {{First Name}}?",
        "{a|b} is sent as it stands",
        "no fallback for City, Company",
        "no way to unsubscribe",
        "goes on mailing people who have replied",
        f"attached but not active, so not sending: {idle['fromEmail']}",
    ):
        assert warning in text
    box.world.sequences[line_of(box, TITLE)["id"]]["settings"][13] = "1"
    assert "unsubscribe" not in (await plan_of(context)).text


async def test_a_sequence_of_nobody_can_be_started_with_a_warning(context: Context) -> None:
    await CreateSequence(title="Spring").run(context)
    text = {"subject": "Hi", "content": "Text"}
    await CreateStep.model_validate({"sequence": "Spring", "type": "email", "day": 1, "variants": [text]}).run(context)
    plan = await plan_of(context, SetSequenceStatus(sequence="Spring", status="active"))
    assert "would mail no people" in plan.text
    assert "nobody is in it yet" in plan.text


async def test_a_sequence_without_steps_is_not_started(box: Sandbox, context: Context) -> None:
    await CreateSequence(title="Spring").run(context)
    refusal = await refused(context, "Spring")
    assert refusal.wrong == 'sequence: "Spring" has no steps'
    assert 'create_step(sequence="Spring")' in refusal.remedy
    assert posts(box, STATUS) == 0


@pytest.mark.parametrize("title", ["Partner programme (draft)", "Webinar in May"])
async def test_a_sequence_that_nobody_can_send_from_is_not_started(box: Sandbox, context: Context, title: str) -> None:
    refusal = await refused(context, title)
    assert refusal.wrong == f'sequence: "{title}" has no active email account to send from'
    assert "add_email_accounts" in refusal.remedy
    assert posts(box, STATUS) == 0


async def test_the_same_world_makes_the_same_facts(box: Sandbox, context: Context) -> None:
    first = await plan_of(context)
    box.clock.advance(120)
    assert (await plan_of(context)).facts == first.facts


async def add_step(_: Sandbox, context: Context) -> None:
    variants = [{"task_note": "Call"}]
    await CreateStep.model_validate({"sequence": TITLE, "type": "call_demo", "day": 30, "variants": variants}).run(
        context
    )


async def add_sender(_: Sandbox, context: Context) -> None:
    await AddEmailAccounts(sequence=TITLE, accounts=["ada@lanternworks.example.com"]).run(context)


async def swap_sender(box: Sandbox, _: Context) -> None:
    other = next(row["id"] for row in box.world.email_accounts.values() if row["fromEmail"].startswith("bo@get"))
    box.world.sequences[line_of(box, TITLE)["id"]]["emailAccountIds"] = [other]


async def add_person(_: Sandbox, context: Context) -> None:
    await ImportProspects(sequence=TITLE, rows=[{"Email": "new@n.example.com"}]).run(context)


async def change_text(_: Sandbox, context: Context) -> None:
    await UpdateStepVariant(sequence=TITLE, step="2", variant="B", content="<p>Other</p>").run(context)


async def change_subject(_: Sandbox, context: Context) -> None:
    await UpdateStepVariant(sequence=TITLE, step="1", subject="Other").run(context)


async def take_out(_: Sandbox, context: Context) -> None:
    await UpdateStepVariant(sequence=TITLE, step="2", variant="B", in_use=False).run(context)


async def change_setting(box: Sandbox, _: Context) -> None:
    box.world.sequences[line_of(box, TITLE)["id"]]["settings"][3] = "0"


async def change_schedule(box: Sandbox, _: Context) -> None:
    sequence = box.world.sequences[line_of(box, TITLE)["id"]]
    sequence["scheduleId"] = next(id_ for id_ in box.world.schedules if id_ != sequence["scheduleId"])


@pytest.mark.parametrize(
    "meanwhile",
    [
        add_step,
        add_sender,
        swap_sender,
        add_person,
        change_text,
        change_subject,
        take_out,
        change_setting,
        change_schedule,
    ],
    ids=lambda it: it.__name__,
)
async def test_an_agreement_is_void_when_what_it_was_about_has_changed(
    box: Sandbox, context: Context, meanwhile: Callable[[Sandbox, Context], Awaitable[None]]
) -> None:
    before = await plan_of(context)
    await meanwhile(box, context)
    after = await plan_of(context)
    assert before.facts != after.facts


async def test_an_agreement_to_one_sequence_is_none_to_another(context: Context) -> None:
    await AddEmailAccounts(sequence="Partner", accounts=["ada@lanternworks.example.com"]).run(context)
    other = await plan_of(context, SetSequenceStatus(sequence="Partner", status="active"))
    assert other.facts != (await plan_of(context)).facts


async def test_where_the_number_of_people_is_not_told_that_is_said(box: Sandbox) -> None:
    unknown = says(200, {"payload": {"prospects": [], "sequenceId": "x"}})
    async with context_over(box, app=faulty(box, "POST /analytics/stats", unknown)) as context:
        assert "would mail an unknown number of people" in (await plan_of(context)).text
