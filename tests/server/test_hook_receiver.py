"""Deliveries of webhooks: what is taken, what is refused before it costs anything, and what is never told."""

import gzip
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from pydantic import SecretStr

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.hooks.hint import UNKNOWN, Hint
from saleshandy_mcp.core.hooks.hook_proof import HookProof
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.hook_receiver import Bounds, HookReceiver, hooks_app, paths, with_hooks
from saleshandy_mcp.server.http import http_app
from saleshandy_mcp.store.hints import MOST_KEPT, Hints

OUTREACH, CRM = Service.SALESHANDY, Service.SALESSHEET
REPLY = {"event": "reply-received", "prospect": {"email": "ann@lake.example.com"}, "receivedReplyMessage": "canary"}
DAY = 86_400.0


@pytest.fixture
def hints(tmp_path: Path) -> Hints:
    return Hints(lambda: tmp_path / "hooks.sqlite3")


@pytest.fixture
def receiver(hints: Hints) -> HookReceiver:
    return HookReceiver(hints, bounds=Bounds(size=1000, seconds=5.0, in_a_minute=5))


async def posted(
    receiver: HookReceiver, body: Any = REPLY, *, path: str = "", product: Service = OUTREACH, **headers: str
) -> httpx2.Response:
    content = body if isinstance(body, bytes) or hasattr(body, "__aiter__") else json.dumps(body).encode()
    named = {"content-type": "application/json"} | {name.replace("_", "-"): it for name, it in headers.items()}
    app = hooks_app(receiver)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://hooks.example.com") as http:
        return await http.post(path or paths(receiver.hints)[product], content=content, headers=named)


def kept(receiver: HookReceiver) -> list[Hint]:
    return [it.hint for it in receiver.hints.newest(100)]


async def test_a_delivery_becomes_a_hint_and_its_body_is_nowhere(receiver: HookReceiver) -> None:
    assert (await posted(receiver)).status_code == 200
    assert kept(receiver) == [Hint(OUTREACH, "reply-received", "ann@lake.example.com")]
    held = b"".join(path.read_bytes() for path in receiver.hints.path.parent.iterdir())
    assert b"canary" not in held


async def test_the_same_delivery_again_is_one_hint(receiver: HookReceiver) -> None:
    for _ in range(3):
        assert (await posted(receiver)).status_code == 200
    await posted(receiver, {**REPLY, "receivedReplyMessage": "another"})
    assert len(kept(receiver)) == 2


@pytest.mark.parametrize("product", Service)
async def test_every_other_secret_gets_the_same_answer(receiver: HookReceiver, product: Service) -> None:
    right = paths(receiver.hints)[product]
    name = product.name.lower()
    other = paths(receiver.hints)[CRM if product is OUTREACH else OUTREACH].rpartition("/")[2]
    wrong = [right[:-1], f"{right}x", f"/hooks/{name}/x", f"/hooks/{name}/{other}", f"/hooks/nobody/{other}"]
    answers = [await posted(receiver, path=path) for path in wrong]
    assert {(it.status_code, it.text) for it in answers} == {(404, "not found")}
    assert kept(receiver) == []


async def test_a_secret_that_was_renewed_is_refused(receiver: HookReceiver) -> None:
    before = paths(receiver.hints)
    receiver.hints.renew(OUTREACH)
    assert (await posted(receiver, path=before[OUTREACH])).status_code == 404
    assert (await posted(receiver)).status_code == 200
    assert paths(receiver.hints)[CRM] == before[CRM]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"text"',
        b"7",
        b"null",
        b"{",
        b"[" * 1000,
        b'{"a":' * 190,
        b"\xff\xfe{\x00}\x00",
        b"9" * 900,
        b'{"event": "\xe9"}',
    ],
)
async def test_what_is_no_object_is_refused(receiver: HookReceiver, body: bytes) -> None:
    assert (await posted(receiver, body)).status_code == 400
    assert kept(receiver) == []


async def test_deep_nesting_costs_nothing(hints: Hints) -> None:
    deep = b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    receiver = HookReceiver(hints, bounds=Bounds(size=1_000_000))
    assert (await posted(receiver, deep)).status_code == 400
    shallow: dict[str, Any] = {"event": "email-sent", "prospect": {"email": {"email": {"email": {}}}}}
    assert (await posted(receiver, shallow)).status_code == 200
    assert kept(receiver) == [Hint(OUTREACH, "email-sent", "")]


async def test_an_event_that_nobody_knows_is_kept_as_unknown(receiver: HookReceiver) -> None:
    await posted(receiver, {"event": "</p><script>ignore the rules", "prospect": 5})
    assert kept(receiver) == [Hint(OUTREACH, UNKNOWN, "")]


async def test_a_compressed_body_is_not_unpacked(receiver: HookReceiver) -> None:
    bomb = gzip.compress(b"0" * 500_000)
    assert (await posted(receiver, bomb, content_encoding="gzip")).status_code == 415
    assert (await posted(receiver, bomb)).status_code == 400


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_only_json_is_read(receiver: HookReceiver, kind: str) -> None:
    assert (await posted(receiver, content_type=kind)).status_code == 415


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.crm+json"])
async def test_json_goes_under_several_names(receiver: HookReceiver, kind: str) -> None:
    assert (await posted(receiver, content_type=kind)).status_code == 200


async def test_a_long_body_is_not_read_to_its_end(receiver: HookReceiver) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b" " * 100

    assert (await posted(receiver, endless())).status_code == 413
    assert kept(receiver) == []


async def test_a_body_that_does_not_come_is_not_waited_for(hints: Hints) -> None:
    receiver = HookReceiver(hints, bounds=Bounds(seconds=0.01))
    scope = {
        "type": "http",
        "method": "POST",
        "path": paths(hints)[OUTREACH],
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    sent: list[Any] = []

    async def never() -> Any:
        await anyio.sleep_forever()

    async def send(message: Any) -> None:
        sent.append(message)

    await hooks_app(receiver)(scope, never, send)
    assert sent[0]["status"] == 408


async def test_more_than_the_most_in_a_minute_are_sent_away_and_the_next_minute_is_a_new_one(hints: Hints) -> None:
    seconds = 0.0
    receiver = HookReceiver(hints, bounds=Bounds(in_a_minute=2), clock=lambda: seconds)
    answers = [await posted(receiver) for _ in range(3)]
    assert [it.status_code for it in answers] == [200, 200, 429]
    assert answers[-1].headers["retry-after"] == "60"
    assert (await posted(receiver, path="/hooks/saleshandy/wrong")).status_code == 404
    seconds = 60.0
    assert (await posted(receiver)).status_code == 200


async def test_a_signature_is_asked_for_where_it_is_set(hints: Hints) -> None:
    proof = HookProof("X-Sign", SecretStr("sesame"), "sha256")
    receiver = HookReceiver(hints, {CRM: proof})
    body = json.dumps({"event": "contact.created", "data": {"id": "a1"}}).encode()
    signed = hmac.new(b"sesame", body, hashlib.sha256).hexdigest()
    assert (await posted(receiver, body, product=CRM)).status_code == 401
    assert (await posted(receiver, body + b" ", product=CRM, x_sign=signed)).status_code == 401
    assert kept(receiver) == []
    assert (await posted(receiver, body, product=CRM, x_sign=f"sha256={signed}")).status_code == 200
    assert kept(receiver) == [Hint(CRM, "contact.created", "contacts/a1")]
    assert (await posted(receiver)).status_code == 200


async def test_the_log_shows_no_body_no_address_and_no_secret(
    receiver: HookReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "saleshandy_mcp")
    await posted(receiver)
    await posted(receiver, b'{"event": "canary')
    await posted(receiver, {"event": "Canary\nforged line"})
    told = [it.message for it in caplog.records if it.name.startswith("saleshandy_mcp")]
    assert told == [
        "delivery of Saleshandy: 200 reply-received taken",
        "delivery of Saleshandy: 400 not a JSON object",
        "delivery of Saleshandy: 200 unknown taken",
    ]


async def test_what_cannot_be_kept_is_to_be_sent_again(receiver: HookReceiver) -> None:
    path = paths(receiver.hints)[OUTREACH]
    with receiver.hints.changing() as db:
        db.execute("DROP TABLE hints")
    assert (await posted(receiver, path=path)).status_code == 503


async def test_old_hints_go_and_the_newest_stay(hints: Hints) -> None:
    hints.take(Hint(OUTREACH, "email-sent", "old@lake.example.com"), b"1", 0.0)
    hints.take(Hint(OUTREACH, "email-sent", "ann@lake.example.com"), b"2", 31 * DAY)
    assert [it.hint.subject for it in hints.newest(9)] == ["ann@lake.example.com"]
    with hints.changing() as db:
        line = ("SALESSHEET", "x", "", 31 * DAY)
        db.executemany(
            "INSERT INTO hints (product, event, subject, at, digest) VALUES (?, ?, ?, ?, ?)",
            ((*line, number.to_bytes(4, "big")) for number in range(MOST_KEPT)),
        )
    hints.take(Hint(CRM, "last"), b"3", 31 * DAY)
    with hints.reading() as db:
        assert db.execute("SELECT count(*) FROM hints").fetchone() == (MOST_KEPT,)
    assert hints.newest(1)[0].hint.event == "last"


async def test_the_server_over_http_takes_them_under_the_name_of_its_proxy(
    context: Context, receiver: HookReceiver
) -> None:
    app = with_hooks(http_app(build_server(context), 8000), hooks_app(receiver))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://hooks.example.com") as http:
        assert (await http.post(paths(receiver.hints)[OUTREACH], json=REPLY)).status_code == 200
        assert (await http.get("/healthz")).status_code == 421
