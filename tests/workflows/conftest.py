"""A fresh sandbox without limits, and a desk over it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from saleshandy_mcp.api.action import Desk
from saleshandy_mcp.sandbox import Sandbox
from tests.workflows.kit import desk_over, new_box


@pytest.fixture
def box() -> Sandbox:
    return new_box()


@pytest.fixture
async def desk(box: Sandbox, tmp_path: Path) -> AsyncGenerator[Desk]:
    async with desk_over(box, folder=tmp_path) as desk:
        yield desk
