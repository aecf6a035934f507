"""Clients that have to give every property: a call in which the unused ones are empty is the call without them."""

from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import TextContent

from saleshandy_mcp.cli.support.listing import listing
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.selection import Selection
from tests.boxes import frozen_box
from tests.crm_kit import crm_context_over
from tests.server import everyday, test_crm_tools
from tests.server.conftest import EXAMPLES
from tests.server.test_answers import settled

WITH_CRM = Selection(crm=True)
CALLS = everyday.CALLS | test_crm_tools.CALLS
SCHEMAS: dict[str, dict[str, Any]] = {tool["name"]: tool["inputSchema"] for tool in anyio.run(listing, WITH_CRM)}
OF_THE_CARD = {"show_approval", "answer_approval"}
"""Called with what another answer gave out."""


async def answer(tool: str, arguments: dict[str, Any]) -> tuple[bool, str, list[str]]:
    """What a fresh server says to a call, and how the sequences stand afterwards."""
    box = frozen_box(limits=False)
    async with crm_context_over(box, folder=EXAMPLES) as context, Client(build_server(context, WITH_CRM)) as client:
        await test_crm_tools.prepare(tool, context, box)
        result = await client.call_tool(tool, arguments)
        (part,) = result.content
        assert isinstance(part, TextContent)
        return result.is_error, settled(part.text), [str(it) for it in box.world.sequences.values()]


def filled(schema: dict[str, Any], call: dict[str, Any], *, empty: bool) -> dict[str, Any]:
    """The call with null, or an empty text where the type is text, for each property that it leaves out."""
    whole: dict[str, Any] = dict(call)
    for name, part in schema["properties"].items():
        inner = part.get("items", {})
        if name not in call:
            whole[name] = "" if empty and part["type"] == "string" else None
        elif "properties" in inner:
            whole[name] = [filled(inner, item, empty=empty) for item in call[name]]
        elif "properties" in part:
            whole[name] = filled(part, call[name], empty=empty)
    return whole


@pytest.mark.parametrize("name", CALLS)
async def test_unused_properties_that_are_empty_change_nothing(name: str) -> None:
    tool, arguments = CALLS[name]
    meant = await answer(tool, arguments)
    assert not meant[0], meant[1]
    for empty in (False, True):
        call = filled(SCHEMAS[tool], arguments, empty=empty)
        assert set(call) >= set(SCHEMAS[tool]["properties"])
        assert await answer(tool, call) == meant


def test_every_tool_has_such_a_call() -> None:
    assert set(SCHEMAS) - OF_THE_CARD == {tool for tool, _ in CALLS.values()}
