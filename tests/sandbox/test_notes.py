"""Notes: written for several people at once, listed in pages, changed by their author."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

NOTE = {"content": "<p>Asked for prices</p>", "visibility": "1"}


@pytest.fixture
def people(box: Sandbox) -> list[str]:
    return list(box.world.prospects)


async def listed(http: httpx2.AsyncClient, prospect_id: str, query: str = "") -> dict[str, Any]:
    answer = await http.get(f"/prospects/{prospect_id}/notes{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["payload"]


async def write(http: httpx2.AsyncClient, *ids: str, **changes: Any) -> list[dict[str, Any]]:
    answer = await http.post("/notes", json={**NOTE, "prospectIds": ids, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()["payload"]["results"]


async def test_one_bad_id_does_not_stop_the_others(http: httpx2.AsyncClient, people: list[str]) -> None:
    results = await write(http, people[1], "x", people[2], people[1])
    assert [(row["prospectId"], row["success"]) for row in results] == [
        (people[1], True),
        ("x", False),
        (people[2], True),
    ]
    [note] = (await listed(http, people[1]))["notes"]
    assert (note["id"], note["content"], note["status"]) == (results[0]["noteId"], NOTE["content"], "1")
    assert note["author"]["firstName"] == "Ada"


async def test_without_a_good_id_the_call_fails(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/notes", json={**NOTE, "prospectIds": ["x"]})
    assert (answer.status_code, answer.json()["code"]) == (400, 1001)


async def test_the_list_goes_on_while_there_is_more(box: Sandbox, http: httpx2.AsyncClient, people: list[str]) -> None:
    for number in range(5):
        box.clock.advance(1)
        await write(http, people[1], content=f"{number}")
    first = await listed(http, people[1], "?take=2")
    assert [note["content"] for note in first["notes"]] == ["4", "3"]
    assert first["pagination"] == {"skip": 0, "take": 2, "hasMore": True}
    last = await listed(http, people[1], "?skip=4&take=2")
    assert [note["content"] for note in last["notes"]] == ["0"]
    assert last["pagination"]["hasMore"] is False


async def test_a_draft_stands_beside_the_list(http: httpx2.AsyncClient, people: list[str]) -> None:
    found = await listed(http, people[0])
    assert len(found["notes"]) == 2
    assert found["draftNote"]["content"] == "<p>Call again on</p>"
    assert (await http.patch(f"/notes/{found['draftNote']['id']}", json={"status": "1"})).status_code == 200
    found = await listed(http, people[0])
    assert (len(found["notes"]), found["draftNote"]) == (3, None)


async def test_what_others_keep_to_themselves_is_not_shown(box: Sandbox, http: httpx2.AsyncClient) -> None:
    hidden = next(row for row in box.world.notes.values() if row["visibility"] == "2" and row["author"]["id"] == "43")
    shown = (await listed(http, hidden["prospectId"]))["notes"]
    assert len(shown) == 1
    assert hidden["id"] not in {note["id"] for note in shown}


async def test_an_edit_is_told(box: Sandbox, http: httpx2.AsyncClient, people: list[str]) -> None:
    [result] = await write(http, people[1])
    box.clock.advance(60)
    answer = await http.patch(f"/notes/{result['noteId']}", json={"content": "Wants a call", "visibility": "2"})
    note = answer.json()["payload"]
    assert (note["content"], note["visibility"]) == ("Wants a call", "2")
    assert note["createdAt"] < note["editedAt"] == note["updatedAt"]
    assert note["editedBy"]["firstName"] == "Ada"


async def test_notes_of_others_cannot_be_changed(box: Sandbox, http: httpx2.AsyncClient) -> None:
    other = next(row for row in box.world.notes.values() if row["author"]["id"] == "42")
    for id_ in (other["id"], "x"):
        answer = await http.patch(f"/notes/{id_}", json={"content": "Mine"})
        assert (answer.status_code, answer.json()["code"]) == (400, 1001)


async def test_a_file_is_attached_by_its_id(box: Sandbox, http: httpx2.AsyncClient, people: list[str]) -> None:
    uploaded = await http.post("/notes/attachments", files={"file": ("offer.pdf", b"%PDF", "application/pdf")})
    id_ = uploaded.json()["payload"]["attachmentId"]
    [result] = await write(http, people[1], attachmentIds=[id_])
    assert box.world.notes[result["noteId"]]["attachmentIds"] == [id_]
    answer = await http.post("/notes", json={**NOTE, "prospectIds": [people[1]], "attachmentIds": ["x"]})
    assert (answer.status_code, answer.json()["code"]) == (400, 1001)


async def test_the_notes_of_nobody_are_1001(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/prospects/x/notes")
    assert (answer.status_code, answer.json()["code"]) == (400, 1001)
