"""Jobs with many people or tasks at once: found by what happened, changed by the handle of the answer."""

import re

from saleshandy_mcp.sandbox import Sandbox
from tests.jobs.conftest import Job
from tests.jobs.kit import person, sequence_of

HANDLE = re.compile(r"sel_[0-9a-f]{12}")


def handle_in(text: str) -> str:
    found = HANDLE.search(text)
    assert found, f"no handle in: {text}"
    return found[0]


def here(box: Sandbox, ending: str) -> list[str]:
    return [row["email"] for row in box.world.prospects.values() if row["email"].endswith(ending)]


async def test_tag_everyone_at_a_domain(job: Job, box: Sandbox) -> None:
    everybody = here(box, "@marrowby.example.com")
    new = [email for email in everybody if "warm" not in person(box, email)["tags"]]
    changes = {"prospects": f"~{len(new)} tags"}
    async with job(calls=2, changes=changes, asks=("- 13 people",)) as seller:
        found = await seller.call("find_prospects", query="@marrowby.example.com")
        await seller.call("update_prospects", prospects=[handle_in(found)], add_tags=["warm"])
    assert all("warm" in person(box, email)["tags"] for email in everybody)


async def test_warm_people_without_a_reply_go_into_another_sequence(job: Job, box: Sandbox) -> None:
    changes = {"enrolments": "+20", "imports": "+1", "set_statuses": "+20"}
    asks = ('- source: "selection sel_', '- status in the sequence: "finished"')
    async with job(calls=3, changes=changes, asks=asks) as seller:
        warm = await seller.call("find_prospects", where=["sequence=Q3 launch", "opened=3", "replied=no"])
        handle = handle_in(warm)
        await seller.call("import_prospects", people=handle, sequence="SaaS founders")
        await seller.call("update_prospects", prospects=[handle], sequence="Q3 launch", status="finished")
    new, old = sequence_of(box, "SaaS founders")["id"], sequence_of(box, "Q3 launch")["id"]
    moved = person(box, "pablo.herrero@glassmere.example.com")["id"]
    assert moved in box.world.enrolments[new]
    assert box.world.status_of(old, moved) == "finished"


async def test_snooze_all_linkedin_tasks(job: Job) -> None:
    async with job(calls=2, changes={"tasks": "~19 dueDate", "events": "+1", "jobs": "+1"}) as seller:
        listed = await seller.call("list_tasks", type="linkedin")
        told = await seller.follow(listed, "for an hour:", action="snooze", until="2026-11-19")
    assert told.startswith("Snoozed 19 tasks until 2026-11-19")


async def test_complete_a_call_with_outcome_and_note(job: Job, box: Sandbox) -> None:
    task = next(
        it for it in box.world.tasks.values() if it["type"] == "11" and not it["completedAt"] and not it["skippedAt"]
    )
    email = box.world.prospects[task["prospectId"]]["email"]
    changes = {"tasks": "~1 callOutcome completedAt taskNote", "events": "+4"}
    said = {"call_outcome": "Left Voicemail", "note": "Asks for March."}
    async with job(calls=1, changes=changes, asks=("Asks for March.",)) as seller:
        await seller.call("update_tasks", tasks=[email], action="complete", **said)
    kept = box.world.tasks[task["id"]]
    assert (kept["callOutcome"], kept["taskNote"].endswith("Asks for March.")) == ("Left Voicemail", True)


async def test_who_bounced_goes_on_the_list_of_those_not_to_write_to(job: Job, box: Sandbox) -> None:
    changes = {"dnc_items": "+7", "dnc_lists": "~1 updatedAt"}
    async with job(calls=2, changes=changes, asks=("- 7 addresses",)) as seller:
        bounced = await seller.call("find_prospects", where=["bounced=yes"])
        await seller.call("add_to_dnc", items=[handle_in(bounced)], dnc_list="Asked us not to write")
    assert "carmen.molina@starquay.example.com" in box.world.do_not_contact()


async def test_a_handle_that_nobody_gave_out_changes_nothing_and_the_error_names_the_call_that_makes_one(
    job: Job,
) -> None:
    async with job(calls=2) as seller:
        seller.told.append("sel_0123456789ab")  # as if an old answer held it
        why = await seller.refused("update_prospects", prospects=["sel_0123456789ab"], add_tags=["warm"])
        assert "find_prospects(where=" in why


async def test_put_off_the_tasks_of_certain_people(job: Job, box: Sandbox) -> None:
    id_ = sequence_of(box, "Agencies EU")["id"]
    opened = {it["prospectId"] for it in box.world.events if (it["kind"], it["sequenceId"]) == ("email-opened", id_)}
    due = [it["id"] for it in box.world.tasks.values() if it["prospectId"] in opened and is_open(it)]
    async with job(calls=2, changes={"tasks": f"~{len(due)} dueDate", "events": "+1", "jobs": "+1"}) as seller:
        found = await seller.call("find_prospects", where=["sequence=Agencies EU", "opened=1"])
        await seller.call("update_tasks", tasks=[handle_in(found)], action="snooze", until="2026-12-19")
    assert len(due) > 1
    assert all(box.world.tasks[it]["dueDate"].startswith("2026-12-19") for it in due)


def is_open(task: dict[str, object]) -> bool:
    return not (task["completedAt"] or task["skippedAt"])
