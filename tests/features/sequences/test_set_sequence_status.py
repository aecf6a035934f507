"""``set_sequence_status``: a start asks first, a pause never waits, and what is unclear is not told as done."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Broken, Mistake, Rejected, SaleshandyError
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.sequences.create_sequence import CreateSequence
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus, StatusChange
from saleshandy_mcp.features.sequences.stop_everything import EverythingStopped
from saleshandy_mcp.sandbox import Sandbox
from tests.features.questions import through_the_gate
from tests.kit import Fault, context_over, faulty, line_of, lost, posts, says

SENTENCES = ["Pause the Q3 launch sequence", "Activate the sequence so that it starts sending"]
EXAMPLES: dict[str, dict[str, Any]] = {
    "set_sequence_status_pause": {"sequence": "Q3 launch", "status": "paused"},
    "set_sequence_status_preview": {"sequence": "SaaS founders", "status": "active"},
}

STATUS = "POST /sequences/status"
TITLE = "SaaS founders"
START = SetSequenceStatus(sequence=TITLE, status="active")


def one(view: StatusChange | EverythingStopped) -> StatusChange:
    assert isinstance(view, StatusChange)
    return view


async def refused(context: Context, title: str) -> Mistake:
    with pytest.raises(Mistake) as refusal:
        await SetSequenceStatus(sequence=title, status="active").prepare(context)
    return refusal.value


@pytest.mark.parametrize(("title", "was"), [("Q3 launch", "active"), (TITLE, "paused")])
async def test_a_pause_needs_no_agreement_and_is_sent_whatever_it_looks_like(
    box: Sandbox, context: Context, title: str, was: str
) -> None:
    action = SetSequenceStatus(sequence=title, status="paused")
    prepared = await action.prepare(context)
    assert (prepared.question, prepared.effects) == (None, {Effect.WRITE})
    told = one(await prepared.execute())
    assert (told.status, told.was) == ("paused", was)
    assert told.next == NextCall.of("get_sequence", sequence=title)
    assert line_of(box, title)["active"] is False
    assert posts(box, STATUS) == 1


async def test_a_pause_that_is_refused_for_another_reason_is_no_pause(box: Sandbox) -> None:
    refusal = says(400, {"error": True, "code": 4000, "message": "Not now"})
    async with context_over(box, app=faulty(box, STATUS, refusal)) as context:
        with pytest.raises(Rejected, match="Not now"):
            await SetSequenceStatus(sequence="Q3 launch", status="paused").run(context)


async def test_a_pause_needs_neither_steps_nor_senders(context: Context) -> None:
    await CreateSequence(title="Spring").run(context)
    assert one(await SetSequenceStatus(sequence="Spring", status="paused").run(context)).status == "paused"


async def test_a_start_asks_first_and_nothing_happens_before_it_is_carried_out(box: Sandbox, context: Context) -> None:
    prepared = await START.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.SEND}
    assert posts(box, STATUS) == 0
    told = one(await prepared.execute())
    assert (told.status, told.was, told.title) == ("active", "paused", TITLE)
    assert told.next == NextCall.of("set_sequence_status", sequence=TITLE, status="paused")
    assert line_of(box, TITLE)["active"] is True


@pytest.mark.parametrize("status", ["active", "paused"])
async def test_what_is_prepared_gets_through_the_gate(box: Sandbox, context: Context, status: str) -> None:
    await through_the_gate(context, SetSequenceStatus.model_validate({"sequence": TITLE, "status": status}))
    assert (line_of(box, TITLE)["active"], posts(box, STATUS)) == (status == "active", 1)


async def test_what_is_active_needs_no_start(box: Sandbox, context: Context) -> None:
    prepared = await SetSequenceStatus(sequence="Q3 launch", status="active").prepare(context)
    assert (prepared.question, prepared.effects) == (None, READING)
    assert one(await prepared.execute()).was == "active"
    assert posts(box, STATUS) == 0


async def test_what_somebody_else_started_meanwhile_is_told_as_active(context: Context) -> None:
    prepared = await START.prepare(context)
    await START.run(context)
    told = one(await prepared.execute())
    assert (told.status, told.was) == ("active", "active")


@pytest.mark.parametrize("fault", [says(500, {}, passed_on=True), lost, says(200, "", passed_on=True)])
async def test_a_pause_without_a_clear_answer_is_told_as_done_when_a_second_look_shows_it(
    box: Sandbox, fault: Fault
) -> None:
    async with context_over(box, app=faulty(box, STATUS, fault)) as context:
        assert one(await SetSequenceStatus(sequence="Q3 launch", status="paused").run(context)).status == "paused"
    assert line_of(box, "Q3 launch")["active"] is False


@pytest.mark.parametrize("status", ["active", "paused"])
@pytest.mark.parametrize("fault", [says(500, {}), says(200, {"message": "Success"}), says(200, "")])
async def test_a_change_that_did_not_happen_is_never_told_as_done(box: Sandbox, status: str, fault: Fault) -> None:
    action = SetSequenceStatus.model_validate(
        {"sequence": TITLE if status == "active" else "Q3 launch", "status": status}
    )
    async with context_over(box, app=faulty(box, STATUS, fault)) as context:
        with pytest.raises(SaleshandyError):
            await action.run(context)


async def test_a_start_without_a_clear_answer_is_sent_once(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, STATUS, says(502, "", passed_on=True))) as context:
        with pytest.raises(Broken):
            await START.run(context)
    assert posts(box, STATUS) == 1


async def test_a_sequence_without_steps_is_not_started(box: Sandbox, context: Context) -> None:
    await CreateSequence(title="Spring").run(context)
    refusal = await refused(context, "Spring")
    assert refusal.wrong == 'sequence: "Spring" has no steps'
    assert refusal.next == NextCall.of("create_step", sequence="Spring")
    assert posts(box, STATUS) == 0


@pytest.mark.parametrize("title", ["Partner programme (draft)", "Webinar in May"])
async def test_a_sequence_that_nobody_can_send_from_is_not_started(box: Sandbox, context: Context, title: str) -> None:
    refusal = await refused(context, title)
    assert refusal.wrong.startswith(f'sequence: "{title}" has no active email account to send from')
    assert ("is disconnected" in refusal.wrong) == (title == "Webinar in May")
    assert refusal.next == NextCall.of("add_email_accounts", sequence=title)
    assert posts(box, STATUS) == 0
