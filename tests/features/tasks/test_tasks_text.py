"""Tasks as a model reads them: short, with every fact of the view and none beside it."""

from typing import Any

import pytest

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.tasks.list_tasks import ListTasks, TaskList
from saleshandy_mcp.features.tasks.task_results import TaskProblem
from saleshandy_mcp.features.tasks.update_tasks import TaskUpdate, UpdateTasks
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.texts import cost, facts, words

ASKED: list[Action[Any]] = [
    ListTasks(),
    ListTasks(page=2),
    ListTasks(status="upcoming", type="call"),
    ListTasks(status="completed"),
]


@pytest.mark.parametrize("action", ASKED, ids=repr)
async def test_every_fact_of_the_view_is_in_the_text(context: Context, action: Action[Any]) -> None:
    view = await action.run(context)
    text = text_of(view)
    for name, value in facts(view):
        if name not in ("page", "pages") and value not in (0, ""):
            assert words(value) in text or (name == "handle" and value in text), f"{name} {value} is not in the text"


@pytest.mark.parametrize("action", ASKED, ids=repr)
async def test_an_answer_is_short_and_on_one_line_an_item(context: Context, action: Action[Any]) -> None:
    text = text_of(await action.run(context))
    assert cost(text) <= 900
    assert "None" not in text
    assert "{'" not in text


async def test_twenty_five_tasks_with_notes_keep_within_their_room(box: Sandbox, context: Context) -> None:
    for row in box.world.tasks.values():
        row["taskNote"] = "Introduce yourself, then ask who writes the articles of the help centre."
    view = await ListTasks().run(context)
    assert len(view.tasks) == 25
    assert cost(text_of(view)) <= 900
    assert 'run_read_operation(operation="get_task"' in text_of(view)


def test_what_became_of_each_task_is_told_by_reason() -> None:
    problems = [
        TaskProblem(id="T1", state="failed", reason="Task not found"),
        TaskProblem(id="T2", state="failed", reason="Task not found"),
        TaskProblem(id="T3", state="unknown", reason="the line broke"),
        TaskProblem(id="T4", state="not_tried", reason="stopped before"),
    ]
    text = text_of(TaskUpdate(action="complete", asked=5, done=1, problems=problems, next=NextCall.of("list_tasks")))
    assert text.splitlines() == [
        "Completed 1 of 5 tasks. That cannot be taken back.",
        "Not done (Task not found): [T1], [T2]",
        "NOT KNOWN whether done, so look before doing it again (the line broke): [T3]",
        "Not tried (stopped before): [T4]",
        "Next: list_tasks()",
    ]


async def test_the_moment_that_a_task_is_put_off_to_is_told_with_its_zone(context: Context) -> None:
    id_ = (await ListTasks().run(context)).tasks[0].id
    told = await UpdateTasks(tasks=[id_], action="snooze", until="2026-11-20").run(context)
    assert text_of(told).startswith("Snoozed 1 task until 2026-11-20 09:00 UTC.\n")


async def test_what_strangers_wrote_stays_on_its_line(box: Sandbox, context: Context) -> None:
    id_ = (await ListTasks().run(context)).tasks[0].id
    task = box.world.tasks[id_]
    task["taskNote"] = "first\n\u202esecond\x00"
    box.world.prospects[task["prospectId"]]["values"]["First Name"] = "Di\nego\u200b"
    view = await ListTasks().run(context)
    line = next(line for line in text_of(view).splitlines() if id_ in line)
    assert "Di ego Iglesias" in line
    assert line.endswith("first second")
    assert view.untrusted


def test_no_task_is_a_plain_sentence() -> None:
    view = TaskList(status="due_today", tasks=[], counts={}, total=0, page=1, next=NextCall.of("list_tasks"))
    assert text_of(view) == "no due today tasks (page 1 of 1)\nNext: list_tasks()"
