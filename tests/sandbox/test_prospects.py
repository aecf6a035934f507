"""Prospects: the list and the verification of addresses."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox


async def listed(http: httpx2.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    return (await http.get(f"/prospects?{query}")).json()["payload"]


def keys(row: dict[str, Any]) -> set[str]:
    return {attribute["key"] for attribute in row["attributes"]}


async def test_the_newest_come_first(box: Sandbox, http: httpx2.AsyncClient) -> None:
    rows = await listed(http)
    assert rows[0]["id"] == list(box.world.prospects)[-1]
    assert [row["createdAt"] for row in rows] == sorted((row["createdAt"] for row in rows), reverse=True)
    assert (await listed(http, "sort=ASC&sortBy=createdAt"))[0]["id"] == next(iter(box.world.prospects))


async def test_a_page_holds_a_hundred_at_most(http: httpx2.AsyncClient) -> None:
    assert len(await listed(http, "pageSize=500")) == 100
    assert len(await listed(http, "pageSize=20&page=20")) == 20
    assert await listed(http, "pageSize=20&page=21") == []


async def test_a_page_size_outside_the_list_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/prospects?pageSize=25")
    assert answer.json()["message"] == ["pageSize must be a valid enum value"]


@pytest.mark.parametrize("search", ["MIRA", "winter", "mira.winter@rookfield"])
async def test_search_looks_into_names_and_address(http: httpx2.AsyncClient, search: str) -> None:
    found = await listed(http, f"search={search}")
    assert "mira.winter@rookfield.example.com" in [row["email"] for row in found]
    assert len(found) < 20


async def test_attributes_carry_the_ids_of_the_fields(http: httpx2.AsyncClient) -> None:
    fields = {row["label"]: row["id"] for row in (await http.get("/fields?systemFields=true")).json()["payload"]}
    row = (await listed(http, "search=mira.winter"))[0]
    assert {"id": fields["First Name"], "key": "First Name", "value": "Mira"} in row["attributes"]
    assert {"id": fields["Email"], "key": "Email", "value": row["email"]} in row["attributes"]


async def test_custom_fields_are_shown_on_request(http: httpx2.AsyncClient) -> None:
    custom = {"Why Now", "Plan"}
    assert not any(keys(row) & custom for row in await listed(http))
    assert any(keys(row) & custom for row in await listed(http, "includeCustomFields=true"))


async def test_verification_is_told_only_for_stored_addresses(http: httpx2.AsyncClient) -> None:
    emails = ["Mira.Winter@rookfield.example.com", "nobody@example.com"]
    answer = await http.post("/prospects/verification-status", json={"emails": emails})
    assert answer.json()["payload"] == [{"email": "mira.winter@rookfield.example.com", "status": "risky"}]


async def test_a_bounced_address_is_bad(box: Sandbox, http: httpx2.AsyncClient) -> None:
    emails = [row["email"] for row in box.world.prospects.values() if row["bounced"]]
    answer = await http.post("/prospects/verification-status", json={"emails": emails})
    assert {row["status"] for row in answer.json()["payload"]} == {"bad"}
