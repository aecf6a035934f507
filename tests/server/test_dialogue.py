"""A question in the dialogue of a client: what is an answer, what is none, and what then."""

from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client.session import ClientSession
from mcp.types import (
    CallToolResult,
    ClientCapabilities,
    ElicitationCapability,
    ElicitResult,
    ErrorData,
    Implementation,
    UrlElicitationCapability,
)

from saleshandy_mcp.policy.approval_channels import Approval
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.server.tools.dialogue import beside_box

Text = Callable[[CallToolResult], str]
START = {"sequence": "SaaS founders", "status": "active"}
RESUMES = "POST /sequences/status"
YES, NO = ElicitResult(action="accept", content={"confirm": True}), ElicitResult(action="decline")


def starts(box: Sandbox) -> int:
    return box.state()["requests"].get(RESUMES, 0)


@pytest.mark.parametrize("answer", [NO, ElicitResult(action="accept", content={"confirm": False})])
async def test_a_no_is_told_as_a_no(connect: Callable[..., Client], box: Sandbox, text: Text, answer: Any) -> None:
    async with connect(answer) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert text(result).startswith("Not done: the user was asked and did not agree. Nothing was changed.")
    assert "Start this sequence?" in text(result)
    assert (result.structured_content or {})["done"] is False
    assert starts(box) == 0


@pytest.mark.parametrize(
    ("answer", "seconds", "said"),
    [
        (ElicitResult(action="cancel"), 5, "the question was closed without an answer"),
        (ElicitResult(action="cancel"), 0, "the question was closed without an answer"),
        (NO, 0.01, "the client declined before anybody can have read the question"),
        (ElicitResult(action="accept"), 5, "the client accepted, but did not fill in the form"),
        (ElicitResult(action="accept", content={}), 5, "the client accepted, but did not fill in the form"),
        (ElicitResult(action="accept", content={"confirm": "true"}), 5, "the client accepted, but did not fill in"),
    ],
)
async def test_what_is_neither_a_yes_nor_a_no_is_told_as_what_it_is(
    connect: Callable[..., Client], box: Sandbox, text: Text, answer: Any, seconds: float, said: str
) -> None:
    async with connect(answer, seconds=seconds) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert f"nobody has agreed to this: {said}" in text(result)
    assert "did not agree" not in text(result)
    assert "confirm=" not in text(result)
    assert starts(box) == 0


@pytest.mark.parametrize("code", [-32601, -32602, -32603])
async def test_a_client_that_answers_with_an_error_at_once_is_one_that_cannot_ask(
    connect: Callable[..., Client], box: Sandbox, text: Text, era: str, code: int
) -> None:
    async with connect(ErrorData(code=code, message="no"), seconds=0) as client:
        if era == "auto":
            # The client ends its own call: the question never comes back.
            with pytest.raises(MCPError):
                await client.call_tool("set_sequence_status", START)
            assert starts(box) == 0
            return
        preview = await client.call_tool("set_sequence_status", START)
        assert text(preview).startswith("Not done yet.")
        assert starts(box) == 0
        facts: dict[str, Any] = preview.structured_content or {}
        done = await client.call_tool("set_sequence_status", {**START, "confirm": facts["confirm"]})
    assert "Agreed by token; no person was seen." in text(done)
    assert starts(box) == 1


@pytest.fixture
def addresses_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that opens addresses and shows no forms."""
    declared = ClientCapabilities(elicitation=ElicitationCapability(url=UrlElicitationCapability()))

    def capabilities(*_: Any) -> ClientCapabilities:
        return declared

    monkeypatch.setattr(ClientSession, "_build_capabilities", capabilities)


@pytest.mark.usefixtures("addresses_alone")
async def test_no_form_is_sent_to_a_client_that_only_opens_addresses(
    connect: Callable[..., Client], text: Text
) -> None:
    heard: list[str] = []
    async with connect(YES, heard) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert text(result).startswith("Not done yet.")
    assert heard == []


async def test_beside_the_box_stands_how_much_there_is_to_read_for_clients_that_show_the_first_lines_alone(
    connect: Callable[..., Client],
) -> None:
    forms: list[Any] = []

    async def ask(context: Any, params: Any) -> ElicitResult:
        del context
        forms.append(params)
        return NO

    async with connect(elicitation_callback=ask) as client:
        await client.call_tool("set_sequence_status", START)
    (form,) = forms
    box = form.requested_schema["properties"]["confirm"]["description"]
    lines = form.message.splitlines()
    assert len([line for line in lines if line.startswith("- warning: ")]) == 2
    assert box == f"Yes, do it. There are {len(lines)} lines, 2 of them warnings. Where you see fewer, decline."


@pytest.mark.parametrize(
    ("words", "elsewhere", "said"),
    [
        ("Pause it?\n- sequence: one", "it", "Yes, do it."),
        ("Start it?\n- a\n- b\n- c", "", "Yes, do it. There are 4 lines. Where you see fewer, decline."),
        (
            "Start it?\n- warning: a\n- b\n    | - warning: by others",
            "x",
            "Yes, do it. There are 4 lines, 1 of them a warning. Where you see fewer: close this, and read all at `x`.",
        ),
    ],
)
def test_the_words_beside_the_box_say_where_the_rest_can_be_read(words: str, elsewhere: str, said: str) -> None:
    assert beside_box(words, elsewhere=elsewhere) == said


@pytest.mark.parametrize("name", ["Visual Studio Code", "Visual Studio Code - Insiders"])
async def test_a_client_that_takes_a_form_without_fields_gets_one(
    connect: Callable[..., Client], box: Sandbox, text: Text, name: str
) -> None:
    program = Implementation(name=name, version="1")
    async with connect(ElicitResult(action="accept", content={}), client_info=program) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert "Agreed to by the user" in text(result)
    assert starts(box) == 1


@pytest.mark.parametrize(
    ("approval", "said"),
    [
        ("person", "the operator wants a person to answer"),
        ("deny", "the operator of this server lets nobody agree to that from here"),
        ("terminal", "no terminal sees the questions of this process"),
    ],
)
async def test_where_nobody_can_be_asked_it_is_refused_with_what_to_do(
    connect: Callable[..., Client], box: Sandbox, text: Text, approval: Approval, said: str
) -> None:
    async with connect(asking=Asking(approval)) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert result.is_error
    assert said in text(result)
    assert "--approval or SALESHANDY_APPROVAL" in text(result)
    assert starts(box) == 0


async def test_what_a_question_quotes_is_marked_as_text_of_others(connect: Callable[..., Client]) -> None:
    async with connect() as client:
        preview = await client.call_tool("set_sequence_status", START)
    async with connect(NO) as client:
        declined = await client.call_tool("set_sequence_status", START)
    for result in (preview, declined):
        facts: dict[str, Any] = result.structured_content or {}
        assert facts["untrusted"] is True
        assert (result.meta or {})["untrusted"] is True
        assert (facts["done"], bool(facts["next"])) == (False, True)


async def test_where_the_operator_chose_tokens_a_client_that_could_ask_gets_one_too(
    connect: Callable[..., Client], text: Text
) -> None:
    heard: list[str] = []
    async with connect(YES, heard, asking=Asking("token")) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert 'confirm="' in text(result)
    assert heard == []


async def test_where_the_operator_denies_it_what_needs_no_agreement_is_done(
    connect: Callable[..., Client], text: Text
) -> None:
    async with connect(asking=Asking("deny")) as client:
        result = await client.call_tool("set_sequence_status", {"sequence": "Q3 launch", "status": "paused"})
    assert "is paused now" in text(result)
