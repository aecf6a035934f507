"""A call that nobody was asked about reaches nobody, costs nothing and loses nothing: counted in the sandbox."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from os import environ
from typing import Any

import pytest

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.policy.effects import Gate, judge
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools import operation_tool
from saleshandy_mcp.server.tools.registry import EVERYDAY
from tests.gate.calls import WRITES, operation, tools
from tests.gate.witness import Harm, harm
from tests.gate.worlds import WORLDS, world
from tests.kit import context_over

ALL = frozenset(Effect)
ALLOWED = {
    "read": READING,
    "read,write": frozenset({Effect.READ, Effect.WRITE}),
    "read,send": frozenset({Effect.READ, Effect.SEND}),
    "read,delete": frozenset({Effect.READ, Effect.DELETE}),
}
NONE = Harm([], [], [])
STATES = [*WORLDS] if environ.get("WHOLE_SWEEP") else ["all active", "paused, subsequences wait"]
"""The worlds in which each call is tried by itself; together they are tried in all (test_every_argument)."""
_ACTIONS = {it.name: it.action for it in EVERYDAY}


def changes(tool: str) -> bool:
    """Whether a tool does more than read."""
    return _ACTIONS[tool].effects != READING


async def unasked(context: Context, action: Action[Any], allowed: frozenset[Effect] = ALL) -> str:
    """Carry a call out as far as it goes without a person, and return its answer: what all doors are made of."""
    gate = Gate(context.api, allowed)
    context = replace(context, api=gate)
    try:
        if isinstance(action, Operation):
            prepared = await operation_tool.prepare(action, context)
        else:
            prepared = await action.prepare(context)
        if judge(prepared, allowed):
            return ""
        gate.open(prepared.effects)
        view = await prepared.execute()
    except (Mistake, SaleshandyError):
        return ""
    return str(view.model_dump())


@asynccontextmanager
async def trial(name: str) -> AsyncGenerator[tuple[Sandbox, Context]]:
    box = world(name)
    async with context_over(box) as context:
        yield box, context


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("number", WRITES, ids=lambda number: operation(world("as it is"), number).slug)
async def test_an_operation_that_nobody_was_asked_about_harms_nobody(state: str, number: int) -> None:
    async with trial(state) as (box, context):
        twin = world(state)
        try:
            operation(twin, number)
            call = operation(box, number)
        except IndexError:
            pytest.skip("this world has nothing that the call could be about")
        told = await unasked(context, call)
        twin.clock.advance(box.clock.seconds())
        assert harm(twin, box, told) == NONE


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", [name for name, (tool, _) in tools(world("as it is")).items() if changes(tool)])
async def test_a_tool_that_nobody_was_asked_about_harms_nobody(state: str, name: str) -> None:
    async with trial(state) as (box, context):
        tool, arguments = tools(box)[name]
        told = await unasked(context, _ACTIONS[tool].model_validate(arguments))
        twin = world(state)
        twin.clock.advance(box.clock.seconds())
        assert harm(twin, box, told) == NONE
