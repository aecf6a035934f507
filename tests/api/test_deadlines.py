"""How long a call may take in all, and which connections it goes over."""

from collections.abc import Callable
from typing import Any

import anyio
import anyio.abc
import pytest

from saleshandy_mcp.api.client import READ_SECONDS, Saleshandy
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.api.resources.sequences import UpdateSequenceStatus
from saleshandy_mcp.core.errors import Throttled
from saleshandy_mcp.sandbox import KEY, Clock

Connect = Callable[[Any], Saleshandy]
START = UpdateSequenceStatus(sequence_ids=["s"], status="resume")


async def test_a_write_may_wait_longer_than_a_read(connect: Connect, server: Any, clock: Clock) -> None:
    asked = READ_SECONDS + 2
    steps = (server.answer(429, None, {"Retry-After": str(asked)}), server.answer(200, {"payload": []}))
    with pytest.raises(Throttled):
        await connect(server(*steps)).send(ListSchedules())
    assert clock.seconds() == 0
    await connect(server(*steps)).send(START)
    assert clock.seconds() == asked


async def test_who_is_throttled_near_the_deadline_is_told_when_to_come_back(
    connect: Connect, server: Any, clock: Clock
) -> None:
    async def late(send: Any) -> None:
        clock.advance(READ_SECONDS - 1)
        await server.answer(400, {"code": 40000, "message": "Rate Limit exceeded"})(send)

    app = server(late)
    with pytest.raises(Throttled) as caught:
        await connect(app).send(ListSchedules())
    assert 2.5 <= (caught.value.after or 0) <= 5
    assert len(app.bodies) == 1


async def test_a_slash_at_the_end_of_the_address_does_not_matter(server: Any) -> None:
    app = server(server.answer(200, {"payload": []}))
    await Saleshandy(KEY, base_url="http://sandbox/v1/", app=app).send(ListSchedules())
    assert app.heads[0]["path"] == "/v1/schedules"


async def test_reads_share_a_connection_and_every_write_has_one_of_its_own() -> None:
    served: list[str] = []  # per connection, the methods that came over it

    async def serve(stream: anyio.abc.SocketStream) -> None:
        number = len(served)
        served.append("")
        async with stream:
            try:
                while request := await stream.receive():
                    if b"HTTP/1.1\r\n" in request:
                        served[number] += request[:1].decode()
                        await stream.send(b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"payload":[]}')
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - not a query of a database
        async with Saleshandy(KEY, base_url=f"http://127.0.0.1:{port}/v1") as api:
            for operation in (ListSchedules(), START, ListSchedules(), START, ListSchedules()):
                await api.send(operation)
        tasks.cancel_scope.cancel()
    assert served == ["GGG", "P", "P"]
