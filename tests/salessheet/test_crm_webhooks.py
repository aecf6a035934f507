"""Webhooks of the CRM in the emulator: who hears of what, signed, with what was delivered lately."""

import hashlib
import hmac
import json
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Clock, Sandbox
from saleshandy_mcp.sandbox.salessheet.crm_webhooks import EVENTS, MOST, SIGNATURE
from saleshandy_mcp.sandbox.salessheet.keys import KEY

HERE = "http://127.0.0.1:9/hook"
TOLD = list[tuple[dict[str, str], bytes]]


@pytest.fixture
def told() -> TOLD:
    return []


@pytest.fixture
def answers() -> list[int]:
    """What the receiver answers next; 200 where nothing is left."""
    return []


@pytest.fixture
def box(told: TOLD, answers: list[int]) -> Sandbox:
    def deliver(_: str, headers: dict[str, str], content: bytes) -> int:
        told.append((headers, content))
        return answers.pop(0) if answers else 200

    return Sandbox(limits=False, clock=Clock(tick=lambda: 0.0), deliver=deliver)


async def called(box: Sandbox, method: str, path: str, body: Any = None) -> httpx2.Response:
    transport, headers = httpx2.ASGITransport(app=box.app), {"authorization": f"Bearer {KEY}"}
    async with httpx2.AsyncClient(transport=transport, base_url="https://sandbox", headers=headers) as http:
        return await http.request(method, path, json=body)


async def register(box: Sandbox, *events: str, **more: Any) -> httpx2.Response:
    body = {"name": "Ours", "url": HERE, "events": list(events), **more}
    return await called(box, "POST", "/sandbox/salessheet/webhooks", body)


async def crm(box: Sandbox, method: str, path: str, body: Any = None) -> Any:
    answer = await called(box, method, f"/salessheet/v1{path}", body)
    assert answer.is_success, answer.text
    return answer.json()["data"] if answer.content else None


def events(told: TOLD) -> list[str]:
    return [json.loads(content)["event"] for _, content in told]


async def test_each_change_of_a_record_is_told(box: Sandbox, told: TOLD) -> None:
    await register(box, *EVENTS)
    contact = await crm(box, "POST", "/contacts", {"email": "ann@lake.example.com"})
    await crm(box, "PATCH", f"/contacts/{contact['id']}", {"city": "Odense"})
    await crm(box, "PUT", f"/contacts/{contact['id']}", {"email": "ann@lake.example.com"})
    task = await crm(box, "POST", "/tasks", {"title": "Call", "contact_id": contact["id"]})
    await crm(box, "PATCH", f"/tasks/{task['id']}", {"status": "completed"})
    await crm(box, "PATCH", f"/tasks/{task['id']}", {"status": "completed"})
    await crm(box, "DELETE", f"/contacts/{contact['id']}")
    assert events(told) == [
        *("contact.created", "contact.updated", "contact.updated", "task.created"),
        *("task.updated", "task.completed", "task.updated", "contact.deleted"),
    ]
    assert json.loads(told[0][1])["data"]["email"] == "ann@lake.example.com"


async def test_a_deal_that_changes_its_stage_is_told_and_one_that_does_not_is_not(box: Sandbox, told: TOLD) -> None:
    await register(box, "deal.stage_changed")
    deal = (await crm(box, "GET", "/deals?per_page=1"))[0]
    pipeline = await crm(box, "GET", f"/pipelines/{deal['pipeline_id']}")
    other = next(it["id"] for it in pipeline["stages"] if it["id"] != deal["stage_id"])
    await crm(box, "PATCH", f"/deals/{deal['id']}", {"title": "Renamed"})
    await crm(box, "PATCH", f"/deals/{deal['id']}", {"stage_id": other})
    assert events(told) == ["deal.stage_changed"]


async def test_each_good_item_of_a_batch_is_told(box: Sandbox, told: TOLD) -> None:
    await register(box, "contact.created")
    await crm(
        box, "POST", "/contacts/batch", [{"email": "a@x.example.com"}, {"email": "no"}, {"email": "b@x.example.com"}]
    )
    assert events(told) == ["contact.created"] * 2


async def test_with_a_secret_the_bytes_are_signed_and_without_they_are_not(box: Sandbox, told: TOLD) -> None:
    await register(box, "contact.created", secret="sesame")
    await register(box, "contact.created")
    await crm(box, "POST", "/contacts", {"email": "ann@lake.example.com"})
    (signed, content), (unsigned, _) = told
    assert signed[SIGNATURE] == f"sha256={hmac.new(b'sesame', content, hashlib.sha256).hexdigest()}"
    assert SIGNATURE not in unsigned


async def test_the_history_shows_what_was_delivered_and_what_failed(box: Sandbox, answers: list[int]) -> None:
    await register(box, "contact.created", secret="sesame")
    answers += [500, 200]
    await crm(box, "POST", "/contacts", {"email": "ann@lake.example.com"})
    (hook,) = (await called(box, "GET", "/sandbox/salessheet/webhooks")).json()
    assert [(it["status"], it["tries"]) for it in hook["recent"]] == [("waiting", 1)]
    assert hook["last_failure"]["statusCode"] == 500
    box.clock.advance(10)
    (hook,) = (await called(box, "GET", "/sandbox/salessheet/webhooks")).json()
    assert [(it["event"], it["status"], it["tries"]) for it in hook["recent"]] == [("contact.created", "delivered", 2)]
    assert (hook["signed"], "sesame" in str(hook)) == (True, False)


async def test_a_plan_has_so_many_webhooks_and_no_more(box: Sandbox) -> None:
    for _ in range(MOST["pro"]):
        assert (await register(box, "contact.created")).status_code == 201
    told = await register(box, "contact.created")
    assert (told.status_code, told.json()["message"]) == (400, "This plan has at most 10 webhooks.")
    box.salessheet.crm.organization["plan"] = "enterprise"
    assert (await register(box, "contact.created")).status_code == 201


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://10.0.0.1/",
        "https://crm.internal/",
        "ftp://hooks.example.com/",
        "https://a.example:x/",
    ],
)
async def test_only_public_https_and_this_machine_are_taken(box: Sandbox, url: str) -> None:
    assert (await register(box, "contact.created", url=url)).status_code == 400
    assert (await register(box, "contact.created", url="https://hooks.example.com/x")).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [{"events": ["contact.vanished"]}, {"events": []}, {"name": ""}, {"secret": 5}, {"events": [["x"]]}, {"url": 1}],
)
async def test_a_webhook_that_is_wrong_is_refused_with_the_reason(box: Sandbox, wrong: dict[str, Any]) -> None:
    assert (await register(box, "contact.created", **wrong)).status_code == 400


async def test_they_are_kept_with_the_workspace(box: Sandbox, tmp_path: Any) -> None:
    await register(box, "contact.created", secret="sesame")
    await crm(box, "POST", "/contacts", {"email": "ann@lake.example.com"})
    box.save(tmp_path / "state.json")
    again = Sandbox(clock=Clock(tick=lambda: 0.0), state=tmp_path / "state.json")
    (hook,) = (await called(again, "GET", "/sandbox/salessheet/webhooks")).json()
    assert [it["status"] for it in hook["recent"]] == ["delivered"]
