"""Beside the tools: resources that can be attached, completions of their arguments, hints for caches, an icon."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import ResourceTemplateReference, TextResourceContents

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.server.apps.tool_views import VIEWS
from saleshandy_mcp.server.tools.selection import Selection

TEMPLATE = ResourceTemplateReference(type="ref/resource", uri="saleshandy://sequences/{id}")


async def read(client: Client, uri: str) -> str:
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    return content.text


async def test_lists_that_texts_and_imports_need_can_be_attached(client: Client) -> None:
    listed = {str(it.uri): it for it in (await client.list_resources()).resources}
    names = ("fields", "tags", "outcomes", "schedules", "today", "running", "senders", "guide/copy")
    assert set(listed) == {
        *(f"saleshandy://{name}" for name in names),
        *(it.uri for it in VIEWS),
        "ui://saleshandy/approval",
    }
    assert all(it.description for it in listed.values())
    assert "label: First Name" in await read(client, "saleshandy://fields")
    assert "name: warm" in await read(client, "saleshandy://tags")
    assert "name: Meeting Booked" in await read(client, "saleshandy://outcomes")
    assert "timezone: Europe/Copenhagen" in await read(client, "saleshandy://schedules")
    assert "{spin}" in await read(client, "saleshandy://guide/copy")


@pytest.mark.parametrize(
    ("name", "tool", "arguments"),
    [
        ("today", "get_stats", {"period": "today", "by": "sequence"}),
        ("running", "list_sequences", {"status": "active"}),
        ("senders", "list_email_accounts", {}),
    ],
)
async def test_what_people_look_at_every_day_reads_as_the_tool_answers(
    client: Client, text: Any, name: str, tool: str, arguments: dict[str, Any]
) -> None:
    said = await read(client, f"saleshandy://{name}")
    assert said == text(await client.call_tool(tool, arguments))


async def test_the_docs_name_every_resource(client: Client) -> None:
    page = (Path(__file__).parents[2] / "docs/choosing.md").read_text(encoding="utf-8")
    listed = [str(it.uri) for it in (await client.list_resources()).resources if str(it.uri).startswith("saleshandy:")]
    assert [uri for uri in [*listed, TEMPLATE.uri] if f"`{uri}`" not in page] == []


async def test_the_outcomes_hold_the_own_ones_too(client: Client, box: Sandbox) -> None:
    own = [row["name"] for row in box.world.outcomes.values() if not row["isDefault"]]
    said = await read(client, "saleshandy://outcomes")
    assert own
    assert all(name in said for name in own)


@pytest.mark.parametrize("name", ["Q3 launch", "Q3%20launch"])
async def test_a_sequence_can_be_attached_whole_by_its_title(client: Client, name: str) -> None:
    (template,) = (await client.list_resource_templates()).resource_templates
    assert template.uri_template == TEMPLATE.uri
    said = await read(client, f"saleshandy://sequences/{name}")
    assert said.startswith("Q3 launch [")
    assert "Step 1" in said


async def test_a_sequence_that_is_not_there_is_told_with_those_that_are(client: Client) -> None:
    with pytest.raises(MCPError, match="There is: Q3 launch"):
        await read(client, "saleshandy://sequences/Q3 launsh")


async def test_titles_are_completed(client: Client) -> None:
    found = await client.complete(TEMPLATE, {"name": "id", "value": "q3"})
    assert found.completion.values == ["Q3 launch"]
    everything = await client.complete(TEMPLATE, {"name": "id", "value": ""})
    assert everything.completion.total == len(everything.completion.values) > 3


async def test_without_a_key_completion_is_silent_and_reading_says_how_to_set_one(era: Any) -> None:
    async with open_context(Saleshandy(None)) as context, Client(build_server(context), mode=era) as client:
        assert (await client.complete(TEMPLATE, {"name": "id", "value": "q"})).completion.values == []
        with pytest.raises(MCPError, match="SALESHANDY_API_KEY"):
            await client.read_resource("saleshandy://fields")


async def test_what_is_not_chosen_cannot_be_read_as_a_resource_either(context: Context, era: Any, box: Sandbox) -> None:
    chosen = Selection(tools=("list_inbox_threads", "list_tags"))
    async with Client(build_server(context, chosen), mode=era) as client:
        assert {str(it.uri) for it in (await client.list_resources()).resources} == {
            "saleshandy://tags",
            "saleshandy://guide/copy",
        }
        for uri in ("saleshandy://fields", "saleshandy://sequences/Q3 launch"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
    assert box.state()["requests"] == {}


async def test_lists_are_the_same_for_everybody_and_contents_are_not(context: Context) -> None:
    async with Client(build_server(context), mode="auto") as client:
        tools = await client.list_tools()
        fields = await client.read_resource("saleshandy://fields")
    assert (tools.cache_scope, tools.ttl_ms) == ("public", 3_600_000)
    assert (fields.cache_scope, fields.ttl_ms) == ("private", 60_000)


async def test_the_server_has_a_face(context: Context) -> None:
    (icon,) = build_server(context).icons or []
    assert icon.src.startswith("data:image/svg+xml;base64,")
