"""Slow-changing lists are kept for a minute, and dropped by whatever this connection writes."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.http.chain import ResponseCache
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.sequences import CreateSequence, ListSequences
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.sandbox import KEY, Sandbox
from tests.boxes import frozen_box

FIELDS, SEQUENCES = "GET /fields", "GET /sequences"


@pytest.fixture
def box() -> Sandbox:
    return frozen_box()


@pytest.fixture
async def api(box: Sandbox) -> AsyncGenerator[Saleshandy]:
    async with Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds) as api:
        yield api


def asked(box: Sandbox, call: str) -> int:
    return box.state()["requests"].get(call, 0)


async def test_a_list_is_asked_for_once_a_minute(api: Saleshandy, box: Sandbox) -> None:
    first = await api.recent(ListFields())
    assert await api.recent(ListFields()) == first
    assert asked(box, FIELDS) == 1
    box.clock.advance(61)
    await api.recent(ListFields())
    assert asked(box, FIELDS) == 2


async def test_other_arguments_are_another_question(api: Saleshandy, box: Sandbox) -> None:
    await api.recent(ListSequences())
    await api.recent(ListSequences(title="launch"))
    assert asked(box, SEQUENCES) == 2


async def test_a_write_of_ours_is_seen_at_once(api: Saleshandy) -> None:
    before = await api.recent(ListSequences())
    await api.send(CreateSequence(title="Brand new"))
    after = await api.recent(ListSequences())
    assert len(after.items) == len(before.items) + 1


async def test_a_write_that_failed_counts_as_one_for_it_may_have_done_something(api: Saleshandy, box: Sandbox) -> None:
    await api.recent(ListFields())
    with pytest.raises(SaleshandyError):
        await api.send(CreateSequence(title="x" * 255, schedule_id="nowhere000"))
    await api.recent(ListFields())
    assert asked(box, FIELDS) == 2


async def test_what_was_asked_before_a_write_and_answered_after_it_is_not_kept() -> None:
    sent: list[str] = []
    recent = ResponseCache(lambda: 0.0, lambda: len(sent))

    async def send(operation: Request[Any]) -> Any:
        sent.append(operation.slug)  # as if a change had been made meanwhile

    await recent.read(ListFields(), send)
    await recent.read(ListFields(), send)
    assert len(sent) == 2


async def test_plain_reads_are_never_kept(api: Saleshandy, box: Sandbox) -> None:
    await api.recent(ListFields())
    await api.send(ListFields())
    assert asked(box, FIELDS) == 2
