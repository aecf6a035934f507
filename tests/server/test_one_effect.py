"""One agreement has one effect, however often it is used; what was carried out is recorded, whenever it is cancelled.

MANY=1 does it as often as `make chaos` wants it: 1,000 times.
"""

import os
from random import Random
from typing import Any

import anyio
import pytest
from mcp.types import CallToolResult

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.resources.sequences import CreateSequence
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from tests.jumping_time import JUMPING_TIME, now
from tests.kit import Answer, App, Message, Receive
from tests.server.test_time_of_a_call import client_of

MANY = bool(os.environ.get("MANY"))
REPLAYS, CANCELLATIONS = (1000, 1000) if MANY else (50, 50)
AT_ONCE = 200
TOOL, START = "set_sequence_status", {"sequence": "SaaS founders", "status": "active"}
EFFECT = "POST /sequences/status"


@pytest.fixture(scope="module")
def anyio_backend() -> Any:
    return JUMPING_TIME


@pytest.fixture
async def box() -> Sandbox:
    return Sandbox(limits=False, clock=Clock(tick=now))


async def agreed(client: Any) -> dict[str, Any]:
    """The arguments of a call that was agreed to."""
    preview: CallToolResult = await client.call_tool(TOOL, START)
    assert preview.structured_content is not None
    return START | {"confirm": preview.structured_content["confirm"]}


def paused(box: Sandbox) -> None:
    next(row for row in box.world.sequences.values() if row["title"] == START["sequence"])["active"] = False


async def test_an_agreement_that_is_replayed_has_one_effect(box: Sandbox) -> None:
    async with client_of(box, box.app) as client:
        again = await agreed(client)
        for number in range(REPLAYS):
            await client.call_tool(TOOL, again)
            # Paused by somebody else, so that each replay could start it.
            paused(box)
            assert box.requests[EFFECT] == 1, number


async def test_an_agreement_that_is_used_by_many_calls_at_once_has_one_effect(box: Sandbox) -> None:
    done: list[bool] = []
    async with client_of(box, box.app) as client:
        again = await agreed(client)

        async def use() -> None:
            done.append(not (await client.call_tool(TOOL, again)).is_error)
            paused(box)

        async with anyio.create_task_group() as tasks:
            for _ in range(AT_ONCE):
                tasks.start_soon(use)
    assert len(done) == AT_ONCE
    assert any(done)
    assert box.requests[EFFECT] == 1


def drawn(box: Sandbox, chance: Random) -> App:
    """The sandbox, which takes its time before and after it carries a call out."""

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        await anyio.sleep(chance.uniform(0, 2))

        async def late(message: Message) -> None:
            if message["type"] == "http.response.start":
                await anyio.sleep(chance.uniform(0, 2))
            await send(message)

        await box.app(scope, receive, late)

    return app


async def test_what_was_carried_out_is_recorded_at_whatever_moment_a_call_is_cancelled(box: Sandbox) -> None:
    recorded = cancelled = 0
    for seed in range(CANCELLATIONS):
        chance = Random(seed)  # noqa: S311 - moments, the same each time
        gate = Gate(Saleshandy(KEY, base_url="http://sandbox/v1", app=drawn(box, chance), clock=now), clock=now)
        gate.open(frozenset(Effect))
        with anyio.move_on_after(chance.uniform(0, 6)) as scope:
            for number in range(3):
                await gate.send(CreateSequence(title=f"{seed} {number}"))
        recorded += len(gate.done)
        cancelled += scope.cancelled_caught
        assert gate.doubtful == []
        assert box.requests["POST /sequences"] == recorded
    assert cancelled > CANCELLATIONS / 2
