"""Tasks of the sandbox, and what changes them."""

from collections.abc import Sequence
from typing import Any

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.tasks.update_tasks import TaskUpdate, UpdateTasks
from saleshandy_mcp.sandbox import Sandbox

COMPLETE, NOTE = "POST /tasks/{taskId}/complete", "PATCH /tasks/{taskId}/note"
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


def of_tasks(box: Sandbox, channel: str) -> dict[str, Any]:
    """The sequence that the open tasks of this channel belong to."""
    (id_,) = {box.world.tasks[id_]["sequenceId"] for id_ in tasks_of(box, channel, number=99)}
    return box.world.sequences[id_]


def written(box: Sandbox) -> dict[str, int]:
    """The calls that changed something, counted in the sandbox."""
    return {call: number for call, number in box.state()["requests"].items() if not call.startswith("GET ")}
