"""People in sequences: enrolled, verified, paused, unsubscribed."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation import events

Ids = Callable[[str], str]
StepId = Callable[[str, int], str]


@pytest.fixture
def free(box: Sandbox) -> list[str]:
    """People in no sequence who can be written to."""
    taken = {id_ for people in box.world.enrolments.values() for id_ in people}
    rows = box.world.prospects.values()
    return [row["id"] for row in rows if row["id"] not in taken and not row["unsubscribed"] and not row["bounced"]]


@pytest.fixture
def stored(box: Sandbox) -> Callable[[str], dict[str, Any]]:
    return lambda word: next(row for row in box.world.prospects.values() if row[word])


async def standing(http: httpx2.AsyncClient, prospect_id: str) -> list[tuple[str, str]]:
    payload = (await http.get(f"/prospects/{prospect_id}/minimal/sequences")).json()["payload"]
    return [(row["title"], row["status"]) for row in payload]


async def set_status(http: httpx2.AsyncClient, sequence: str, ids: list[str], **body: Any) -> Any:
    pairs = [{"prospectId": id_, "sequenceId": sequence} for id_ in ids]
    return (await http.patch("/prospects/status", json={"prospectAndSequenceIds": pairs, **body})).json()


async def test_stored_people_are_enrolled_and_the_others_left_out_in_silence(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids, step_id: StepId, free: list[str], stored: Any
) -> None:
    draft = "Partner programme (draft)"
    ids = [*free[:2], free[0], stored("unsubscribed")["id"], stored("bounced")["id"]]
    body = {"contactIds": ids, "stepId": step_id(draft, 1)}
    answer = await http.post(f"/sequences/{sequence_id(draft)}/contacts", json=body)
    assert (answer.status_code, answer.json()) == (200, {"message": "Success", "payload": None})
    assert box.world.enrolments[sequence_id(draft)] == dict.fromkeys(free[:2], step_id(draft, 1))
    assert await standing(http, free[0]) == [(draft, "active")]


async def test_one_unknown_id_enrols_nobody(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids, step_id: StepId, free: list[str]
) -> None:
    path = f"/sequences/{sequence_id('Q3 launch')}/contacts"
    for body in (
        {"contactIds": [free[0], "x"], "stepId": step_id("Q3 launch", 1)},
        {"contactIds": [free[0]], "stepId": step_id("Agencies EU", 1)},
    ):
        answer = await http.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, 4000)
    assert len(box.world.enrolments[sequence_id("Q3 launch")]) == 140


async def test_addresses_of_a_sequence_are_verified_once(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids
) -> None:
    path = f"/sequences/{sequence_id('Q3 launch')}/verify-prospects"
    people = box.world.enrolments[sequence_id("Q3 launch")]
    before = [id_ for id_ in people if box.world.prospects[id_]["verificationStatus"] == "skip"]
    assert len(before) > 1
    assert (await http.post(path)).json() == {"message": "Verification started"}
    box.clock.advance(20)
    emails = [box.world.prospects[id_]["email"] for id_ in before]
    payload = (await http.post("/prospects/verification-status", json={"emails": emails})).json()["payload"]
    assert {row["status"] for row in payload} <= {"valid", "risky", "bad"}
    answer = await http.post(path)
    assert (answer.status_code, answer.json()["code"]) == (400, 1001)


async def test_a_pause_ends_by_the_clock(box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids) -> None:
    sequence = sequence_id("Q3 launch")
    person = next(iter(box.world.enrolments[sequence]))
    told = await set_status(http, sequence, [person], status="paused", pauseDelayInDays=7)
    assert told["payload"] == {"success": 1, "failed": 0}
    assert await standing(http, person) == [("Q3 launch", "paused")]
    box.clock.advance(7 * 86400)
    assert await standing(http, person) == [("Q3 launch", "active")]


@pytest.mark.parametrize("status", ["replied", "finished", "paused", "unsubscribed", "active"])
async def test_a_status_is_read_back(box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids, status: str) -> None:
    sequence = sequence_id("Q3 launch")
    person = next(iter(box.world.enrolments[sequence]))
    await set_status(http, sequence, [person], status=status)
    assert await standing(http, person) == [("Q3 launch", status)]


async def test_what_has_happened_counts_until_somebody_sets_a_status(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids
) -> None:
    sequence = sequence_id("Q3 launch")
    person = next(iter(box.world.enrolments[sequence]))
    events.record(box.world, "reply-received", sequence_id=sequence, prospect_id=person)
    assert await standing(http, person) == [("Q3 launch", "replied")]
    await set_status(http, sequence, [person], status="active")
    assert await standing(http, person) == [("Q3 launch", "active")]


async def test_who_is_not_in_the_sequence_or_must_not_be_mailed_counts_as_failed(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids, free: list[str]
) -> None:
    sequence = sequence_id("Q3 launch")
    inside = list(box.world.enrolments[sequence])
    gone = next(id_ for id_ in inside if box.world.prospects[id_]["unsubscribed"])
    bounced = next(id_ for id_ in inside if box.world.prospects[id_]["bounced"])
    told = await set_status(http, sequence, [inside[0], free[0], gone, bounced], status="active")
    assert told["payload"] == {"success": 1, "failed": 3}
    assert await standing(http, gone) == [("Q3 launch", "unsubscribed")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "stopped"}, 4000),
        ({"status": "active", "pauseDelayInDays": 3}, 4000),
        ({"status": "paused", "pauseDelayInDays": 0}, 4000),
        ({"status": "paused", "pauseDelayInDays": 1e300}, 4000),
        ({"status": "active", "sequence": "x"}, 4001),
    ],
)
async def test_a_status_that_makes_no_sense_is_refused(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids, body: dict[str, Any], code: int
) -> None:
    sequence = sequence_id("Q3 launch")
    person = next(iter(box.world.enrolments[sequence]))
    told = await set_status(http, body.pop("sequence", sequence), [person], **body)
    assert told["code"] == code


@pytest.mark.parametrize("path", ["/prospects/unsubscribe", "/contacts/unsubscribe"])
async def test_the_unsubscribed_stay_out_and_an_event_tells_of_it_once(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids, step_id: StepId, free: list[str], path: str
) -> None:
    inside = next(iter(box.world.enrolments[sequence_id("Q3 launch")]))
    before = len(box.world.events)
    for _ in range(2):
        assert (await http.post(path, json={"prospectIds": [inside, free[0]]})).status_code == 200
    told = [(event["kind"], event["prospectId"], event["sequenceId"]) for event in box.world.events[before:]]
    kind = "prospect-unsubscribed"
    assert told == [(kind, inside, sequence_id("Q3 launch")), (kind, free[0], None)]
    body = {"contactIds": [free[0]], "stepId": step_id("SaaS founders", 1)}
    await http.post(f"/sequences/{sequence_id('SaaS founders')}/contacts", json=body)
    assert await standing(http, free[0]) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/prospects/unsubscribe", {"prospectIds": ["x"]}),
        ("/prospects/unsubscribe", {"prospectIds": []}),
        ("/contacts/unsubscribe", {"prospectIds": ["x"]}),
        ("/contacts/unsubscribe", {}),
    ],
)
async def test_unsubscribing_nobody_is_refused(http: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> None:
    assert (await http.post(path, json=body)).status_code == 400


async def test_the_sequences_of_nobody_are_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/prospects/x/minimal/sequences")
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)
