"""What the operator chooses is what a model can reach: by toolset, by name, by effect, and by no other path."""

from dataclasses import replace
from typing import Any

import pytest
from mcp import Client

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import OPERATIONS, RESOURCES
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.registry import EVERYDAY
from saleshandy_mcp.server.tools.selection import TOOLSETS, Selection

TAIL = {"find_operations", "run_read_operation", "run_write_operation"}


def names(**choice: Any) -> set[str]:
    listed = [action.slug for action in Selection(**choice).actions()]
    assert len(listed) == len(set(listed)), "two tools of one name"
    return set(listed)


def reach(**choice: Any) -> set[str]:
    return {operation.slug for operation in Selection(**choice).reach()}


def test_by_default_there_are_the_everyday_tools_and_a_way_to_all_operations() -> None:
    assert names() == {it.name for it in EVERYDAY if it.default} | TAIL
    assert reach() == {operation.slug for operation in OPERATIONS}


def test_each_resource_is_a_toolset() -> None:
    assert ("default", "all", *(module.__name__.rpartition(".")[2] for module in RESOURCES)) == TOOLSETS
    assert {it.toolset for it in EVERYDAY} <= set(TOOLSETS)


def test_all_lists_each_operation_that_no_everyday_tool_stands_for() -> None:
    covered = {operation.slug for it in EVERYDAY for operation in it.covers}
    listed = names(toolsets=("all",))
    assert listed >= {operation.slug for operation in OPERATIONS} - covered
    assert listed >= {it.name for it in EVERYDAY} | TAIL


def test_a_resource_is_its_tools_and_nothing_else() -> None:
    assert names(toolsets=("webhooks",)) == {"list_webhooks", "get_webhook", "create_webhook"}
    assert reach(toolsets=("webhooks",)) == {"list_webhooks", "get_webhook", "create_webhook"}


def test_toolsets_add_up() -> None:
    assert names(toolsets=("webhooks", "tags")) == names(toolsets=("webhooks",)) | names(toolsets=("tags",))
    assert "list_webhooks" in names(toolsets=("default", "webhooks"))


def test_single_tools_come_alone_or_beside_toolsets() -> None:
    assert names(tools=("list_sequences", "list_tags")) == {"list_sequences", "list_tags"}
    assert names(toolsets=("webhooks",), tools=("list_tags",)) == names(toolsets=("webhooks",)) | {"list_tags"}


def test_a_tool_that_is_taken_out_takes_its_operations_with_it() -> None:
    assert "create_step" not in names(excluded=("create_step",))
    assert "create_sequence_step" not in reach(excluded=("create_step",))
    assert "create_sequence_step" not in names(toolsets=("all",), excluded=("create_step",))
    assert "list_webhooks" not in reach(excluded=("list_webhooks",))


@pytest.mark.parametrize("toolsets", [("default",), ("all",), ("sequences", "steps", "webhooks")])
def test_reading_alone_reaches_nothing_that_changes_anything(toolsets: tuple[str, ...]) -> None:
    chosen = Selection(toolsets=toolsets, effects=frozenset({Effect.READ}))
    assert all(action.effects == {Effect.READ} for action in chosen.actions())
    assert all(operation.route.reads for operation in chosen.reach())
    assert "run_write_operation" not in {action.slug for action in chosen.actions()}


def test_without_sending_a_sequence_can_be_built_and_paused() -> None:
    effects = frozenset({Effect.READ, Effect.WRITE})
    listed = names(effects=effects)
    assert {"create_step", "update_step_variant", "set_sequence_status", "import_prospects"} <= listed
    # An operation that pauses as well as starts can be reached; what it would do is judged call by call.
    assert {"reply_to_email", "update_sequence_status"} & reach(effects=effects) == {"update_sequence_status"}


async def test_without_sending_what_would_send_is_refused_before_anything_is_done(
    context: Context, era: Any, box: Sandbox, text: Any
) -> None:
    chosen = Selection(effects=frozenset({Effect.READ, Effect.WRITE}))
    async with Client(build_server(context, chosen), mode=era) as client:
        refused = await client.call_tool("set_sequence_status", {"sequence": "SaaS founders", "status": "active"})
        paused = await client.call_tool("set_sequence_status", {"sequence": "Q3 launch", "status": "paused"})
    assert refused.is_error
    assert "reach people, which the operator of this server has switched off" in text(refused)
    assert not paused.is_error
    assert box.state()["requests"]["POST /sequences/status"] == 1


async def test_what_is_not_chosen_is_not_reached_by_its_name_either(context: Context, era: Any, box: Sandbox) -> None:
    chosen = Selection(excluded=("create_sequence",), effects=frozenset({Effect.READ, Effect.WRITE}))
    async with Client(build_server(context, chosen), mode=era) as client:
        for operation in ("create_sequence", "unsubscribe_prospects", "create_webhook"):
            call = {"operation": operation, "arguments": {"title": "x"}}
            assert (await client.call_tool("run_write_operation", call)).is_error
        assert (await client.call_tool("create_sequence", {"title": "x"})).is_error
    assert box.state()["requests"] == {}


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"toolsets": ("inbx",)}, "no toolset called inbx; near it: inbox"),
        ({"tools": ("list_sequence",)}, "no tool called list_sequence; near it: list_sequences"),
        ({"excluded": ("zzz",)}, "no tool called zzz"),
    ],
)
def test_a_name_that_is_not_known_is_told(choice: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Selection(**choice)


def test_an_everyday_tool_covers_operations_of_no_other() -> None:
    covered: list[type[Operation[Any]]] = [operation for it in EVERYDAY for operation in it.covers]
    assert len(covered) == len(set(covered))


NARROW = [
    Selection(),
    Selection(toolsets=("inbox",)),
    Selection(effects=READING),
    Selection(tools=("list_sequences",), excluded=("list_inbox", "get_sequence"), effects=READING),
]


@pytest.mark.parametrize("narrow", NARROW)
def test_what_is_in_the_way_of_a_tool_is_enough_and_not_too_much(narrow: Selection) -> None:
    listed = {it.slug for it in narrow.actions()}
    for name in [it.slug for it in Selection(toolsets=("all",), crm=True).actions()]:
        wider = {"crm": True, "tools": (*narrow.tools, name), "effects": frozenset(Effect), "excluded": ()}
        changes = {it: wider[it] for it in narrow.in_the_way(name)}
        assert bool(changes) == (name not in listed)
        assert name in {it.slug for it in replace(narrow, **changes).actions()}


def test_nothing_is_in_the_way_of_what_no_selection_lists() -> None:
    assert Selection(toolsets=("inbox",)).in_the_way("no_such_tool") == ()
