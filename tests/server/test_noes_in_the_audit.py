"""A no has its line in the audit file, whoever said it and wherever; it says nothing of values."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import ElicitResult

from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.policy.approval_channels import Approval
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.policy.rules import Rules
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.server.tools.selection import Selection
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.state import State
from tests.kit import context_over, posts

START = {"sequence": "SaaS founders", "status": "active"}
STARTS = "POST /sequences/status"
DECLINE, CANCEL = ElicitResult(action="decline"), ElicitResult(action="cancel")
NO_BY_FORM = ElicitResult(action="accept", content={"confirm": False})
Serve = Callable[..., Any]


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite3"


@pytest.fixture
def serve(box: Sandbox, place: Path, era: Any) -> Serve:
    """A server whose user thinks for five seconds, and answers so; None for one who is never asked."""

    @asynccontextmanager
    async def serving(
        answer: ElicitResult | None = None, *, approval: Approval = "auto", rules: Rules | None = None, **more: Any
    ) -> AsyncGenerator[tuple[Client, Clock]]:
        clock = Clock()

        async def ask(context: Any, params: Any) -> ElicitResult:
            del context, params
            assert answer
            clock.now += 5
            return answer

        async with context_over(box, rules=rules, state=place) as context:
            context.service(Approvals).clock = clock
            if more.pop("held", False):
                context.service(Hold).set()
            server = build_server(context, asking=Asking(approval), **more)
            async with Client(server, mode=era, elicitation_callback=ask if answer else None) as client:
                yield client, clock

    return serving


def noes(place: Path) -> list[tuple[str, str, str]]:
    """Tool, outcome and channel of each line; the file is in order, and each line of a question names it."""
    state = State(lambda: place)
    audit = AuditFile(state)
    lines = list(audit.lines())
    assert audit.verify().wrong == ""
    state.close()
    assert all(len(it["plan"]) == 64 for it in lines if it["outcome"] != "refused")
    return [(it["tool"], it["outcome"], it["channel"]) for it in lines]


@pytest.mark.parametrize(
    ("answer", "outcome"), [(DECLINE, "declined"), (NO_BY_FORM, "declined"), (CANCEL, "cancelled")]
)
async def test_a_no_in_the_dialogue(
    serve: Serve, box: Sandbox, place: Path, answer: ElicitResult, outcome: str
) -> None:
    async with serve(answer) as (client, _):
        await client.call_tool("set_sequence_status", START)
    assert noes(place) == [("set_sequence_status", outcome, "dialogue")]
    assert posts(box, STARTS) == 0


@pytest.mark.parametrize("era", ["legacy"], indirect=True)
async def test_a_call_that_is_cancelled_while_somebody_is_asked(box: Sandbox, place: Path, era: Any) -> None:
    asked = anyio.Event()

    async def never(context: Any, params: Any) -> ElicitResult:
        del context, params
        asked.set()
        await anyio.sleep_forever()
        raise AssertionError

    async with context_over(box, state=place) as context:
        server = build_server(context)
        async with Client(server, mode=era, elicitation_callback=never) as client, anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "set_sequence_status", START)
            await asked.wait()
            group.cancel_scope.cancel()
    assert noes(place) == [("set_sequence_status", "cancelled", "dialogue")]
    assert posts(box, STARTS) == 0


@pytest.mark.parametrize("channel", ["terminal", "page", "card"])
async def test_a_no_elsewhere_has_one_line_however_often_the_call_is_made_again(
    serve: Serve, box: Sandbox, place: Path, channel: Any
) -> None:
    async with serve(approval="terminal") as (client, _):
        await client.call_tool("set_sequence_status", START)
        person = Approvals(State(lambda: place), "", Clock())
        (plan,) = person.waiting()
        assert person.answer(plan.id, agreed=False, channel=channel)
        assert not person.answer(plan.id, agreed=False, channel=channel)
        await client.call_tool("set_sequence_status", START)
        person.state.close()
    assert noes(place) == [("set_sequence_status", "declined", channel)]
    assert posts(box, STARTS) == 0


@pytest.mark.parametrize("approval", ["terminal", "token"])
@pytest.mark.parametrize("seconds", [599, 600])
async def test_a_question_that_nobody_answers_has_expired_once_its_time_is_over(
    serve: Serve, place: Path, approval: Approval, seconds: int
) -> None:
    async with serve(approval=approval) as (client, clock):
        await client.call_tool("set_sequence_status", START)
        clock.now += seconds
        other = Approvals(State(lambda: place), "", clock)
        other.forget()
        other.forget()
        other.state.close()
    assert noes(place) == ([("set_sequence_status", "expired", "")] if seconds == 600 else [])


async def test_what_was_declined_or_used_does_not_expire_on_top_of_that(serve: Serve, place: Path) -> None:
    async with serve(approval="terminal") as (client, clock):
        await client.call_tool("set_sequence_status", START)
        person = Approvals(State(lambda: place), "", clock)
        person.answer(person.waiting()[0].id, agreed=False, channel="terminal")
        clock.now += 600
        person.forget()
        person.state.close()
    assert noes(place) == [("set_sequence_status", "declined", "terminal")]


REFUSALS: dict[str, dict[str, Any]] = {
    "a rule": {"rules": Rules(never_start=["SaaS founders"])},
    "starts are held": {"held": True, "answer": ElicitResult(action="accept", content={"confirm": True})},
    "nobody may agree": {"approval": "deny"},
    "the effect is switched off": {"selection": Selection(effects=frozenset({Effect.READ, Effect.WRITE}))},
}


@pytest.mark.parametrize("why", REFUSALS)
async def test_what_the_operator_stands_against_is_refused_with_one_line(
    serve: Serve, box: Sandbox, place: Path, why: str
) -> None:
    more = dict(REFUSALS[why])
    async with serve(more.pop("answer", None), **more) as (client, _):
        result = await client.call_tool("set_sequence_status", START)
    assert result.is_error
    ((tool, outcome, _),) = noes(place)
    assert (tool, outcome) == ("set_sequence_status", "refused")
    assert posts(box, STARTS) == 0


async def test_a_no_is_told_also_where_it_cannot_be_written_down(
    serve: Serve, place: Path, box: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(approval="deny") as (client, _):
        place.parent.joinpath("audit.jsonl").mkdir()
        result = await client.call_tool("set_sequence_status", START)
    assert "nobody has agreed to this" in str(result.content)
    assert "a no to set_sequence_status is not written down" in caplog.text
    assert posts(box, STARTS) == 0
