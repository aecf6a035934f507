"""Skipping and putting off many tasks: jobs that end by the clock."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox


async def ids(http: httpx2.AsyncClient, status: str) -> list[str]:
    answer = await http.get("/tasks", params={"status": status, "pageSize": 500})
    return [task["taskId"] for task in answer.json()["payload"]["tasks"]]


async def status_of(http: httpx2.AsyncClient, job: str) -> dict[str, Any]:
    return (await http.get(f"/tasks/bulk-status/{job}")).json()["payload"]


async def test_nothing_is_skipped_before_the_job_ends(http: httpx2.AsyncClient, box: Sandbox) -> None:
    overdue = await ids(http, "overdue")
    payload = (await http.post("/tasks/bulk-skip", json={"taskIds": overdue})).json()["payload"]
    job = payload["bulkActionId"]
    assert payload["statusCheckUrl"] == f"/v1/tasks/bulk-status/{job}"
    state = await status_of(http, job)
    assert (state["status"], state["pending"], state["completedAt"]) == ("inProgress", len(overdue), None)
    assert await ids(http, "overdue") == overdue
    box.clock.advance(5)
    state = await status_of(http, job)
    assert (state["status"], state["completed"], state["pending"]) == ("completed", len(overdue), 0)
    assert state["csvDownloadLink"] is None
    assert await ids(http, "overdue") == []


async def test_tasks_that_cannot_be_skipped_are_in_the_report(http: httpx2.AsyncClient, box: Sandbox) -> None:
    done = (await ids(http, "completed"))[0]
    fine = (await ids(http, "dueToday"))[0]
    answer = await http.post("/tasks/bulk-skip", json={"taskIds": [fine, "nothing", done, fine]})
    box.clock.advance(5)
    state = await status_of(http, answer.json()["payload"]["bulkActionId"])
    assert (state["totalTasks"], state["completed"], state["failed"]) == (3, 1, 2)
    report = (await http.get(state["csvDownloadLink"])).text
    assert report.splitlines() == ["taskId,reason", "nothing,Task not found", f"{done},Task is already done"]


async def test_many_tasks_are_put_off(http: httpx2.AsyncClient, box: Sandbox) -> None:
    overdue = await ids(http, "overdue")
    body = {"taskIds": overdue, "snoozeUntil": "2026-11-20T08:00:00.000Z"}
    job = (await http.post("/tasks/bulk-snooze", json=body)).json()["payload"]["bulkActionId"]
    box.clock.advance(5)
    assert (await status_of(http, job))["action"] == "snooze"
    assert set(overdue) <= set(await ids(http, "upcoming"))


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("skip", {"taskIds": [f"task{number}" for number in range(101)]}),
        ("skip", {"taskIds": []}),
        ("snooze", {"taskIds": ["x"], "snoozeUntil": "tomorrow"}),
        ("snooze", {"taskIds": ["x"]}),
    ],
)
async def test_what_the_api_does_not_take_is_refused(http: httpx2.AsyncClient, verb: str, body: dict[str, Any]) -> None:
    assert (await http.post(f"/tasks/bulk-{verb}", json=body)).status_code == 400


async def test_an_unknown_job_is_refused(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/tasks/bulk-status/nothing")).json()["code"] == 4000
