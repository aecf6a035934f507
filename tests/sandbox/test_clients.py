"""Clients of an agency, and what is assigned to them."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

CY = {
    "firstName": "Cy",
    "lastName": "Sample",
    "email": "cy@tryout.example.com",
    "companyName": "Tryout",
    "permission": "2",
}


async def listed(http: httpx2.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    return (await http.get(f"/clients{query}")).json()["payload"]


async def test_clients_are_found_and_put_in_order(http: httpx2.AsyncClient) -> None:
    assert [row["firstName"] for row in await listed(http)] == ["Nia", "Otto", "Vera"]
    assert [row["firstName"] for row in await listed(http, "?sort=DESC&sortBy=companyName")] == ["Vera", "Otto", "Nia"]
    assert [row["firstName"] for row in await listed(http, "?search=harbour")] == ["Otto"]
    assert [row["firstName"] for row in await listed(http, "?pageSize=2&page=2")] == ["Vera"]


async def test_a_permission_is_written_as_a_digit_and_read_as_a_word(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/clients", json=CY)
    assert (answer.status_code, answer.json()) == (201, {"message": "Client created successfully", "payload": None})
    newest = (await listed(http))[0]
    assert (newest["email"], newest["permission"], newest["totalProspects"]) == (CY["email"], "limited-access", "0")


async def test_a_client_who_exists_is_1001(http: httpx2.AsyncClient) -> None:
    await http.post("/clients", json=CY)
    answer = await http.post("/clients", json={**CY, "email": CY["email"].upper()})
    assert (answer.status_code, answer.json()["code"]) == (400, 1001)


async def test_addresses_that_are_none_or_of_a_blacklisted_domain_are_refused(
    box: Sandbox, http: httpx2.AsyncClient
) -> None:
    answer = await http.post("/clients", json={**CY, "email": "cy"})
    assert answer.json()["message"] == ["email must be an email"]
    box.world.blacklist["tryout.example.com"] = box.world.now()
    assert (await http.post("/clients", json=CY)).json()["code"] == 1001


async def test_what_is_assigned_shows_and_is_counted(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Callable[[str], str]
) -> None:
    vera = next(row["id"] for row in box.world.clients.values() if row["firstName"] == "Vera")
    sequence, sender = sequence_id("Q3 launch"), next(iter(box.world.email_accounts))
    for kind, id_ in (("sequence", sequence), ("emailAccount", sender)):
        answer = await http.post(f"/clients/assign/{kind}", json={"resourceIds": [id_], "clientId": vera})
        assert (answer.status_code, answer.json()) == (200, {"message": "Assigned", "payload": None})
    [row] = await listed(http, "?search=vera")
    counted = ("activeSequence", "totalProspects", "activeEmailAccounts")
    assert [row[key] for key in counted] == ["1", "140", "1"]
    found = (await http.get(f"/sequences?clientIds={vera}")).json()["payload"]
    assert [(entry["title"], entry["client"]["companyName"]) for entry in found] == [("Q3 launch", "Tinderbox Studio")]
    accounts = (await http.post("/email-accounts", json={"clientIds": [vera]})).json()["payload"]["emails"]
    assert [account["client"]["id"] for account in accounts] == [vera]
    settings = (await http.get(f"/sequences/{sequence}/settings")).json()["payload"]
    assert settings["client"]["id"] == vera


async def test_an_assignment_without_a_client_removes_the_link(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Callable[[str], str]
) -> None:
    vera, sequence = next(iter(box.world.clients)), sequence_id("Q3 launch")
    await http.post("/clients/assign/sequence", json={"resourceIds": [sequence], "clientId": vera})
    await http.post("/clients/assign/sequence", json={"resourceIds": [sequence]})
    assert box.world.client_of == {}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("sequence", {"resourceIds": ["{sequence}"], "clientId": "x"}),
        ("sequence", {"resourceIds": ["{sequence}", "x"], "clientId": "{client}"}),
        ("emailAccount", {"resourceIds": ["{sequence}"], "clientId": "{client}"}),
        ("prospect", {"resourceIds": ["{sequence}"], "clientId": "{client}"}),
    ],
)
async def test_nothing_is_assigned_when_an_id_is_wrong(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Callable[[str], str], kind: str, body: dict[str, Any]
) -> None:
    ids = {"sequence": sequence_id("Q3 launch"), "client": next(iter(box.world.clients))}
    filled = {
        "resourceIds": [id_.format(**ids) for id_ in body["resourceIds"]],
        "clientId": body["clientId"].format(**ids),
    }
    assert (await http.post(f"/clients/assign/{kind}", json=filled)).status_code == 400
    assert box.world.client_of == {}
