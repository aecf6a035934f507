"""Domains: looked for, ordered, active by the clock, given back."""

from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

NAME = "outreach.lanternworks.example.com"
PNG = b"\x89PNG\r\n\x1a\n"


def order(name: str = NAME, **other: Any) -> dict[str, Any]:
    mailbox = {"email": f"ada@{name}", "firstname": "Ada", "lastname": "Example", "profilePicId": 0}
    return {
        "domainOwnerFirstname": "Ada",
        "domainOwnerLastname": "Example",
        "companyName": "Lanternworks",
        "address": "1 Sample Street",
        "country": "DK",
        "zipcode": "2100",
        "phoneNumber": "+4555501000",
        "emailServiceProvider": "Google",
        "domains": [{"name": name, "redirectUrl": "lanternworks.example.com", "mailboxes": [mailbox]}],
        **other,
    }


async def listed(http: httpx2.AsyncClient, **query: str) -> dict[str, str]:
    rows = (await http.get("/domain", params=query)).json()["payload"]["domains"]
    return {row["name"]: row["status"] for row in rows}


async def id_of(http: httpx2.AsyncClient, name: str) -> str:
    (row,) = (await http.get("/domain", params={"search": name})).json()["payload"]["domains"]
    return row["id"]


async def test_the_demo_team_has_domains_in_several_states(http: httpx2.AsyncClient) -> None:
    assert await listed(http) == {
        "getlanternworks.example.com": "active",
        "lanternworks-events.example.com": "expired",
        "lanternworks-old.example.com": "deleted",
        "trylanternworks.example.com": "active",
    }
    assert next(iter(await listed(http, order="Desc"))) == "trylanternworks.example.com"
    assert await listed(http, search="EVENTS") == {"lanternworks-events.example.com": "expired"}


async def test_an_order_takes_a_while_until_its_domains_are_active(http: httpx2.AsyncClient, box: Sandbox) -> None:
    payload = (await http.post("/domain", json=order())).json()["payload"]
    assert payload["checkoutUrl"].endswith(payload["orderId"])
    assert (await listed(http))[NAME] == "inProgress"
    placed = (await http.get(f"/domain/orders/{payload['orderId']}")).json()["payload"]
    assert (placed["status"], placed["amount"]) == ("inProgress", 24)
    box.clock.advance(120)
    assert (await listed(http))[NAME] == "active"
    orders = (await http.get("/domain/orders")).json()["payload"]
    assert [row["status"] for row in orders] == ["completed"] * 4


async def test_a_free_order_has_no_link(http: httpx2.AsyncClient) -> None:
    payload = (await http.post("/domain", json=order(isFreeOrder=True))).json()["payload"]
    assert set(payload) == {"orderId"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"emailServiceProvider": "Azure", "planType": "annualFlexi"}, "Azure"),
        ({"country": "Denmark"}, "country"),
        ({"phoneNumber": "5550100"}, "phoneNumber"),
        ({"domains": order("trylanternworks.example.com")["domains"]}, "not available"),
        ({"domains": order()["domains"] * 2}, "ordered once"),
        ({"domains": [{**order()["domains"][0], "redirectUrl": "https://example.com"}]}, "https://example.com"),
        ({"domains": [{**order()["domains"][0], "name": "other.example.com"}]}, "not on other.example.com"),
    ],
)
async def test_a_wrong_order_is_refused_as_a_whole(http: httpx2.AsyncClient, change: dict[str, Any], says: str) -> None:
    answer = await http.post("/domain", json=order(**change))
    assert (answer.status_code, answer.json()["code"]) == (400, 4000)
    assert says in answer.json()["message"]
    assert len(await listed(http)) == 4


async def test_a_picture_must_exist_before_a_mailbox_can_have_it(http: httpx2.AsyncClient) -> None:
    body = order()
    body["domains"][0]["mailboxes"][0]["profilePicId"] = 1
    assert (await http.post("/domain", json=body)).status_code == 400
    answer = await http.post("/domain/profile-picture/upload", files={"file": ("ada.png", PNG, "image/png")})
    assert (answer.status_code, answer.json()["payload"]) == (201, {"id": 1})
    assert (await http.post("/domain", json=body)).status_code == 200


@pytest.mark.parametrize("content", [b"%PDF-1.7", PNG + bytes(1024 * 1024)], ids=["no picture", "too large"])
async def test_other_files_and_large_pictures_are_415(http: httpx2.AsyncClient, content: bytes) -> None:
    answer = await http.post("/domain/profile-picture/upload", files={"file": ("ada.png", content, "image/png")})
    assert answer.status_code == 415


async def test_a_search_offers_names_with_a_price_and_says_which_are_taken(http: httpx2.AsyncClient) -> None:
    query = {"domain": "lanternworks", "emailServiceProvider": "Google"}
    offers = (await http.get("/domain/search", params=query)).json()["payload"]
    assert len(offers) == 10
    assert offers[0] == {"domain": "lanternworks.example", "available": False, "price": 12}
    assert {offer["available"] for offer in offers} == {True, False}
    more = (await http.get("/domain/search", params={**query, "page": 2})).json()["payload"]
    assert not {offer["domain"] for offer in offers} & {offer["domain"] for offer in more}
    only = (await http.get("/domain/search", params={**query, "tld": "test"})).json()["payload"]
    assert all(offer["domain"].endswith(".test") for offer in only)


async def test_what_is_taken_cannot_be_ordered(http: httpx2.AsyncClient) -> None:
    query = {"domain": "lanternworks", "emailServiceProvider": "Google"}
    for offer in (await http.get("/domain/search", params=query)).json()["payload"]:
        answer = await http.post("/domain", json=order(offer["domain"]))
        assert (answer.status_code == 200) is offer["available"]


async def test_azure_is_sold_by_the_quarter(http: httpx2.AsyncClient) -> None:
    plans = (await http.get("/domain/plans")).json()["payload"]
    assert [plan["planType"] for plan in plans if plan["emailServiceProvider"] == "Azure"] == ["quarterly"]


async def test_as_many_mailbox_names_as_wanted(http: httpx2.AsyncClient) -> None:
    body = {"domain": NAME, "firstName": "Søren", "lastName": "Østergaard", "count": 100}
    answer = await http.post("/domain/generate-mailbox-names", json=body)
    names = answer.json()["payload"]
    assert (answer.status_code, len(set(names))) == (201, 100)
    assert names[:2] == [f"soren@{NAME}", f"soren.ostergaard@{NAME}"]
    assert (await http.post("/domain/generate-mailbox-names", json={**body, "count": 101})).status_code == 400


async def test_a_deletion_can_be_undone(http: httpx2.AsyncClient) -> None:
    name = "trylanternworks.example.com"
    path = f"/domain/{await id_of(http, name)}"
    assert (await http.delete(path)).status_code == 200
    assert (await listed(http))[name] == "deleted"
    assert (await http.delete(path)).json()["code"] == 4000
    assert (await http.post(f"{path}/revoke")).status_code == 200
    assert (await listed(http))[name] == "active"
    assert (await http.post(f"{path}/revoke")).json()["code"] == 4000


async def test_unknown_ids_are_not_valid(http: httpx2.AsyncClient) -> None:
    answers = [await http.delete("/domain/x"), await http.post("/domain/x/revoke"), await http.get("/domain/orders/x")]
    assert [answer.json()["code"] for answer in answers] == [1001, 1001, 1001]
