"""Tasks as they are listed: by what is to do, each once, with the call that comes next."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.tasks.list_tasks import ListTasks
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import Answer, Message, Receive, context_over, says

SENTENCES = ["Which calls do I have to make today?", "Show my overdue LinkedIn tasks"]
EXAMPLES: dict[str, dict[str, Any]] = {"list_tasks": {}}


async def test_open_tasks_are_what_is_overdue_and_then_what_is_due_today_each_once(context: Context) -> None:
    first = await ListTasks().run(context)
    second = await ListTasks(page=2).run(context)
    both = [*first.tasks, *second.tasks]
    assert [it.status for it in both] == ["overdue"] * 10 + ["due_today"] * 18
    assert len({it.id for it in both}) == 28
    assert [it.due for it in both] == sorted(it.due for it in both)
    assert first.next == NextCall.of("list_tasks", page=2)
    assert second.next.tool == "update_tasks"
    assert first.counts == {"overdue": 10, "due_today": 18, "upcoming": 30, "completed": 106, "skipped": 38}


@pytest.mark.parametrize("status", ["overdue", "due_today", "upcoming", "completed", "skipped"])
async def test_a_state_is_listed_page_by_page_to_its_last_task(context: Context, status: str) -> None:
    seen: list[str] = []
    page = 1
    while True:
        found = await ListTasks.model_validate({"status": status, "page": page}).run(context)
        assert {it.status for it in found.tasks} == {status}
        seen += [it.id for it in found.tasks]
        if found.next != NextCall.of("list_tasks", status=status, page=page + 1):
            break
        page += 1
    assert len(set(seen)) == len(seen) == found.total == found.counts[status]


async def test_tasks_are_narrowed_by_kind_sequence_and_assignee_and_the_next_page_keeps_that(context: Context) -> None:
    calls = await ListTasks(type="call", sequence="agencies", assignee="Bo").run(context)
    assert {(it.sequence, it.assignee, it.type) for it in calls.tasks} == {
        ("Agencies EU", "Bo Sample", "call introduction")
    }
    assert calls.next.arguments["call_outcome"] == "…"
    assert (await ListTasks(assignee="bo@lanternworks.example.com").run(context)).tasks == calls.tasks
    done = await ListTasks(status="completed", assignee="Ada Example").run(context)
    assert done.next == NextCall.of("list_tasks", status="completed", assignee="Ada Example", page=2)
    assert (await ListTasks(sequence="Q3", assignee="Bo").run(context)).next == NextCall.of(
        "list_tasks", sequence="Q3", assignee="Bo", status="upcoming"
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
    assert (len(found.tasks), found.next) == (25, NextCall.of("list_tasks", status="due_today"))


async def test_a_task_of_which_little_is_told_is_listed_all_the_same(box: Sandbox) -> None:
    bare = says(200, {"payload": [{"taskId": "T1", "type": 99, "taskNote": "x" * 60}]})

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        await (bare(box.app, scope, receive, send) if scope["path"] == "/v1/tasks" else box.app(scope, receive, send))

    async with context_over(box, app=app) as context:
        (task,) = (await ListTasks(status="overdue").run(context)).tasks
    assert (task.id, task.type, task.person, len(task.note)) == ("T1", "99", "", 40)
