"""Limits of time against an API that hangs, in a loop whose time jumps."""

from typing import Any

import anyio
import pytest

from saleshandy_mcp.api.client import READ_SECONDS, WRITE_SECONDS, Saleshandy
from saleshandy_mcp.api.http.chain import least_seconds
from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.api.resources.sequences import CreateSequence
from saleshandy_mcp.core.errors import Interrupted, OutOfTime, Throttled
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from tests.jumping_time import JUMPING_TIME, now

READ, WRITE = ListSchedules(), CreateSequence(title="x")
both = pytest.mark.parametrize(("operation", "limit"), [(READ, READ_SECONDS), (WRITE, WRITE_SECONDS)])


@pytest.fixture(scope="module")
def anyio_backend() -> Any:
    return JUMPING_TIME


@pytest.fixture
async def box() -> Sandbox:
    return Sandbox(clock=Clock(tick=now))


@pytest.fixture
async def api(box: Sandbox) -> Saleshandy:
    return Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app, clock=now)


@pytest.fixture
def requests(box: Sandbox) -> Any:
    return lambda: sum(box.state()["requests"].values())


@both
@pytest.mark.parametrize("fault", ["hang", "drip"])
async def test_what_is_never_wholly_answered_ends_by_the_limit(
    box: Sandbox, api: Saleshandy, fault: str, operation: Operation[Any], limit: float
) -> None:
    box.faults.set(fault)
    start = now()
    with pytest.raises(Interrupted, match=f"within {limit:.0f} s"):
        await api.send(operation)
    assert now() - start == pytest.approx(limit)


@both
async def test_it_ends_earlier_where_the_call_that_wants_it_does(
    box: Sandbox, api: Saleshandy, operation: Operation[Any], limit: float
) -> None:
    box.faults.set("hang")
    start = now()
    with pytest.raises(Interrupted):
        await api.send(operation, start + limit / 2)
    assert now() - start == pytest.approx(limit / 2)


@both
async def test_it_is_not_started_with_too_little_time_left(
    api: Saleshandy, requests: Any, operation: Operation[Any], limit: float
) -> None:
    del limit
    for send in (api.send, api.recent):
        with pytest.raises(OutOfTime, match=operation.slug):
            await send(operation, now() + least_seconds(operation) / 2)
    assert requests() == 0


async def test_it_does_not_wait_for_the_rate_limit_longer_than_the_call_lasts(api: Saleshandy) -> None:
    for _ in range(20):
        await api.send(READ)
    start = now()
    with pytest.raises(Throttled):
        await api.send(READ, start + 5)
    assert now() == start


async def test_a_report_is_not_fetched_beyond_the_end_of_a_call(box: Sandbox, api: Saleshandy) -> None:
    box.faults.set("hang", "GET /files/")
    start = now()
    with anyio.fail_after(60), pytest.raises(Interrupted):
        await api.download("http://sandbox/files/a.csv", start + 4)
    assert now() - start == pytest.approx(4)
