"""Which calls a fault applies to, how it is set and cleared, and what some faults do in detail."""

import json
import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn
from anyio import lowlevel

from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.sandbox.faults.changes import BOMB_BYTES, CANARY, LONE_SURROGATE
from saleshandy_mcp.sandbox.faults.injector import Target
from saleshandy_mcp.sandbox.faults.table import FAULTS
from tests.sandbox.kit import frozen
from tests.sandbox.raw_calls import sent

WRITE, READ = "POST /sequences", "GET /sequences"
CONTROL = "http://sandbox/sandbox/faults"


@pytest.mark.parametrize(
    ("call", "path", "meant"),
    [
        ("", "/prospects", True),
        ("GET /prospects", "/prospects", True),
        ("GET /prospects", "/prospects/tags", True),
        ("GET /prospects$", "/prospects/tags", False),
        ("POST /prospects", "/prospects", False),
        ("GET /prospects/import-status/{requestId}", "/prospects/import-status/7c41e90", True),
    ],
)
def test_a_target_is_a_method_and_the_beginning_of_a_path(call: str, path: str, meant: bool) -> None:  # noqa: FBT001 - a column of the table above
    for prefix in ("/v1", "/api/open-api/v1", ""):
        assert Target(call).hits({"method": "GET", "path": prefix + path}) is meant


async def test_the_first_of_several_faults_applies() -> None:
    box = frozen()
    box.faults.set("500", times=1)
    box.faults.set("403")
    assert [(await sent(box, READ)).status for _ in range(2)] == [500, 403]
    box.faults.clear()
    assert (await sent(box, READ)).status == 200


@pytest.mark.parametrize(
    ("name", "call"), [("no-such-fault", None), ("500", "nonsense"), ("500", "GET / /"), ("stale-read", WRITE)]
)
def test_what_cannot_be_set_is_said(name: str, call: str | None) -> None:
    with pytest.raises(ValueError, match=r"lost-answer|such as|for reads only"):
        frozen().faults.set(name, call)


async def statuses(seed: int, faults: str, calls: int = 60) -> list[int | None]:
    box = frozen(seed=seed)
    box.faults.set_all(faults)
    return [(await sent(box, READ)).status for _ in range(calls)]


async def test_the_same_seed_goes_wrong_in_the_same_places_and_another_one_elsewhere() -> None:
    first = await statuses(7, "500:0.3,429:0.2")
    assert first == await statuses(7, "500:0.3,429:0.2")
    assert first != await statuses(8, "500:0.3,429:0.2")
    assert {200, 500, 429} == set(first)
    assert 5 < first.count(500) < 35


async def test_a_fault_by_chance_can_be_for_one_call_alone() -> None:
    box = frozen()
    box.faults.set_all("500@GET /sequences, 403:1@POST /sequences")
    assert (await sent(box, READ)).status == 500
    assert (await sent(box, WRITE, {"title": "One more"})).status == 403
    assert (await sent(box, "GET /schedules")).status == 200


@pytest.mark.parametrize(
    "text", ["", "nothing", "500:often", "500:0", "500:1.5", "500:nan", "500@nonsense", "500,,500"]
)
def test_of_faults_one_of_which_cannot_be_set_none_is(text: str) -> None:
    box = frozen()
    with pytest.raises(ValueError, match=r"fault|chance|call"):
        box.faults.set_all(text)
    assert box.faults.shown() == []


async def test_an_outage_lasts_ten_minutes_from_the_first_call_on() -> None:
    box = frozen()
    box.faults.set("outage")
    box.clock.advance(3600)
    seen: list[int | None] = []
    for _ in range(12):
        seen.append((await sent(box, READ)).status)
        box.clock.advance(60)
    assert seen == [503] * 10 + [200] * 2


async def test_over_a_socket_a_slow_head_and_a_flood_are_bytes() -> None:
    box = frozen()
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        await lowlevel.checkpoint()

    box.faults.pause = pause
    async with served(box) as client:
        box.faults.set("slow-loris", READ, times=1)
        with pytest.raises(httpx2.TransportError):
            await client.get("/sequences")
        assert len(waits) > 1000
        box.faults.set("endless", READ, times=1)
        taken = 0
        async with client.stream("GET", "/sequences") as answer:
            async for part in answer.aiter_bytes():
                taken += len(part)
                if taken > 200_000_000:
                    break
        assert taken > 200_000_000


async def test_a_date_to_retry_at_lies_ahead_of_the_clock_of_the_sandbox() -> None:
    box = frozen()
    box.clock.advance(86_400)
    box.faults.set("429-date")
    headers = (await sent(box, READ)).headers
    now: datetime = parsedate_to_datetime(headers["date"])
    assert now == box.clock.now()
    assert parsedate_to_datetime(headers["retry-after"]) > now


async def test_a_stale_read_shows_nothing_of_what_came_later() -> None:
    box = frozen()
    box.faults.set("stale-read")
    assert (await sent(box, WRITE, {"title": "Newest"})).status == 201
    assert b"Newest" not in (await sent(box, READ)).body
    box.faults.clear()
    assert b"Newest" in (await sent(box, READ)).body


async def test_a_bomb_is_small_until_it_is_unpacked() -> None:
    box = frozen()
    box.faults.set("gzip-bomb")
    seen = await sent(box, READ)
    assert len(seen.body) * 100 < BOMB_BYTES
    assert len(zlib.decompress(seen.body, wbits=zlib.MAX_WBITS | 16)) == BOMB_BYTES


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]  # pyright: ignore[reportUnknownVariableType] - JSON
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]  # pyright: ignore[reportUnknownVariableType] - JSON
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    ("name", "planted"), [("canary", CANARY), ("lone-surrogate", LONE_SURROGATE)], ids=["canary", "lone-surrogate"]
)
async def test_texts_of_people_are_planted_and_ids_dates_and_words_are_not(name: str, planted: str) -> None:
    box = frozen()
    before = json.loads((await sent(box, "GET /prospects")).body)["payload"]
    box.faults.set(name)
    after = json.loads((await sent(box, "GET /prospects")).body)["payload"]
    for person, was in zip(after, before, strict=True):
        kept = ("id", "createdAt", "verificationStatus", "email")
        assert {key: person[key] for key in kept} == {key: was[key] for key in kept}
    rows = [entry for person in after for entry in person["attributes"]]
    labels = [row["key"] for row in rows if row["key"] != "Email"]  # which is a word of the contract
    assert all(planted in label for label in labels)
    assert "".join(texts(after)).replace(planted, "") == "".join(texts(before))


@asynccontextmanager
async def served(box: Sandbox) -> AsyncGenerator[httpx2.AsyncClient]:
    """The sandbox behind a socket, and a client."""
    server = uvicorn.Server(uvicorn.Config(box.app, port=0, log_config=None, lifespan="off"))
    server.config.load()
    listening = server.config.bind_socket()
    listening.listen()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with anyio.create_task_group() as group:
        group.start_soon(server.serve, [listening])
        try:
            async with httpx2.AsyncClient(base_url=f"{address}/v1", headers={"x-api-key": KEY}, timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
    listening.close()


@pytest.mark.parametrize(("name", "executed"), [("lost-answer", 1), ("closed", 0), ("reset", 0), ("truncated", 1)])
async def test_over_a_socket_the_connection_breaks(name: str, executed: int) -> None:
    box = frozen()
    async with served(box) as client:
        box.faults.set(name, WRITE, times=1)
        with pytest.raises(httpx2.TransportError):
            await client.post("/sequences", json={"title": "One more"})
        assert box.requests[WRITE] == executed
        assert (await client.get("/sequences")).status_code == 200


async def test_faults_are_listed_set_and_cleared_over_http(box: Sandbox, http: httpx2.AsyncClient) -> None:
    known = (await http.get(CONTROL)).json()["faults"]
    assert [entry["fault"] for entry in known] == list(FAULTS)
    state = (await http.post(CONTROL, json={"fault": "500", "call": "GET /sequences", "times": 1})).json()
    assert state["faults"] == [
        {"fault": "500", "call": "GET /sequences", "after": 0, "times": 1, "chance": 1, "seen": 0}
    ]
    assert [(await http.get("/sequences")).status_code for _ in range(2)] == [500, 200]
    assert (await http.get(CONTROL)).json()["set"][0]["seen"] == 2
    assert (await http.post(CONTROL, json={"off": True})).json()["faults"] == []
    box.faults.set("500")
    assert (await http.get("http://sandbox/sandbox/state")).status_code == 200
    assert (await http.post("http://sandbox/sandbox/reset")).json()["faults"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"off": false}',
        b'{"fault": 500}',
        b'{"fault": "no-such-fault"}',
        b'{"fault": "500", "call": "nonsense"}',
        b'{"fault": "500", "times": -1}',
        b'{"fault": "500", "times": true}',
        b'{"fault": "500", "chance": 0}',
        b'{"fault": "500", "chance": 2}',
        b'{"fault": "500", "chance": "often"}',
        b'{"fault": "500", "more": 1}',
    ],
)
async def test_a_bad_fault_is_told_what_to_send(http: httpx2.AsyncClient, body: bytes) -> None:
    answer = await http.post(CONTROL, content=body)
    assert answer.status_code == 400
    assert answer.json()["message"]
