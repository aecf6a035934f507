"""What is listed: schemas that every client takes, complete hints, few tokens, and no change without a review."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from saleshandy_mcp.cli.support.listing import host_tokens, listing, tokens
from saleshandy_mcp.cli.support.manual import page
from saleshandy_mcp.cli.support.tokens import report
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES, READING
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.apps.approval_card import CARD_TOOLS
from saleshandy_mcp.server.instructions import instructions
from saleshandy_mcp.server.tools.registry import EVERYDAY
from saleshandy_mcp.server.tools.selection import Selection
from tests.server.everyday import TAIL

CARD = [action.slug for action in CARD_TOOLS]
REVIEWED = Path(__file__).parents[2] / "manifests" / "tools"
BUDGET = 5_500
"""Tokens (o200k_base) of the whole listing: name, title, description, input schema, hints; those of the card too."""

FIXED = {
    "list_sequences",
    "create_step",
    "import_prospects",
    "check_import_status",
    "add_email_accounts",
    "set_sequence_status",
}
"""Names that were promised: they never change."""

FORBIDDEN = {
    "additionalProperties",
    "anyOf",
    "oneOf",
    "allOf",
    "not",
    "$ref",
    "$defs",
    "patternProperties",
    "title",
    "const",
}
ALLOWED_FORMATS = {"date", "date-time", "email"}


@pytest.fixture(scope="module")
def listed() -> list[dict[str, Any]]:
    return anyio.run(listing)


async def test_the_tools_come_in_the_order_of_a_campaign_and_the_way_to_all_operations_last(client: Client) -> None:
    names = [tool.name for tool in (await client.list_tools()).tools]
    assert names == [*(tool.name for tool in EVERYDAY if tool.default), *TAIL, *CARD]
    assert set(names) >= FIXED


def test_no_tool_is_reviewed_that_is_there_no_more(listed: list[dict[str, Any]]) -> None:
    assert {path.stem for path in REVIEWED.iterdir()} == {tool["name"] for tool in listed}


def test_each_tool_is_as_reviewed(listed: list[dict[str, Any]], snapshot: Any) -> None:
    for tool in listed:
        snapshot(f"manifests/tools/{tool['name']}.json", json.dumps(tool, indent=2, ensure_ascii=False) + "\n")


def test_the_page_of_tools_is_as_the_tools_are(listed: list[dict[str, Any]], snapshot: Any) -> None:
    snapshot("docs/tools.md", page(listed))


def test_the_page_of_tokens_is_as_the_tools_are(snapshot: Any) -> None:
    snapshot("docs/tokens.md", anyio.run(report))


def test_the_listing_keeps_to_its_budget(listed: list[dict[str, Any]]) -> None:
    counts = {tool["name"]: tokens(tool) for tool in listed}
    assert None not in counts.values(), "rs-bpe is part of the dev packages"
    assert sum(count or 0 for count in counts.values()) <= BUDGET, counts


def test_what_hosts_alone_read_beside_the_tools_is_little(listed: list[dict[str, Any]]) -> None:
    assert sum(host_tokens(tool) for tool in listed) <= 220


def test_everything_as_tools_keeps_to_its_budget() -> None:
    listed = anyio.run(listing, Selection(toolsets=("all",)))
    assert sum(tokens(tool) or 0 for tool in listed) <= 20_000


@pytest.mark.parametrize("name", [tool.name for tool in EVERYDAY if tool.default] + [*TAIL, *CARD])
def test_every_client_takes_the_schema(listed: list[dict[str, Any]], name: str) -> None:
    tool = next(tool for tool in listed if tool["name"] == name)
    schema = tool["inputSchema"]
    assert schema["type"] == "object"
    assert "additionalProperties" not in json.dumps(schema)
    assert len(name) <= 40
    assert 40 <= len(tool["description"]) <= 600
    assert all(unicodedata.category(char) != "Cf" for char in json.dumps(tool, ensure_ascii=False))
    problems = list(lint(schema, name, depth=0))
    assert not problems


def lint(schema: dict[str, Any], place: str, depth: int) -> Iterator[str]:
    """What some client would refuse in a schema, by place."""
    enum = schema.get("enum", [])
    numeric = schema.get("type") in ("integer", "number")
    wrong = {
        "no single type": not isinstance(schema.get("type"), str),
        "nested too deeply": depth > 2,
        "default null": schema.get("default", 0) is None,
        "format": schema.get("format", "date") not in ALLOWED_FORMATS,
        "enum": len(enum) > 20 or not all(isinstance(word, str) for word in enum),
        "no items": schema.get("type") == "array" and "items" not in schema,
        "unbounded": numeric and not {"minimum", "maximum"} <= schema.keys(),
    }
    yield from (f"{place}: {word}" for word in FORBIDDEN & schema.keys())
    yield from (f"{place}: {word}" for word, found in wrong.items() if found)
    for name, part in schema.get("properties", {}).items():
        if not 0 < len(part.get("description", "")) <= 200:
            yield f"{place}.{name}: description"
        if name != name.lower() or " " in name:
            yield f"{place}.{name}: not snake_case"
        yield from lint(part, f"{place}.{name}", depth + (part.get("type") == "object"))
    if "items" in schema:
        yield from lint(schema["items"], f"{place}[]", depth + 1)


def test_the_lint_finds_what_clients_refuse() -> None:
    bad = {
        "type": "object",
        "properties": {
            "a": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "x"},
            "B": {"type": "integer", "description": "x"},
            "c": {"type": "array"},
        },
    }
    found = " ".join(lint(bad, "t", 0))
    assert all(word in found for word in ("t.a: anyOf", "t.B: not snake_case", "t.B: unbounded", "t.c: no items"))


def test_hints_and_title_are_complete_and_follow_from_the_effect(listed: list[dict[str, Any]]) -> None:
    for tool, action in zip(listed, [*Selection().actions(), *CARD_TOOLS], strict=True):
        hints = tool["annotations"]
        assert tool["title"]
        assert set(hints) - {"idempotentHint"} == {"readOnlyHint", "destructiveHint", "openWorldHint"}
        assert hints.get("idempotentHint", False) == (action.idempotent and action.effects != READING)
        assert hints["readOnlyHint"] == (action.effects == READING)
        assert hints["destructiveHint"] == bool(action.effects & CONSEQUENCES)
    reaching = {tool["name"] for tool in listed if tool["annotations"]["openWorldHint"]}
    assert reaching == {
        "add_email_accounts",
        "update_prospects",
        "update_tasks",
        "create_step",
        "update_step_variant",
        "update_sequence_settings",
        "import_prospects",
        "set_sequence_status",
        "reply_to_thread",
        "enrich_leads",
        "run_write_operation",
    }


async def test_read_only_neither_lists_nor_reaches_a_tool_that_writes(context: Context, era: Any, box: Sandbox) -> None:
    async with Client(build_server(context, Selection.read_only()), mode=era) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        refused = await client.call_tool("create_sequence", {"title": "x"})
    assert names == {it.slug for it in Selection().actions() if it.effects == READING}
    assert refused.is_error
    assert box.state()["requests"] == {}


async def test_nothing_is_asked_of_the_api_before_the_first_call(client: Client, box: Sandbox) -> None:
    await client.list_tools()
    assert box.state()["requests"] == {}


@pytest.mark.parametrize("chosen", [Selection(), Selection.read_only(), Selection(toolsets=("inbox",))])
def test_the_instructions_are_short_and_name_what_is_offered_alone(chosen: Selection) -> None:
    offered = {action.slug for action in chosen.actions()}
    said = instructions(offered)
    assert len(said) <= 1500
    assert set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", said)) <= offered
