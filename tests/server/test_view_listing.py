"""The views of answers as a client finds them: which tools have one, and what its page may do."""

from typing import Any

import pytest
from mcp import Client
from mcp.types import TextResourceContents

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.server.apps.tool_views import VIEWS
from saleshandy_mcp.server.tools.registry import EVERYDAY
from saleshandy_mcp.server.tools.selection import Selection
from tests.server.conftest import ServeHost

FORBIDDEN = ("src=", "href=", "innerHTML", "outerHTML", "insertAdjacentHTML", "fetch(", "http:", "https:", "import(")
PAGES = [view.uri for view in VIEWS]


async def test_each_view_is_named_by_its_tools_and_can_be_read(serve_host: ServeHost) -> None:
    async with serve_host() as host:
        tools = (await host.client.list_tools()).tools
        resources = {str(it.uri) for it in (await host.client.list_resources()).resources}
    named = {tool.name: tool.meta["ui"] for tool in tools if tool.meta and not tool.name.endswith("_approval")}
    both = ["model", "app"]
    assert named == {
        action.slug: {"resourceUri": view.uri, "visibility": both} for view in VIEWS for action in view.tools
    }
    assert resources >= set(PAGES)


async def test_a_view_is_there_exactly_where_one_of_its_tools_is(era: Any) -> None:
    everything = {tool.name for tool in EVERYDAY}
    for view in VIEWS:
        without = Selection(excluded=tuple(action.slug for action in view.tools))
        for selection, there in ((without, False), (Selection(tools=tuple(everything)), True)):
            async with (
                open_context(Saleshandy(None)) as context,
                Client(build_server(context, selection), mode=era) as client,
            ):
                assert (view.uri in {str(it.uri) for it in (await client.list_resources()).resources}) == there


@pytest.mark.parametrize("uri", PAGES)
async def test_the_page_of_a_view_loads_nothing_and_makes_no_markup_of_texts(serve_host: ServeHost, uri: str) -> None:
    async with serve_host() as host:
        (content,) = (await host.client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "text/html;profile=mcp-app"
    page = content.text
    assert "{{" not in page
    policy = page.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    script = page.replace("http://www.w3.org/2000/svg", "")  # the name of a kind of elements, never an address
    for part in (
        "src=",
        "href=",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "fetch(",
        "http:",
        "https:",
        "import(",
    ):
        assert part not in script
