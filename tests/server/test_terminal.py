"""A person's yes at a terminal: the call is made again, waits for them, and goes through once."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult, ElicitResult

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.server.tools.ask_user import MOST_WAITING
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.store.state import State
from tests.kit import pauses, posts

Text = Callable[[CallToolResult], str]
START = {"sequence": "SaaS founders", "status": "active"}
REPLY = {"thread": "anton.brandt@marrowby.example.com", "content": "plums"}
RESUMES = "POST /sequences/status"
CANCEL = ElicitResult(action="cancel")
TERMINAL = Asking("terminal")


@pytest.fixture
def person(tmp_path: Path) -> Approvals:
    """The store as the command opens it, in a process of its own."""
    return Approvals(State(lambda: tmp_path / "state.sqlite3"), "")


@pytest.fixture
def serve(box: Sandbox, tmp_path: Path, era: Any) -> Callable[..., Any]:
    """A process of the server, with a client; while it waits, somebody may do something."""

    @asynccontextmanager
    async def serving(
        asking: Asking = TERMINAL, answer: ElicitResult | None = None, meanwhile: Callable[[], Any] | None = None
    ) -> AsyncGenerator[Client]:
        async def ask(context: Any, params: Any) -> ElicitResult:
            del context, params
            assert answer is not None
            return answer

        wait = pauses(box)

        async def pause(seconds: float) -> None:
            if meanwhile:
                meanwhile()
            await wait(seconds)

        api = Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds, pause=pause)
        state = tmp_path / "state.sqlite3"
        async with (
            open_context(api, state=lambda: state, now=box.clock.now) as context,
            Client(build_server(context, asking=asking), mode=era, elicitation_callback=ask if answer else None) as it,
        ):
            yield it

    return serving


def agree(person: Approvals, *, agreed: bool = True) -> None:
    for plan in person.waiting():
        person.answer(plan.id, agreed=agreed, channel="terminal")


async def test_the_first_call_returns_at_once_and_says_where_a_person_answers(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve() as client:
        result = await client.call_tool("set_sequence_status", START)
    facts = result.structured_content
    assert "`saleshandy-mcp approvals`" in text(result)
    assert "call set_sequence_status again with the same arguments" in text(result)
    assert (facts["done"], facts["waiting"]) == (False, "terminal")
    assert "saleshandy-mcp approvals" in facts["next"]
    assert facts["plan"] in text(result)
    assert "confirm" not in facts
    (plan,) = person.waiting()
    assert plan.words == facts["plan"]
    assert posts(box, RESUMES) == 0


async def test_after_a_yes_the_call_made_again_goes_through_once_in_any_process(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve() as client:
        await client.call_tool("set_sequence_status", START)
    agree(person)
    async with serve() as client:
        done = await client.call_tool("set_sequence_status", START)
        assert "Agreed to by a person, at a terminal of this machine." in text(done)
        assert done.structured_content["agreed"].startswith("Agreed to by a person")
        await client.call_tool("set_sequence_status", {"sequence": "SaaS founders", "status": "paused"})
        again = await client.call_tool("set_sequence_status", START)
    assert "waits for a person's yes" in text(again)
    assert posts(box, RESUMES) == 2  # one start, one pause


async def test_the_call_made_again_waits_for_a_person_and_does_not_look_at_the_account_meanwhile(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    looks: list[int] = []

    def thinks() -> None:
        looks.append(sum(box.state()["requests"].values()))
        if len(looks) == 5:
            agree(person)

    async with serve(meanwhile=thinks) as client:
        await client.call_tool("set_sequence_status", START)
        done = await client.call_tool("set_sequence_status", START)
    assert "is active now" in text(done)
    assert len(looks) >= 5
    assert len(set(looks[:5])) == 1


async def test_it_waits_20_seconds_at_most_and_asks_for_nothing_new(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve() as client:
        await client.call_tool("set_sequence_status", START)
        start = box.clock.seconds()
        still = await client.call_tool("set_sequence_status", START)
    assert 19 <= box.clock.seconds() - start <= 21
    assert "waits for a person's yes" in text(still)
    assert len(person.waiting()) == 1


async def test_a_no_is_told_once_and_then_the_call_asks_anew(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve() as client:
        await client.call_tool("set_sequence_status", START)
        agree(person, agreed=False)
        told = await client.call_tool("set_sequence_status", START)
        again = await client.call_tool("set_sequence_status", START)
    assert text(told).startswith("Not done: the user was asked and did not agree.")
    assert "waits for a person's yes" in text(again)
    assert posts(box, RESUMES) == 0


async def test_a_yes_is_void_when_the_world_has_changed(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve() as client:
        await client.call_tool("set_sequence_status", START)
        agree(person)
        sequence = next(it["id"] for it in box.world.sequences.values() if it["title"] == "SaaS founders")
        box.world.enrolments[sequence].popitem()
        changed = await client.call_tool("set_sequence_status", START)
        again = await client.call_tool("set_sequence_status", START)
    assert "what was agreed to has changed meanwhile" in text(changed)
    assert "waits for a person's yes" in text(again)
    assert posts(box, RESUMES) == 0


async def test_a_yes_is_for_that_call_alone(serve: Callable[..., Any], text: Text, person: Approvals) -> None:
    async with serve() as client:
        await client.call_tool("set_sequence_status", START)
        agree(person)
        other = await client.call_tool("reply_to_thread", REPLY)
    assert "waits for a person's yes" in text(other)


async def test_a_yes_from_before_counts_for_nothing_once_the_operator_denies_it(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve() as client:
        await client.call_tool("set_sequence_status", START)
    agree(person)
    async with serve(Asking("deny")) as client:
        result = await client.call_tool("set_sequence_status", START)
    assert "lets nobody agree to that from here" in text(result)
    assert posts(box, RESUMES) == 0


async def test_of_many_calls_at_once_one_yes_starts_one(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    said: list[str] = []

    async def start(client: Client) -> None:
        said.append(text(await client.call_tool("set_sequence_status", START)))

    async with serve() as one, serve() as other:
        await one.call_tool("set_sequence_status", START)
        agree(person)
        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(start, (one, other)[number % 2])
    assert sum("Agreed to by a person" in it for it in said) == 1
    assert posts(box, RESUMES) == 1


async def test_after_a_dialogue_without_an_answer_a_person_is_asked_at_the_terminal_and_no_token_is_given(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve(Asking(), CANCEL, lambda: agree(person)) as client:
        first = await client.call_tool("set_sequence_status", START)
        assert "(the question was closed without an answer)" in text(first)
        assert "confirm=" not in text(first)
        done = await client.call_tool("set_sequence_status", START)
    assert "Agreed to by a person, at a terminal of this machine." in text(done)
    assert posts(box, RESUMES) == 1


async def test_what_was_agreed_to_in_the_dialogue_waits_at_no_terminal(
    serve: Callable[..., Any], text: Text, person: Approvals
) -> None:
    async with serve(Asking(), CANCEL) as client:
        await client.call_tool("set_sequence_status", START)
    assert len(person.waiting()) == 1
    async with serve(Asking(), ElicitResult(action="accept", content={"confirm": True})) as client:
        assert "in the dialogue of the client" in text(await client.call_tool("set_sequence_status", START))
    assert person.waiting() == []


async def test_a_preview_with_a_token_can_be_answered_at_the_terminal_too(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve(Asking()) as client:
        preview = await client.call_tool("set_sequence_status", START)
        assert "They can also answer it themselves, with `saleshandy-mcp approvals`" in text(preview)
        token = preview.structured_content["confirm"]
        agree(person)
        done = await client.call_tool("set_sequence_status", {**START, "confirm": token})
    assert "Agreed to by a person, at a terminal of this machine." in text(done)
    assert posts(box, RESUMES) == 1


@pytest.mark.parametrize("asking", [Asking("person"), TERMINAL])
async def test_where_a_person_has_to_answer_a_token_counts_for_nothing(
    serve: Callable[..., Any], box: Sandbox, text: Text, asking: Asking
) -> None:
    async with serve(Asking("token")) as client:
        preview = await client.call_tool("set_sequence_status", START)
    async with serve(asking) as client:
        token = preview.structured_content["confirm"]
        result = await client.call_tool("set_sequence_status", {**START, "confirm": token})
    assert "waits for a person's yes" in text(result)
    assert posts(box, RESUMES) == 0


@pytest.mark.parametrize("era", ["auto"])
async def test_a_question_that_vanishes_twice_in_a_client_goes_on_to_the_terminal(
    serve: Callable[..., Any], text: Text
) -> None:
    # A live question cannot vanish: it ends with an answer, with an error, or after 10 minutes.
    async with serve(Asking(), CANCEL) as client:
        for _ in range(2):
            asked = await client.session.call_tool("set_sequence_status", START, allow_input_required=True)
            assert asked.input_requests
        third = await client.session.call_tool("set_sequence_status", START, allow_input_required=True)
    assert "at a terminal (the client was asked before, and brought no answer)" in text(third)


async def test_a_pause_waits_for_nobody(serve: Callable[..., Any], text: Text) -> None:
    async with serve() as client:
        result = await client.call_tool("set_sequence_status", {"sequence": "Q3 launch", "status": "paused"})
    assert "is paused now" in text(result)


async def test_only_so_many_questions_wait_at_once(
    serve: Callable[..., Any], box: Sandbox, text: Text, person: Approvals
) -> None:
    async with serve() as client:
        for number in range(MOST_WAITING):
            await client.call_tool("reply_to_thread", {**REPLY, "content": f"plums {number}"})
            box.clock.advance(20)  # the limit of calls a minute is not what this is about
        result = await client.call_tool("reply_to_thread", {**REPLY, "content": "pears"})
        assert result.is_error
        assert "20 questions wait" in text(result)
        assert len(person.waiting()) == MOST_WAITING
        agree(person, agreed=False)
        again = await client.call_tool("reply_to_thread", {**REPLY, "content": "pears"})
    assert again.structured_content["waiting"] == "terminal"
