"""Inbox, tasks and webhooks: every operation, sent by the real client to the sandbox."""

from collections.abc import Callable
from typing import Any

import pytest

from saleshandy_mcp.api import inbox, tasks, webhooks
from saleshandy_mcp.api.action import Operation
from saleshandy_mcp.api.catalog import operations
from saleshandy_mcp.api.connection import Saleshandy
from saleshandy_mcp.api.webhooks import read_delivery
from saleshandy_mcp.sandbox import Sandbox, deliveries
from saleshandy_mcp.sandbox.routes import ROUTES
from saleshandy_mcp.sandbox.world import World
from tests.contract.calls_work import CALLS


@pytest.mark.parametrize("call", CALLS)
async def test_the_sandbox_takes_it_and_its_answer_is_understood(
    box: Sandbox, api: Saleshandy, call: Callable[[World], Operation[Any]]
) -> None:
    operation = call(box.world)
    if (operation.route.method, operation.route.path) not in ROUTES:
        pytest.skip("not emulated yet")
    await api.send(operation)
    assert box.requests == {f"{operation.route.method} {operation.route.path}": 1}


def test_every_operation_is_tried(box: Sandbox) -> None:
    declared = {operation for module in (inbox, tasks, webhooks) for operation in operations(module)}
    assert {type(call(box.world)) for call in CALLS} == declared


def test_whatever_the_sandbox_delivers_is_read_without_a_loss(box: Sandbox) -> None:
    bodies = [deliveries.body(box.world, event) for event in box.world.events]
    assert bodies
    for body in bodies:
        delivery = read_delivery(body)
        assert delivery.happened_at
        # A count is read as text, for both are told of.
        counted = {"openCount": str(body["openCount"])} if "openCount" in body else {}
        assert delivery.model_dump(by_alias=True, exclude_unset=True) == body | counted
