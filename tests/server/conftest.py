"""An MCP client in memory before the server, the server before the sandbox, the sandbox with frozen time."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult, ElicitResult, ErrorData, TextContent

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.dns import Dns
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.server.tools.asking import Asking
from tests.boxes import frozen_box
from tests.server.card_host import Host, serving

THINKING = 5.0
"""Seconds that a user thinks, unless a test says otherwise."""
EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"

Era = Literal["auto", "legacy"]
ServeHost = Callable[..., AbstractAsyncContextManager[Host]]
Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(params=["auto", "legacy"])
def era(request: pytest.FixtureRequest) -> Era:
    """Both protocol eras: 2026-07-28, and the handshake of those before."""
    return request.param


@pytest.fixture
def box() -> Sandbox:
    return frozen_box()


@pytest.fixture
async def context(box: Sandbox) -> AsyncGenerator[Context]:
    async def pause(seconds: float) -> None:
        box.clock.advance(seconds)
        await anyio.lowlevel.checkpoint()

    api = Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds, pause=pause)
    async with open_context(api, folder=EXAMPLES, reading=60, now=box.clock.now, dns=Dns(box.dns)) as context:
        yield context


class Moments:
    """A clock that moves only when somebody thinks."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moments(context: Context) -> Moments:
    """The clock of the questions of this test."""
    context.service(Approvals).clock = moments = Moments()
    return moments


@pytest.fixture
def serve_host(box: Sandbox, tmp_path: Path, era: Era) -> ServeHost:
    """A process of the server, with a host that shows cards."""
    return partial(serving, box, tmp_path, era)


@pytest.fixture
def connect(context: Context, era: Era, moments: Moments) -> Connect:
    """A client of a fresh server; with `answer`, one whose user answers questions so."""

    @asynccontextmanager
    async def connected(
        answer: ElicitResult | ErrorData | None = None,
        heard: list[str] | None = None,
        *,
        seconds: float = THINKING,
        asking: Asking = Asking(),  # noqa: B008 - it cannot be changed
        **more: Any,
    ) -> AsyncGenerator[Client]:
        async def ask(context: Any, params: Any) -> ElicitResult | ErrorData:
            del context
            if heard is not None:
                heard.append(params.message)
            moments.now += seconds
            assert answer is not None
            return answer

        server = build_server(context, asking=asking)
        callback = {"elicitation_callback": ask} if answer else {}
        async with Client(server, mode=era, **callback, **more) as client:
            yield client

    return connected


@pytest.fixture
async def client(connect: Connect) -> AsyncGenerator[Client]:
    """A client that cannot ask its user."""
    async with connect() as client:
        yield client


@pytest.fixture
def text() -> Callable[[CallToolResult], str]:
    def text_of(result: CallToolResult) -> str:
        (part,) = result.content
        assert isinstance(part, TextContent)
        return part.text

    return text_of
