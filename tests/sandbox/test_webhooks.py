"""Webhooks: who hears of what, in which words, and how often it is tried."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import SimpleQueue
from typing import Any, ClassVar

import httpx2
import pytest

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.http import contract
from saleshandy_mcp.sandbox.http.webhook_bodies import body as delivery_body
from saleshandy_mcp.sandbox.http.webhooks import is_loopback, post
from saleshandy_mcp.sandbox.simulation.events import KINDS, record, select

HERE = "http://127.0.0.1:9/hook"


class Receiver:
    """Takes what is delivered, and answers as it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, str], Any]] = []
        self.answers: list[int | OSError] = []

    def __call__(self, url: str, headers: dict[str, str], content: bytes) -> int:
        self.taken.append((url, headers, json.loads(content)))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, OSError):
            raise answer
        return answer

    @property
    def events(self) -> list[str]:
        return [body["event"] for _, _, body in self.taken]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def box(receiver: Receiver) -> Sandbox:
    return Sandbox(limits=False, clock=Clock(tick=lambda: 0.0), deliver=receiver)


async def register(http: httpx2.AsyncClient, *events: str, url: str = HERE, **more: Any) -> Any:
    body: dict[str, Any] = {"name": "Ours", "webhookUrl": url, "webhookEvent": list(events), "headers": {}}
    body.update(more)
    return (await http.post("/webhook/create", json=body)).json()


async def read(http: httpx2.AsyncClient, id_: str) -> Any:
    return (await http.get(f"/webhook/{id_}")).json()["payload"]


def send_mail(box: Sandbox) -> dict[str, Any]:
    """The last seeded mail, once more."""
    mail = list(select(box.world, "email-sent"))[-1]
    place = {"sequence_id": "sequenceId", "step_id": "stepId", "variant_id": "variantId"}
    who = {"prospect_id": "prospectId", "sender_id": "senderId"}
    return record(box.world, "email-sent", **{key: mail[name] for key, name in (place | who).items()}, **mail["facts"])


async def test_a_webhook_is_kept_listed_and_read(http: httpx2.AsyncClient) -> None:
    made = (await register(http, "email-sent", "email-sent"))["payload"]
    assert len(made["id"]) == 24
    assert (made["webhookEvent"], made["status"], made["failed"]) == (["email-sent"], "active", False)
    assert (await http.get("/webhook")).json()["payload"] == [made]
    assert await read(http, made["id"]) == made
    assert (await http.get("/webhook/nowhere")).json()["code"] == 1001


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "nowhere", "http://", "http://127.0.0.1:port/"])
async def test_only_web_addresses_can_be_registered(http: httpx2.AsyncClient, url: str) -> None:
    assert (await register(http, "email-sent", url=url))["statusCode"] == 400


async def test_more_than_fifty_active_webhooks_are_refused(http: httpx2.AsyncClient) -> None:
    for _ in range(50):
        await register(http, "email-sent")
    assert (await register(http, "email-sent"))["code"] == 4000


async def test_what_happened_before_is_not_told(box: Sandbox, http: httpx2.AsyncClient, receiver: Receiver) -> None:
    record(box.world, "email-sent")
    await register(http, "email-sent")
    assert receiver.taken == []


async def test_subscribed_events_arrive_with_the_headers(
    box: Sandbox, http: httpx2.AsyncClient, receiver: Receiver
) -> None:
    await register(http, "task-created", "prospect-unsubscribed", headers={"X-Secret": "sesame"})
    for kind in ("task-created", "task-updated", "prospect-unsubscribed"):
        record(box.world, kind)
    box.state()
    assert receiver.events == ["task-created", "prospect-unsubscribed"]
    assert receiver.taken[0][:2] == (HERE, {"Content-Type": "application/json", "X-Secret": "sesame"})


async def test_setting_an_outcome_is_told_at_once(box: Sandbox, http: httpx2.AsyncClient, receiver: Receiver) -> None:
    await register(http, "prospect-outcome-updated")
    email = box.world.prospects[next(iter(next(iter(box.world.enrolments.values()))))]["email"]
    await http.patch("/sequences/update-prospect-outcome", json={"prospectEmails": [email], "outcomeName": "Closed"})
    [(_, _, told)] = receiver.taken
    assert (told["newOutcome"], told["oldOutcome"]) == ("Closed", "Uncategorized")
    assert told["sequence"]["latestOutcome"] == "Closed"
    assert told["prospect"]["email"] == email


async def test_a_mail_is_told_as_documented(box: Sandbox, http: httpx2.AsyncClient, receiver: Receiver) -> None:
    await register(http, "email-sent")
    event = send_mail(box)
    box.state()
    [(_, _, told)] = receiver.taken
    assert told["emailSentAt"] == box.world.now()
    sequence = told["sequence"]
    assert sequence["emailSubject"] == event["facts"]["subject"]
    assert sequence["stepID"] == event["stepId"]
    assert sequence["id"].isdigit()
    assert sequence["variant"] in {"A", "B"}
    assert told["prospect"]["firstName"]
    assert told["user"]["email"] == "ada@lanternworks.example.com"


@pytest.mark.parametrize("kind", KINDS)
def test_every_body_keeps_to_the_contract(box: Sandbox, kind: Any) -> None:
    events = list(select(box.world, kind)) or [record(box.world, kind)]
    for event in events[:40]:
        assert contract.shape_complaints("WebhookDelivery", delivery_body(box.world, event), ()) == []


async def test_a_failed_call_is_tried_three_times_with_growing_pauses(
    box: Sandbox, http: httpx2.AsyncClient, receiver: Receiver
) -> None:
    id_ = (await register(http, "email-account-disconnected"))["payload"]["id"]
    receiver.answers = [500, OSError(), 404]
    record(box.world, "email-account-disconnected")
    for advance, tries in ((0, 1), (9, 1), (1, 2), (59, 2), (1, 3), (3600, 3)):
        box.clock.advance(advance)
        box.state()
        assert len(receiver.taken) == tries
    webhook = await read(http, id_)
    assert (webhook["status"], webhook["failed"]) == ("paused", True)
    assert webhook["lastFailure"] == {
        "failedAt": "2026-11-16T08:01:10.000Z",
        "statusCode": 404,
        "message": "Delivery failed",
    }


async def test_a_call_that_comes_through_in_the_end_leaves_the_webhook_active(
    box: Sandbox, http: httpx2.AsyncClient, receiver: Receiver
) -> None:
    id_ = (await register(http, "task-created"))["payload"]["id"]
    receiver.answers = [500]
    record(box.world, "task-created")
    box.state()
    box.clock.advance(60)
    webhook = await read(http, id_)
    assert receiver.events == ["task-created"] * 2
    assert (webhook["status"], webhook["failed"]) == ("active", False)
    assert webhook["lastFailure"]["statusCode"] == 500


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/sh",
        "http://192.168.0.1/",
        "http://127.0.0.1@hooks.example.com/",
        "http://0.0.0.0/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
    ],
)
async def test_other_hosts_are_kept_but_never_called(
    box: Sandbox, http: httpx2.AsyncClient, receiver: Receiver, url: str
) -> None:
    id_ = (await register(http, "task-created", url=url))["payload"]["id"]
    record(box.world, "task-created")
    box.state()
    assert receiver.taken == []
    webhook = await read(http, id_)
    assert webhook["failed"] is True
    assert webhook["lastFailure"]["message"].startswith("Not called")


@pytest.mark.parametrize("url", ["http://localhost:1/", "https://127.1.2.3/", "http://[::1]:80/x"])
def test_loopback_addresses_are_known_by_name(url: str) -> None:
    assert is_loopback(url)


class Hook(BaseHTTPRequestHandler):
    """A real receiver that redirects whatever it is told about bulk tasks."""

    taken: ClassVar[SimpleQueue[tuple[str, str | None, Any]]] = SimpleQueue()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.taken.put((self.path, self.headers["X-Secret"], body))
        self.send_response(302 if body["event"] == "bulk-task-updated" else 204)
        self.send_header("Location", self.path)
        self.end_headers()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the name is that of the library
        """Nothing is printed."""


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook?a=b"
        server.shutdown()


@pytest.fixture
async def own_http() -> AsyncIterator[tuple[Sandbox, httpx2.AsyncClient]]:
    box = Sandbox(limits=False)
    transport = httpx2.ASGITransport(app=box.app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://sandbox/v1", headers={"x-api-key": KEY}
    ) as client:
        yield box, client


async def test_without_a_sender_of_ones_own_a_thread_really_posts(
    own_http: tuple[Sandbox, httpx2.AsyncClient], address: str
) -> None:
    box, http = own_http
    before = set(threading.enumerate())
    await register(http, "task-created", url=address, headers={"X-Secret": "sesame"})
    box.state()
    assert set(threading.enumerate()) <= before
    record(box.world, "task-created")
    box.state()
    path, secret, body = Hook.taken.get(timeout=10)
    assert (path, secret, body["event"]) == ("/hook?a=b", "sesame", "task-created")


def test_redirects_are_not_followed(address: str) -> None:
    assert post(address, {}, b'{"event": "bulk-task-updated"}') == 302
    Hook.taken.get(timeout=10)
    assert Hook.taken.empty()
