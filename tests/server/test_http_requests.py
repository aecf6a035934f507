"""Requests over HTTP as clients send them: what is taken, and who is refused."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import anyio
import httpx2
import pytest
from starlette.applications import Starlette
from starlette.types import Message

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.http import http_app
from saleshandy_mcp.server.json_answers import answer_in

PAGE, DOCKER = "https://tool.example.com", "host.docker.internal:8000"
OPENING: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
}
BOTH = "application/json, text/event-stream"


@pytest.fixture
def app(context: Context) -> Starlette:
    return http_app(build_server(context), 8000, [DOCKER], [PAGE])


@pytest.fixture
async def http(app: Starlette) -> AsyncGenerator[httpx2.AsyncClient]:
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8000") as client,
    ):
        yield client


async def opened(http: httpx2.AsyncClient, path: str = "/mcp", **headers: str) -> httpx2.Response:
    named = {"accept": BOTH} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.post(path, json=OPENING, headers=named)


async def asked(http: httpx2.AsyncClient, session: dict[str, str], method: str, **params: Any) -> dict[str, Any]:
    request = {"jsonrpc": "2.0", "id": 2, "method": method, "params": params}
    return (await http.post("/mcp", json=request, headers=session)).json()["result"]


async def test_a_slash_at_the_end_is_the_same_place(http: httpx2.AsyncClient) -> None:
    assert (await opened(http, "/mcp/")).status_code == 200


@pytest.mark.parametrize("accept", ["", "*/*", "text/event-stream", "text/event-stream;q=0.9", BOTH])
async def test_whoever_takes_events_is_answered(http: httpx2.AsyncClient, accept: str) -> None:
    answer = await opened(http, accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize("accept", ["application/json", "application/*;q=0.5", "Application/JSON, text/plain"])
async def test_who_takes_json_alone_is_answered_in_json(http: httpx2.AsyncClient, accept: str) -> None:
    answer = await opened(http, accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["result"]["serverInfo"]["name"] == "saleshandy"
    session = {"accept": accept, "mcp-session-id": answer.headers["mcp-session-id"]}
    told = await http.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=session)
    assert told.status_code == 202
    assert len((await asked(http, session, "tools/list"))["tools"]) > 20
    called = await asked(http, session, "tools/call", name="list_sequences", arguments={})
    assert "Q3 launch [" in called["content"][0]["text"]
    wrong = await http.post("/mcp", json={"jsonrpc": "2.0", "id": 3, "method": "tools/none"}, headers=session)
    assert wrong.json()["error"]["code"] == -32601


async def test_who_takes_json_alone_cannot_be_asked_and_gets_a_plan_to_show(http: httpx2.AsyncClient) -> None:
    said = OPENING["params"] | {"capabilities": {"elicitation": {}}}
    answer = await http.post("/mcp", json=OPENING | {"params": said}, headers={"accept": "application/json"})
    session = {"accept": "application/json", "mcp-session-id": answer.headers["mcp-session-id"]}
    await http.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=session)
    name, wanted = "set_sequence_status", {"sequence": "SaaS founders", "status": "active"}
    with anyio.fail_after(20):
        plan = await asked(http, session, "tools/call", name=name, arguments=wanted)
    assert plan["content"][0]["text"].startswith("Not done yet.")
    agreed = wanted | {"confirm": plan["structuredContent"]["confirm"]}
    done = await asked(http, session, "tools/call", name=name, arguments=agreed)
    assert "is active now" in done["content"][0]["text"]


async def test_who_takes_neither_is_told(http: httpx2.AsyncClient) -> None:
    assert (await opened(http, accept="text/html")).status_code == 406


def test_the_answer_is_found_among_news_of_the_call() -> None:
    news, answer = (
        b'{"jsonrpc":"2.0","method":"notifications/progress","params":{}}',
        b'{"id":1,"result":{"a":"data: b"}}',
    )
    events = b"".join(b"event: message\r\ndata: " + it + b"\r\n\r\n" for it in (news, answer, news)) + b": ping\r\n\r\n"
    assert answer_in(events) == answer


def test_a_stream_that_ends_without_an_answer_is_told_as_such() -> None:
    assert "without an answer" in json.loads(answer_in(b": ping\r\n\r\n"))["error"]["message"]


@pytest.mark.parametrize("host", ["LOCALHOST:8000", DOCKER, DOCKER.upper()])
async def test_names_of_this_server_are_taken_in_any_case(http: httpx2.AsyncClient, host: str) -> None:
    assert (await opened(http, host=host)).status_code == 200


async def test_other_hosts_and_pages_are_refused(http: httpx2.AsyncClient) -> None:
    assert (await opened(http, host="evil.example.com")).status_code == 421
    assert (await opened(http, origin="https://evil.example.com")).status_code == 403


async def test_an_allowed_page_may_ask_first_and_read_the_session(http: httpx2.AsyncClient) -> None:
    asks = {"origin": PAGE, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    first = await http.options("/mcp", headers=asks)
    assert (first.status_code, first.headers["access-control-allow-origin"]) == (200, PAGE)
    answer = await opened(http, origin=PAGE)
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "mcp-session-id" in answer.headers["access-control-expose-headers"].lower()


async def test_another_page_may_not_ask(http: httpx2.AsyncClient) -> None:
    asks = {"origin": "https://evil.example.com", "access-control-request-method": "POST"}
    assert (await http.options("/mcp", headers=asks)).status_code == 403


async def test_a_wish_for_events_that_were_missed_is_no_failure(http: httpx2.AsyncClient) -> None:
    assert (await opened(http, last_event_id="7")).status_code == 200


async def test_a_stream_asked_for_from_the_event_that_came_last_is_opened(
    app: Starlette, http: httpx2.AsyncClient
) -> None:
    session = (await opened(http)).headers["mcp-session-id"]
    headers = {"host": "127.0.0.1:8000", "accept": "text/event-stream", "mcp-session-id": session, "last-event-id": "7"}
    assert await status_of_stream(app, headers) == 200
    assert await status_of_stream(app, headers | {"mcp-session-id": "gone"}) == 404


async def status_of_stream(app: Starlette, headers: dict[str, str]) -> int:
    """The status of the answer to a GET of somebody who leaves when it has begun."""
    begun = anyio.Event()
    statuses: list[int] = []

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if message["type"] == "http.response.start" else [])
        begun.set()

    waiting: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await begun.wait()
        return {"type": "http.disconnect"}

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/mcp", "query_string": b"", "headers": pairs}
    with anyio.fail_after(20):
        await app(scope, receive, send)
    return statuses[0]
