"""The long tail: every operation is found by plain words and run by its name, through the same gate as any tool."""

from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult, ElicitResult

from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.sandbox import Sandbox

Text = Callable[[CallToolResult], str]

WEBHOOK = {
    "name": "CRM",
    "webhook_url": "https://crm.example.com/hook",
    "webhook_event": ["reply-received"],
    "headers": {"x-secret": "s"},
}


async def found(client: Client, query: str) -> dict[str, Any]:
    result = await client.call_tool("find_operations", {"query": query})
    assert result.structured_content is not None
    return result.structured_content


async def test_every_operation_is_found_by_its_name_with_all_its_arguments(client: Client) -> None:
    for operation in OPERATIONS:
        (line,) = (await found(client, operation.slug))["found"]
        assert line["name"] == operation.slug
        assert len(line["arguments"]) == len(operation.model_fields)
        assert line["left_out"] == 0


async def test_an_operation_is_found_by_what_a_person_calls_it(client: Client) -> None:
    for query, name in (
        ("write a note about a prospect", "create_note"),
        ("buy a domain", "purchase_domain"),
        ("how many credits do I have left", "get_credits"),
        ("tell my CRM when somebody replies (webhook)", "create_webhook"),
        ("make a custom field", "create_field"),
    ):
        names = [line["name"] for line in (await found(client, query))["found"]]
        assert name in names[:3], query


async def test_words_that_fit_nothing_are_told_as_such(client: Client, text: Text) -> None:
    assert f"No operation of {len(OPERATIONS)} fits" in text(
        await client.call_tool("find_operations", {"query": "xylophone"})
    )


async def test_what_only_reads_is_run_at_once_and_told_with_the_next_page(client: Client, text: Text) -> None:
    call = {"operation": "list_prospects", "arguments": {"page_size": 10, "search": "a"}}
    said = text(await client.call_tool("run_read_operation", call))
    assert said.startswith("list_prospects: 10 items")
    assert 'More: run_read_operation(operation="list_prospects", arguments={' in said
    assert '"page": 2' in said


async def test_arguments_may_come_as_a_json_string(client: Client) -> None:
    call = {"operation": "list_prospects", "arguments": '{"page_size": 10}'}
    assert not (await client.call_tool("run_read_operation", call)).is_error


async def test_an_operation_that_is_not_there_is_answered_with_those_near_it(client: Client, text: Text) -> None:
    said = text(await client.call_tool("run_read_operation", {"operation": "list_webhook"}))
    assert "run_read_operation did nothing" in said
    assert "Near: list_webhooks" in said


async def test_a_name_of_any_length_is_answered_shortly(client: Client, text: Text) -> None:
    for name in ("x" * 200_000, "a." * 100_000):
        said = text(await client.call_tool("run_write_operation", {"operation": name}))
        assert "run_write_operation did nothing" in said
        assert len(said) < 2_000


async def test_the_call_that_is_shown_has_a_list_where_a_list_goes(client: Client) -> None:
    (line,) = (await found(client, "create_note"))["found"]
    assert '"prospect_ids": ["…"], "visibility": "…"' in line["run"]


@pytest.mark.parametrize(
    ("tool", "operation", "other"),
    [
        ("run_read_operation", "create_webhook", "run_write_operation"),
        ("run_write_operation", "list_tags", "run_read_operation"),
    ],
)
async def test_reading_and_writing_keep_to_their_own_tool(
    client: Client, text: Text, box: Sandbox, tool: str, operation: str, other: str
) -> None:
    said = text(await client.call_tool(tool, {"operation": operation}))
    assert f"Use {other}" in said
    assert box.state()["requests"] == {}


async def test_a_wrong_argument_is_named_and_nothing_is_sent(client: Client, text: Text, box: Sandbox) -> None:
    call = {"operation": "create_webhook", "arguments": {"name": "x", "url": "y", "webhook_event": ["mail"]}}
    said = text(await client.call_tool("run_write_operation", call))
    assert "webhook_url is missing" in said
    assert "url is no argument of create_webhook" in said
    assert "webhook_event[0] has to be one of 'email-sent'" in said
    assert box.state()["requests"] == {}


async def test_what_is_harmless_is_done_at_once(client: Client, text: Text, box: Sandbox) -> None:
    call = {"operation": "create_field", "arguments": {"label": "Score", "field_type": "text"}}
    result = await client.call_tool("run_write_operation", call)
    assert not result.is_error, text(result)
    assert "Score" in box.world.labels()


async def test_what_has_consequences_is_asked_first_with_all_its_arguments(
    connect: Any, box: Sandbox, text: Text
) -> None:
    heard: list[str] = []
    call = {"operation": "create_webhook", "arguments": WEBHOOK}
    async with connect(ElicitResult(action="decline"), heard) as client:
        said = text(await client.call_tool("run_write_operation", call))
    assert "Nothing was changed" in said
    assert "https://crm.example.com/hook" in heard[0]
    assert not box.world.webhooks
    async with connect(ElicitResult(action="accept", content={"confirm": True}), heard) as client:
        assert not (await client.call_tool("run_write_operation", call)).is_error
    assert len(box.world.webhooks) == 1


async def test_an_agreement_to_one_operation_is_none_to_another(client: Client, box: Sandbox, text: Text) -> None:
    preview = await client.call_tool("run_write_operation", {"operation": "create_webhook", "arguments": WEBHOOK})
    assert preview.structured_content is not None
    other = {**WEBHOOK, "webhook_url": "https://elsewhere.example.com/hook"}
    call = {"operation": "create_webhook", "arguments": other, "confirm": preview.structured_content["confirm"]}
    assert "changed meanwhile" in text(await client.call_tool("run_write_operation", call))
    assert not box.world.webhooks
    call["arguments"] = WEBHOOK
    assert "unknown, used up" in text(await client.call_tool("run_write_operation", call))


async def test_a_step_cannot_be_added_to_a_running_sequence_past_the_question(
    client: Client, box: Sandbox, text: Text
) -> None:
    sequence = next(row for row in box.world.sequences.values() if row["active"])
    steps = len(box.world.steps_of(sequence["id"]))
    variants = [{"payload": {"subject": "s", "content": "c"}}]
    step = {"sequence_id": sequence["id"], "type": 1, "absolute_days": 40, "variants": variants}
    call = {"operation": "create_sequence_step", "arguments": step}
    assert "Not done yet" in text(await client.call_tool("run_write_operation", call))
    assert len(box.world.steps_of(sequence["id"])) == steps


async def test_what_does_not_fit_into_an_answer_is_counted(client: Client, text: Text) -> None:
    call = {"operation": "list_prospects", "arguments": {"page_size": 100}}
    result = await client.call_tool("run_read_operation", call)
    assert result.structured_content is not None
    shown, left_out = len(result.structured_content["value"]), result.structured_content["left_out"]
    assert shown + left_out == 100
    assert f"{left_out} items of this answer did not fit" in text(result)


async def test_secret_headers_are_used_and_not_shown(connect: Any, box: Sandbox, text: Text) -> None:
    heard: list[str] = []
    secret = {**WEBHOOK, "headers": {"x-secret": "correct horse"}}
    async with connect(ElicitResult(action="accept", content={"confirm": True}), heard) as client:
        await client.call_tool("run_write_operation", {"operation": "create_webhook", "arguments": secret})
        listed = text(await client.call_tool("run_read_operation", {"operation": "list_webhooks"}))
    (stored,) = box.world.webhooks.values()
    assert stored["headers"] == {"x-secret": "correct horse"}
    assert "x-secret" in heard[0]
    assert "correct horse" not in heard[0] + listed


async def test_the_value_of_a_condition_may_come_as_text(connect: Any, box: Sandbox) -> None:
    sequence = next(iter(box.world.sequences))
    conditions = [
        {"name": "Email Open Count", "operation": "greater than", "value": "4"},
        {"name": "Replied", "operation": "is", "value": "true"},
    ]
    new = {"sequence_id": sequence, "title": "Warm ones", "conditions": conditions}
    async with connect(ElicitResult(action="accept", content={"confirm": True})) as client:
        made = await client.call_tool("run_write_operation", {"operation": "create_subsequence", "arguments": new})
    assert not made.is_error
    stored = next(row for row in box.world.subsequences.values() if row["title"] == "Warm ones")
    assert [condition["value"] for condition in stored["conditions"]] == [4, True]
