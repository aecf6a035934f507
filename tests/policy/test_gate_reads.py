"""What a gate reads once while a call is prepared, and what it always reads anew."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from mcp import Client
from mcp.types import ElicitResult

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.resources.sequences import ListSequences
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.lookups.by_name import all_sequences
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.policy.rules import Rules
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.server.app import build_server
from tests.boxes import frozen_box
from tests.kit import context_over

SEQUENCES = "GET /sequences"


@pytest.fixture
def box() -> Sandbox:
    return frozen_box()


@pytest.fixture
async def gate(box: Sandbox) -> AsyncGenerator[Gate]:
    async with Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app) as api:
        yield Gate(api)


def read(box: Sandbox) -> int:
    return box.requests[SEQUENCES]


async def test_the_same_read_is_made_once_while_a_call_is_prepared(gate: Gate, box: Sandbox) -> None:
    assert await all_sequences(gate) == await all_sequences(gate)
    assert read(box) == 1
    await gate.send(ListSequences(title="launch"))
    assert read(box) == 2


async def test_what_stops_mail_is_read_at_the_moment(gate: Gate, box: Sandbox) -> None:
    await all_sequences(gate)
    await all_sequences(gate, urgent=True)
    await all_sequences(gate, urgent=True)
    assert read(box) == 3


async def test_after_a_yes_everything_is_read_anew(gate: Gate, box: Sandbox) -> None:
    before = await all_sequences(gate)
    for row in box.world.sequences.values():
        row["active"] = not row["active"]
    gate.look_anew()
    after = await all_sequences(gate)
    assert [it.active for it in after] == [not it.active for it in before]
    assert await all_sequences(gate) == after
    assert read(box) == 2


async def test_what_a_call_reads_once_it_was_let_through_is_never_an_old_answer(gate: Gate, box: Sandbox) -> None:
    await all_sequences(gate)
    gate.open(frozenset({Effect.WRITE}))
    for _ in range(2):
        await all_sequences(gate)
    gate.look_anew()
    for _ in range(2):
        await all_sequences(gate)
    assert read(box) == 5


async def test_work_that_outlasts_its_call_reads_at_the_moment(gate: Gate, box: Sandbox) -> None:
    await all_sequences(gate)
    lasting = gate.after_call()
    for _ in range(2):
        await all_sequences(lasting)
    assert read(box) == 3


async def test_a_start_lists_the_sequences_once_for_each_time_that_it_has_to_look(box: Sandbox) -> None:
    async def agree(context: Any, params: Any) -> ElicitResult:
        del context, params
        asked.append(read(box))
        return ElicitResult(action="accept", content={"confirm": True})

    asked: list[int] = []
    rules = Rules.model_validate({"recipients_per_start": 500})
    async with (
        context_over(box, rules=rules) as context,
        Client(build_server(context), mode="legacy", elicitation_callback=agree) as client,
    ):
        result = await client.call_tool("set_sequence_status", {"sequence": "SaaS founders", "status": "active"})
    assert not result.is_error
    # What the person is asked is looked up once; then it is looked at after their yes, at the rule when the start is
    # sent, and whether it is active.
    assert (asked, read(box)) == ([1], 4)
