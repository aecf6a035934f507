"""Sessions and eras mixed over HTTP: a yes counts only where its question was asked, and once."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from mcp.types import CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY, PROTOCOL_VERSION_META_KEY
from starlette.applications import Starlette

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.http import http_app
from tests.server.test_dialogue import starts
from tests.server.test_http_requests import BOTH, OPENING, app, http

__all__ = ["app", "http"]
TOOL, START = "set_sequence_status", {"sequence": "SaaS founders", "status": "active"}
NEW = "2026-07-28"
YES: dict[str, Any] = {"action": "accept", "content": {"confirm": True}}
ANSWER = {"confirm": YES}
Json = dict[str, Any]


async def session_of(http: httpx2.AsyncClient, **capabilities: Any) -> dict[str, str]:
    """Open a session of 2025, and return its headers."""
    opening = OPENING | {"params": OPENING["params"] | {"capabilities": capabilities}}
    answer = await http.post("/mcp", json=opening, headers={"accept": BOTH})
    session = {"accept": BOTH, "mcp-session-id": answer.headers["mcp-session-id"]}
    await http.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=session)
    return session


async def call_of_2025(http: httpx2.AsyncClient, session: dict[str, str], **arguments: Any) -> httpx2.Response:
    params = {"name": TOOL, "arguments": arguments or START}
    request = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
    return await http.post("/mcp", json=request, headers=session)


async def call_of_2026(
    http: httpx2.AsyncClient, arguments: Json = START, headers: dict[str, str] | None = None, **more: Any
) -> Json:
    """A call without a session, by a client that shows questions unless ``capabilities`` says otherwise."""
    capabilities = more.pop("capabilities", {"elicitation": {"form": {}}})
    meta = {
        PROTOCOL_VERSION_META_KEY: NEW,
        CLIENT_INFO_META_KEY: {"name": "raw", "version": "1"},
        CLIENT_CAPABILITIES_META_KEY: capabilities,
    }
    params = {"name": TOOL, "arguments": arguments, "_meta": meta, **more}
    named = {"accept": BOTH, "mcp-protocol-version": NEW, "mcp-method": "tools/call", "mcp-name": TOOL}
    request = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
    return (await http.post("/mcp", json=request, headers=named | (headers or {}))).json()


def text_in(answer: httpx2.Response) -> str:
    data = [line[5:] for line in answer.text.splitlines() if line.startswith("data:")]
    return json.loads(data[-1])["result"]["content"][0]["text"]


def token_in(answer: httpx2.Response) -> str:
    return text_in(answer).split('confirm="')[1].split('"')[0]


async def answered(http: httpx2.AsyncClient, headers: dict[str, str]) -> set[int]:
    """Say yes to every question that there may be; the statuses of these messages."""
    said = [
        await http.post("/mcp", json={"jsonrpc": "2.0", "id": number, "result": YES}, headers=headers)
        for number in range(10)
    ]
    return {it.status_code for it in said}


@asynccontextmanager
async def another_process(context: Context) -> AsyncGenerator[httpx2.AsyncClient]:
    """The same data folder and account, and another key for what travels with a call."""
    other: Starlette = http_app(build_server(context), 8000)
    async with (
        other.router.lifespan_context(other),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(other), base_url="http://127.0.0.1:8000") as client,
    ):
        yield client


async def test_a_yes_that_comes_in_another_session_or_in_none_is_no_answer(
    http: httpx2.AsyncClient, box: Sandbox
) -> None:
    asks, other = [await session_of(http, elicitation={}) for _ in range(2)]
    answers: list[httpx2.Response] = []

    async def call() -> None:
        answers.append(await call_of_2025(http, asks))

    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            for headers in (
                other,
                {"accept": BOTH},
                {"accept": BOTH, "mcp-protocol-version": NEW},
                asks | {"mcp-protocol-version": NEW},
            ):
                await answered(http, headers)
                await anyio.wait_all_tasks_blocked()
                assert (starts(box), answers) == (0, [])
            assert await answered(http, asks) == {202}
    assert "is active now" in text_in(answers[0])
    assert starts(box) == 1


async def test_what_travels_with_a_call_counts_once_for_that_call_and_for_the_process_that_made_it(
    http: httpx2.AsyncClient, context: Context, box: Sandbox
) -> None:
    async def state_in(answer: Json) -> str:
        return answer["result"]["requestState"]

    state = await state_in(await call_of_2026(http))
    async with another_process(context) as other:
        foreign = await state_in(await call_of_2026(other))
    another_call = START | {"sequence": "Agencies EU"}
    for arguments, sent in (
        (START, None),
        (START, ""),
        (START, "forged"),
        (START, f"{state[:-2]}AA"),
        (START, foreign),
        (another_call, state),
        (START | {"confirm": "forged"}, state),
    ):
        more: Json = {} if sent is None else {"requestState": sent}
        answer = await call_of_2026(http, arguments, inputResponses=ANSWER, **more)
        assert "error" in answer or answer["result"]["isError"], (sent, answer)
        assert starts(box) == 0
    assert not (await call_of_2026(http, inputResponses=ANSWER, requestState=state))["result"].get("isError")
    assert starts(box) == 1
    next(row for row in box.world.sequences.values() if row["title"] == START["sequence"])["active"] = False
    for _ in range(3):
        again = await call_of_2026(http, inputResponses=ANSWER, requestState=state)
        assert again["result"]["isError"]
    assert starts(box) == 1


async def test_after_a_no_the_same_question_is_not_answered_with_yes(http: httpx2.AsyncClient, box: Sandbox) -> None:
    state = (await call_of_2026(http))["result"]["requestState"]
    declined = {"confirm": {"action": "decline"}}
    await call_of_2026(http, inputResponses=declined, requestState=state)
    again = await call_of_2026(http, inputResponses=ANSWER, requestState=state)
    assert again["result"]["isError"]
    assert starts(box) == 0


async def test_a_call_of_2026_that_names_a_session_has_none_and_uses_no_token_of_one(
    http: httpx2.AsyncClient, box: Sandbox
) -> None:
    session = await session_of(http)
    token = token_in(await call_of_2025(http, session))
    await call_of_2026(http, capabilities={})
    for named in (session["mcp-session-id"], "new", "9" * 60_000):
        answer = await call_of_2026(http, START | {"confirm": token}, {"mcp-session-id": named}, capabilities={})
        assert answer["result"]["isError"]
        assert starts(box) == 0


@pytest.mark.parametrize("named", ["0", "9" * 60_000, "../../x", "\x7f", "é", ""])
async def test_a_session_that_was_never_opened_is_none(http: httpx2.AsyncClient, box: Sandbox, named: str) -> None:
    answer = await call_of_2025(http, {"accept": BOTH, "mcp-session-id": named.encode("latin-1")})  # pyright: ignore[reportArgumentType] - as it comes
    assert answer.status_code in {400, 404}
    assert starts(box) == 0


async def test_a_session_that_was_ended_is_none_and_its_token_counts_in_no_other_that_has_called(
    http: httpx2.AsyncClient, box: Sandbox
) -> None:
    session, other = [await session_of(http) for _ in range(2)]
    await call_of_2025(http, other)
    token = token_in(await call_of_2025(http, session))
    await http.delete("/mcp", headers=session)
    assert (await call_of_2025(http, session, **START, confirm=token)).status_code == 404
    assert "given out in another session" in text_in(await call_of_2025(http, other, **START, confirm=token))
    assert starts(box) == 0
