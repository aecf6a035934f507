"""Tasks: list, count and create them; complete, skip and snooze one."""

import math
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error, web_error
from saleshandy_mcp.sandbox.routes.common import page_of
from saleshandy_mcp.sandbox.simulation import tasks, threads
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

PAGE_SIZE = 25  # assumed


def list_tasks(world: World, request: Request) -> Reply:
    """Assumed: without a status all states are listed, the order is by due date, and the key of the list."""
    query = request.query
    rows = [task for task in world.tasks.values() if _wanted(world, task, query)]
    if "prospectOutcome" in query:
        outcomes = threads.changes(world)
        rows = [task for task in rows if _outcome(outcomes, task) == query["prospectOutcome"]]
    rows.sort(key=_SORT_KEYS[query.get("sortBy", "dueDate")], reverse=query.get("sortOrder") == "DESC")
    number, size = query.get("page", 1), query.get("pageSize", PAGE_SIZE)
    page = page_of(rows, number, size)
    meta = {
        "totalItems": len(rows),
        "currentPage": number,
        "itemsPerPage": size,
        "totalPages": math.ceil(len(rows) / size),
        "itemCount": len(page),
    }
    return done("Success", {"tasks": [_view(world, task) for task in page], "meta": meta})


def get_task_counts(world: World, _: Request) -> Reply:
    counts = Counter(_state(world, task) for task in world.tasks.values())
    return done("Success", {name: counts[name] for name in tasks.STATES})


def list_task_assignees(world: World, _: Request) -> Reply:
    return done("Success", list(world.members.values()))


def get_task(world: World, request: Request) -> Reply:
    task = world.tasks.get(request.path["taskId"])
    if task is None:
        raise web_error(404, "Task not found", "Not Found")
    return done("Success", _view(world, task))


def create_tasks(world: World, request: Request) -> Reply:
    """Make one task for each person. An unknown person fails alone. Assumed: the shape of a failed row."""
    body = request.body
    due = _day(body["dueDate"]) if "dueDate" in body else world.clock.now().date()
    results = [_create(world, body, prospect_id, due) for prospect_id in dict.fromkeys(body["prospectIds"])]
    return done("Success", {"results": results}, 201)


def complete_task(world: World, request: Request) -> Reply:
    task = _open_task(world, request)
    outcome = request.body.get("callOutcome")
    if task["type"] in tasks.CALLS and outcome is None:
        raise app_error(4000, "callOutcome is required for call tasks")
    tasks.complete(world, task, outcome)
    tasks.updated(world, task)
    return done("Task completed successfully", {"task": _view(world, task)})


def skip_task(world: World, request: Request) -> Reply:
    task = _open_task(world, request)
    tasks.skip(world, task)
    tasks.updated(world, task)
    return done("Task skipped successfully", {"task": _view(world, task)})


def snooze_task(world: World, request: Request) -> Reply:
    task = _open_task(world, request)
    until = future(world, request.body["snoozeUntil"])
    tasks.snooze(task, until)
    task["callOutcome"] = request.body.get("callOutcome")
    tasks.updated(world, task)
    snoozed = {"taskId": task["id"], "status": "snoozed", "snoozedUntil": request.body["snoozeUntil"]}
    return done("Task snoozed successfully", {"task": {**snoozed, "callOutcome": task["callOutcome"]}})


def update_task_note(world: World, request: Request) -> Reply:
    task = _task(world, request)
    task["taskNote"] = request.body["note"]
    tasks.updated(world, task)
    return Reply(200, {"message": "Task note updated successfully"})


def future(world: World, text: str) -> datetime:
    """The moment until which a task is snoozed. Assumed: it must be in the future."""
    until = tasks.moment(text)
    if until is None:
        raise validation_error("snoozeUntil must be a valid ISO 8601 date string")
    if until <= world.clock.now():
        raise app_error(4000, "snoozeUntil must be in the future")
    return until


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise validation_error("dueDate must be a valid ISO 8601 date string") from None


def _create(world: World, body: Row, prospect_id: str, due: date) -> Row:
    if prospect_id not in world.prospects:
        return {"prospectId": prospect_id, "success": False, "error": "Prospect not found"}
    id_ = hash_id("task", len(world.tasks))
    task = tasks.new_task(world, id_, prospect_id, channel=body["taskType"], due=due)
    task["priority"] = body.get("priority", task["priority"])
    task["taskNote"] = body.get("taskNote")
    tasks.add(world, task)
    return {"prospectId": prospect_id, "success": True, "taskId": id_}


def _task(world: World, request: Request) -> Row:
    task = world.tasks.get(request.path["taskId"])
    if task is None:
        raise app_error(4000, f"Task {request.path['taskId']} not found")
    return task


def _open_task(world: World, request: Request) -> Row:
    task = _task(world, request)
    if not tasks.is_open(task):
        raise app_error(4000, f"Task {task['id']} is already {_state(world, task)}")
    return task


def _wanted(world: World, task: Row, query: Row) -> bool:
    """Whether a task fits all filters. Assumed: an unknown id in a filter gives an empty list, not a refusal."""
    prospect = world.prospects[task["prospectId"]]
    return (
        query.get("status", _state(world, task)) == _state(world, task)
        and ("taskType" not in query or task["type"] in tasks.FAMILIES[query["taskType"]])
        and query.get("sequenceId", task["sequenceId"]) == task["sequenceId"]
        and query.get("taskAssignee", task["assigneeId"]) == task["assigneeId"]
        and query.get("callOutcome", task["callOutcome"]) == task["callOutcome"]
        and query.get("search", "").lower() in f"{_name(prospect)} {prospect['email']}".lower()
    )


def _state(world: World, task: Row) -> str:
    return tasks.state(task, world.clock.now().date())


def _outcome(changes: dict[tuple[str, str], Row], task: Row) -> str:
    """The outcome of the person in the sequence of the task. Assumed: the filter takes its name."""
    return threads.outcome(changes.get((task["sequenceId"], task["prospectId"])))


def _name(prospect: Row) -> str:
    return " ".join(prospect["values"].get(label, "") for label in ("First Name", "Last Name")).strip()


def _view(world: World, task: Row) -> Row:
    prospect = world.prospects[task["prospectId"]]
    shown = ("type", "priority", "dueDate", "taskNote", "callOutcome")
    view = {
        "id": task["id"],
        "taskId": task["id"],
        "status": _state(world, task),
        **{key: task[key] for key in shown},
        "prospect": {
            "id": prospect["id"],
            "firstName": prospect["values"].get("First Name", ""),
            "lastName": prospect["values"].get("Last Name", ""),
            "email": prospect["email"],
        },
        "assignee": world.members[task["assigneeId"]],
    }
    if task["sequenceId"] is None:
        return view
    title = world.sequence_of(task)["title"]
    return {**view, "sequence": {"id": task["sequenceId"], "title": title, "stepId": task["stepId"]}}


_SORT_KEYS: dict[str, Callable[[Row], Any]] = {
    "priority": lambda task: task["priority"],
    "dueDate": lambda task: task["dueDate"],
    "completedAt": lambda task: task["completedAt"] or "",
    "skippedAt": lambda task: task["skippedAt"] or "",
}

ROUTES = {
    ("GET", "/tasks"): list_tasks,
    ("GET", "/tasks/counts"): get_task_counts,
    ("GET", "/tasks/assignee/list"): list_task_assignees,
    ("GET", "/tasks/{taskId}"): get_task,
    ("POST", "/tasks/create"): create_tasks,
    ("POST", "/tasks/{taskId}/complete"): complete_task,
    ("POST", "/tasks/{taskId}/skip"): skip_task,
    ("POST", "/tasks/{taskId}/snooze"): snooze_task,
    ("PATCH", "/tasks/{taskId}/note"): update_task_note,
}
