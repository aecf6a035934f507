"""A fresh sandbox with frozen time, and plain HTTP to it."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox


@pytest.fixture
def box() -> Sandbox:
    return Sandbox(limits=False, clock=Clock(tick=lambda: 0.0))


@pytest.fixture
async def http(box: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=box.app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://sandbox/v1", headers={"x-api-key": KEY}
    ) as http:
        yield http
