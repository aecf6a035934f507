"""Whoever subscribed to a resource is told after a call that changed something, and nobody else is told anything."""

from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.shared.subscriptions import ResourceUpdated

from saleshandy_mcp.server.app import build_server
from tests.kit import context_over, new_box

pytestmark = pytest.mark.filterwarnings("ignore:resources/:mcp.shared.exceptions.MCPDeprecationWarning")
"""The SDK warns of requests that the newest protocol no longer has."""

RUNNING = "saleshandy://running"
PAUSE = {"sequence": "Q3 launch", "status": "paused"}
READ = ("list_sequences", dict[str, Any]())
ASK = ("set_sequence_status", {"sequence": "SaaS founders", "status": "active"})
WRITE = ("set_sequence_status", PAUSE)


async def test_a_client_of_today_is_told_on_its_stream_of_what_it_subscribed_to() -> None:
    async with (
        context_over(new_box()) as context,
        Client(build_server(context), mode="auto") as client,
        client.listen(resource_subscriptions=[RUNNING]) as stream,
    ):
        for tool, given in (READ, ASK, WRITE):
            await client.call_tool(tool, given)
        with anyio.fail_after(5):
            event = await anext(aiter(stream))
    assert event == ResourceUpdated(uri=RUNNING)


@pytest.mark.parametrize(("call", "told"), [(READ, 0), (ASK, 0), (WRITE, 1)], ids=["read", "question", "change"])
async def test_a_client_of_2025_is_told_after_a_change_alone_and_until_it_has_enough(
    call: tuple[str, dict[str, Any]], told: int
) -> None:
    heard: list[Any] = []

    async def hear(message: Any) -> None:
        heard.append(message)

    async with (
        context_over(new_box()) as context,
        Client(build_server(context), mode="legacy", message_handler=hear) as client,
    ):
        capabilities = client.server_capabilities
        assert capabilities.resources
        assert capabilities.resources.subscribe
        await client.call_tool(*WRITE)
        assert heard == []
        await client.subscribe_resource(RUNNING)  # pyright: ignore[reportDeprecated]
        await client.call_tool(*call)
        await anyio.wait_all_tasks_blocked()
        assert [str(it.params.uri) for it in heard] == [RUNNING] * told
        await client.unsubscribe_resource(RUNNING)  # pyright: ignore[reportDeprecated]
        await client.call_tool(*WRITE)
        await anyio.wait_all_tasks_blocked()
        assert len(heard) == told


async def test_what_cannot_change_is_not_kept_as_a_subscription() -> None:
    heard: list[Any] = []

    async def hear(message: Any) -> None:
        heard.append(message)

    async with (
        context_over(new_box()) as context,
        Client(build_server(context), mode="legacy", message_handler=hear) as client,
    ):
        await client.subscribe_resource("saleshandy://guide/copy")  # pyright: ignore[reportDeprecated]
        await client.call_tool(*WRITE)
        await anyio.wait_all_tasks_blocked()
    assert heard == []
