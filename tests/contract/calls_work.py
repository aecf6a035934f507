"""One sensible call of each operation of inbox, tasks and webhooks, on the demo workspace."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.inbox import (
    GetInboxEmail,
    GetInboxThread,
    GetUnreadThreadCount,
    ListInboxThreads,
    ListOutcomes,
    ListUniboxCategories,
    ReplyToEmail,
)
from saleshandy_mcp.api.resources.tasks import (
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
from saleshandy_mcp.api.resources.webhooks import CreateWebhook, GetWebhook, ListWebhooks
from saleshandy_mcp.sandbox.http.message import Request
from saleshandy_mcp.sandbox.routes import ROUTES
from saleshandy_mcp.sandbox.world.tables import World

HOOK: dict[str, Any] = {
    "name": "Replies",
    "webhookUrl": "https://hooks.lantern.example.com/sh",
    "webhookEvent": ["reply-received"],
    "headers": {},
}
LATER = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)


def told(world: World, method: str, path: str, *, at: dict[str, str] | None = None, **body: Any) -> Any:
    """What a route of the sandbox answers, to learn ids from; nothing where it is not emulated yet."""
    handler = ROUTES.get((method, path))
    if handler is None:
        return None
    return handler(world, Request(path=at or {}, query={}, body=body, base_url="http://sandbox/")).body["payload"]


def task(world: World) -> str:
    return next(row["id"] for row in world.tasks.values() if row.get("status") not in ("completed", "skipped"))


def bulk_action(world: World) -> str:
    return told(world, "POST", "/tasks/bulk-skip", taskIds=[task(world)])["bulkActionId"]


def thread(world: World) -> str:
    found = told(world, "POST", "/unified-inbox/emails", page=1, limit=1, owners=[str(world.user["id"])])
    return found["items"][0]["id"] if found else "none"


def email(world: World) -> str:
    found = told(world, "GET", "/unified-inbox/emails/{emailThreadId}", at={"emailThreadId": thread(world)})
    return found["messages"][0]["id"] if found else "none"


def webhook(world: World) -> str:
    made = told(world, "POST", "/webhook/create", **HOOK)
    return made["id"] if made else "none"


def prospects(world: World) -> list[str]:
    return list(world.prospects)[:2]


CALLS: list[Callable[[World], Operation[Any]]] = [
    lambda world: ListInboxThreads(owners=[world.user["id"]], page_size=5, search="a", is_read=0, type="system"),
    lambda world: GetInboxThread(email_thread_id=thread(world)),
    lambda world: GetInboxEmail(email_thread_id=thread(world), email_id=email(world)),
    lambda world: ReplyToEmail(
        email_thread_id=thread(world), email_id=email(world), content="<p>Thanks</p>", to=["ann@ann.example.com"]
    ),
    lambda _: ListOutcomes(),
    lambda _: ListOutcomes(category="custom", page=1, page_size=10),
    lambda _: GetUnreadThreadCount(),
    lambda _: ListUniboxCategories(),
    lambda _: ListTasks(status="dueToday", task_type="call", sort_by="dueDate", sort_order="ASC", page_size=5),
    lambda world: GetTask(task_id=task(world)),
    lambda _: GetTaskCounts(),
    lambda _: ListTaskAssignees(),
    lambda world: CreateTasks(
        prospect_ids=prospects(world), task_type="13", due_date=date(2030, 1, 7), priority="2", task_note="Ask"
    ),
    lambda world: CompleteTask(task_id=task(world), call_outcome="Interested"),
    lambda world: SkipTask(task_id=task(world)),
    lambda world: SnoozeTask(task_id=task(world), snooze_until=LATER),
    lambda world: UpdateTaskNote(task_id=task(world), note="Call after lunch"),
    lambda world: BulkSkipTasks(task_ids=[task(world)]),
    lambda world: BulkSnoozeTasks(task_ids=[task(world)], snooze_until=LATER),
    lambda world: GetBulkTaskStatus(bulk_action_id=bulk_action(world)),
    lambda _: ListWebhooks(),
    lambda world: GetWebhook(webhook_id=webhook(world)),
    lambda _: CreateWebhook(
        name="Replies",
        webhook_url="https://hooks.lantern.example.com/sh",
        webhook_event=["reply-received", "email-bounced"],
        headers={"X-Secret": "invented"},
    ),
]
