"""Tasks: how they are made for a step, and which state they have today."""

from datetime import UTC, date, datetime

from saleshandy_mcp.sandbox.simulation.events import Kind, record
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

CALLS = {"11", "12", "13", "14", "15"}
FAMILIES = {
    "linkedin": {"2", "3", "4", "5", "6"},
    "call": CALLS,
    "custom": {"9"},
    "whatsapp": {"16", "17", "18"},
}
UPDATES: dict[str, Kind] = {
    "linkedin": "linkedin-task-updated",
    "call": "call-task-updated",
    "custom": "custom-task-updated",
    "whatsapp": "whatsapp-task-updated",
}
STATES = ("upcoming", "dueToday", "overdue", "completed", "skipped")
NORMAL = "3"


def new_task(world: World, id_: str, prospect_id: str, *, channel: str, due: date) -> Row:
    """An open task, not yet stored."""
    return {
        "id": id_,
        "prospectId": prospect_id,
        "sequenceId": None,
        "stepId": None,
        "type": channel,
        "priority": NORMAL,
        "dueDate": due.isoformat(),
        "taskNote": None,
        "assigneeId": str(world.user["id"]),
        "callOutcome": None,
        "completedAt": None,
        "skippedAt": None,
    }


def of_step(world: World, step: Row, prospect_id: str, due: date) -> Row:
    """The task of a step for one person. Its id is made of both, so that it exists once."""
    notes = [variant["taskNote"] for variant in world.variants_of(step["id"])]
    id_ = hash_id("task", step["id"], prospect_id)
    task = new_task(world, id_, prospect_id, channel=str(step["type"]), due=due)
    task |= {"sequenceId": step["sequenceId"], "stepId": step["id"], "priority": str(step["priority"])}
    task["taskNote"] = notes[0] if notes else None
    task["assigneeId"] = step["assigneeId"] or task["assigneeId"]
    return task


def add(world: World, task: Row) -> None:
    world.tasks[task["id"]] = task
    _record(world, "task-created", task)


def updated(world: World, task: Row) -> None:
    """Record that a task has changed. Assumed: there are two events, a general one and one of its channel."""
    _record(world, "task-updated", task)
    _record(world, UPDATES[family(task)], task)


def family(task: Row) -> str:
    return next(name for name, channels in FAMILIES.items() if task["type"] in channels)


def state(task: Row, today: date) -> str:
    """The state of a task, one of `STATES`. Assumed: a snoozed task is upcoming until its new day; days are UTC."""
    if task["completedAt"] or task["skippedAt"]:
        return "completed" if task["completedAt"] else "skipped"
    due = date.fromisoformat(task["dueDate"])
    if due == today:
        return "dueToday"
    return "upcoming" if due > today else "overdue"


def is_open(task: Row) -> bool:
    return not (task["completedAt"] or task["skippedAt"])


def complete(world: World, task: Row, outcome: str | None) -> None:
    task |= {"completedAt": world.now(), "callOutcome": outcome}
    world.changed_people.append(task["prospectId"])


def skip(world: World, task: Row) -> None:
    task["skippedAt"] = world.now()
    world.changed_people.append(task["prospectId"])


def snooze(task: Row, until: datetime) -> None:
    task["dueDate"] = until.date().isoformat()


def moment(text: str) -> datetime | None:
    """The moment that a text names; None when it names none. Assumed: without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _record(world: World, kind: Kind, task: Row) -> None:
    place = {"sequence_id": task["sequenceId"], "step_id": task["stepId"], "prospect_id": task["prospectId"]}
    record(world, kind, **place, taskId=task["id"], status=state(task, world.clock.now().date()))
