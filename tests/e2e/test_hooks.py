"""The whole path of a delivery: both products of the sandbox post over loopback to the command that takes it."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from starlette.types import Message, Receive, Scope, Send

from saleshandy_mcp.core.hooks.hook_proof import HookProof
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.features.hooks.hint_facts import hint_facts
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.sandbox.http.webhooks import post
from saleshandy_mcp.sandbox.salessheet.crm_webhooks import SIGNATURE
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from saleshandy_mcp.server.hook_receiver import HookReceiver, hooks_app, paths
from saleshandy_mcp.store.hints import Hints
from tests.crm_kit import crm_context_over
from tests.served import served

PATIENCE = 20.0


class Arrivals:
    """Says when the receiver has answered a delivery, and with which status."""

    def __init__(self) -> None:
        self.answered = Event()
        self.statuses: list[int] = []

    def wait(self) -> int:
        assert self.answered.wait(PATIENCE), "no delivery came"
        self.answered.clear()
        return self.statuses[-1]


@contextmanager
def receiving(hints: Hints, **proofs: HookProof) -> Generator[tuple[str, Arrivals]]:
    receiver = HookReceiver(hints, {Service[name]: proof for name, proof in proofs.items()})
    app, arrivals = hooks_app(receiver), Arrivals()

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.start":
                arrivals.statuses.append(message["status"])
            elif message["type"] == "http.response.body" and not message.get("more_body"):
                arrivals.answered.set()

        await app(scope, receive, told)

    with served(watched) as address:
        yield address, arrivals


@pytest.fixture
def hints(tmp_path: Path) -> Hints:
    return Hints(lambda: tmp_path / "hooks.sqlite3")


async def test_a_change_of_an_outcome_in_saleshandy_arrives_and_is_confirmed_by_its_api(hints: Hints) -> None:
    box = Sandbox(limits=False)
    replied = next(it for it in reversed(box.world.events) if it["kind"] == "reply-received")
    email = box.world.prospects[replied["prospectId"]]["email"]
    async with api(box, {"x-api-key": KEY}) as http:
        with receiving(hints) as (address, arrivals):
            url = address + paths(hints)[Service.SALESHANDY]
            hook: dict[str, Any] = {
                "name": "x",
                "webhookUrl": url,
                "webhookEvent": ["prospect-outcome-updated"],
                "headers": {},
            }
            assert (await http.post("/v1/webhook/create", json=hook)).status_code == 201
            change = {"prospectEmails": [email], "outcomeName": "Meeting Booked"}
            await http.patch("/v1/sequences/update-prospect-outcome", json=change)
            assert arrivals.wait() == 200
    (kept,) = hints.newest(9)
    assert (kept.hint.event, kept.hint.subject) == ("prospect-outcome-updated", email.lower())
    async with crm_context_over(box) as context:
        assert await hint_facts([kept.hint], context) == ["outcome Meeting Booked"]


async def test_a_contact_made_in_the_crm_arrives_signed_and_is_found_there(hints: Hints) -> None:
    box = Sandbox(limits=False)
    proof = HookProof(SIGNATURE, SecretStr("sesame"), "sha256")
    async with api(box, {"authorization": f"Bearer {CRM_KEY}"}) as http:
        with receiving(hints, SALESSHEET=proof) as (address, arrivals):
            url = address + paths(hints)[Service.SALESSHEET]
            hook = {"name": "x", "url": url, "events": ["contact.created"], "secret": "sesame"}
            assert (await http.post("/sandbox/salessheet/webhooks", json=hook)).status_code == 201
            made = (await http.post("/salessheet/v1/contacts", json={"email": "ann@lake.example.com"})).json()["data"]
            assert arrivals.wait() == 200
            unsigned = json.dumps({"event": "contact.created", "data": {"id": "forged"}}).encode()
            assert post(url, {"content-type": "application/json"}, unsigned) == 401
    (kept,) = hints.newest(9)
    assert kept.hint.subject == f"contacts/{made['id']}"
    async with crm_context_over(box) as context:
        assert await hint_facts([kept.hint], context) == [f"contacts/{made['id']} is there"]


async def test_a_receiver_that_refuses_is_told_to_the_owner_of_the_webhook(hints: Hints) -> None:
    box = Sandbox(limits=False)
    async with api(box, {"authorization": f"Bearer {CRM_KEY}"}) as http:
        with receiving(hints) as (address, arrivals):
            hook = {"name": "x", "url": f"{address}/hooks/salessheet/old", "events": ["contact.created"]}
            await http.post("/sandbox/salessheet/webhooks", json=hook)
            await http.post("/salessheet/v1/contacts", json={"email": "ann@lake.example.com"})
            assert arrivals.wait() == 404
    assert hints.newest(9) == []


def api(box: Sandbox, headers: dict[str, str]) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(box.app), base_url="http://localhost", headers=headers)
