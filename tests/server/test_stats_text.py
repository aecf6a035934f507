"""Numbers and tasks as a model reads them: short, with every fact of the view and none beside it."""

from collections.abc import Iterator
from datetime import date, datetime
from importlib import import_module
from typing import Any, cast

import pytest

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import View
from saleshandy_mcp.features.reports.get_stats import GetStats, Numbers, Stats
from saleshandy_mcp.features.tasks.list_tasks import ListTasks, TaskList, TaskProblem, TaskUpdate, UpdateTasks
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.render import stats, tasks
from saleshandy_mcp.server.render.base import render

RENDERINGS = (stats, tasks)
"""Loading them registers them."""

ASKED: list[Action[Any]] = [
    GetStats(),
    GetStats(period="last week", by="sequence", compare=True),
    GetStats(by="step"),
    GetStats(sequence="Q3", by="step", compare=True),
    GetStats(by="sender"),
    GetStats(by="day", period="2026-11-14"),
    GetStats(sequence="Q3", period="all time"),
    ListTasks(),
    ListTasks(page=2),
    ListTasks(status="upcoming", type="call"),
    ListTasks(status="completed"),
]


@pytest.mark.parametrize("action", ASKED, ids=repr)
async def test_every_fact_of_the_view_is_in_the_text(context: Context, action: Action[Any]) -> None:
    view = await action.run(context)
    text = render(view)
    for name, value in facts(view):
        if name not in ("many_bounces", "page", "pages", "undated") and value not in (0, ""):
            assert words(value) in text, f"{name} {value} is not in the text"


@pytest.mark.parametrize("action", ASKED, ids=repr)
async def test_an_answer_is_short_and_on_one_line_an_item(context: Context, action: Action[Any]) -> None:
    text = render(await action.run(context))
    assert cost(text) <= 900
    assert "None" not in text
    assert "{'" not in text


async def test_twenty_five_tasks_with_notes_keep_within_their_room(box: Sandbox, context: Context) -> None:
    for row in box.world.tasks.values():
        row["taskNote"] = "Introduce yourself, then ask who writes the articles of the help centre."
    view = await ListTasks().run(context)
    assert len(view.tasks) == 25
    assert cost(render(view)) <= 900
    assert 'run_read_operation(operation="get_task"' in render(view)


def test_rates_stand_beside_their_counts_and_bounces_over_three_per_cent_are_marked() -> None:
    total = Numbers(sent=200, opened=124, replied=17, bounced=7)
    text = render(Stats(period="today", first=date(2026, 11, 16), last=date(2026, 11, 16), total=total, next="n()"))
    assert "200 sent · 124 opened (62 %) · 17 replied (8.5 %) · 7 bounced (3.5 %) !" in text
    assert "! marks bounces above 3 %" in text
    assert "Whole account, today (2026-11-16, UTC)" in text
    at_the_limit = Numbers(sent=200, bounced=6)
    assert "!" not in render(Stats(period="today", total=at_the_limit, next="n()"))


def test_what_was_left_out_is_said() -> None:
    text = render(Stats(period="today", total=Numbers(sent=7000), cut_after=7000, undated=2, next="n()"))
    assert "NOT ALL: only 7,000 mails were looked at" in text
    assert "Left out: 2 mails" in text


def test_an_empty_page_is_no_empty_account() -> None:
    text = render(Stats(period="today", total=Numbers(sent=1), page=3, pages=2, next="n()"))
    assert "Page 3 is empty; there are 2." in text


def test_what_became_of_each_task_is_told_by_reason() -> None:
    problems = [
        TaskProblem(id="T1", state="failed", reason="Task not found"),
        TaskProblem(id="T2", state="failed", reason="Task not found"),
        TaskProblem(id="T3", state="unknown", reason="the line broke"),
        TaskProblem(id="T4", state="not_tried", reason="stopped before"),
    ]
    text = render(TaskUpdate(action="complete", asked=5, done=1, problems=problems, next="list_tasks()"))
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
    assert render(told).startswith("Snoozed 1 task until 2026-11-20 09:00 UTC.\n")


async def test_what_strangers_wrote_stays_on_its_line(box: Sandbox, context: Context) -> None:
    id_ = (await ListTasks().run(context)).tasks[0].id
    task = box.world.tasks[id_]
    task["taskNote"] = "first\n\u202esecond\x00"
    box.world.prospects[task["prospectId"]]["values"]["First Name"] = "Di\nego\u200b"
    view = await ListTasks().run(context)
    line = next(line for line in render(view).splitlines() if id_ in line)
    assert "Di ego Iglesias" in line
    assert line.endswith("first second")
    assert view.untrusted


def test_no_task_is_a_plain_sentence() -> None:
    view = TaskList(status="due_today", tasks=[], counts={}, total=0, page=1, next="list_tasks()")
    assert render(view) == "no due today tasks on page 1, 0 in all\nNext: list_tasks()"


def cost(text: str) -> int:
    encodings: Any = import_module("rs_bpe.bpe").openai
    return encodings.o200k_base().count(text)


def facts(view: View) -> list[tuple[str, Any]]:
    return list(leaves(view.model_dump(exclude_none=True)))


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in cast("dict[str, Any]", value).items():
            yield from leaves(part, key)
    elif isinstance(value, list):
        for part in cast("list[Any]", value):
            yield from leaves(part, name)
    else:
        yield name, value


def words(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return value if "(" in value else value.replace("_", " ")
