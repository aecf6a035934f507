"""Tasks that are changed while something goes wrong: what is not known to be done is never told as done."""

from dataclasses import replace

import pytest
from anyio import CancelScope
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.tasks import BulkStatus
from saleshandy_mcp.core.errors import Interrupted, Throttled
from saleshandy_mcp.features.tasks.task_results import settled
from saleshandy_mcp.features.tasks.update_tasks import UpdateTasks
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.sandbox import Sandbox
from tests.features.tasks.tasks_kit import COMPLETE, NOTE, SKIP, SNOOZE, STATUS, by_state, tasks_of, update, written
from tests.kit import Answer, App, Message, Receive, context_over, faulty, lost, new_box, posts, says


async def test_work_that_does_not_end_is_unknown_and_can_be_asked_for(box: Sandbox) -> None:
    ids = tasks_of(box, "2")
    waiting = says(200, {"payload": {"status": "inProgress", "pending": 3}})
    for fault in (waiting, says(404, {"message": "no such"}), lost):
        async with context_over(box, app=faulty(box, STATUS, fault)) as context:
            told = await update(context, ids, "snooze", until="2026-11-20")
        assert (told.done, by_state(told)) == (0, {"unknown": ids})
        assert told.next.arguments["operation"] == "get_bulk_task_status"
        assert told.next.arguments["arguments"].keys() == {"bulk_action_id"}
    assert posts(box, SNOOZE) == 3


async def test_a_lost_answer_to_bulk_work_is_not_sent_again(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, SKIP, lost)) as context:
        with pytest.raises(Interrupted):
            await update(context, tasks_of(box, "2"), "skip")
    assert posts(box, SKIP) == 1


async def test_a_lost_answer_midway_leaves_that_task_unknown_and_the_rest_untried(box: Sandbox) -> None:
    ids = tasks_of(box, "2", number=4)
    async with context_over(box, app=faulty(box, COMPLETE, lost, after=1)) as context:
        told = await update(context, ids, "complete")
    assert (told.done, by_state(told)) == (1, {"unknown": [ids[1]], "not_tried": ids[2:]})
    assert posts(box, COMPLETE) == 2


async def test_a_fault_of_the_api_leaves_one_task_unknown_and_the_next_is_tried(box: Sandbox) -> None:
    ids = tasks_of(box, "2", number=3)
    app = faulty(box, f"POST /tasks/{ids[1]}", says(500, {"message": "oops"}))
    async with context_over(box, app=app) as context:
        told = await update(context, ids, "complete")
    assert (told.done, by_state(told)) == (2, {"unknown": [ids[1]]})


async def test_the_rate_limit_midway_leaves_the_rest_untried_and_tells_when_to_go_on() -> None:
    box = new_box(limits=True)
    ids = tasks_of(box, "2", "5", number=20)
    full = says(400, {"code": 40000, "message": "Rate Limit exceeded"})
    async with context_over(box, app=faulty(box, "POST /tasks/", full, after=12)) as context:
        told = await update(context, ids, "complete")
        assert (told.done, by_state(told)) == (12, {"not_tried": ids[12:]})
        assert "again in" in told.problems[0].reason
        with pytest.raises(Throttled):
            await update(context, ids[12:], "complete")


async def test_an_accepted_task_with_an_unreadable_answer_is_done(box: Sandbox) -> None:
    ids = tasks_of(box, "2", number=2)
    app = faulty(box, "POST /tasks/", says(200, "fine", "text/plain", passed_on=True))
    async with context_over(box, app=app) as context:
        assert (await update(context, ids, "complete")).done == 2


@pytest.mark.parametrize(
    ("call", "action", "more"), [(COMPLETE, "complete", {}), (NOTE, "note", {"note": "After lunch"})]
)
@pytest.mark.parametrize("after", [0, 2])
async def test_a_cancelled_call_ends_before_its_next_task_and_what_was_done_is_counted(
    box: Sandbox, call: str, action: str, more: dict[str, str], after: int
) -> None:
    client = CancelScope()

    async def cancels(app: App, message: Message, receive: Receive, answer: Answer) -> None:
        client.cancel()
        await app(message, receive, answer)

    ids = tasks_of(box, "2", number=5)
    async with context_over(box, app=faulty(box, call, cancels, after=after)) as context:
        gate = Gate(context.api)
        update_tasks = UpdateTasks.model_validate({"tasks": ids, "action": action, **more})
        prepared = await update_tasks.prepare(replace(context, api=gate))
        gate.open(prepared.effects)
        with client:
            await prepared.execute()
    assert client.cancelled_caught
    assert written(box) == {call: after + 1}
    assert (len(gate.done), gate.doubtful) == (after + 1, [])
    changed = [id_ for id_ in ids if box.world.tasks[id_]["completedAt" if action == "complete" else "taskNote"]]
    assert changed == ids[: after + 1]


async def test_a_call_that_is_cancelled_before_its_first_task_does_nothing(box: Sandbox) -> None:
    async with context_over(box) as context:
        prepared = await UpdateTasks(tasks=tasks_of(box, "2", number=2), action="complete").prepare(context)
        with CancelScope() as client:
            client.cancel()
            await prepared.execute()
    assert client.cancelled_caught
    assert written(box) == {}


@given(
    st.lists(st.sampled_from("abcdef"), min_size=1, unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.none() | st.integers(0, 6),
    st.none() | st.integers(0, 6),
)
def test_nobody_is_said_to_be_done_unless_the_counts_add_up(
    ids: list[str], named: list[str], completed: int | None, failed: int | None
) -> None:
    report = "\n".join(["taskId,reason", *(f'{id_},"gone, long ago"' for id_ in named)])
    problems = settled(ids, BulkStatus(status="completed", completed=completed, failed=failed), report)
    done = {*ids} - {it.id for it in problems}
    assert len({it.id for it in problems}) == len(problems)
    assert {it.id for it in problems if it.state == "failed"} == {*ids} & {*named}
    assert not done or (len(done) == completed and len(ids) - len(done) == (failed or 0))
    assert all(it.reason == "gone, long ago" for it in problems if it.state == "failed")
