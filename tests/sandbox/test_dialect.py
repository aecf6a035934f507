"""The form of the written reference, for clients that have to take both."""

import httpx2
import pytest

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.http import contract
from saleshandy_mcp.sandbox.http.dialect import WRITTEN


@pytest.fixture
def box() -> Sandbox:
    return Sandbox(dialect="docs", clock=Clock(tick=lambda: 0.0))


async def test_a_new_sequence_has_only_an_id(http: httpx2.AsyncClient) -> None:
    payload = (await http.post("/sequences", json={"title": "New"})).json()["payload"]
    assert set(payload) == {"id", "title"}


async def test_some_answers_have_no_envelope(http: httpx2.AsyncClient) -> None:
    assert "emails" in (await http.post("/email-accounts", json={})).json()


async def test_the_rate_limit_is_a_429() -> None:
    box = Sandbox(dialect="docs", clock=Clock(tick=lambda: 0.0))
    transport = httpx2.ASGITransport(app=box.app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://sandbox/v1", headers={"x-api-key": KEY}
    ) as http:
        statuses = [(await http.get("/sequences")).status_code for _ in range(21)]
        box.clock.advance(20)
        assert (await http.get("/sequences")).headers["retry-after"] == "40"
    assert statuses == [200] * 20 + [429]


async def test_other_answers_are_as_ever(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/sequences")).json()["message"].startswith("Successfully")


def test_every_answer_that_differs_is_of_an_operation_that_exists() -> None:
    spec = contract.document()["paths"]
    known = {operation["operationId"] for path in spec.values() for operation in path.values()}
    assert known >= WRITTEN.keys()
