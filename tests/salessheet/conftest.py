"""A fresh sandbox with frozen time, plain HTTP to its CRM with any key, the CRM itself, and the real client on it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx2
import pytest

from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet as Client
from saleshandy_mcp.sandbox import Clock, Sandbox
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.salessheet.keys import KEY
from tests.kit import over_a_line, pauses

URL = "https://sandbox/salessheet/v1"


@pytest.fixture
def box() -> Sandbox:
    return Sandbox(clock=Clock(tick=lambda: 0.0))


@pytest.fixture
def crm(box: Sandbox) -> SalesSheet:
    return box.salessheet


@pytest.fixture
async def connect(box: Sandbox) -> AsyncIterator[Callable[..., httpx2.AsyncClient]]:
    """Plain HTTP with a key of one's choice; None for none."""
    async with AsyncExitStack() as stack:

        def client(key: str | None = KEY, url: str = URL) -> httpx2.AsyncClient:
            headers = {"authorization": f"Bearer {key}"} if key else {}
            transport = httpx2.ASGITransport(app=box.app)
            made = httpx2.AsyncClient(transport=transport, base_url=url, headers=headers)
            stack.push_async_callback(made.aclose)
            return made

        yield client


@pytest.fixture
def http(connect: Callable[..., httpx2.AsyncClient]) -> httpx2.AsyncClient:
    return connect()


@pytest.fixture
def client(box: Sandbox) -> Callable[..., Client]:
    """The real client with a key of one's choice; to wait is to move the clock."""

    def made(key: str | None = KEY, app: object = None) -> Client:
        line = over_a_line(app or box.app)  # pyright: ignore[reportArgumentType] - any application
        return Client(key, base_url=URL, app=line, clock=box.clock.seconds, pause=pauses(box), now=box.clock.now)

    return made


@pytest.fixture
def api(client: Callable[..., Client]) -> Client:
    return client()
