"""Requests over HTTP as clients send them: what is taken, and who is refused."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.http import http_app

PAGE, DOCKER = "https://tool.example.com", "host.docker.internal:8000"
OPENING: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
}
BOTH = "application/json, text/event-stream"


@pytest.fixture
async def http(context: Context) -> AsyncGenerator[httpx2.AsyncClient]:
    app = http_app(build_server(context), 8000, [DOCKER], [PAGE])
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8000") as client,
    ):
        yield client


async def opened(http: httpx2.AsyncClient, path: str = "/mcp", **headers: str) -> httpx2.Response:
    named = {"accept": BOTH} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.post(path, json=OPENING, headers=named)


async def test_a_slash_at_the_end_is_the_same_place(http: httpx2.AsyncClient) -> None:
    assert (await opened(http, "/mcp/")).status_code == 200


@pytest.mark.parametrize("accept", ["", "*/*", "text/event-stream", "text/event-stream;q=0.9", BOTH])
async def test_whoever_takes_events_is_answered(http: httpx2.AsyncClient, accept: str) -> None:
    answer = await opened(http, accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_who_takes_no_events_is_told(http: httpx2.AsyncClient) -> None:
    assert (await opened(http, accept="application/json")).status_code == 406


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
