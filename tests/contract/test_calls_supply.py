"""Senders, statistics, domains and leads: every operation, sent by the real client to the sandbox."""

from collections.abc import Callable
from typing import Any

import pytest

from saleshandy_mcp.api import (
    analytics,
    attachments,
    blacklist,
    domains,
    email_accounts,
    enrichment,
    lead_search,
    leads,
    team,
)
from saleshandy_mcp.api.action import Operation
from saleshandy_mcp.api.analytics import GetSequenceStats
from saleshandy_mcp.api.catalog import operations
from saleshandy_mcp.api.connection import Saleshandy
from saleshandy_mcp.api.email_accounts import ListEmailAccounts
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.routes import ROUTES
from saleshandy_mcp.sandbox.world import World
from tests.contract.calls_supply import CALLS

MODULES = (analytics, attachments, blacklist, domains, email_accounts, enrichment, lead_search, leads, team)
ELSEWHERE = {GetSequenceStats, ListEmailAccounts}
"""Tried with the sequences they belong to."""


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
    declared = {operation for module in MODULES for operation in operations(module)}
    assert {type(call(box.world)) for call in CALLS} == declared - ELSEWHERE
