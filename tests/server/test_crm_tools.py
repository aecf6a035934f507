"""The tools of the CRM: offered where there is one, within their budget, and read as reviewed."""

import json
from collections.abc import AsyncGenerator, Callable
from importlib import import_module
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent

from saleshandy_mcp.cli.support.listing import listing, tokens
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.integrations.crm import Query, crm_of
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.keys import KEY
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.ranking import ranked
from saleshandy_mcp.server.tools.registry import CRM_TOOLS
from saleshandy_mcp.server.tools.selection import Selection
from tests.crm_kit import crm_context_over
from tests.server.test_answers import leaves, settled
from tests.server.test_canary import FAULTS, check, clean
from tests.server.test_surface import lint

Snapshot = Callable[[str, str], None]
Text = Callable[[CallToolResult], str]
BUDGET = 900
"""Tokens (o200k_base) of the tools of the CRM together."""

_TESTS = {it.name: import_module(f"tests.features.crm.test_{it.name}") for it in CRM_TOOLS}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    name: (tool, arguments) for tool, tests in _TESTS.items() for name, arguments in tests.EXAMPLES.items()
}
SENTENCES = [(tool, sentence) for tool, tests in _TESTS.items() for sentence in tests.SENTENCES]


async def prepare(tool: str, context: Context, box: Sandbox) -> None:
    """Do what has to be done before the examples of a tool; most tools need nothing."""
    if before := getattr(_TESTS.get(tool), "before_examples", None):
        await before(context, box)


@pytest.fixture(scope="module")
def listed() -> list[dict[str, Any]]:
    chosen = Selection(crm=True)
    return [tool for tool in anyio.run(listing, chosen) if tool["name"] in _TESTS]


@pytest.fixture
async def context(box: Sandbox) -> AsyncGenerator[Context]:
    async with crm_context_over(box, writable=True) as context:
        yield context


@pytest.fixture
async def client(context: Context) -> AsyncGenerator[Client]:
    async with Client(build_server(context, Selection(crm=True))) as client:
        yield client


def test_without_a_crm_nothing_of_it_is_listed_or_reached() -> None:
    chosen = Selection()
    assert not {it.slug for it in chosen.actions()} & set(_TESTS)
    assert not [it.slug for it in chosen.reach() if it.slug.startswith("salessheet.")]


def test_with_a_crm_its_tools_stand_beside_all_others() -> None:
    with_crm = [it.slug for it in Selection(crm=True).actions()]
    assert [name for name in with_crm if name not in _TESTS] == [it.slug for it in Selection().actions()]
    assert {*with_crm} >= set(_TESTS)


def test_the_toolset_of_the_crm_holds_its_tools_and_the_way_to_its_operations() -> None:
    chosen = Selection(toolsets=("crm",), crm=True)
    names = [it.slug for it in chosen.actions()]
    assert names == [*_TESTS, "find_operations", "run_read_operation", "run_write_operation"]
    assert all(it.slug.startswith("salessheet.") for it in chosen.reach())


def test_the_toolset_is_not_known_without_a_crm() -> None:
    with pytest.raises(ValueError, match="no toolset called crm"):
        Selection(toolsets=("crm",))


def test_the_tools_keep_to_their_budget(listed: list[dict[str, Any]]) -> None:
    counts = {tool["name"]: tokens(tool) or 0 for tool in listed}
    assert all(counts.values())
    assert sum(counts.values()) <= BUDGET, counts


def test_each_tool_is_as_reviewed_and_every_client_takes_it(listed: list[dict[str, Any]], snapshot: Snapshot) -> None:
    assert [tool["name"] for tool in listed] == list(_TESTS)
    for tool in listed:
        assert not list(lint(tool["inputSchema"], tool["name"], depth=0))
        snapshot(f"manifests/crm-tools/{tool['name']}.json", json.dumps(tool, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", CALLS)
async def test_a_good_answer_reads_as_reviewed(
    client: Client, context: Context, box: Sandbox, snapshot: Snapshot, name: str
) -> None:
    tool, arguments = CALLS[name]
    await prepare(tool, context, box)
    result = await client.call_tool(tool, arguments)
    (part,) = result.content
    assert isinstance(part, TextContent)
    assert not result.is_error, part.text
    snapshot(f"tests/server/answers/{name}.txt", settled(part.text) + "\n")
    for key, value in leaves(result.structured_content):
        if key in ("id", "email", "job") and value:
            assert str(value) in part.text, f"{key} {value} is only in the structured answer"


async def test_what_a_seller_says_leads_to_the_right_tool(client: Client) -> None:
    texts = {tool.name: f"{tool.title} {tool.description}" for tool in (await client.list_tools()).tools}
    missed = [said for tool, said in SENTENCES if tool not in ranked(said, texts)[:3]]
    assert len(missed) <= len(SENTENCES) * 0.1, missed


async def test_an_operation_of_the_crm_is_found_and_run(client: Client, text: Text) -> None:
    found = await client.call_tool("find_operations", {"query": "list the pipelines of the CRM with their stages"})
    assert "salessheet.list_pipelines" in text(found)
    ran = await client.call_tool("run_read_operation", {"operation": "salessheet.list_pipelines"})
    assert "Negotiation" in text(ran)


@pytest.mark.parametrize("operation", ["salessheet.change_contact", "salessheet.delete_contact"])
async def test_where_the_crm_is_read_only_an_operation_that_writes_is_refused_before_anybody_is_asked(
    box: Sandbox, text: Text, operation: str
) -> None:
    id_ = next(iter(box.salessheet.crm.contacts))
    arguments = {"id": id_} if "delete" in operation else {"id": id_, "fields": {"city": "Odense"}}
    async with (
        crm_context_over(box, KEY, writable=False) as context,
        Client(build_server(context, Selection(crm=True))) as client,
    ):
        said = await client.call_tool("run_write_operation", {"operation": operation, "arguments": arguments})
    assert said.is_error
    assert "--crm-write" in text(said)
    assert all(line["endpoint"].startswith("GET") for line in box.salessheet.audit)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CALLS)
async def test_what_the_crm_says_is_clean_in_each_answer(client: Client, box: Sandbox, name: str, fault: str) -> None:
    tool, arguments = CALLS[name]
    box.faults.set(fault)
    check(await client.call_tool(tool, arguments))


async def test_the_answers_of_the_crm_were_not_clean(box: Sandbox) -> None:
    """Without this the test above could pass because the faults do not reach the CRM."""
    box.faults.set("canary")
    async with crm_context_over(box) as context:
        page = await crm_of(context).page("contacts", Query())
    with pytest.raises(AssertionError):
        clean([it.fields for it in page.records])
