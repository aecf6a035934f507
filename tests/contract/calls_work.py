"""One sensible call of each operation of inbox, tasks and webhooks, on the demo workspace."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from saleshandy_mcp.api.action import Operation
from saleshandy_mcp.api.inbox import (
    GetInboxEmail,
    GetInboxThread,
    GetUnreadThreadCount,
    ListInboxThreads,
    ListOutcomes,
    ListUniboxCategories,
    ReplyToEmail,
)
from saleshandy_mcp.api.tasks import (
    BulkSkipTasks,
    BulkSnoozeTasks,
    CompleteTask,
    CreateTasks,
    GetBulkTaskStatus,
    GetTask,
    GetTaskCounts,
    ListTaskAssignees,
    ListTasks,
    SkipTask,
    SnoozeTask,
    UpdateTaskNote,
)
from saleshandy_mcp.api.webhooks import CreateWebhook, GetWebhook, ListWebhooks
from saleshandy_mcp.sandbox.world import World

LATER = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)


def some(world: World, table: str) -> str:
    """The id of a row of a table; an invented one where the demo workspace has no such row."""
    return next(iter(getattr(world, table, None) or ["none"]))


def prospects(world: World) -> list[str]:
    return list(world.prospects)[:2]


CALLS: list[Callable[[World], Operation[Any]]] = [
    lambda world: ListInboxThreads(owners=[world.user["id"]], page_size=5, search="a", is_read=0, type="system"),
    lambda world: GetInboxThread(email_thread_id=some(world, "threads")),
    lambda world: GetInboxEmail(email_thread_id=some(world, "threads"), email_id="none"),
    lambda world: ReplyToEmail(
        email_thread_id=some(world, "threads"), email_id="none", content="<p>Thanks</p>", to=["ann@ann.example.com"]
    ),
    lambda _: ListOutcomes(),
    lambda _: ListOutcomes(category="custom", page=1, page_size=10),
    lambda _: GetUnreadThreadCount(),
    lambda _: ListUniboxCategories(),
    lambda _: ListTasks(status="dueToday", task_type="call", sort_by="dueDate", sort_order="ASC", page_size=5),
    lambda world: GetTask(task_id=some(world, "tasks")),
    lambda _: GetTaskCounts(),
    lambda _: ListTaskAssignees(),
    lambda world: CreateTasks(
        prospect_ids=prospects(world), task_type="13", due_date=date(2030, 1, 7), priority="2", task_note="Ask"
    ),
    lambda world: CompleteTask(task_id=some(world, "tasks"), call_outcome="Interested"),
    lambda world: SkipTask(task_id=some(world, "tasks")),
    lambda world: SnoozeTask(task_id=some(world, "tasks"), snooze_until=LATER),
    lambda world: UpdateTaskNote(task_id=some(world, "tasks"), note="Call after lunch"),
    lambda world: BulkSkipTasks(task_ids=[some(world, "tasks")]),
    lambda world: BulkSnoozeTasks(task_ids=[some(world, "tasks")], snooze_until=LATER),
    lambda world: GetBulkTaskStatus(bulk_action_id=some(world, "bulk_actions")),
    lambda _: ListWebhooks(),
    lambda world: GetWebhook(webhook_id=some(world, "webhooks")),
    lambda _: CreateWebhook(
        name="Replies",
        webhook_url="https://hooks.lantern.example.com/sh",
        webhook_event=["reply-received", "email-bounced"],
        headers={"X-Secret": "invented"},
    ),
]
