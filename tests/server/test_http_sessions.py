"""Sessions over HTTP end when nobody uses them, and only then."""

from typing import Any

import anyio
import httpx2
import pytest

from tests.jumping_time import JUMPING_TIME
from tests.server.test_http_requests import app, asked, http, opened

__all__ = ["app", "http"]
HOUR, MINUTE = 3600, 60


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return JUMPING_TIME


async def test_a_session_that_nobody_uses_ends_and_one_in_use_goes_on(http: httpx2.AsyncClient) -> None:
    used, left = [{"mcp-session-id": (await opened(http)).headers["mcp-session-id"]} for _ in range(2)]
    for _ in range(4):
        await anyio.sleep(20 * MINUTE)
        assert "tools" in await asked(http, {"accept": "application/json", **used}, "tools/list")
    request = {"jsonrpc": "2.0", "id": 9, "method": "tools/list"}
    gone = await http.post("/mcp", json=request, headers=left)
    assert gone.status_code == 404
    await anyio.sleep(HOUR)
    assert (await http.post("/mcp", json=request, headers=used)).status_code == 404
    assert (await opened(http)).status_code == 200
