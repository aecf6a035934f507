"""The log as messages to a client: only to the one that asks, at its level, about its own calls, without values."""

import logging
from typing import Any, cast

import pytest
from mcp import Client, MCPError
from mcp.types import (
    METHOD_NOT_FOUND,
    EmptyResult,
    LoggingLevel,
    LoggingMessageNotificationParams,
    SetLevelRequest,
    SetLevelRequestParams,
)

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.server.app import build_server, open_context

AUDIT = "saleshandy_mcp.audit"


class Heard:
    """The lines that a client got."""

    def __init__(self) -> None:
        self.lines: list[LoggingMessageNotificationParams] = []

    async def __call__(self, params: LoggingMessageNotificationParams) -> None:
        self.lines.append(params)

    def levels(self) -> list[tuple[str | None, str]]:
        return [(line.logger, line.level) for line in self.lines]


@pytest.fixture(autouse=True)
def whole_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "saleshandy_mcp")


async def choose(client: Client, level: LoggingLevel) -> None:
    request = SetLevelRequest(params=SetLevelRequestParams(level=level))
    await client.session.send_request(request, EmptyResult)


async def test_a_client_of_2025_chooses_a_level_for_its_session_alone(context: Context) -> None:
    server, heard, others = build_server(context), Heard(), Heard()
    async with (
        Client(server, mode="legacy", logging_callback=heard) as client,
        Client(server, mode="legacy", logging_callback=others) as other,
    ):
        assert client.server_capabilities.logging is not None
        await client.call_tool("list_sequences", {})
        assert heard.levels() == []
        await choose(client, "info")
        await client.call_tool("list_sequences", {"query": "founders"})
        await other.call_tool("list_tasks", {})
        assert heard.levels() == [(AUDIT, "info")]
        assert str(heard.lines[0].data).startswith("list_sequences(query) ok: ")
        await choose(client, "warning")
        await client.call_tool("list_sequences", {})
    assert (len(heard.lines), others.levels()) == (1, [])


async def test_a_client_of_2026_asks_in_each_request_and_has_no_level_to_set(context: Context) -> None:
    server, heard, unasked = build_server(context), Heard(), Heard()
    async with Client(server, mode="auto", logging_callback=heard, log_level="info") as client:
        await client.call_tool("list_sequences", {})
        with pytest.raises(MCPError) as refused:
            await choose(client, "debug")
    assert refused.value.error.code == METHOD_NOT_FOUND
    async with Client(server, mode="auto", logging_callback=unasked) as client:
        await client.call_tool("list_sequences", {})
    assert (heard.levels(), unasked.levels()) == ([(AUDIT, "info")], [])


async def test_a_level_that_there_is_not_is_refused(context: Context) -> None:
    async with Client(build_server(context), mode="legacy") as client:
        request = SetLevelRequest(params=SetLevelRequestParams.model_construct(level=cast("LoggingLevel", "loud")))
        with pytest.raises(MCPError, match="level"):
            await client.session.send_request(request, EmptyResult)


async def test_lines_hold_no_value_of_a_call_and_no_traceback() -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret inside")

    heard, address = Heard(), "anton.brandt@marrowby.example.com"
    api = Saleshandy(KEY, base_url="http://sandbox/v1", app=broken)
    async with open_context(api) as context:
        server = build_server(context)
        async with Client(server, mode="auto", logging_callback=heard, log_level="debug") as client:
            await client.call_tool("find_prospects", {"query": address})
    assert ("saleshandy_mcp.server.tools.action_tool", "error") in heard.levels()
    told = " ".join(str(line.data) for line in heard.lines)
    assert not [word for word in (KEY, address, "secret", "Traceback") if word in told]
