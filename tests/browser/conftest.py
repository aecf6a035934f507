"""The world of the views, and the browser that opens them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp.types import TextResourceContents

from saleshandy_mcp.sandbox import Sandbox
from tests.browser.card_in_a_browser import HOST, Shown
from tests.browser.chromium import chromium, new_page
from tests.kit import new_box
from tests.server.card_host import serving

TALL = 2600


@pytest.fixture
def box() -> Sandbox:
    return new_box()


@pytest.fixture
def viewing(box: Sandbox, tmp_path: Path) -> Callable[..., Any]:
    """Opens the view of a tool in a browser."""

    @asynccontextmanager
    async def opened(
        tool: str, *, width: int = 900, height: int = TALL, scheme: str = "light", era: str = "auto", **more: Any
    ) -> AsyncGenerator[Shown]:
        async with serving(box, tmp_path, era, **more) as host, chromium(tmp_path / "browser") as pipe:
            (uri,) = [
                it.meta["ui"]["resourceUri"]
                for it in (await host.client.list_tools()).tools
                if it.name == tool and it.meta
            ]
            (content,) = (await host.client.read_resource(uri)).contents
            assert isinstance(content, TextResourceContents)
            page = await new_page(pipe, HOST, width, height, scheme)
            yield Shown(page, host, content.text)
            assert page.trouble == []

    return opened
