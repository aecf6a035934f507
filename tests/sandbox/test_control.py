"""The sandbox's own endpoints: state, reset, clock, limits."""

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

CONTROL = "http://sandbox/sandbox"


async def test_state_needs_no_key_and_counts_what_there_is(box: Sandbox, http: httpx2.AsyncClient) -> None:
    await http.get("/sequences/x/steps")
    state = (await http.get(f"{CONTROL}/state", headers={"x-api-key": ""})).json()
    assert state == box.state()
    assert state["counts"] == {
        "sequences": 5,
        "steps": 18,
        "variants": 23,
        "prospects": 400,
        "emailAccounts": 6,
        "schedules": 3,
        "fields": 27,
        "imports": 0,
    }
    assert state["requests"] == {"GET /sequences/{sequenceId}/steps": 1}


async def test_the_clock_can_be_moved_forward(http: httpx2.AsyncClient) -> None:
    answer = await http.post(f"{CONTROL}/clock", json={"advance": 61.5})
    assert answer.json()["now"] == "2026-11-16T08:01:01.500Z"


async def test_limits_can_be_switched(box: Sandbox, http: httpx2.AsyncClient) -> None:
    assert (await http.post(f"{CONTROL}/limits", json={"on": True})).json()["limits"] is True
    assert box.limits_on is True


async def test_reset_forgets_what_happened(box: Sandbox, http: httpx2.AsyncClient) -> None:
    await http.post("/sequences", json={"title": "New"})
    state = (await http.post(f"{CONTROL}/reset")).json()
    assert state["counts"]["sequences"] == 5
    assert state["requests"] == {}
    assert len(box.world.sequences) == 5


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("clock", b""),
        ("clock", b"[]"),
        ("clock", b'{"advance": -1}'),
        ("clock", b'{"advance": true}'),
        ("clock", b'{"advance": NaN}'),
        ("clock", b'{"advance": 1e300}'),
        ("clock", b'{"advance": 1, "by": 2}'),
        ("limits", b'{"on": "no"}'),
        ("limits", b"{}"),
    ],
)
async def test_a_bad_control_body_is_told_what_to_send(http: httpx2.AsyncClient, path: str, content: bytes) -> None:
    answer = await http.post(f"{CONTROL}/{path}", content=content)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Send {")
