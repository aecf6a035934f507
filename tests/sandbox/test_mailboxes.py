"""Email accounts: changed in bulk, connected, reconnected."""

import csv
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

ADA = "ada@lanternworks.example.com"
DISCONNECTED = "events@lanternworks-events.example.com"
NEW = "ada@newlanternworks.example.com"


def entry(address: str = NEW, **other: Any) -> dict[str, Any]:
    servers = {
        f"{protocol}{name}": value
        for protocol in ("smtp", "imap")
        for name, value in {
            "EmailAddress": address,
            "UserName": address,
            "Password": "sample-password",
            "Host": f"{protocol}.example.com",
            "Port": 465,
            "Encryption": "ssl",
        }.items()
    }
    person = {"emailServiceProvider": "other", "fromFirstName": "Ada", "fromLastName": "Example"}
    return {**person, **servers, **other}


def single(address: str = NEW, **smtp: Any) -> dict[str, Any]:
    server = {"emailAddress": address, "password": "sample-password", "port": 465, "encryption": "SSL"}
    return {
        "emailServiceProvider": "other",
        "fromName": "Ada Example",
        "fromFirstName": "Ada",
        "fromLastName": "Example",
        "payload": {
            "smtp": {**server, "userName": address, "host": "smtp.example.com", **smtp},
            "imap": {**server, "host": "imap.example.com"},
        },
    }


async def account(http: httpx2.AsyncClient, address: str) -> dict[str, Any] | None:
    found = (await http.post("/email-accounts", json={"search": address})).json()["payload"]["emails"]
    return found[0] if found else None


async def report(http: httpx2.AsyncClient, request_id: str) -> list[dict[str, str]]:
    status = (await http.get(f"/email-accounts/connect/status/{request_id}")).json()["payload"]
    assert status["isCompleted"] is True
    return list(csv.DictReader((await http.get(status["reportURL"])).text.splitlines()))


async def test_a_bulk_update_overwrites_the_name_and_sets_what_is_told(
    http: httpx2.AsyncClient, sender_id: Callable[[str], str]
) -> None:
    body = {
        "emailAccountIds": [sender_id(ADA)],
        "senderFirstName": "Bo",
        "dailyQuota": 50,
        "signatureHtml": "<p>Bo</p>",
    }
    assert (await http.post("/email-accounts/bulk-update", json=body)).status_code == 200
    changed = await account(http, ADA)
    assert changed is not None
    assert changed["fromName"] == "Bo"
    settings = {setting["code"]: setting["value"] for setting in changed["settings"]}
    assert settings == {"available-quota": "50", "daily-sending-limit": "50", "signature": "<p>Bo</p>"}


@pytest.mark.parametrize(("change", "code"), [({"emailAccountIds": ["none"]}, 40204), ({"clientId": "none"}, 40202)])
async def test_a_bulk_update_of_something_unknown_changes_nothing(
    http: httpx2.AsyncClient, sender_id: Callable[[str], str], change: dict[str, Any], code: int
) -> None:
    body = {"emailAccountIds": [sender_id(ADA)], "senderFirstName": "Bo", **change}
    assert (await http.post("/email-accounts/bulk-update", json=body)).json()["code"] == code
    unchanged = await account(http, ADA)
    assert unchanged is not None
    assert unchanged["fromName"] == "Ada Example"


async def test_a_bulk_update_needs_the_name(http: httpx2.AsyncClient, sender_id: Callable[[str], str]) -> None:
    answer = await http.post("/email-accounts/bulk-update", json={"emailAccountIds": [sender_id(ADA)]})
    assert answer.json()["message"] == ["senderFirstName should not be empty"]


async def test_accounts_are_connected_when_the_job_ends(http: httpx2.AsyncClient, box: Sandbox) -> None:
    entries = [entry(), entry(ADA), entry("b@x.example.com", imapHost="imap.elsewhere.example")]
    request_id = (await http.post("/email-accounts/connect", json=entries)).json()["payload"]["requestId"]
    status = (await http.get(f"/email-accounts/connect/status/{request_id}")).json()["payload"]
    assert status == {"isCompleted": False, "reportURL": None}
    assert await account(http, NEW) is None
    box.clock.advance(10)
    assert [(row["Status"], row["Reason"]) for row in await report(http, request_id)] == [
        ("Connected", ""),
        ("Failed", "Email account already exists"),
        ("Failed", "IMAP: Could not reach imap.elsewhere.example"),
    ]
    connected = await account(http, NEW)
    assert connected is not None
    assert connected["status"] == 1
    assert await account(http, "b@x.example.com") is None


async def test_a_disconnected_account_is_switched_on_again(
    http: httpx2.AsyncClient, box: Sandbox, sender_id: Callable[[str], str]
) -> None:
    answer = await http.post("/email-accounts/reconnect", json={"emailAccountIds": [sender_id(DISCONNECTED)]})
    box.clock.advance(10)
    assert (await report(http, answer.json()["payload"]["requestId"]))[0]["Status"] == "Connected"
    again = await account(http, DISCONNECTED)
    assert again is not None
    assert again["status"] == 1


async def test_what_is_unknown_is_refused(http: httpx2.AsyncClient) -> None:
    assert (await http.post("/email-accounts/reconnect", json={"emailAccountIds": ["x"]})).json()["code"] == 1001
    answer = await http.get("/email-accounts/connect/status/nothing")
    assert answer.json() == {"error": True, "code": 40000, "message": "Request not found", "payload": None}


async def test_a_single_account_answers_at_once(http: httpx2.AsyncClient) -> None:
    payload = (await http.post("/email-accounts/smtp-imap/connect", json=single())).json()["payload"]
    stored = await account(http, NEW)
    assert stored is not None
    assert payload == {"id": stored["id"], "status": 1, "smtpConnection": None, "imapConnection": None}


async def test_a_single_account_is_stored_even_if_the_check_failed(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/email-accounts/smtp-imap/connect", json=single(password="wrong-password"))
    payload = answer.json()["payload"]
    assert (payload["status"], payload["smtpConnection"]) == (0, {"error": "Authentication failed"})
    stored = await account(http, NEW)
    assert stored is not None
    assert stored["status"] == 0


async def test_an_account_that_is_there_is_a_conflict(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/email-accounts/smtp-imap/connect", json=single(ADA))
    assert (answer.status_code, answer.json()["code"]) == (409, 1001)
