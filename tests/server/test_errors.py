"""Bad input and bad luck end in a sentence: what is wrong, whether anything was changed, what to do next."""

import logging
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.types import CallToolResult

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core import errors
from saleshandy_mcp.core.errors import (
    BadKey,
    Broken,
    Forbidden,
    Interrupted,
    Mistake,
    NoKey,
    NotSent,
    OutOfTime,
    Rejected,
    Throttled,
    Unreadable,
)
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.policy.rules import RuleRefused
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.server.apps.approval_card import CARD_TOOLS
from saleshandy_mcp.server.tools.error_text import error_result, failure
from tests.server.everyday import CALLS

Text = Callable[[CallToolResult], str]

MAIL = {"subject": "Hello", "content": "Dear reader"}
STEP: dict[str, Any] = {"sequence": "SaaS founders", "type": "email", "day": 30, "variants": [MAIL]}
ROW = {"Email": "new@harbour.example.com"}

BAD: list[tuple[str, dict[str, Any], list[str]]] = [
    ("list_sequences", {"querry": "x"}, ["querry is no argument", "query?"]),
    ("list_sequences", {"status": "on"}, ["status has to be one of", "'paused'"]),
    ("list_sequences", {"page": 0}, ["page should be greater than or equal to 1"]),
    ("get_sequence", {}, ["sequence is missing"]),
    ("get_sequence", {"sequence": ""}, ["sequence is empty"]),
    ("get_sequence", {"sequence": "nope"}, ['nothing is called "nope"', "list_sequences()"]),
    ("get_sequence", {"sequence": "a"}, ["fits 5", "Give the id"]),
    ("create_sequence", {"title": "q3 LAUNCH"}, ["exists already", "v7BPmX4SP9"]),
    ("create_sequence", {"title": "New", "accounts": ["who@x.example.com"]}, ["accounts[0]", "list_email_accounts"]),
    ("create_sequence", {"title": "New", "schedule": "never"}, ["schedule", "Mornings, US East"]),
    ("create_step", {**STEP, "type": "Email"}, ["type has to be one of 'email', 'linkedin_connection'"]),
    ("create_step", {**STEP, "day": 0}, ["day should be greater than or equal to 1"]),
    ("create_step", {**STEP, "day": 1}, ["day 1 already has an email step", "next free day is 2"]),
    ("create_step", {**STEP, "variants": []}, ["variants is empty"]),
    ("create_step", {**STEP, "variants": [MAIL] * 27}, ["at most 26, got 27"]),
    ("create_step", {**STEP, "variants": "not json"}, ["variants should be a valid list"]),
    ("create_step", {**STEP, "variants": [{**MAIL, "body": "x"}]}, ["variants[0].body is no argument"]),
    (
        "create_step",
        {**STEP, "variants": [{**MAIL, "task_note": "x"}]},
        ["variants[0].task_note is not allowed on email"],
    ),
    ("create_step", {**STEP, "priority": "high"}, ["priority is not allowed on email"]),
    (
        "create_step",
        {**STEP, "type": "call_demo", "variants": [MAIL]},
        ["variants[0].subject is not allowed on call_demo"],
    ),
    ("update_step_variant", {"sequence": "Q3 launch", "step": 1}, ["nothing to change was given"]),
    ("update_step_variant", {"sequence": "Q3 launch", "step": 9, "subject": "x"}, ["step", '"9"', "get_sequence"]),
    (
        "update_step_variant",
        {"sequence": "Q3 launch", "step": 1, "variant": "C", "subject": "x"},
        ['no variant "C"', "A [", "B ["],
    ),
    ("add_email_accounts", {"sequence": "Q3 launch", "accounts": []}, ["accounts is empty"]),
    (
        "add_email_accounts",
        {"sequence": "Q3 launch", "accounts": ["hello@lanternworks-team.example.com"]},
        ["not active", 'list_email_accounts(status="active")'],
    ),
    ("find_prospects", {"page": "two"}, ["page should be a valid integer"]),
    ("import_prospects", {"sequence": "SaaS founders"}, ["give either rows, people or file"]),
    ("import_prospects", {"sequence": "SaaS founders", "rows": [], "file": "x"}, ["give either rows, people or file"]),
    ("import_prospects", {"sequence": "SaaS founders", "rows": []}, ["rows: the list is empty"]),
    ("import_prospects", {"sequence": "SaaS founders", "rows": [ROW] * 201}, ["rows", "200"]),
    (
        "import_prospects",
        {"sequence": "SaaS founders", "rows": [{**ROW, "Job Titel": "x"}]},
        ['"Job Titel" is no field', "Job Title"],
    ),
    ("import_prospects", {"sequence": "SaaS founders", "rows": [{"First Name": "x"}]}, ["no Email column"]),
    ("import_prospects", {"sequence": "SaaS founders", "file": "no.csv"}, ["cannot be read", "leads.csv"]),
    ("import_prospects", {"sequence": "SaaS founders", "file": "../../README.md"}, ["not inside the allowed folder"]),
    ("import_prospects", {"sequence": "SaaS founders", "file": "."}, ["not a regular file"]),
    ("import_prospects", {"sequence": "SaaS founders", "rows": [ROW], "tags": ["x"]}, ["at least 3 characters"]),
    ("import_prospects", {"sequence": "SaaS founders", "rows": [ROW], "step": 7}, ['step: nothing is called "7"']),
    (
        "import_prospects",
        {"sequence": "SaaS founders", "rows": [ROW], "conflict_action": "skip"},
        ["'overwrite', 'noUpdate'"],
    ),
    ("check_import_status", {"job": "imp_000000"}, ["not known here"]),
    ("check_import_status", {"job": "abcdef0"}, ["knows no import", "check_import_status()"]),
    ("set_sequence_status", {"sequence": "Q3 launch", "status": "resume"}, ["'active', 'paused'"]),
]


@pytest.mark.parametrize(("tool", "arguments", "words"), BAD)
async def test_bad_input_is_explained_and_changes_nothing(
    client: Client, box: Sandbox, text: Text, tool: str, arguments: dict[str, Any], words: list[str]
) -> None:
    before = world_of(box)
    result = await client.call_tool(tool, arguments)
    said = text(result)
    assert result.is_error
    assert said.startswith(f"{tool} did nothing: ")
    assert all(word in said for word in words), said
    assert "Traceback" not in said
    assert "pydantic" not in said
    assert len(said) < 700
    assert world_of(box) == before
    assert result.structured_content is not None
    assert (result.structured_content["executed"], result.structured_content["code"]) == ("no", "mistake")
    assert in_facts(result) == said


async def test_a_nested_argument_may_come_as_a_json_string(client: Client, text: Text) -> None:
    result = await client.call_tool("create_step", {**STEP, "variants": '[{"subject": "[x]", "content": "{y}"}]'})
    assert not result.is_error
    assert "1 variant" in text(result)


async def test_an_argument_that_is_null_counts_as_left_out(client: Client) -> None:
    assert not (await client.call_tool("list_sequences", {"query": None, "page": None})).is_error


async def test_text_that_looks_like_json_stays_text_where_text_is_wanted(client: Client, box: Sandbox) -> None:
    await client.call_tool("create_sequence", {"title": "[1, 2]"})
    assert any(sequence["title"] == "[1, 2]" for sequence in box.world.sequences.values())


async def test_an_unknown_tool_is_named(client: Client, text: Text) -> None:
    result = await client.call_tool("lists_sequences", {})
    assert result.is_error
    assert "lists_sequences" in text(result)


async def test_without_a_key_every_tool_says_how_to_set_one(era: Any, text: Text) -> None:
    calls = dict(CALLS.values()) | {
        "import_prospects": {"sequence": "x", "rows": [ROW]},
        "check_import_status": {"job": "abc"},
        "update_tasks": {"tasks": ["x"], "action": "skip"},  # the day of the example is past
        "run_write_operation": {"operation": "skip_task", "arguments": {"task_id": "x"}},
    }
    del calls["find_operations"]  # it reads what is built in
    without = {"find_operations", *(action.slug for action in CARD_TOOLS)}
    async with open_context(Saleshandy(None)) as context, Client(build_server(context), mode=era) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {*calls, *without}
        for tool, arguments in calls.items():
            result = await client.call_tool(tool, arguments)
            assert result.is_error, tool
            assert "SALESHANDY_API_KEY" in text(result)
            assert "--sandbox" in text(result)


async def test_a_wrong_key_is_told_from_other_refusals(box: Sandbox, era: Any, text: Text) -> None:
    api = Saleshandy("not-the-key", base_url="http://sandbox/v1", app=box.app)
    async with open_context(api) as context, Client(build_server(context), mode=era) as client:
        result = await client.call_tool("list_sequences", {})
    assert "did not accept the API key (Invalid token)" in text(result)
    assert "not-the-key" not in text(result)


async def test_a_fault_of_ours_is_not_blamed_on_the_caller_and_tells_nothing_of_the_inside(
    era: Any, text: Text, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret inside")

    api = Saleshandy("k", base_url="http://sandbox/v1", app=broken)
    with caplog.at_level(logging.CRITICAL, logger="saleshandy_mcp"):
        async with open_context(api) as context, Client(build_server(context), mode=era) as client:
            result = await client.call_tool("list_sequences", {})
    assert text(result).startswith("list_sequences did nothing: a fault inside this server (ZeroDivisionError)")
    assert "secret" not in text(result)


async def test_a_lost_answer_to_a_write_is_unknown_and_not_repeated(box: Sandbox, era: Any, text: Text) -> None:
    async def losing(scope: Any, receive: Any, send: Any) -> None:
        creating = (scope["method"], scope["path"]) == ("POST", "/v1/sequences")
        await box.app(scope, receive, _nowhere if creating else send)
        if creating:
            raise httpx2.ReadError("cut")

    api = Saleshandy(KEY, base_url="http://sandbox/v1", app=losing)
    async with open_context(api) as context, Client(build_server(context), mode=era) as client:
        result = await client.call_tool("create_sequence", {"title": "Once"})
    assert text(result).startswith("Whether create_sequence was carried out (create_sequence) is unknown")
    assert "do not repeat it before looking" in text(result)
    assert result.structured_content is not None
    assert result.structured_content["executed"] == "unknown"
    assert result.structured_content["unknown"] == ["create_sequence"]
    assert in_facts(result) == text(result)
    assert box.state()["requests"]["POST /sequences"] == 1


FAILURES: list[tuple[Exception, str, dict[str, Any]]] = [
    (Mistake("status: wrong", "Call", NextCall.of("list_sequences")), "mistake", {"next": "Call: list_sequences()."}),
    (Forbidden("sending is switched off", "Ask the operator."), "not_allowed", {"next": "Ask the operator."}),
    (RuleRefused("most_recipients", "too many", "rules.toml"), "rule", {"rule": "most_recipients"}),
    (NoKey(), "no_key", {}),
    (BadKey(401, None, ["Invalid token"]), "bad_key", {}),
    (Throttled(429, None, [], 12.4), "too_many_calls", {"seconds": 13, "next": "Try again in 12 seconds."}),
    (Rejected(400, 40103, ["no sender"]), "refused", {"status": 400, "api_code": 40103}),
    (NotSent("no such host"), "not_sent", {}),
    (OutOfTime("list_sequences"), "out_of_time", {}),
    (Broken("HTTP 502"), "no_answer", {"next": "Try again later."}),
    (Interrupted("cut"), "no_answer", {}),
    (Unreadable("no JSON"), "unreadable", {}),
    (ZeroDivisionError(), "fault", {}),
]


@pytest.mark.parametrize(("error", "code", "known"), FAILURES, ids=lambda it: type(it).__name__)
def test_a_failure_is_told_whole_to_readers_of_text_and_to_readers_of_facts(
    error: Exception, code: str, known: dict[str, Any], text: Text
) -> None:
    result = error_result(failure("a_tool", error))
    assert result.is_error
    assert result.structured_content is not None
    assert result.structured_content | known == result.structured_content
    assert (result.structured_content["code"], result.structured_content["executed"]) == (code, "no")
    assert in_facts(result) == text(result)


def test_every_kind_of_error_has_a_word_of_its_own() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)}
    above = {errors.SaleshandyError, errors.Refused, errors.Doubtful}
    assert kinds - above <= {type(error) for error, *_ in FAILURES}


def test_what_is_wrong_may_be_long_and_what_to_do_is_told_all_the_same(text: Text) -> None:
    result = error_result(failure("a_tool", Mistake("x" * 50_000, "Do this instead.")))
    assert len(text(result)) < 2_000
    assert "(cut: 50,001 characters)" in text(result)
    assert text(result).endswith("Do this instead.")
    assert in_facts(result) == text(result)


def in_facts(result: CallToolResult) -> str:
    """What is told to whoever reads facts alone."""
    assert result.structured_content is not None
    facts: dict[str, Any] = result.structured_content
    return f"{facts['reason']} {facts.get('next', '')}".strip()


async def _nowhere(_: Any) -> None: ...


def world_of(box: Sandbox) -> dict[str, Any]:
    state = box.state()
    return {key: state[key] for key in ("counts", "sequences", "imports")}
