"""A fresh sandbox with frozen time, and the real client on it."""

import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.sandbox import KEY, Sandbox
from tests.boxes import frozen_box


@pytest.fixture
def box() -> Sandbox:
    return frozen_box()


@pytest.fixture
def api(box: Sandbox) -> Saleshandy:
    async def pause(seconds: float) -> None:
        box.clock.advance(seconds)

    return Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds, pause=pause)
