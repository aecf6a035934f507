"""A page of 25 costs a model at most 900 tokens, whatever is listed, and says what comes after it."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import hash_id

Text = Callable[[CallToolResult], str]

MOST = 900
O200K: Any = import_module("rs_bpe.bpe").openai.o200k_base()


@pytest.fixture
def crowded(box: Sandbox) -> Sandbox:
    """A workspace with more of everything than a page holds."""
    world = box.world
    some, sender = next(iter(world.sequences.values())), next(iter(world.email_accounts.values()))
    for number in range(40):
        id_ = hash_id("more", number)
        title = f"Founders of logistics companies, spring {number}"
        world.sequences[id_] = {**some, "id": id_, "title": title}
        world.enrolments[id_] = {}
        address = f"someone{number}@mail{number}.lanternworks.example.com"
        world.email_accounts[id_] = {**sender, "id": id_, "fromEmail": address, "isDefault": False}
        some["emailAccountIds"] = [*some["emailAccountIds"], id_]
    return box


MOST_BY_TOOL = {"list_inbox": 1_760, "list_sequences": 1_510, "list_email_accounts": 1_050}
"""The same of lists whose lines spare a call each: how a reply begins, the numbers of a sequence or of a sender."""


@pytest.mark.parametrize(
    ("tool", "arguments", "items"),
    [
        ("list_sequences", {}, "sequences"),
        ("list_email_accounts", {}, "accounts"),
        ("find_prospects", {}, "prospects"),
        ("list_tasks", {"status": "completed"}, "tasks"),
        ("list_inbox", {}, "threads"),
    ],
)
async def test_a_page_is_short_and_tells_how_to_go_on(
    client: Client, crowded: Sandbox, text: Text, tool: str, arguments: dict[str, Any], items: str
) -> None:
    crowded.clock.advance(timedelta(seconds=1).total_seconds())
    result = await client.call_tool(tool, arguments)
    said = text(result)
    assert result.structured_content is not None
    assert len(result.structured_content[items]) >= 20
    most = MOST_BY_TOOL.get(tool, MOST)
    assert O200K.count(said) * 25 / len(result.structured_content[items]) <= most, said
    assert result.structured_content["next"] in said
