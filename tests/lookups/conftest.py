"""A context over a sandbox of its own."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import context_over, new_box


@pytest.fixture
def box() -> Sandbox:
    return new_box()


@pytest.fixture
async def context(box: Sandbox, tmp_path: Path) -> AsyncGenerator[Context]:
    async with context_over(box, folder=tmp_path) as context:
        yield context
