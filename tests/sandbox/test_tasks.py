"""Tasks: how they arise, how they are found, what one can do with them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import select
from tests.sandbox.kit import DAY, Crowd, call, frozen, mail, passes, task

BEGIN = "2026-11-16T08:00:00.000Z"
FILTERS: list[tuple[dict[str, str], Callable[[dict[str, Any]], bool]]] = [
    ({"status": "overdue"}, lambda row: row["status"] == "overdue"),
    ({"taskType": "linkedin"}, lambda row: row["type"] in {"2", "3", "5"}),
    ({"callOutcome": "Interested"}, lambda row: row["callOutcome"] == "Interested"),
    ({"taskAssignee": "42"}, lambda row: row["assignee"]["firstName"] == "Bo"),
    ({"search": "quillstone"}, lambda row: "quillstone" in row["prospect"]["email"]),
]


async def listed(http: httpx2.AsyncClient, **query: str | int) -> list[dict[str, Any]]:
    answer = await http.get("/tasks", params={"pageSize": 500, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["payload"]["tasks"]


async def counts(http: httpx2.AsyncClient) -> dict[str, int]:
    return (await http.get("/tasks/counts")).json()["payload"]


async def first(http: httpx2.AsyncClient, **query: str | int) -> str:
    return (await listed(http, **query))[0]["taskId"]


async def test_the_demo_team_has_tasks_in_every_state(http: httpx2.AsyncClient) -> None:
    states = Counter(task["status"] for task in await listed(http))
    assert set(states) == {"upcoming", "dueToday", "overdue", "completed", "skipped"}
    assert await counts(http) == states


async def test_tasks_are_those_of_the_people_at_steps_that_are_no_email(
    http: httpx2.AsyncClient, box: Sandbox, sequence_id: Callable[[str], str], step_id: Callable[[str, int], str]
) -> None:
    calls = await listed(http, taskType="call")
    stands = box.world.enrolments[sequence_id("Agencies EU")]
    expected = {person for person, step in stands.items() if step == step_id("Agencies EU", 4)}
    assert {task["prospect"]["id"] for task in calls} == expected


async def test_states_move_with_the_clock(http: httpx2.AsyncClient, box: Sandbox) -> None:
    before = await counts(http)
    box.clock.advance(DAY)
    after = await counts(http)
    arisen = len(list(select(box.world, "task-created", since=BEGIN)))
    assert after["overdue"] == before["overdue"] + before["dueToday"] + arisen
    assert after["upcoming"] < before["upcoming"]
    assert (after["completed"], after["skipped"]) == (before["completed"], before["skipped"])


async def test_a_task_arises_on_its_day_when_somebody_is_put_into_such_a_step(
    http: httpx2.AsyncClient, box: Sandbox, sequence_id: Callable[[str], str], step_id: Callable[[str, int], str]
) -> None:
    newcomer = list(box.world.prospects)[-1]
    body = {"contactIds": [newcomer], "stepId": step_id("Q3 launch", 5)}
    await http.post(f"/sequences/{sequence_id('Q3 launch')}/contacts", json=body)
    email = box.world.prospects[newcomer]["email"]
    box.clock.advance(12 * DAY)
    assert await listed(http, search=email) == []
    box.clock.advance(2 * DAY + 3600)
    (task,) = await listed(http, search=email)
    assert (task["dueDate"], task["type"], task["sequence"]["title"]) == ("2026-11-30", "9", "Q3 launch")


@pytest.mark.parametrize(("query", "holds"), FILTERS)
async def test_a_filter_leaves_what_it_says_and_only_that(
    http: httpx2.AsyncClient, query: dict[str, str], holds: Callable[[dict[str, Any]], bool]
) -> None:
    found = await listed(http, **query)
    assert found
    assert [task["id"] for task in found] == [task["id"] for task in await listed(http) if holds(task)]


async def test_filters_on_what_nobody_has_leave_nothing(http: httpx2.AsyncClient) -> None:
    assert await listed(http, sequenceId="nowhere") == []
    assert await listed(http, taskAssignee="7") == []
    assert await listed(http, prospectOutcome="Nothing such") == []


@pytest.mark.parametrize(("by", "key"), [("dueDate", "dueDate"), ("priority", "priority")])
async def test_tasks_are_sorted(http: httpx2.AsyncClient, by: str, key: str) -> None:
    values = [task[key] for task in await listed(http, sortBy=by, sortOrder="DESC")]
    assert values == sorted(values, reverse=True)


async def test_pages_hold_25_tasks_and_tell_how_many_there_are(http: httpx2.AsyncClient) -> None:
    payload = (await http.get("/tasks", params={"page": 2})).json()["payload"]
    total = sum((await counts(http)).values())
    assert payload["meta"] == {
        "totalItems": total,
        "currentPage": 2,
        "itemsPerPage": 25,
        "totalPages": -(-total // 25),
        "itemCount": 25,
    }


async def test_one_task_can_be_read_and_an_unknown_one_is_404(http: httpx2.AsyncClient) -> None:
    task_id = await first(http)
    assert (await http.get(f"/tasks/{task_id}")).json()["payload"]["taskId"] == task_id
    assert (await http.get("/tasks/nothing")).status_code == 404


async def test_tasks_can_be_given_to_the_team(http: httpx2.AsyncClient) -> None:
    payload = (await http.get("/tasks/assignee/list")).json()["payload"]
    assert [(row["id"], row["firstName"]) for row in payload] == [("41", "Ada"), ("42", "Bo"), ("43", "Cleo")]


async def test_tasks_are_found_by_what_it_has_come_to_with_the_person(http: httpx2.AsyncClient) -> None:
    task = (await listed(http, status="upcoming"))[0]
    body = {"prospectEmails": [task["prospect"]["email"]], "outcomeName": "Closed"}
    assert (await http.patch("/sequences/update-prospect-outcome", json=body)).status_code == 200
    assert task["id"] in [found["id"] for found in await listed(http, prospectOutcome="Closed")]
    assert task["id"] not in [found["id"] for found in await listed(http, prospectOutcome="Uncategorized")]


async def test_a_created_task_is_due_today_unless_told_and_an_unknown_person_fails_alone(
    http: httpx2.AsyncClient, box: Sandbox
) -> None:
    person = list(box.world.prospects)[-1]
    body = {"prospectIds": [person, "nobody"], "taskType": "13", "priority": "1", "taskNote": "Ask about budget"}
    answer = await http.post("/tasks/create", json=body)
    assert answer.status_code == 201
    made, failed = answer.json()["payload"]["results"]
    assert failed == {"prospectId": "nobody", "success": False, "error": "Prospect not found"}
    task = (await http.get(f"/tasks/{made['taskId']}")).json()["payload"]
    assert (task["status"], task["type"], task["priority"]) == ("dueToday", "13", "1")
    assert task["taskNote"] == "Ask about budget"
    later = await http.post("/tasks/create", json={**body, "dueDate": "2026-11-20"})
    task_id = later.json()["payload"]["results"][0]["taskId"]
    assert (await http.get(f"/tasks/{task_id}")).json()["payload"]["status"] == "upcoming"


async def test_no_email_task_and_no_impossible_day(http: httpx2.AsyncClient, box: Sandbox) -> None:
    people = [next(iter(box.world.prospects))]
    assert (await http.post("/tasks/create", json={"prospectIds": people, "taskType": "1"})).status_code == 400
    answer = await http.post("/tasks/create", json={"prospectIds": people, "taskType": "9", "dueDate": "2026-02-30"})
    assert answer.json()["message"] == ["dueDate must be a valid ISO 8601 date string"]


async def test_a_call_is_completed_only_with_its_outcome(http: httpx2.AsyncClient) -> None:
    task_id = await first(http, taskType="call", status="dueToday")
    refused = await http.post(f"/tasks/{task_id}/complete", json={})
    assert refused.json()["code"] == 4000
    answer = await http.post(f"/tasks/{task_id}/complete", json={"callOutcome": "Interested"})
    task = answer.json()["payload"]["task"]
    assert (task["status"], task["callOutcome"]) == ("completed", "Interested")


async def test_what_is_done_cannot_be_done_again(http: httpx2.AsyncClient) -> None:
    task_id = await first(http, taskType="linkedin", status="dueToday")
    assert (await http.post(f"/tasks/{task_id}/skip")).json()["payload"]["task"]["status"] == "skipped"
    again = await http.post(f"/tasks/{task_id}/complete")
    assert (again.status_code, again.json()["message"]) == (400, f"Task {task_id} is already skipped")


async def test_a_snoozed_task_comes_back_on_its_day(http: httpx2.AsyncClient, box: Sandbox) -> None:
    task_id = await first(http, status="overdue")
    until = "2026-11-18T08:00:00.000Z"
    answer = await http.post(f"/tasks/{task_id}/snooze", json={"snoozeUntil": until})
    assert answer.json()["payload"]["task"] == {
        "taskId": task_id,
        "status": "snoozed",
        "snoozedUntil": until,
        "callOutcome": None,
    }
    assert (await http.get(f"/tasks/{task_id}")).json()["payload"]["status"] == "upcoming"
    box.clock.advance(2 * DAY + 3600)
    assert (await http.get(f"/tasks/{task_id}")).json()["payload"]["status"] == "dueToday"


@pytest.mark.parametrize("until", ["soon", "2026-11-16T07:59:00Z"])
async def test_a_task_is_put_off_to_a_moment_that_lies_ahead(http: httpx2.AsyncClient, until: str) -> None:
    answer = await http.post(f"/tasks/{await first(http, status='overdue')}/snooze", json={"snoozeUntil": until})
    assert answer.status_code == 400


async def test_what_happens_to_tasks_is_recorded(http: httpx2.AsyncClient, box: Sandbox) -> None:
    task_id = await first(http, taskType="call", status="dueToday")
    body = {"prospectIds": [next(iter(box.world.prospects))], "taskType": "9"}
    await http.post("/tasks/create", json=body)
    await http.post(f"/tasks/{task_id}/complete", json={"callOutcome": "Interested"})
    await http.post("/tasks/bulk-skip", json={"taskIds": [await first(http, status="overdue")]})
    box.clock.advance(5)
    box.state()
    kinds = [event["kind"] for event in box.world.events if "task" in event["kind"] and event["at"] >= BEGIN]
    assert kinds == ["task-created", "task-updated", "call-task-updated", "bulk-task-updated"]


async def test_a_note_is_kept(http: httpx2.AsyncClient) -> None:
    task_id = await first(http)
    await http.patch(f"/tasks/{task_id}/note", json={"note": "Call after lunch"})
    assert (await http.get(f"/tasks/{task_id}")).json()["payload"]["taskNote"] == "Call after lunch"


@pytest.mark.parametrize("verb", ["complete", "skip", "bulk-skip"])
@pytest.mark.parametrize("active", [True, False])
def test_the_next_mail_follows_a_done_task_while_the_sequence_is_active(verb: str, active: bool) -> None:  # noqa: FBT001 - drawn by name
    crowd = Crowd(frozen(), task(1), mail(2), people=3)
    passes(crowd.box, DAY)
    tasks = [row for row in crowd.world.tasks.values() if row["sequenceId"] == crowd.id]
    assert (len(tasks), crowd.mails) == (3, [])
    done = tasks[:2]
    if not active:
        crowd.status("pause")
    if verb == "bulk-skip":
        call(crowd.box, "POST", "/tasks/bulk-skip", {"taskIds": [row["id"] for row in done]})
    else:
        for row in done:
            call(crowd.box, "POST", f"/tasks/{row['id']}/{verb}")
    passes(crowd.box, 3 * DAY)
    assert sorted(crowd.mailed(1)) == (sorted(row["prospectId"] for row in done) if active else [])
