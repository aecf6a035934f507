"""Subsequences: conditions and what goes with what, schedule and delay, steps of their own."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

REPLIED = {"name": "Replied", "operation": "is", "value": False}
DEMO = "Opened often, no answer"


@pytest.fixture
def parent(sequence_id: Callable[[str], str]) -> str:
    return sequence_id("Q3 launch")


async def made(http: httpx2.AsyncClient, parent: str, **changes: Any) -> str:
    body = {"title": "Silent", "conditions": [REPLIED], **changes}
    answer = await http.post(f"/sequences/{parent}/subsequence", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["payload"]["id"]


async def settings(http: httpx2.AsyncClient, subsequence: str) -> dict[str, Any]:
    return (await http.get(f"/sequences/subsequence/{subsequence}/settings")).json()["payload"]


async def titles(http: httpx2.AsyncClient, parent: str, query: str = "") -> list[str]:
    answer = await http.get(f"/sequences/{parent}/subsequences{query}")
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["payload"]]


async def test_what_was_created_is_read_back(box: Sandbox, http: httpx2.AsyncClient, parent: str) -> None:
    schedule = list(box.world.schedules)[1]
    id_ = await made(http, parent, scheduleId=schedule, firstStepRelativeDays=4)
    read = await settings(http, id_)
    [condition] = read.pop("conditions")
    assert read == {"scheduleId": schedule, "firstStepRelativeDays": 4}
    assert len(condition["conditionId"]) == 11
    assert int(condition.pop("conditionId"), 16) > 0
    assert condition == REPLIED


async def test_an_id_of_ones_own_is_kept(http: httpx2.AsyncClient, parent: str) -> None:
    mine = {**REPLIED, "conditionId": "4f1a9c2be07"}
    assert (await settings(http, await made(http, parent, conditions=[mine])))["conditions"] == [mine]


@pytest.mark.parametrize(
    ("name", "operation", "value"),
    [
        ("Email Open Count", "greater than or equals", 3),
        ("Replied", "is", True),
        ("Reply Body Contains", "contains", "price"),
        ("Link Click", "is any", None),
        ("Prospect Outcome", "is not", ["Interested"]),
        ("Prospect Tag", "is any", ["warm"]),
        ("Last Step Completed", "is", True),
    ],
)
async def test_each_condition_has_its_operations_and_values(
    http: httpx2.AsyncClient, parent: str, name: str, operation: str, value: Any
) -> None:
    condition = {"name": name, "operation": operation, "value": value}
    await made(http, parent, conditions=[{key: part for key, part in condition.items() if part is not None}])


@pytest.mark.parametrize(
    ("name", "operation", "value"),
    [
        ("Email Open Count", "is", 3),
        ("Email Open Count", "greater than", True),
        ("Email Open Count", "greater than", "3"),
        ("Replied", "is not", True),
        ("Replied", "is", "yes"),
        ("Reply Body Contains", "contains", ""),
        ("Reply Body Contains", "is", "price"),
        ("Link Click", "is any", True),
        ("Prospect Outcome", "is", "Interested"),
        ("Prospect Tag", "contains", ["warm"]),
        ("Prospect Tag", "is", []),
        ("Last Step Completed", "is", 1),
    ],
)
async def test_what_does_not_go_together_is_refused(
    box: Sandbox, http: httpx2.AsyncClient, parent: str, name: str, operation: str, value: Any
) -> None:
    body = {"title": "Odd", "conditions": [REPLIED, {"name": name, "operation": operation, "value": value}]}
    answer = await http.post(f"/sequences/{parent}/subsequence", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)
    assert len(box.world.subsequences) == 1


async def test_conditions_are_replaced_as_a_whole_and_an_empty_list_is_ignored(
    http: httpx2.AsyncClient, parent: str
) -> None:
    id_ = await made(http, parent)
    clicked = {"name": "Link Click", "operation": "is any"}
    path = f"/sequences/{parent}/subsequence/{id_}"
    assert (await http.patch(path, json={"conditions": [clicked], "firstStepRelativeDays": 9})).status_code == 200
    assert (await http.patch(path, json={"conditions": []})).status_code == 200
    read = await settings(http, id_)
    assert [row["name"] for row in read["conditions"]] == ["Link Click"]
    assert read["firstStepRelativeDays"] == 9


async def test_the_list_is_narrowed_by_progress_title_and_owner(http: httpx2.AsyncClient, parent: str) -> None:
    await made(http, parent)
    assert await titles(http, parent) == [DEMO, "Silent"]
    assert await titles(http, parent, "?search=OPENED") == [DEMO]
    assert await titles(http, parent, "?progress=2&owners=41") == [DEMO, "Silent"]
    assert await titles(http, parent, "?progress=1") == []
    assert await titles(http, parent, "?progress=1,2") == [DEMO, "Silent"]
    assert await titles(http, parent, "?progress=3&progress=1") == []
    assert await titles(http, parent, "?owners=42") == []


async def test_an_unknown_progress_is_refused(http: httpx2.AsyncClient, parent: str) -> None:
    answer = await http.get(f"/sequences/{parent}/subsequences?progress=4")
    assert answer.json()["message"] == ["each value in progress must be a valid enum value"]


async def test_steps_are_added_to_it_as_to_a_sequence(http: httpx2.AsyncClient, parent: str) -> None:
    id_ = await made(http, parent)
    variant = {"payload": {"subject": "Still there?", "content": "<p>Hi</p>"}}
    body = {"type": 1, "absoluteDays": 1, "variants": [variant]}
    assert (await http.post(f"/sequences/{id_}/steps", json=body)).status_code == 201
    assert (await http.post("/sequences/status", json={"sequenceIds": [id_], "status": "resume"})).status_code == 200
    assert await titles(http, parent, "?progress=1") == ["Silent"]
    assert len((await http.get("/sequences")).json()["payload"]) == 5


async def test_ids_that_do_not_exist_or_belong_elsewhere_are_1001(
    http: httpx2.AsyncClient, parent: str, sequence_id: Callable[[str], str]
) -> None:
    id_ = await made(http, parent)
    answers = [
        await http.post("/sequences/x/subsequence", json={"title": "a", "conditions": [REPLIED]}),
        await http.get("/sequences/x/subsequences"),
        await http.get("/sequences/subsequence/x/settings"),
        await http.patch(f"/sequences/{parent}/subsequence/x", json={}),
        await http.patch(f"/sequences/{sequence_id('Agencies EU')}/subsequence/{id_}", json={}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(400, 1001)] * 5


async def test_an_unknown_schedule_is_refused(http: httpx2.AsyncClient, parent: str) -> None:
    body = {"title": "a", "conditions": [REPLIED], "scheduleId": 70211}
    answer = await http.post(f"/sequences/{parent}/subsequence", json=body)
    assert answer.json()["message"] == "Schedule 70211 not found"
