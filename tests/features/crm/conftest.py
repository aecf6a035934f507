"""A fresh sandbox with its CRM, and a context over both; time moves when somebody waits."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.keys import KEY
from tests.crm_kit import crm_context_over
from tests.kit import App, new_box

Opened = Callable[..., AbstractAsyncContextManager[Context]]


@pytest.fixture
def box() -> Sandbox:
    return new_box()


@pytest.fixture
def crm(box: Sandbox) -> Crm:
    """The tables of the CRM."""
    return box.salessheet.crm


@pytest.fixture
def opened(box: Sandbox, tmp_path: Path) -> Opened:
    """A context, with a key or an application of one's choice."""

    @asynccontextmanager
    async def context(key: str = KEY, *, writable: bool = True, app: App | None = None) -> AsyncGenerator[Context]:
        async with crm_context_over(box, key, writable=writable, app=app, folder=tmp_path) as made:
            yield made

    return context


@pytest.fixture
async def context(opened: Opened) -> AsyncGenerator[Context]:
    async with opened() as context:
        yield context
