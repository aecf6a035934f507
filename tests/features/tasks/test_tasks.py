"""Tasks: listed by what is to do, and completed, skipped, put off or noted, each told for itself."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from saleshandy_mcp.api.resources.tasks import BulkStatus
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Interrupted, Mistake, Throttled
from saleshandy_mcp.features.tasks.list_tasks import ListTasks, TaskUpdate, UpdateTasks, settled
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import Answer, Message, Receive, context_over, faulty, lost, new_box, posts, says

COMPLETE = "POST /tasks/{taskId}/complete"
SKIP, SNOOZE = "POST /tasks/bulk-skip", "POST /tasks/bulk-snooze"
STATUS = "GET /tasks/bulk-status/{bulkActionId}"


def tasks_of(box: Sandbox, *channels: str, number: int = 3) -> list[str]:
    """Ids of open tasks of these channels."""
    rows = box.world.tasks.values()
    kept = [row["id"] for row in rows if row["type"] in channels and not (row["completedAt"] or row["skippedAt"])]
    return kept[:number]


def by_state(told: TaskUpdate) -> dict[str, list[str]]:
    assert told.done + len(told.problems) == told.asked
    return {state: [it.id for it in told.problems if it.state == state] for state in {it.state for it in told.problems}}


async def update(context: Context, ids: Sequence[str], action: str, **arguments: Any) -> TaskUpdate:
    return await UpdateTasks.model_validate({"tasks": list(ids), "action": action, **arguments}).run(context)


async def test_open_tasks_are_what_is_overdue_and_then_what_is_due_today_each_once(context: Context) -> None:
    first = await ListTasks().run(context)
    second = await ListTasks(page=2).run(context)
    both = [*first.tasks, *second.tasks]
    assert [it.status for it in both] == ["overdue"] * 10 + ["due_today"] * 18
    assert len({it.id for it in both}) == 28
    assert [it.due for it in both] == sorted(it.due for it in both)
    assert first.next == "list_tasks(page=2)"
    assert second.next.startswith("update_tasks(")
    assert first.counts == {"overdue": 10, "due_today": 18, "upcoming": 30, "completed": 106, "skipped": 38}


@pytest.mark.parametrize("status", ["overdue", "due_today", "upcoming", "completed", "skipped"])
async def test_a_state_is_listed_page_by_page_to_its_last_task(context: Context, status: str) -> None:
    seen: list[str] = []
    page = 1
    while True:
        found = await ListTasks.model_validate({"status": status, "page": page}).run(context)
        assert {it.status for it in found.tasks} == {status}
        seen += [it.id for it in found.tasks]
        if found.next != f'list_tasks(status="{status}", page={page + 1})':
            break
        page += 1
    assert len(set(seen)) == len(seen) == found.total == found.counts[status]


async def test_tasks_are_narrowed_by_kind_sequence_and_assignee_and_the_next_page_keeps_that(context: Context) -> None:
    calls = await ListTasks(type="call", sequence="agencies", assignee="Bo").run(context)
    assert {(it.sequence, it.assignee, it.type) for it in calls.tasks} == {
        ("Agencies EU", "Bo Sample", "call introduction")
    }
    assert 'call_outcome="…"' in calls.next
    assert (await ListTasks(assignee="bo@lanternworks.example.com").run(context)).tasks == calls.tasks
    done = await ListTasks(status="completed", assignee="Ada Example").run(context)
    assert done.next == 'list_tasks(status="completed", assignee="Ada Example", page=2)'
    assert (await ListTasks(sequence="Q3", assignee="Bo").run(context)).next == (
        'list_tasks(sequence="Q3", assignee="Bo", status="upcoming")'
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"assignee": "Zoe"}, 'assignee: nothing is called "Zoe"'),
        ({"sequence": "zebra"}, "sequence: nothing"),
        ({"page": 11}, "page: open tasks end with page 10"),
    ],
)
async def test_what_cannot_be_listed_is_refused(context: Context, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(Mistake, match=words):
        await ListTasks.model_validate(arguments).run(context)


async def test_open_tasks_beyond_the_last_page_are_found_by_their_state(box: Sandbox, context: Context) -> None:
    one = next(row for row in box.world.tasks.values() if row["dueDate"] == "2026-11-16")
    for number in range(300):
        box.world.tasks[f"extra{number}"] = {**one, "id": f"extra{number}"}
    found = await ListTasks(page=10).run(context)
    assert (len(found.tasks), found.next) == (25, 'list_tasks(status="due_today")')


async def test_a_task_of_which_little_is_told_is_listed_all_the_same(box: Sandbox) -> None:
    bare = says(200, {"payload": [{"taskId": "T1", "type": 99, "taskNote": "x" * 60}]})

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        await (bare(box.app, scope, receive, send) if scope["path"] == "/v1/tasks" else box.app(scope, receive, send))

    async with context_over(box, app=app) as context:
        (task,) = (await ListTasks(status="overdue").run(context)).tasks
    assert (task.id, task.type, task.person, len(task.note)) == ("T1", "99", "", 40)


@pytest.mark.parametrize(("action", "number"), [("skip", 1), ("skip", 5), ("snooze", 1), ("snooze", 5)])
async def test_one_task_is_a_call_and_several_are_one_too(
    box: Sandbox, context: Context, action: str, number: int
) -> None:
    ids = tasks_of(box, "2", number=number)
    told = await update(context, [*ids, ids[0]], action, until="2026-11-20" if action == "snooze" else None)
    assert (told.asked, told.done, told.problems) == (number, number, [])
    assert posts(box, SKIP if action == "skip" else SNOOZE) == (number > 1)
    rows = [box.world.tasks[id_] for id_ in ids]
    assert all(row["skippedAt"] if action == "skip" else row["dueDate"] == "2026-11-20" for row in rows)


async def test_a_day_alone_means_nine_in_the_morning_utc_and_a_moment_is_itself(box: Sandbox, context: Context) -> None:
    (id_,) = tasks_of(box, "2", number=1)
    told = await update(context, [id_], "snooze", until="2026-11-20")
    assert str(told.until) == "2026-11-20 09:00:00+00:00"
    told = await update(context, [id_], "snooze", until="2026-11-21T00:30+02:00")
    assert box.world.tasks[id_]["dueDate"] == "2026-11-20"


async def test_calls_are_completed_with_their_outcome_and_one_that_fails_does_not_stop_the_next(
    box: Sandbox, context: Context
) -> None:
    first, second = tasks_of(box, "11", number=2)
    told = await update(context, [first, "unknown", second], "complete", call_outcome="No Answer")
    assert (told.done, by_state(told)) == (2, {"failed": ["unknown"]})
    assert "not found" in told.problems[0].reason
    assert {box.world.tasks[id_]["callOutcome"] for id_ in (first, second)} == {"No Answer"}


async def test_one_task_that_is_refused_says_why_and_what_to_give(box: Sandbox, context: Context) -> None:
    with pytest.raises(Mistake, match="callOutcome is required") as refusal:
        await update(context, tasks_of(box, "11", number=1), "complete")
    assert "call_outcome" in refusal.value.remedy


async def test_notes_are_replaced(box: Sandbox, context: Context) -> None:
    ids = tasks_of(box, "2", number=2)
    assert (await update(context, ids, "note", note="After lunch")).done == 2
    assert {box.world.tasks[id_]["taskNote"] for id_ in ids} == {"After lunch"}


async def test_in_the_background_each_failure_is_told_with_its_reason(box: Sandbox, context: Context) -> None:
    ids = tasks_of(box, "2", number=3)
    await update(context, ids[:1], "skip")
    told = await update(context, [*ids, "unknown"], "skip")
    assert (told.done, by_state(told)) == (2, {"failed": [ids[0], "unknown"]})
    assert [it.reason for it in told.problems] == ["Task is already done", "Task not found"]


async def test_work_that_does_not_end_is_unknown_and_can_be_asked_for(box: Sandbox) -> None:
    ids = tasks_of(box, "2")
    waiting = says(200, {"payload": {"status": "inProgress", "pending": 3}})
    for fault in (waiting, says(404, {"message": "no such"}), lost):
        async with context_over(box, app=faulty(box, STATUS, fault)) as context:
            told = await update(context, ids, "snooze", until="2026-11-20")
        assert (told.done, by_state(told)) == (0, {"unknown": ids})
        assert told.next.startswith('run_read_operation(operation="get_bulk_task_status", arguments={"bulk_action_id"')
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
    ("arguments", "words"),
    [
        ({"action": "snooze"}, "until: snooze needs it"),
        ({"action": "note"}, "note: note needs it"),
        ({"action": "skip", "note": "x"}, "note: it does not go with skip"),
        ({"action": "complete", "until": "2026-11-20"}, "until: it does not go with complete"),
        ({"action": "skip", "call_outcome": "Interested"}, "call_outcome: it does not go with skip"),
        ({"action": "snooze", "until": "tomorrow"}, 'until: "tomorrow" is no date'),
        ({"action": "snooze", "until": "2026-02-30"}, "until: .* is no date"),
        ({"action": "snooze", "until": "2026-11-20T15:00"}, "with a zone"),
        ({"action": "snooze", "until": "2026-11-15"}, "has passed, it is 2026-11-16 08:00 UTC"),
        ({"action": "skip", "tasks": []}, "tasks: 1 to"),
        ({"action": "skip", "tasks": ["a", ""]}, "tasks: 1 to"),
        ({"action": "complete", "tasks": ["a", ".."]}, "task_?[iI]d: '..' is no id"),
        ({"action": "skip", "tasks": [str(n) for n in range(101)]}, "tasks: 1 to 100"),
        ({"action": "complete", "tasks": [str(n) for n in range(21)]}, "tasks: 1 to 20"),
        (
            {
                "action": "snooze",
                "until": "2026-11-20",
                "call_outcome": "No Answer",
                "tasks": [str(n) for n in range(21)],
            },
            "tasks: 1 to 20",
        ),
    ],
)
async def test_what_is_wrong_is_refused_before_anything_is_sent(
    box: Sandbox, context: Context, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mistake, match=words):
        await UpdateTasks.model_validate({"tasks": tasks_of(box, "2"), **arguments}).run(context)
    assert not [call for call in box.state()["requests"] if "/tasks" in call]


def test_words_that_the_api_does_not_know_and_notes_that_are_too_long_are_refused() -> None:
    long = {"action": "note", "note": "x" * 3001}
    for wrong in ({"action": "delete"}, {"action": "complete", "call_outcome": "no-answer"}, long):
        with pytest.raises(ValidationError):
            UpdateTasks.model_validate({"tasks": ["a"], **wrong})


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
