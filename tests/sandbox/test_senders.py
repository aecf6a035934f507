"""Email accounts: of the workspace, and of a sequence."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

ADA = "ada@lanternworks.example.com"
TRY_ADA = "ada@trylanternworks.example.com"
BO = "bo@getlanternworks.example.com"
WEAK = "bo@lanternworks-mail.example.com"
SUSPENDED = "hello@lanternworks-team.example.com"
DISCONNECTED = "events@lanternworks-events.example.com"

Ids = Callable[[str], str]


async def listed(http: httpx2.AsyncClient, **body: Any) -> list[str]:
    payload = (await http.post("/email-accounts", json=body)).json()["payload"]
    return [email["fromEmail"] for email in payload["emails"]]


async def test_accounts_come_with_health_quota_and_signature(http: httpx2.AsyncClient) -> None:
    payload = (await http.post("/email-accounts", json={})).json()["payload"]
    assert [email["healthScore"] for email in payload["emails"]] == [94, 88, 81, 52, 67, None]
    assert [email["status"] for email in payload["emails"]] == [1, 1, 1, 1, 2, 0]
    codes = [setting["code"] for setting in payload["emails"][0]["settings"]]
    assert codes == ["available-quota", "signature", "daily-sending-limit"]
    assert (payload["connectedEmailsCount"], payload["disconnectedEmailsCount"]) == (5, 1)


async def test_accounts_come_in_pages_with_meta(http: httpx2.AsyncClient) -> None:
    payload = (await http.post("/email-accounts", json={"page": 2, "pageSize": 4})).json()["payload"]
    assert payload["meta"] == {
        "totalItems": 6,
        "currentPage": 2,
        "itemsPerPage": 4,
        "totalPages": 2,
        "itemCount": 2,
    }


async def test_accounts_are_found_by_address_name_status_provider_and_sequence(
    http: httpx2.AsyncClient, sequence_id: Ids
) -> None:
    assert await listed(http, search="TRYLANTERN") == [TRY_ADA]
    assert await listed(http, search="bo sample") == [BO, WEAK]
    assert await listed(http, status=2) == [SUSPENDED]
    assert await listed(http, emailServiceProvider=["outlook"]) == [BO, SUSPENDED]
    assert await listed(http, sequenceIds=[sequence_id("Agencies EU")]) == [BO, WEAK]


async def test_accounts_are_sorted(http: httpx2.AsyncClient) -> None:
    assert await listed(http, sortByKey="health-score", sort="DESC") == [
        ADA,
        TRY_ADA,
        BO,
        SUSPENDED,
        WEAK,
        DISCONNECTED,
    ]
    assert (await listed(http, sortByKey="remaining-quota", sort="DESC"))[:2] == [BO, ADA]


@pytest.mark.parametrize(
    ("name", "code"),
    [("sequenceIds", 40107), ("clientIds", 40202), ("addedBy", 40203), ("emailServiceProvider", 40204)],
)
async def test_a_filter_on_something_unknown_is_refused(http: httpx2.AsyncClient, name: str, code: int) -> None:
    answer = await http.post("/email-accounts", json={name: ["nope"]})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_the_accounts_of_a_sequence_are_one_object_with_a_list(
    http: httpx2.AsyncClient, sequence_id: Ids
) -> None:
    launch = sequence_id("Q3 launch")
    payload = (await http.get(f"/sequences/{launch}/email-accounts")).json()["payload"]
    assert payload["sequenceId"] == launch
    assert [account["fromEmail"] for account in payload["emailAccount"]] == [ADA, TRY_ADA]
    assert payload["emailAccount"][0]["settings"][0]["emailAccountId"] == payload["emailAccount"][0]["id"]


async def test_senders_are_added_and_removed(
    box: Sandbox, http: httpx2.AsyncClient, sequence_id: Ids, sender_id: Ids
) -> None:
    path = f"/sequences/{sequence_id('Partner programme (draft)')}/email-accounts"
    assert (
        await http.post(f"{path}/add", json={"emailAccountIds": [sender_id(BO), sender_id(ADA)]})
    ).status_code == 200
    assert box.state()["sequences"][-1]["emailAccounts"] == [BO, ADA]
    assert (await http.post(f"{path}/remove", json={"emailAccountIds": [sender_id(BO)]})).status_code == 200
    assert box.state()["sequences"][-1]["emailAccounts"] == [ADA]


@pytest.mark.parametrize(("address", "code"), [(ADA, 40105), (SUSPENDED, 40201), (DISCONNECTED, 40201)])
async def test_one_sender_that_cannot_be_added_refuses_all(
    http: httpx2.AsyncClient, sequence_id: Ids, sender_id: Ids, address: str, code: int
) -> None:
    launch = sequence_id("Q3 launch")
    ids = [sender_id(BO), sender_id(address)]
    answer = await http.post(f"/sequences/{launch}/email-accounts/add", json={"emailAccountIds": ids})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await listed(http, sequenceIds=[launch]) == [ADA, TRY_ADA]


@pytest.mark.parametrize("verb", ["add", "remove"])
async def test_unknown_senders_and_sequences_are_told_apart(
    http: httpx2.AsyncClient, sequence_id: Ids, sender_id: Ids, verb: str
) -> None:
    unknown_sender = await http.post(
        f"/sequences/{sequence_id('Q3 launch')}/email-accounts/{verb}", json={"emailAccountIds": ["nope"]}
    )
    assert unknown_sender.json()["code"] == 40200
    unknown_sequence = await http.post(
        f"/sequences/nope/email-accounts/{verb}", json={"emailAccountIds": [sender_id(BO)]}
    )
    assert unknown_sequence.json()["code"] == 40100


async def test_more_than_fifty_senders_at_once_are_too_many(http: httpx2.AsyncClient, sequence_id: Ids) -> None:
    ids = [str(number) for number in range(51)]
    answer = await http.post(f"/sequences/{sequence_id('Q3 launch')}/email-accounts/add", json={"emailAccountIds": ids})
    assert (answer.status_code, answer.json()["code"]) == (413, 40003)
