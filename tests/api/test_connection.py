"""What goes over the wire, and how calls are paced, waited out, repeated and shielded."""

import json
import socket
from collections.abc import Callable
from typing import Any

import anyio
import anyio.lowlevel
import httpx2
import pytest

from saleshandy_mcp import __version__
from saleshandy_mcp.api.client import READ_SECONDS, Saleshandy
from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.prospects import GetVerificationStatus
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.api.resources.sequences import CreateSequence, UpdateSequenceSchedule, UpdateSequenceStatus
from saleshandy_mcp.core.errors import (
    BadKey,
    Broken,
    Doubtful,
    Interrupted,
    NoKey,
    NotSent,
    Rejected,
    Throttled,
    Unreadable,
)
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox

Connect = Callable[[Any], Saleshandy]

READS: list[Operation[Any]] = [ListSchedules(), GetVerificationStatus(emails=["a@example.com"])]
WRITES: list[Operation[Any]] = [
    CreateSequence(title="x"),
    UpdateSequenceSchedule(sequence_id="s", schedule_id="t"),
    UpdateSequenceStatus(sequence_ids=["s"], status="resume"),
]
NOTHING: dict[str, Any] = {"payload": []}
LIMIT = {"code": 40000, "message": "Rate Limit exceeded"}


async def test_a_get_carries_the_key_and_no_content_type(connect: Connect, server: Any) -> None:
    app = server(server.answer(200, NOTHING))
    await connect(app).send(ListFields())
    head, headers = app.heads[0], app.headers[0]
    assert (head["method"], head["path"], head["query_string"]) == ("GET", "/v1/fields", b"systemFields=true")
    assert (headers["x-api-key"], headers["accept"]) == (KEY, "application/json")
    assert headers["user-agent"] == f"saleshandy-mcp/{__version__}"
    assert "content-type" not in headers
    assert "authorization" not in headers
    assert app.bodies == [b""]


async def test_a_post_carries_json(connect: Connect, server: Any) -> None:
    app = server(server.answer(200, {"payload": {"emails": []}}))
    await connect(app).send(ListEmailAccounts(search="ä"))
    head, headers = app.heads[0], app.headers[0]
    assert (head["method"], head["path"], head["query_string"]) == ("POST", "/v1/email-accounts", b"")
    assert (headers["x-api-key"], headers["content-type"]) == (KEY, "application/json")
    assert json.loads(app.bodies[0]) == {"page": 1, "pageSize": 25, "search": "ä"}


async def test_without_a_key_nothing_is_sent(server: Any) -> None:
    app = server(server.answer(200, NOTHING))
    with pytest.raises(NoKey):
        await Saleshandy(None, app=app).send(ListSchedules())
    assert app.bodies == []


async def test_a_wrong_key_is_told_at_once(box: Sandbox) -> None:
    api = Saleshandy("wrong", base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds)
    with pytest.raises(BadKey, match="Invalid token"):
        await api.send(ListSchedules())


@pytest.mark.parametrize(("operation", "attempts"), [(READS[0], 4), (WRITES[0], 3)])
async def test_what_cannot_be_reached_was_not_sent(operation: Operation[Any], attempts: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        pauses: list[float] = []

        async def pause(seconds: float) -> None:
            pauses.append(seconds)

        async with Saleshandy(KEY, base_url=f"http://{address}/v1", clock=lambda: 0.0, pause=pause) as api:
            with pytest.raises(NotSent, match=f"{address} could not be reached"):
                await api.send(operation)
    assert len(pauses) == attempts - 1


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (httpx2.ReadError("reset"), Interrupted),
        (httpx2.ReadTimeout("too slow"), Interrupted),
        (httpx2.WriteError("broken pipe"), Interrupted),
        (httpx2.RemoteProtocolError("cut"), Interrupted),
        (500, Broken),
        (502, Broken),
        (408, Broken),
        (b"<html>", Unreadable),
        (b'{"payload": {"seq', Unreadable),
    ],
)
async def test_a_write_is_never_sent_twice_after_a_broken_answer(
    connect: Connect, server: Any, operation: Operation[Any], failure: Any, error: type[Exception]
) -> None:
    if isinstance(failure, Exception):
        app = server(server.failure(failure))
    else:
        app = server(server.answer(failure) if isinstance(failure, int) else server.answer(200, failure))
    with pytest.raises(error):
        await connect(app).send(operation)
    assert len(app.bodies) == 1


@pytest.mark.parametrize("operation", READS)
async def test_a_read_is_repeated_until_it_is_answered(
    connect: Connect, server: Any, operation: Operation[Any]
) -> None:
    app = server(
        server.answer(503), server.failure(httpx2.ReadError("reset")), server.answer(504), server.answer(200, NOTHING)
    )
    assert await connect(app).send(operation) == []
    assert len(app.bodies) == 4


async def test_a_read_is_given_up_after_four_attempts(connect: Connect, server: Any) -> None:
    app = server(server.answer(502, b"<html>Bad gateway</html>"))
    with pytest.raises(Broken, match=r"^Saleshandy answered HTTP 502$"):
        await connect(app).send(ListSchedules())
    assert len(app.bodies) == 4


async def test_a_refusal_is_not_repeated(connect: Connect, server: Any) -> None:
    app = server(server.answer(400, {"code": 40100, "message": "Sequence not found"}))
    with pytest.raises(Rejected, match="Sequence not found"):
        await connect(app).send(ListSchedules())
    assert len(app.bodies) == 1


async def test_a_redirect_is_not_followed_with_the_key(connect: Connect, server: Any) -> None:
    app = server(server.answer(302, b"", {"location": "https://evil.example/"}), server.answer(200, NOTHING))
    with pytest.raises(Rejected, match="HTTP 302"):
        await connect(app).send(ListSchedules())
    assert len(app.bodies) == 1


async def test_a_throttled_call_is_repeated_when_asked_to_and_not_earlier(
    connect: Connect, server: Any, clock: Clock
) -> None:
    app = server(server.answer(429, None, {"Retry-After": "12"}), server.answer(200, NOTHING))
    await connect(app).send(ListSchedules())
    assert len(app.bodies) == 2
    assert 12 <= clock.seconds() < READ_SECONDS


async def test_a_wait_beyond_the_deadline_is_told_instead_of_waited(
    connect: Connect, server: Any, clock: Clock
) -> None:
    app = server(server.answer(429, None, {"Retry-After": "120"}))
    with pytest.raises(Throttled) as caught:
        await connect(app).send(CreateSequence(title="x"))
    assert (caught.value.after, clock.seconds(), len(app.bodies)) == (120, 0, 1)


async def test_a_throttled_write_is_repeated_once_the_window_is_over(connect: Connect, box: Sandbox) -> None:
    another, api = connect(box.app), connect(box.app)  # as two programs with one key
    for number in range(20):
        await another.send(CreateSequence(title=f"Theirs {number}"))
    box.clock.advance(58)
    await api.send(CreateSequence(title="Ours"))
    assert [row["title"] for row in box.world.sequences.values()].count("Ours") == 1
    assert 60 <= box.clock.seconds() <= 63


async def test_the_api_never_has_to_refuse_a_burst(connect: Connect, box: Sandbox) -> None:
    refused: list[Any] = []

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        async def seen(message: Any) -> None:
            if message.get("status", 200) != 200:
                refused.append(message)
            await send(message)

        await box.app(scope, receive, seen)

    api, read = connect(watched), 0
    while read < 45:
        try:
            await api.send(ListSchedules())
            read += 1
        except Throttled as error:
            box.clock.advance(error.after or 0)
    assert refused == []
    assert box.requests == {"GET /schedules": 45}
    assert 120 <= box.clock.seconds() <= 121


async def test_our_own_pacing_waits_where_the_deadline_allows_it(api: Saleshandy, box: Sandbox) -> None:
    for _ in range(20):
        await api.send(ListSchedules())
    with pytest.raises(Throttled) as caught:
        await api.send(ListSchedules())
    assert caught.value.status == 0
    assert 59 <= (caught.value.after or 0) <= 61
    await api.send(ListFields())
    box.clock.advance(50)
    await api.send(ListSchedules())
    assert 60 <= box.clock.seconds() <= 61


async def test_a_started_write_is_not_cut_off_by_cancellation(connect: Connect, box: Sandbox) -> None:
    arrived, go_on = anyio.Event(), anyio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        arrived.set()
        await go_on.wait()
        await box.app(scope, receive, send)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(connect(slow).send, CreateSequence(title="Ours"))
        await arrived.wait()
        tasks.cancel_scope.cancel()
        await let_others_run()
        go_on.set()
    assert "Ours" in [row["title"] for row in box.world.sequences.values()]


async def test_a_read_is_cut_off_by_cancellation(connect: Connect) -> None:
    arrived = anyio.Event()

    async def never(*_: Any) -> None:
        arrived.set()
        await anyio.sleep_forever()

    with anyio.fail_after(3):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(connect(never).send, ListSchedules())
            await arrived.wait()
            tasks.cancel_scope.cancel()


async def let_others_run() -> None:
    with anyio.CancelScope(shield=True):
        for _ in range(20):
            await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize("first", ["lost-answer", "500-executed", "empty", "html"])
@pytest.mark.parametrize("then", ["refused", "403", "unreachable", "429-huge", "redirect"])
async def test_a_pause_that_may_have_been_carried_out_is_in_doubt_whatever_comes_of_the_next_attempt(
    api: Saleshandy, box: Sandbox, first: str, then: str
) -> None:
    box.faults.set(first, "POST /sequences/status", times=1)
    box.faults.set(then, "POST /sequences/status")
    active = [row["id"] for row in box.world.sequences.values() if row["active"]]
    with pytest.raises((Doubtful, Unreadable)):
        await api.send(UpdateSequenceStatus(sequence_ids=active, status="pause"))
    assert not [row for row in box.world.sequences.values() if row["active"]]
