"""Skips or snoozes many tasks in the background."""

from datetime import datetime

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.routes.tasks import future
from saleshandy_mcp.sandbox.simulation import jobs, tasks
from saleshandy_mcp.sandbox.simulation.events import record
from saleshandy_mcp.sandbox.world.clock import iso
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

KIND = "bulk tasks"
SECONDS_PER_JOB = 2.0
TASKS_PER_SECOND = 100


def bulk_skip_tasks(world: World, request: Request) -> Reply:
    return _accepted(world, request, "skip", None)


def bulk_snooze_tasks(world: World, request: Request) -> Reply:
    return _accepted(world, request, "snooze", future(world, request.body["snoozeUntil"]))


def get_bulk_task_status(world: World, request: Request) -> Reply:
    """Of the status only the word `completed` is known. Assumed: there is a link only when a task failed."""
    job = jobs.find(world, request.path["bulkActionId"], KIND)
    if job is None:
        raise app_error(4000, "Bulk action not found")
    total, failed = len(job["taskIds"]), len(job["failed"])
    ended = job["isCompleted"]
    payload = {
        "bulkActionId": job["id"],
        "action": job["action"],
        "totalTasks": total,
        "completed": total - failed if ended else 0,
        "failed": failed,
        "pending": 0 if ended else total,
        "status": "completed" if ended else "inProgress",
        "createdAt": job["acceptedAt"],
        "completedAt": job["completedAt"],
        "csvDownloadLink": jobs.report_url(world, request.base_url, job["id"]),
    }
    return done("Success", payload)


def _accepted(world: World, request: Request, action: str, until: datetime | None) -> Reply:
    ids = list(dict.fromkeys(request.body["taskIds"]))
    id_ = hash_id("bulk action", len(world.jobs))
    facts: Row = {"action": action, "until": until, "taskIds": ids, "failed": [], "completedAt": None}
    jobs.start(world, KIND, id_, SECONDS_PER_JOB + len(ids) / TASKS_PER_SECOND, **facts)
    message = f"{action.capitalize()} request accepted"
    url = f"/v1/tasks/bulk-status/{id_}"
    return done(message, {"bulkActionId": id_, "message": message, "statusCheckUrl": url})


@jobs.ends(KIND)
def end_bulk_action(world: World, job: Row) -> None:
    """Do the action for each task. A task that is unknown or already done fails alone."""
    job["completedAt"] = iso(job["dueAt"])
    for id_ in job["taskIds"]:
        task = world.tasks.get(id_)
        if task is None or not tasks.is_open(task):
            job["failed"].append({"taskId": id_, "reason": "Task is already done" if task else "Task not found"})
        elif job["action"] == "skip":
            tasks.skip(world, task)
        else:
            tasks.snooze(task, job["until"])
    record(world, "bulk-task-updated", at=job["dueAt"], action=job["action"], taskIds=job["taskIds"])
    if job["failed"]:
        jobs.publish(world, job["id"], job["failed"])


ROUTES = {
    ("POST", "/tasks/bulk-skip"): bulk_skip_tasks,
    ("POST", "/tasks/bulk-snooze"): bulk_snooze_tasks,
    ("GET", "/tasks/bulk-status/{bulkActionId}"): get_bulk_task_status,
}
