"""Jobs with single people: know more of them, call them, put off what cannot be done today."""

import re

import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import latest
from tests.jobs.conftest import Job
from tests.jobs.kit import id_of, person

TASK = re.compile(r"^\[(\w+)\]", re.MULTILINE)


async def test_find_somebody_and_note_tag_field_and_outcome_at_once(job: Job, box: Sandbox) -> None:
    changes = {"prospects": "~1 tags values", "events": "+1"}
    known = {"add_tags": ["warm"], "fields": {"Why Now": "opens a second office"}, "outcome": "Meeting Booked"}
    asks = ('- field: "Why Now = opens a second office"\n- tags to add: "warm"\n- outcome: "Meeting Booked"',)
    async with job(calls=2, changes=changes, asks=asks) as seller:
        found = await seller.call("find_prospects", query="Anton Brandt")
        await seller.call("update_prospects", prospects=[id_of("Anton Brandt", found)], **known)
    row = person(box, "anton.brandt@marrowby.example.com")
    assert "warm" in row["tags"]
    assert row["values"]["Why Now"] == "opens a second office"
    change = latest(box.world, "prospect-outcome-updated", prospectId=row["id"])
    assert change is not None
    assert change["facts"]["newOutcome"] == "Meeting Booked"


@pytest.mark.parametrize("name", ["Keller", "Greta Keller"])
async def test_a_name_changes_nobody_and_the_answer_says_where_to_look(job: Job, box: Sandbox, name: str) -> None:
    async with job(calls=3, changes={"prospects": "~1 tags"}) as seller:
        why = await seller.refused("update_prospects", prospects=[name], add_tags=["warm"])
        found = await seller.follow(why, "find_prospects")
        await seller.call("update_prospects", prospects=[id_of("Greta Keller", found)], add_tags=["warm"])
    assert "warm" in person(box, "greta.keller@mirelle.example.com")["tags"]


async def test_an_outcome_that_there_is_not_is_told_with_all_that_there_are(job: Job, box: Sandbox) -> None:
    whom = ["anton.brandt@marrowby.example.com"]
    async with job(calls=2, changes={"events": "+1"}, asks=('- outcome: "Closed"',)) as seller:
        why = await seller.refused("update_prospects", prospects=whom, outcome="Won")
        assert all(row["name"] in why for row in box.world.outcomes.values())
        await seller.call("update_prospects", prospects=whom, outcome="Closed")
    change = latest(box.world, "prospect-outcome-updated", prospectId=person(box, whom[0])["id"])
    assert change is not None
    assert change["facts"]["newOutcome"] == "Closed"


async def test_make_todays_calls_and_say_how_they_went(job: Job, box: Sandbox) -> None:
    due = [it for it in box.world.tasks.values() if _is_open_call(it) and it["dueDate"] == "2026-11-16"]
    number = len(due)
    changes = {"tasks": f"~{number} callOutcome completedAt", "events": f"+{2 * number}"}
    async with job(calls=2, changes=changes, asks=("completed for good",)) as seller:
        today = await seller.call("list_tasks", status="due_today", type="call")
        done = {"action": "complete", "call_outcome": "Left Voicemail"}
        await seller.call("update_tasks", tasks=TASK.findall(today), **done)
    assert {box.world.tasks[it["id"]]["callOutcome"] for it in due} == {"Left Voicemail"}


async def test_put_off_what_is_overdue_on_linkedin(job: Job, box: Sandbox) -> None:
    number = 7
    changes = {"tasks": f"~{number} dueDate", "events": "+1", "jobs": "+1"}
    async with job(calls=2, changes=changes) as seller:
        late = await seller.call("list_tasks", status="overdue", type="linkedin")
        ids = TASK.findall(late)
        await seller.call("update_tasks", tasks=ids, action="snooze", until="2026-11-19")
    assert len(ids) == number
    assert all(box.world.tasks[id_]["dueDate"].startswith("2026-11-19") for id_ in ids)


def _is_open_call(task: dict[str, object]) -> bool:
    return task["type"] == "11" and not task["completedAt"] and not task["skippedAt"]
