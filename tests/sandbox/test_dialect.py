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


async def test_the_status_of_an_import_has_the_path_that_its_page_names(http: httpx2.AsyncClient) -> None:
    body = {"prospectList": [{"Email": "a@b.example"}], "verifyProspects": False, "conflictAction": "noUpdate"}
    started = (await http.post("/prospects/import-with-field-name", json=body)).json()["payload"]["requestId"]
    path = f"/sequences/prospects/import-with-field-name/status/{started}"
    assert (await http.get(path)).json() == (await http.get(f"/prospects/import-status/{started}")).json()


async def test_seen_live_it_has_no_such_path() -> None:
    transport = httpx2.ASGITransport(app=Sandbox(clock=Clock(tick=lambda: 0.0)).app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://sandbox/v1", headers={"x-api-key": KEY}
    ) as http:
        assert (await http.get("/sequences/prospects/import-with-field-name/status/x")).status_code == 404


async def test_the_prefix_of_the_vendors_command_line_has_contacts(http: httpx2.AsyncClient) -> None:
    people = (await http.get("/prospects", params={"pageSize": 10})).json()["payload"]
    base = "http://sandbox/api/open-api/v1"
    contacts = (await http.get(f"{base}/contacts", params={"pageSize": 10})).json()["payload"]
    assert contacts == {"data": people}
    tags = (await http.get("/prospects/tags")).json()
    assert (await http.get(f"{base}/contacts/tags")).json() == tags
    assert (await http.get("/contacts")).status_code == 404


async def test_other_answers_are_as_ever(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/sequences")).json()["message"].startswith("Successfully")


def test_every_answer_that_differs_is_of_an_operation_that_exists() -> None:
    spec = contract.document()["paths"]
    known = {operation["operationId"] for path in spec.values() for operation in path.values()}
    assert known >= WRITTEN.keys()
