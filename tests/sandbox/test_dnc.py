"""Do Not Contact lists: read, searched, added to, and respected by imports."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

STEP = "/sequences/prospects/import-with-field-name"
ASKED = "Asked us not to write"


@pytest.fixture
def list_id(box: Sandbox) -> str:
    return next(row["id"] for row in box.world.dnc_lists.values() if row["name"] == ASKED)


async def values(http: httpx2.AsyncClient, list_id: str, query: str = "") -> list[str]:
    payload = (await http.get(f"/dnc/{list_id}{query}")).json()["payload"]
    assert payload["dncDetails"] == payload["dncListDetails"]
    return [row["value"] for row in payload["dncListDetails"]]


async def names(http: httpx2.AsyncClient, query: str = "") -> list[str]:
    return [row["name"] for row in (await http.get(f"/dnc{query}")).json()["payload"]]


async def imported(box: Sandbox, http: httpx2.AsyncClient, *emails: str, step_id: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"conflictAction": "overwrite", "verifyProspects": False}
    body["prospectList"] = [{"Email": email} for email in emails]
    body |= {} if step_id is None else {"stepId": step_id}
    answer = await http.post("/prospects/import-with-field-name" if step_id is None else STEP, json=body)
    assert answer.status_code == 201, answer.text
    box.clock.advance(60)
    return box.state()["imports"][-1]


def test_the_demo_lists_hit_nobody_of_the_demo_people(box: Sandbox) -> None:
    blocked = box.world.do_not_contact()
    addresses = list(box.world.by_email)
    assert not [address for address in addresses if address in blocked or address.partition("@")[2] in blocked]


async def test_lists_come_with_their_counts_in_any_order(http: httpx2.AsyncClient) -> None:
    other = "Customers and partners"
    assert await names(http) == [ASKED, other]
    assert await names(http, "?sort=DESC&sortBy=total") == [other, ASKED]
    assert await names(http, "?search=customers") == [other]
    assert await names(http, "?pageSize=1&page=2") == [other]
    payload = (await http.get("/dnc?sort=ASC&sortBy=total")).json()["payload"]
    assert [(row["numberOfItems"], row["total"]) for row in payload] == [(3, 3), (4, 4)]


async def test_entries_are_narrowed_by_kind_and_text(http: httpx2.AsyncClient, list_id: str) -> None:
    assert len(await values(http, list_id)) == 3
    assert await values(http, list_id, "?type=domain") == ["pinewharf.example.com"]
    assert await values(http, list_id, "?type=email&search=STOP") == ["stop@saltmeadow.example.com"]
    meta = (await http.get(f"/dnc/{list_id}?pageSize=2&page=2")).json()["payload"]["meta"]
    assert meta == {"totalItems": 3, "currentPage": 2, "itemsPerPage": 2, "totalPages": 2, "itemCount": 1}


async def test_the_server_finds_out_what_an_entry_is(http: httpx2.AsyncClient, list_id: str) -> None:
    body = {"dncListId": list_id, "items": [" Ann@New.example.com", "new.example.com", "ann@new.example.com"]}
    for _ in range(2):
        assert (await http.post("/dnc", json=body)).json() == {"message": "Items added"}
    found = (await http.get(f"/dnc/{list_id}?search=new.ex")).json()["payload"]["dncListDetails"]
    assert [(row["value"], row["type"], row["addedBy"]) for row in found] == [
        ("ann@new.example.com", "email", "Ada Example"),
        ("new.example.com", "domain", "Ada Example"),
    ]


@pytest.mark.parametrize("items", [["ann@new.example.com", "not a domain"], ["@"], [""], ["localhost"], []])
async def test_what_is_neither_address_nor_domain_refuses_the_call(
    box: Sandbox, http: httpx2.AsyncClient, list_id: str, items: list[str]
) -> None:
    answer = await http.post("/dnc", json={"dncListId": list_id, "items": items})
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)
    assert len(box.world.dnc_items) == 7


async def test_a_list_that_does_not_exist_is_refused(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/dnc/x")).json()["code"] == 40004
    assert (await http.post("/dnc", json={"dncListId": "x", "items": ["a.example.com"]})).json()["code"] == 4000


async def test_a_search_goes_through_all_lists(http: httpx2.AsyncClient, list_id: str) -> None:
    await http.post("/dnc", json={"dncListId": list_id, "items": ["quietcustomer.example.com"]})
    payload = (await http.get("/dnc/item/search?search=quietcustomer")).json()["payload"]
    assert [(row["name"], len(row["dncItems"])) for row in payload["dncList"]] == [
        ("Customers and partners", 2),
        (ASKED, 1),
    ]
    assert payload["meta"]["totalItems"] == 2
    nothing = (await http.get("/dnc/item/search?search=nowhere&type=all")).json()["payload"]
    assert nothing["dncList"] == []


async def test_nobody_on_a_list_is_enrolled(
    box: Sandbox, http: httpx2.AsyncClient, step_id: Callable[[str, int], str]
) -> None:
    emails = ["NoMail@ferngrove.example.com", "ann@pinewharf.example.com", "ann@mail.pinewharf.example.com"]
    job = await imported(box, http, *emails, step_id=step_id("Q3 launch", 1))
    assert (job["imported"], job["reasons"]) == (1, {"Prospect is in a Do Not Contact list": 2})


async def test_the_listed_can_still_be_stored_but_not_enrolled_afterwards(
    box: Sandbox, http: httpx2.AsyncClient, step_id: Callable[[str, int], str]
) -> None:
    job = await imported(box, http, "nomail@ferngrove.example.com", step_id=None)
    assert (job["imported"], job["refused"]) == (1, 0)
    prospect = box.world.prospect("nomail@ferngrove.example.com")
    assert prospect is not None
    step = step_id("Q3 launch", 1)
    sequence = box.world.steps[step]["sequenceId"]
    await http.post(f"/sequences/{sequence}/contacts", json={"contactIds": [prospect["id"]], "stepId": step})
    assert prospect["id"] not in box.world.enrolments[sequence]


async def test_an_entry_counts_for_jobs_that_are_under_way(
    box: Sandbox, http: httpx2.AsyncClient, list_id: str, step_id: Callable[[str, int], str]
) -> None:
    body = {"prospectList": [{"Email": "ann@new.example.com"}], "conflictAction": "overwrite", "verifyProspects": False}
    await http.post(STEP, json={**body, "stepId": step_id("Q3 launch", 1)})
    await http.post("/dnc", json={"dncListId": list_id, "items": ["ann@new.example.com"]})
    box.clock.advance(60)
    assert box.state()["imports"][-1]["refused"] == 1
