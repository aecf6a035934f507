"""Sequences: list, create, start and pause."""

from collections.abc import Callable

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox


async def titles(http: httpx2.AsyncClient, query: str) -> list[str]:
    return [row["title"] for row in (await http.get(f"/sequences?{query}")).json()["payload"]]


async def set_status(http: httpx2.AsyncClient, status: str, *ids: str) -> tuple[int, int | None]:
    answer = await http.post("/sequences/status", json={"sequenceIds": ids, "status": status})
    return answer.status_code, answer.json().get("code")


async def test_the_list_is_searched_by_part_of_the_title_in_any_case(http: httpx2.AsyncClient) -> None:
    assert await titles(http, "sequenceName=AGENCIES") == ["Agencies EU"]


async def test_the_list_is_sorted_and_cut_into_pages(http: httpx2.AsyncClient) -> None:
    by_title = "sort=ASC&sortBy=sequence.title&pageSize=2"
    assert await titles(http, by_title) == ["Agencies EU", "Partner programme (draft)"]
    assert await titles(http, by_title + "&page=3") == ["Webinar in May"]
    assert await titles(http, by_title + "&page=4") == []


async def test_newer_sequences_come_first(http: httpx2.AsyncClient) -> None:
    for title in ("One", "Two"):
        await http.post("/sequences", json={"title": title})
    assert (await titles(http, ""))[:3] == ["Two", "One", "Q3 launch"]


async def test_a_new_sequence_is_inactive_with_default_sender_and_schedule(
    box: Sandbox, http: httpx2.AsyncClient
) -> None:
    answer = await http.post("/sequences", json={"title": "Spring intro"})
    assert answer.status_code == 201
    payload = answer.json()["payload"]
    assert payload == {"sequenceId": payload["id"], "id": payload["id"], "title": "Spring intro"}
    row = box.world.sequences[payload["id"]]
    assert row["active"] is False
    assert row["scheduleId"] == box.world.default(box.world.schedules)["id"]
    assert box.state()["sequences"][-1]["emailAccounts"] == ["ada@lanternworks.example.com"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"emailAccountIds": ["nope"]}, 40200),
        ({"scheduleId": "nope"}, 4000),
    ],
)
async def test_one_bad_id_refuses_the_whole_sequence(
    box: Sandbox, http: httpx2.AsyncClient, change: dict[str, object], code: int
) -> None:
    answer = await http.post("/sequences", json={"title": "x", **change})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert len(box.world.sequences) == 5


async def test_a_sender_that_is_not_active_is_refused(
    http: httpx2.AsyncClient, sender_id: Callable[[str], str]
) -> None:
    ids = [sender_id("hello@lanternworks-team.example.com")]
    answer = await http.post("/sequences", json={"title": "x", "emailAccountIds": ids})
    assert answer.json()["code"] == 40201


async def test_sequences_are_paused_and_resumed(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Callable[[str], str]
) -> None:
    launch = sequence_id("Q3 launch")
    assert await set_status(http, "pause", launch) == (200, None)
    assert box.world.sequences[launch]["active"] is False
    assert await set_status(http, "resume", launch) == (200, None)
    assert box.world.sequences[launch]["active"] is True


@pytest.mark.parametrize(
    ("status", "title", "code"),
    [
        ("pause", "SaaS founders", 40101),
        ("resume", "Q3 launch", 40102),
        ("resume", "Webinar in May", 40103),
        ("resume", "Partner programme (draft)", 40103),
    ],
)
async def test_a_status_that_cannot_be_is_refused(
    http: httpx2.AsyncClient, sequence_id: Callable[[str], str], status: str, title: str, code: int
) -> None:
    assert await set_status(http, status, sequence_id(title)) == (400, code)


async def test_a_sequence_without_steps_cannot_be_resumed(http: httpx2.AsyncClient) -> None:
    new = (await http.post("/sequences", json={"title": "Empty"})).json()["payload"]["id"]
    answer = await http.post("/sequences/status", json={"sequenceIds": [new], "status": "resume"})
    assert answer.json() == {"error": True, "code": 4000, "message": "Sequence has no steps", "payload": None}


async def test_status_is_changed_for_all_or_for_none(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Callable[[str], str]
) -> None:
    launch = sequence_id("Q3 launch")
    assert await set_status(http, "pause", launch, "nope") == (400, 40100)
    assert await set_status(http, "pause", launch, sequence_id("SaaS founders")) == (400, 40101)
    assert box.world.sequences[launch]["active"] is True
