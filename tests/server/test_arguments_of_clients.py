"""What clients add to a call or send for what was not given: the model's call is carried out as it was meant."""

from typing import Any, cast

import pytest
from mcp import Client
from mcp.types import CallToolResult

from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.api.resources.sequences import UpdateSequenceStatus
from saleshandy_mcp.core.action import EMPTY, Clearing
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.schema.input_schema import input_schema, outline
from saleshandy_mcp.server.tools.arguments import given
from saleshandy_mcp.server.tools.registry import EVERYDAY
from tests.server.test_wrong_arguments import SCHEMAS, good

ADDED = {
    "n8n": {"toolCallId": "call_7", "sessionId": "s", "action": "sendMessage", "chatInput": "hi", "tool": "x"},
    "Cline": {"task_progress": "- [ ] look"},
    "Cursor": {"random_string": "dummy"},
}


def text_of(result: CallToolResult) -> str:
    return " ".join(getattr(part, "text", "") for part in result.content)


@pytest.mark.parametrize("host", ADDED)
async def test_what_a_client_adds_by_itself_is_not_the_models_word(client: Client, host: str) -> None:
    plain = await client.call_tool("list_sequences", {"query": "founders"})
    with_more = await client.call_tool("list_sequences", {"query": "founders", **ADDED[host]})
    assert not with_more.is_error
    assert text_of(with_more) == text_of(plain)


async def test_a_word_that_no_client_is_known_to_add_is_refused_by_name(client: Client) -> None:
    result = await client.call_tool("list_sequences", {"toolcallid": "x", "statuss": "active"})
    assert result.is_error
    assert "toolcallid is no argument" in text_of(result)
    assert "statuss is no argument" in text_of(result)


def test_an_argument_of_the_tool_is_never_dropped_whatever_its_name() -> None:
    named = {"sequence_ids": ["a"], "status": 1}
    assert given(UpdateSequenceStatus, {**named, "action": "x"}) == named
    taken = [it for it in OPERATIONS if "action" in it.model_fields]
    for operation in taken:
        assert "action" in given(operation, {"action": "x"})


async def test_an_agreement_holds_although_the_client_adds_another_id_to_each_call(client: Client) -> None:
    call = {"sequence": "SaaS founders", "status": "active"}
    preview = await client.call_tool("set_sequence_status", {**call, "toolCallId": "call_1", "confirm": ""})
    assert preview.structured_content is not None
    token = preview.structured_content["confirm"]
    done = await client.call_tool("set_sequence_status", {**call, "toolCallId": "call_2", "confirm": token})
    assert not done.is_error
    assert "active" in text_of(done)


def strict(schema: dict[str, Any], filler: Any) -> dict[str, Any]:
    """A call as a client makes it to whom every property is required: what the model left out is filled in."""
    needed = schema.get("required", [])
    call: dict[str, Any] = {}
    for name, part in schema["properties"].items():
        call[name] = good(part) if name in needed else filler
        inner = part.get("items", {})
        if name in needed and "properties" in inner:
            call[name] = [strict(inner, filler)]
    return call


@pytest.mark.parametrize("filler", ["", None], ids=["empty", "null"])
@pytest.mark.parametrize("tool", [it for it in EVERYDAY if it.default], ids=lambda tool: tool.name)
def test_every_tool_takes_calls_in_which_each_property_has_to_be_there(tool: Any, filler: Any) -> None:
    schema = SCHEMAS[tool.name]
    call = strict(schema, filler)
    call.pop("confirm", None)
    meant = given(tool.action, call)
    assert set(meant) == set(schema.get("required", []))
    assert all(value not in ("", None) for item in nested(meant) for value in item.values())


def nested(value: Any) -> list[dict[str, Any]]:
    match value:
        case dict():
            parts = cast("dict[str, Any]", value)
            return [parts, *(it for part in parts.values() for it in nested(part))]
        case list():
            return [it for part in cast("list[Any]", value) for it in nested(part)]
        case _:
            return []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
@pytest.mark.parametrize("filler", ["", None], ids=["empty", "null"])
def test_every_operation_takes_them_too(operation: Any, filler: Any) -> None:
    schema = input_schema(operation)
    optional = {name: filler for name in schema["properties"] if name not in schema.get("required", [])}
    assert given(operation, {**optional, "confirm": None}) == {}


async def test_a_step_is_made_by_a_client_that_fills_all_properties(client: Client) -> None:
    created = await client.call_tool("create_sequence", {"title": "Strict", "accounts": "", "schedule": None})
    assert not created.is_error, text_of(created)
    variant = {"subject": "Hello", "content": "Hi.", "preheader": "", "attachment_ids": None, "task_note": ""}
    call = {"sequence": "Strict", "type": "email", "day": 1, "variants": [variant], "priority": "", "assignee_id": ""}
    result = await client.call_tool("create_step", {**call, "confirm": ""})
    assert not result.is_error, text_of(result)
    later = {**call, "day": 3, "variants": [{**variant, "subject": ""}]}
    assert not (await client.call_tool("create_step", later)).is_error


async def test_the_word_for_empty_puts_a_mail_into_the_thread_of_the_one_before(client: Client) -> None:
    await client.call_tool("create_sequence", {"title": "Thread"})
    for day in (1, 3):
        texts = [{"subject": f"Day {day}", "content": "Hi."}]
        await client.call_tool("create_step", {"sequence": "Thread", "type": "email", "day": day, "variants": texts})
    kept = await client.call_tool(
        "update_step_variant", {"sequence": "Thread", "step": "2", "subject": "", "content": "New."}
    )
    assert "changed content" in text_of(kept)
    emptied = await client.call_tool("update_step_variant", {"sequence": "Thread", "step": "2", "subject": EMPTY})
    assert "changed subject" in text_of(emptied)
    assert emptied.structured_content is not None
    assert emptied.structured_content["variant"]["subject"] == ""
    undo = await client.call_tool("update_step_variant", {"sequence": "Thread", "step": "2", "subject": "Back"})
    assert f'subject="{EMPTY}"' in text_of(undo)


async def test_a_field_is_cleared_by_the_word_and_not_by_an_empty_text(context: Context, era: Any) -> None:
    async with Client(build_server(context), mode=era) as client:
        people = ["anton.brandt@marrowby.example.com"]
        refused = await client.call_tool("update_prospects", {"prospects": people, "fields": {"City": ""}})
        assert refused.is_error
        assert "fields.City is empty" in text_of(refused)
        asked = await client.call_tool("update_prospects", {"prospects": people, "fields": {"City": EMPTY}})
        assert "City" in text_of(asked)
        assert "clear" in text_of(asked)


def test_what_can_be_cleared_says_how() -> None:
    clearable = [
        (operation, name)
        for operation in OPERATIONS
        for name, field in operation.model_fields.items()
        if Clearing in field.metadata
    ]
    assert clearable
    for operation, name in clearable:
        (line,) = [line for line in outline(operation) if line.startswith(f"{name}?:")]
        assert f'"{EMPTY}" clears.' in line
