"""A call of a tool ends within 45 s, whatever the API does; in a loop whose time jumps."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult, ElicitResult, TextContent

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.resources.sequences import CreateSequence
from saleshandy_mcp.api.resources.tags import ListTags
from saleshandy_mcp.core.context import CALL_SECONDS
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Interrupted, OutOfTime
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.faults.injector import Target
from saleshandy_mcp.sandbox.faults.table import FAULTS
from saleshandy_mcp.server.app import build_server, open_context
from tests.features.crowd import FIELDS, inside
from tests.jumping_time import JUMPING_TIME, now
from tests.kit import Answer, App, Message, Receive, over_a_line

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_sequence", {"sequence": "SaaS founders"}),
    ("find_prospects", {"query": "example.com"}),
    ("get_stats", {}),
    ("list_inbox", {}),
    (
        "create_step",
        {
            "sequence": "Partner programme (draft)",
            "type": "email",
            "day": 30,
            "variants": [{"content": "One more thing."}],
        },
    ),
    ("update_prospects", {"prospects": ["anton.brandt@marrowby.example.com"], "fields": {"City": "Bern"}}),
    ("set_sequence_status", {"sequence": "SaaS founders", "status": "paused"}),
    ("run_write_operation", {"operation": "create_field", "arguments": {"label": "Score", "field_type": "text"}}),
)


@pytest.fixture(scope="module")
def anyio_backend() -> Any:
    return JUMPING_TIME


@pytest.fixture
async def box() -> Sandbox:
    return Sandbox(limits=False, clock=Clock(tick=now))


@asynccontextmanager
async def client_of(box: Sandbox, app: App, ask: Any = None) -> AsyncGenerator[Client]:
    api = Saleshandy(KEY, base_url="http://sandbox/v1", app=over_a_line(app), clock=now)
    async with (
        open_context(api, now=box.clock.now) as context,
        Client(build_server(context), mode="legacy", elicitation_callback=ask) as client,
    ):
        yield client


def slow(box: Sandbox, seconds: float, call: str = "") -> App:
    """The sandbox, each of whose answers takes so long; with ``call``, those to calls of this kind."""
    target = Target(call)

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        await anyio.sleep(seconds if target.hits(scope) else 0)
        await box.app(scope, receive, send)

    return app


def text(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


async def assert_all_end_in_time(client: Client) -> None:
    for tool, arguments in CALLS:
        start = now()
        await client.call_tool(tool, arguments)
        assert now() - start <= CALL_SECONDS + 1, tool


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_fault_makes_a_call_longer(box: Sandbox, fault: str) -> None:
    box.faults.set(fault)
    async with client_of(box, box.app) as client:
        await assert_all_end_in_time(client)


@pytest.mark.parametrize("seconds", [6, 11, 14, 19])
async def test_no_slow_api_makes_a_call_longer(box: Sandbox, seconds: float) -> None:
    async with client_of(box, slow(box, seconds)) as client:
        await assert_all_end_in_time(client)


async def test_the_answer_tells_what_was_done_and_what_remains(box: Sandbox) -> None:
    people = inside(box, "SaaS founders", 8)
    async with client_of(box, slow(box, 12, FIELDS)) as client:
        arguments: dict[str, Any] = {"prospects": people, "fields": {"City": "Bern"}}
        asked = await client.call_tool("update_prospects", arguments)
        arguments["confirm"] = (asked.structured_content or {})["confirm"]
        result = await client.call_tool("update_prospects", arguments)
    assert "3 of 8" in text(result)
    assert "UNKNOWN, sent without an answer: " + people[3] in text(result)
    assert "not tried: " + ", ".join(people[4:]) in text(result)
    assert "The same call can be made again" in text(result)


async def test_a_persons_yes_starts_the_time_anew(box: Sandbox) -> None:
    async def thinks(*_: Any) -> ElicitResult:
        await anyio.sleep(300)
        return ElicitResult(action="accept", content={"confirm": True})

    async with client_of(box, slow(box, 1), thinks) as client:
        result = await client.call_tool("set_sequence_status", {"sequence": "SaaS founders", "status": "active"})
    assert now() > 300
    assert not result.is_error


async def test_while_a_person_thinks_progress_is_told_and_after_ten_minutes_it_ends(box: Sandbox) -> None:
    told: list[tuple[float, float, str | None]] = []

    async def never(*_: Any) -> ElicitResult:
        await anyio.sleep_forever()
        raise AssertionError

    async def note(progress: float, total: float | None, message: str | None) -> None:
        del total
        told.append((now(), progress, message))

    async with client_of(box, box.app, never) as client:
        start = {"sequence": "SaaS founders", "status": "active"}
        result = await client.call_tool("set_sequence_status", start, progress_callback=note)
    times = [time for time, _, _ in told]
    assert max(later - earlier for earlier, later in pairwise([0.0, *times])) <= 10.1
    assert [progress for _, progress, _ in told] == sorted({progress for _, progress, _ in told})
    assert 600 <= now() < 601
    assert "nobody answered the question within 10 minutes" in text(result)
    assert box.state()["requests"].get("POST /sequences/status") is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (14.5, "there was no whole answer within 2 s, and no more was left of the time that one call may take"),
        (14.8, "the time that one call may take is over, and list_sequence_steps was not started"),
    ],
)
async def test_a_read_that_finds_no_time_says_so(box: Sandbox, seconds: float, said: str) -> None:
    async with client_of(box, slow(box, seconds)) as client:
        result = await client.call_tool("get_sequence", {"sequence": "SaaS founders"})
    assert result.is_error
    assert text(result).startswith(f"get_sequence did nothing: {said}")


async def test_a_cancelled_call_starts_no_further_write(box: Sandbox) -> None:
    client = anyio.CancelScope()

    async def cancels(scope: Message, receive: Receive, send: Answer) -> None:
        client.cancel()
        await box.app(scope, receive, send)

    gate = Gate(Saleshandy(KEY, base_url="http://sandbox/v1", app=cancels, clock=now))
    gate.open(frozenset(Effect))
    with client:
        for title in ("one", "two", "three"):
            await gate.send(CreateSequence(title=title))
    assert client.cancelled_caught
    assert gate.done == ["create_sequence"]
    assert box.state()["requests"] == {"POST /sequences": 1}


async def test_what_goes_on_after_a_call_has_no_deadline(box: Sandbox) -> None:
    gate = Gate(Saleshandy(KEY, base_url="http://sandbox/v1", app=slow(box, 10), clock=now), clock=now)
    gate.begin(5)
    lasting = gate.after_call()
    with pytest.raises(Interrupted):
        await gate.send(ListTags())
    with pytest.raises(OutOfTime):
        await gate.send(ListTags())
    await lasting.send(ListTags())


@pytest.mark.parametrize("seconds", [1.0, 4.0, 8.0, 11.0])
@pytest.mark.parametrize("status", ["paused", "held"])
async def test_everything_is_stopped_in_time_by_a_slow_api(box: Sandbox, seconds: float, status: str) -> None:
    async with client_of(box, slow(box, seconds)) as client:
        start = now()
        result = await client.call_tool("set_sequence_status", {"sequence": "all", "status": status})
        assert now() - start <= CALL_SECONDS + 1
    paused = not any(row["active"] for row in box.world.sequences.values())
    # A pause is given up after 5 s and tried again; whether it was carried out is told as it was seen.
    assert paused or result.is_error or "NOT stopped" in text(result) or "could not be seen" in text(result)
    if seconds <= 4:
        assert paused
        assert "seen by a second look" in text(result)
