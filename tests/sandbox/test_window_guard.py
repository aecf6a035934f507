"""Whom a served sandbox lets in: this machine by its own names, and no page of another site."""

import json
from collections.abc import AsyncGenerator

import pytest

from saleshandy_mcp.sandbox import KEY
from tests.sandbox.window_kit import ADDRESS, Window


@pytest.fixture
async def window() -> AsyncGenerator[Window]:
    window = Window()
    async with window.http:
        yield window


EVERYWHERE = ["/window", "/sandbox/state", "/sandbox/faults", "/sandbox/salessheet", "/v1/sequences"]
CONTROLS: list[tuple[str, dict[str, object]]] = [
    ("clock", {"advance": 86_400}),
    ("clock", {"speed": 60}),
    ("limits", {"on": True}),
    ("faults", {"fault": "500"}),
    ("reset", {}),
    ("salessheet/webhooks", {"name": "x", "url": "http://127.0.0.1:9/", "events": ["contact.created"], "secret": "s"}),
]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8787", "evil.example:8787", ""])
@pytest.mark.parametrize("path", EVERYWHERE)
async def test_a_foreign_name_for_this_machine_is_refused(window: Window, host: str, path: str) -> None:
    answer = await window.http.get(path, headers={"host": host, "x-api-key": KEY})
    assert (answer.status_code, "Lanternworks" in answer.text) == (403, False)


@pytest.mark.parametrize("host", ["localhost:8787", "127.0.0.1", "[::1]:8787"])
@pytest.mark.parametrize("path", EVERYWHERE)
async def test_each_name_of_this_machine_is_let_in(window: Window, host: str, path: str) -> None:
    assert (await window.http.get(path, headers={"host": host, "x-api-key": KEY})).status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": f"{ADDRESS}.example"},
        {"origin": "http://evil.example:8787", "host": "evil.example:8787"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("call", "body"), CONTROLS)
async def test_a_page_of_another_site_controls_nothing(
    window: Window, call: str, body: dict[str, object], page: dict[str, str]
) -> None:
    before, hooks = window.box.state(), (await window.http.get("/sandbox/salessheet/webhooks")).json()
    # A page may send text to any address without being asked for leave: browsers call such a request simple.
    headers = {"content-type": "text/plain", **page}
    answer = await window.http.post(f"/sandbox/{call}", content=json.dumps(body), headers=headers)
    assert (answer.status_code, window.box.state()) == (403, before)
    assert (await window.http.get("/sandbox/salessheet/webhooks")).json() == hooks


@pytest.mark.parametrize("caller", [{}, {"origin": ADDRESS}, {"sec-fetch-site": "none"}], ids=str)
@pytest.mark.parametrize(("call", "body"), CONTROLS)
async def test_a_program_and_a_page_of_the_sandbox_control_it(
    window: Window, call: str, body: dict[str, object], caller: dict[str, str]
) -> None:
    assert (await window.http.post(f"/sandbox/{call}", json=body, headers=caller)).is_success


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:9999", f"{ADDRESS}.example"])
@pytest.mark.parametrize("action", ["clock", "faults", "limits", "reset"])
async def test_a_button_on_another_page_changes_nothing(window: Window, action: str, origin: str | None) -> None:
    before = window.box.state()
    headers = {"origin": origin} if origin else {}
    form = {"to": "day", "fault": "500", "on": "yes"}
    answer = await window.http.post(f"/window/{action}", data=form, headers=headers)
    assert (answer.status_code, window.box.state()) == (403, before)
