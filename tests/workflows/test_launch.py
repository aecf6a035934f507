"""Starting and pausing: the plan, what voids it, and that a pause never waits."""

from collections.abc import Awaitable, Callable

import pytest

from saleshandy_mcp.api.action import Desk, Effect, Plan
from saleshandy_mcp.api.errors import Broken, Mistake, Rejected
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.workflows.importing import ImportProspects
from saleshandy_mcp.workflows.launch import SetSequenceStatus
from saleshandy_mcp.workflows.senders import AddEmailAccounts
from saleshandy_mcp.workflows.sequences import CreateSequence
from saleshandy_mcp.workflows.steps import CreateStep
from saleshandy_mcp.workflows.variants import UpdateStepVariant
from tests.workflows.kit import desk_over, faulty, line_of, lost, posts, says

STATUS = "POST /sequences/status"
TITLE = "SaaS founders"
START = SetSequenceStatus(sequence=TITLE, status="active")


async def plan_of(desk: Desk, action: SetSequenceStatus = START) -> Plan:
    ready = await action.ready(desk)
    assert ready.plan is not None
    return ready.plan


async def refused(desk: Desk, title: str) -> Mistake:
    with pytest.raises(Mistake) as refusal:
        await SetSequenceStatus(sequence=title, status="active").ready(desk)
    return refusal.value


@pytest.mark.parametrize(("title", "was"), [("Q3 launch", "active"), (TITLE, "paused")])
async def test_a_pause_needs_no_agreement_and_is_sent_whatever_it_looks_like(
    box: Sandbox, desk: Desk, title: str, was: str
) -> None:
    action = SetSequenceStatus(sequence=title, status="paused")
    assert action.consequence is Effect.WRITE
    ready = await action.ready(desk)
    assert ready.plan is None
    told = await ready.go()
    assert (told.status, told.was) == ("paused", was)
    assert line_of(box, title)["active"] is False
    assert posts(box, STATUS) == 1


async def test_a_pause_that_is_refused_for_another_reason_is_no_pause(box: Sandbox) -> None:
    refusal = says(400, {"error": True, "code": 4000, "message": "Not now"})
    async with desk_over(box, app=faulty(box, STATUS, refusal)) as desk:
        with pytest.raises(Rejected, match="Not now"):
            await SetSequenceStatus(sequence="Q3 launch", status="paused").run(desk)


async def test_a_pause_needs_neither_steps_nor_senders(desk: Desk) -> None:
    await CreateSequence(title="Spring").run(desk)
    assert (await SetSequenceStatus(sequence="Spring", status="paused").run(desk)).status == "paused"


async def test_a_start_is_a_plan_first_and_nothing_happens_before_it_goes(box: Sandbox, desk: Desk) -> None:
    assert START.consequence is Effect.SEND
    ready = await START.ready(desk)
    assert ready.plan is not None
    assert posts(box, STATUS) == 0
    told = await ready.go()
    assert (told.status, told.was, told.title) == ("active", "paused", TITLE)
    assert told.next == f'set_sequence_status(sequence="{TITLE}", status="paused")'
    assert line_of(box, TITLE)["active"] is True


async def test_what_is_active_needs_no_start(box: Sandbox, desk: Desk) -> None:
    ready = await SetSequenceStatus(sequence="Q3 launch", status="active").ready(desk)
    assert ready.plan is None
    assert (await ready.go()).was == "active"
    assert posts(box, STATUS) == 0


async def test_what_somebody_else_started_meanwhile_is_told_as_active(desk: Desk) -> None:
    ready = await START.ready(desk)
    await START.run(desk)
    told = await ready.go()
    assert (told.status, told.was) == ("active", "active")


@pytest.mark.parametrize("status", ["active", "paused"])
async def test_a_change_without_a_clear_answer_is_never_told_as_done(box: Sandbox, status: str) -> None:
    action = SetSequenceStatus.model_validate(
        {"sequence": TITLE if status == "active" else "Q3 launch", "status": status}
    )
    async with desk_over(box, app=faulty(box, STATUS, says(500, {}, passed_on=True))) as desk:
        with pytest.raises(Broken):
            await action.run(desk)
    async with desk_over(box, app=faulty(box, STATUS, lost)) as desk:
        with pytest.raises(Exception, match="connection failed"):
            await SetSequenceStatus(sequence="Webinar in May", status="paused").run(desk)


async def test_a_start_without_a_clear_answer_is_sent_once(box: Sandbox) -> None:
    async with desk_over(box, app=faulty(box, STATUS, says(502, "", passed_on=True))) as desk:
        with pytest.raises(Broken):
            await START.run(desk)
    assert posts(box, STATUS) == 1


async def test_the_plan_lists_people_senders_schedule_and_steps(desk: Desk) -> None:
    text = (await plan_of(desk)).text
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


async def test_the_plan_warns_of_what_a_careful_person_would_want_to_know(box: Sandbox, desk: Desk) -> None:
    box.world.sequences[line_of(box, TITLE)["id"]]["settings"][3] = "0"
    idle = next(row for row in box.world.email_accounts.values() if row["status"] != 1)
    box.world.sequences[line_of(box, TITLE)["id"]]["emailAccountIds"].append(idle["id"])
    content = "Hi {{Frist Name}}, {{City}}, {a|b}"
    await UpdateStepVariant(sequence=TITLE, step="1", content=content).run(desk)
    text = (await plan_of(desk)).text
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
    assert "unsubscribe" not in (await plan_of(desk)).text


async def test_a_sequence_of_nobody_can_be_started_with_a_warning(desk: Desk) -> None:
    await CreateSequence(title="Spring").run(desk)
    text = {"subject": "Hi", "content": "Text"}
    await CreateStep.model_validate({"sequence": "Spring", "type": "email", "day": 1, "variants": [text]}).run(desk)
    plan = await plan_of(desk, SetSequenceStatus(sequence="Spring", status="active"))
    assert "would mail no people" in plan.text
    assert "nobody is in it yet" in plan.text


async def test_a_sequence_without_steps_is_not_started(box: Sandbox, desk: Desk) -> None:
    await CreateSequence(title="Spring").run(desk)
    refusal = await refused(desk, "Spring")
    assert refusal.wrong == 'sequence: "Spring" has no steps'
    assert 'create_step(sequence="Spring")' in refusal.remedy
    assert posts(box, STATUS) == 0


@pytest.mark.parametrize("title", ["Partner programme (draft)", "Webinar in May"])
async def test_a_sequence_that_nobody_can_send_from_is_not_started(box: Sandbox, desk: Desk, title: str) -> None:
    refusal = await refused(desk, title)
    assert refusal.wrong == f'sequence: "{title}" has no active email account to send from'
    assert "add_email_accounts" in refusal.remedy
    assert posts(box, STATUS) == 0


async def test_the_same_world_makes_the_same_facts(box: Sandbox, desk: Desk) -> None:
    first = await plan_of(desk)
    box.clock.advance(120)
    assert (await plan_of(desk)).facts == first.facts


async def add_step(_: Sandbox, desk: Desk) -> None:
    variants = [{"task_note": "Call"}]
    await CreateStep.model_validate({"sequence": TITLE, "type": "call_demo", "day": 30, "variants": variants}).run(desk)


async def add_sender(_: Sandbox, desk: Desk) -> None:
    await AddEmailAccounts(sequence=TITLE, accounts=["ada@lanternworks.example.com"]).run(desk)


async def swap_sender(box: Sandbox, _: Desk) -> None:
    other = next(row["id"] for row in box.world.email_accounts.values() if row["fromEmail"].startswith("bo@get"))
    box.world.sequences[line_of(box, TITLE)["id"]]["emailAccountIds"] = [other]


async def add_person(_: Sandbox, desk: Desk) -> None:
    await ImportProspects(sequence=TITLE, rows=[{"Email": "new@n.example.com"}]).run(desk)


async def change_text(_: Sandbox, desk: Desk) -> None:
    await UpdateStepVariant(sequence=TITLE, step="2", variant="B", content="<p>Other</p>").run(desk)


async def change_subject(_: Sandbox, desk: Desk) -> None:
    await UpdateStepVariant(sequence=TITLE, step="1", subject="Other").run(desk)


async def take_out(_: Sandbox, desk: Desk) -> None:
    await UpdateStepVariant(sequence=TITLE, step="2", variant="B", in_use=False).run(desk)


async def change_setting(box: Sandbox, _: Desk) -> None:
    box.world.sequences[line_of(box, TITLE)["id"]]["settings"][3] = "0"


async def change_schedule(box: Sandbox, _: Desk) -> None:
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
    box: Sandbox, desk: Desk, meanwhile: Callable[[Sandbox, Desk], Awaitable[None]]
) -> None:
    before = await plan_of(desk)
    await meanwhile(box, desk)
    after = await plan_of(desk)
    assert before.facts != after.facts


async def test_an_agreement_to_one_sequence_is_none_to_another(desk: Desk) -> None:
    await AddEmailAccounts(sequence="Partner", accounts=["ada@lanternworks.example.com"]).run(desk)
    other = await plan_of(desk, SetSequenceStatus(sequence="Partner", status="active"))
    assert other.facts != (await plan_of(desk)).facts


async def test_where_the_number_of_people_is_not_told_that_is_said(box: Sandbox) -> None:
    unknown = says(200, {"payload": {"prospects": [], "sequenceId": "x"}})
    async with desk_over(box, app=faulty(box, "POST /analytics/stats", unknown)) as desk:
        assert "would mail an unknown number of people" in (await plan_of(desk)).text
