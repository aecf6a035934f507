"""The team, and who of it can be given a task."""

from collections.abc import Callable
from typing import Any

import httpx2


async def test_the_owner_of_the_key_comes_first(http: httpx2.AsyncClient) -> None:
    members = (await http.get("/user/team-member-list")).json()["payload"]
    assert [(row["id"], row["firstName"]) for row in members] == [("41", "Ada"), ("42", "Bo"), ("43", "Cleo")]


async def test_a_step_can_be_given_to_any_of_them(http: httpx2.AsyncClient, sequence_id: Callable[[str], str]) -> None:
    path = f"/sequences/{sequence_id('Partner programme (draft)')}/steps"
    body: dict[str, Any] = {"type": 9, "absoluteDays": 40, "variants": [{"payload": {}}]}
    members = (await http.get("/user/team-member-list")).json()["payload"]
    answers = [await http.post(path, json={**body, "assigneeId": row["id"]}) for row in members]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
