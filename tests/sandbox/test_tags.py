"""Tags: listed, put on people, taken off, made by imports."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox


@pytest.fixture
def pair(box: Sandbox) -> list[dict[str, Any]]:
    """Two people, one of whom is tagged already."""
    people = list(box.world.prospects.values())
    return [people[0], next(row for row in people if row["tags"])]


async def names(http: httpx2.AsyncClient, query: str = "") -> list[str]:
    return [row["name"] for row in (await http.get(f"/prospects/tags{query}")).json()["payload"]]


async def test_the_workspace_has_tags_and_people_who_carry_them(box: Sandbox, http: httpx2.AsyncClient) -> None:
    carried = {name for row in box.world.prospects.values() for name in row["tags"]}
    assert set(await names(http)) == carried
    assert len(carried) == 8
    assert await names(http, "?search=FAIR") == ["fair copenhagen"]


async def test_tags_are_put_on_by_id_and_by_address_and_made_where_missing(
    http: httpx2.AsyncClient, pair: list[dict[str, Any]]
) -> None:
    first, second = pair
    before = list(second["tags"])
    body = {"tags": ["spring", "spring"], "prospects": [first["id"]], "prospectsEmails": [second["email"].upper()]}
    answer = await http.post("/prospects/tags/assign", json=body)
    assert (answer.status_code, answer.json()) == (201, {"message": "Tags assigned"})
    assert (first["tags"], second["tags"]) == (["spring"], [*before, "spring"])
    assert await names(http, "?search=spring") == ["spring"]


async def test_tags_are_taken_off_with_a_list_as_the_body(http: httpx2.AsyncClient, pair: list[dict[str, Any]]) -> None:
    _, tagged = pair
    body = [{"tags": tagged["tags"][0], "prospects": [tagged["id"]]}, {"tags": ["x"], "prospects": [tagged["id"]]}]
    kept = tagged["tags"][1:]
    answer = await http.post("/prospects/tags/un-assign", json=body)
    assert (answer.status_code, tagged["tags"]) == (200, kept)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({}, 40503),
        ({"prospects": [], "prospectsEmails": []}, 40503),
        ({"prospects": ["x"]}, 40501),
        ({"prospectsEmails": ["nobody@example.com"]}, 40502),
    ],
)
async def test_people_who_do_not_exist_are_refused(
    box: Sandbox, http: httpx2.AsyncClient, pair: list[dict[str, Any]], who: dict[str, Any], code: int
) -> None:
    first, _ = pair
    good = {"tags": ["spring"], "prospects": [first["id"]]}
    answers = [
        await http.post("/prospects/tags/assign", json={"tags": ["spring"], **who}),
        await http.post("/prospects/tags/un-assign", json=[good, {"tags": "spring", **who}]),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(400, code)] * 2
    assert "spring" not in box.world.tags


async def test_a_blank_tag_is_refused(http: httpx2.AsyncClient, pair: list[dict[str, Any]]) -> None:
    body = {"tags": ["spring", " "], "prospects": [pair[0]["id"]]}
    answer = await http.post("/prospects/tags/assign", json=body)
    assert answer.json()["message"] == ["each value in tags should not be empty"]


async def test_an_import_makes_the_tags_it_needs(box: Sandbox, http: httpx2.AsyncClient) -> None:
    body = {"prospectList": [{"Email": "ann@new.example.com"}], "conflictAction": "overwrite"}
    await http.post("/prospects/import-with-field-name", json={**body, "verifyProspects": False, "tags": ["autumn"]})
    assert await names(http, "?search=autumn") == []
    box.clock.advance(60)
    assert await names(http, "?search=autumn") == ["autumn"]
