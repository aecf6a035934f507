"""A fresh sandbox with frozen time, plain HTTP to it, and the ids of its demo workspace by name."""

from collections.abc import AsyncIterator, Callable

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


@pytest.fixture
def sequence_id(box: Sandbox) -> Callable[[str], str]:
    return lambda title: next(row["id"] for row in box.world.sequences.values() if row["title"] == title)


@pytest.fixture
def step_id(box: Sandbox, sequence_id: Callable[[str], str]) -> Callable[[str, int], str]:
    return lambda title, number: box.world.steps_of(sequence_id(title))[number - 1]["id"]


@pytest.fixture
def sender_id(box: Sandbox) -> Callable[[str], str]:
    accounts = box.world.email_accounts
    return lambda address: next(row["id"] for row in accounts.values() if row["fromEmail"] == address)
