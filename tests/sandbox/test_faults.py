"""Every fault of the table does what its entry says, and the guide to another one is true."""

import json
import re
import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn

from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.sandbox.faults import table
from saleshandy_mcp.sandbox.faults.changes import BOMB_BYTES, CANARY, LONE_SURROGATE
from saleshandy_mcp.sandbox.faults.fault import Exchange, Fault, Message
from saleshandy_mcp.sandbox.faults.injector import Target
from saleshandy_mcp.sandbox.faults.table import FAULTS
from tests.sandbox.kit import frozen

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs/adding-a-fault.md").read_text(encoding="utf-8")
WRITE, READ = "POST /sequences", "GET /sequences"
EACH = pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
CONTROL = "http://sandbox/sandbox/faults"


@dataclass
class Seen:
    """What came of one call, as the server of the sandbox would see it."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    parts: list[bytes] = field(default_factory=list[bytes])
    broken: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)

    @property
    def essence(self) -> tuple[object, ...]:
        whole = len(self.body) == int(self.headers.get("content-length", 0))
        return self.status, self.headers, len(self.parts), self.body, self.broken, whole


async def sent(box: Sandbox, call: str, body: object = None) -> Seen:
    """Make a call without a client: the request is there at once, and then the client closes the connection."""
    method, path = call.split(" ")
    content = b"" if body is None else json.dumps(body).encode()
    coming: list[Message] = [{"type": "http.request", "body": content}]
    seen = Seen()

    async def receive() -> Message:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.status = message["status"]
            seen.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            seen.parts.append(message.get("body", b""))

    scope: Message = {
        "type": "http",
        "method": method,
        "path": f"/v1{path}",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"x-api-key", KEY.encode()), (b"host", b"sandbox")],
        "server": ("sandbox", 80),
        "scheme": "http",
    }
    try:
        await box.app(scope, receive, send)
    except ConnectionError:
        seen.broken = True
    return seen


def patient(box: Sandbox) -> list[float]:
    """The pauses of faults that take time, which end at once."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    box.faults.pause = pause
    return pauses


def call_of(fault: Fault) -> str:
    """A call that the fault applies to: a write where it can be one."""
    return WRITE if not fault.calls or WRITE.startswith(fault.calls) else READ


async def made(box: Sandbox, call: str, title: str = "One more") -> Seen:
    return await sent(box, call, {"title": title} if call == WRITE else None)


@EACH
async def test_the_client_sees_something_else_and_the_call_is_carried_out_or_not(fault: Fault) -> None:
    box, plain = frozen(), frozen()
    pauses = patient(box)
    call = call_of(fault)
    box.faults.set(fault.name)
    for one in (box, plain):
        one.world.sequences.popitem() if fault.remembers else None
    true, seen = await made(plain, call), await made(box, call)
    assert (seen.essence, pauses) != (true.essence, [])
    assert box.requests[call] == int(fault.executed)
    assert len(box.world.sequences) == len(plain.world.sequences) - (call == WRITE and not fault.executed)


@EACH
async def test_other_calls_go_well_and_so_do_those_before_and_after(fault: Fault) -> None:
    box, plain = frozen(), frozen()
    patient(box)
    call = call_of(fault)
    box.faults.set(fault.name, call, after=1, times=1)
    other = "GET /schedules"
    assert (await sent(box, other)).essence == (await sent(plain, other)).essence
    assert (await made(box, call)).essence == (await made(plain, call)).essence
    await made(box, call)
    if fault.executed:
        await made(plain, call)
    assert (await made(box, call)).essence == (await made(plain, call)).essence


@EACH
def test_an_entry_is_chosen_by_short_words_and_says_what_is_seen(fault: Fault) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.name)
    assert " " in fault.what
    assert not fault.what.endswith(".")


def test_no_two_faults_do_the_same() -> None:
    told = [fault.what for fault in FAULTS.values()]
    assert len(set(told)) == len(told)


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
    assert (await made(box, WRITE, "Newest")).status == 201
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


@pytest.mark.parametrize(("name", "executed"), [("lost-answer", 1), ("reset", 0), ("truncated", 1)])
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
    assert state["faults"] == [{"fault": "500", "call": "GET /sequences", "after": 0, "times": 1, "seen": 0}]
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
        b'{"fault": "500", "more": 1}',
    ],
)
async def test_a_bad_fault_is_told_what_to_send(http: httpx2.AsyncClient, body: bytes) -> None:
    answer = await http.post(CONTROL, content=body)
    assert answer.status_code == 400
    assert answer.json()["message"]


# The guide.


def test_every_path_of_the_guide_exists() -> None:
    paths = set(re.findall(r"[\w./-]+/[\w-]+\.py\b", GUIDE))
    assert {path for path in paths if not (ROOT / path).is_file()} == set()
    assert "saleshandy_mcp/sandbox/faults/table.py" in paths


def test_every_name_of_the_guide_exists() -> None:
    modules = [import_module(f"saleshandy_mcp.sandbox.faults.{name}") for name in ("table", "acts", "changes", "fault")]
    known = {name for module in modules for name in vars(module)} | {entry.name for entry in fields(Fault)}
    named = set(re.findall(r"`([A-Za-z_]+)`", GUIDE))
    assert named - known == set()
    assert {"Exchange", "Answer", "_ENTRIES"} <= named


def test_the_guide_explains_all_of_an_entry_and_all_acts() -> None:
    named = set(re.findall(r"`([A-Za-z_]+)`", GUIDE))
    assert {entry.name for entry in fields(Fault)} <= named
    acts = import_module("saleshandy_mcp.sandbox.faults.acts")
    own = {name for name, value in vars(acts).items() if getattr(value, "__module__", "") == acts.__name__}
    assert own <= named


async def test_the_entry_of_the_guide_is_a_fault() -> None:
    (entry,) = re.findall(r"```python\n\s*(Fault\(.*\))\n", GUIDE)
    fault: Fault = eval(entry, dict(vars(table)))  # noqa: S307 - our own guide
    assert fault.name not in FAULTS
    box = frozen()
    seen = Seen()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        seen.status = message.get("status", seen.status)

    await fault.act(Exchange(box.app, {}, receive, send))
    assert str(seen.status) == fault.name
