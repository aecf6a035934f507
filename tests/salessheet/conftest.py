"""A fresh sandbox with frozen time, plain HTTP to its CRM with any key, and the CRM itself."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx2
import pytest

from saleshandy_mcp.sandbox import Clock, Sandbox
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.salessheet.keys import KEY

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
