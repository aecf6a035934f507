"""The card and its tools as a client finds them."""

from typing import Any

import pytest
from mcp import Client
from mcp.server.apps import EXTENSION_ID
from mcp.types import TextResourceContents

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.policy.approval_channels import APPROVALS
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.server.apps.approval_card import URI
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.server.tools.selection import Selection
from tests.server.conftest import ServeHost


@pytest.mark.parametrize("approval", APPROVALS)
async def test_the_tools_of_the_card_are_listed_to_everybody_where_the_operator_leaves_room_for_it(
    serve_host: ServeHost, approval: Any
) -> None:
    async with serve_host(Asking(approval)) as host, serve_host(Asking(approval), cards=False) as other:
        listed = [(await it.client.list_tools()).tools for it in (host, other)]
        resources = {str(it.uri) for it in (await host.client.list_resources()).resources}
    assert listed[0] == listed[1]
    metas = {tool.name: (tool.meta or {}).get("ui") for tool in listed[0] if tool.name.endswith("_approval")}
    there = approval in ("auto", "person")
    shows = {"resourceUri": URI, "visibility": ["model", "app"]}
    assert metas == ({"show_approval": shows, "answer_approval": {"visibility": ["app"]}} if there else {})
    assert (URI in resources) == there


async def test_where_nothing_has_to_be_agreed_to_there_is_no_card(era: Any) -> None:
    async with (
        open_context(Saleshandy(None)) as context,
        Client(build_server(context, Selection.read_only()), mode=era) as client,
    ):
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert not names & {"show_approval", "answer_approval"}


async def test_the_page_of_the_card_loads_nothing_and_runs_its_own_script_alone(serve_host: ServeHost) -> None:
    async with serve_host() as host:
        (content,) = (await host.client.read_resource(URI)).contents
    assert isinstance(content, TextResourceContents)
    page = content.text
    assert content.mime_type == "text/html;profile=mcp-app"
    assert "{{" not in page
    policy = page.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    for part in ("src=", "href=", "innerHTML", "fetch(", "http:", "https:", "import("):
        assert part not in page


async def test_the_extension_is_announced_in_both_eras(serve_host: ServeHost) -> None:
    async with serve_host() as host:
        offered = host.client.server_capabilities.extensions or {}
    assert offered[EXTENSION_ID] == {"mimeTypes": ["text/html;profile=mcp-app"]}
