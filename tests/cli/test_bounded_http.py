"""Connections that are begun and not gone on with: they end by themselves, and are never too many."""

import asyncio
from typing import Any

import anyio
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from saleshandy_mcp.cli.support.serving.bounded_http import HEAD_SECONDS, MOST_CONNECTIONS, BoundedHttp
from tests.jumping_time import JUMPING_TIME

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
SLOW = 3 * HEAD_SECONDS


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return JUMPING_TIME


class Wire(asyncio.Transport):
    """What a connection writes to."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.sent = b""
        self.over = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += bytes(data)

    def close(self) -> None:
        self.over = True

    abort = close

    def is_closing(self) -> bool:
        return self.over


class Served:
    """A server whose answers take their time."""

    def __init__(self) -> None:
        async def slow(_: Any) -> PlainTextResponse:
            await anyio.sleep(SLOW)
            return PlainTextResponse("here")

        self._config = uvicorn.Config(Starlette(routes=[Route("/", slow)]), log_config=None, timeout_keep_alive=1000)
        self._config.load()
        self._state = ServerState()

    def connect(self) -> tuple[BoundedHttp, Wire]:
        connection, wire = BoundedHttp(self._config, self._state, {}), Wire()
        connection.connection_made(wire)
        return connection, wire


@pytest.fixture
async def served() -> Served:
    return Served()


@pytest.mark.parametrize("begun", [b"", b"GET / HT", HEAD], ids=["nothing", "half a line", "half a head"])
async def test_a_request_that_is_not_gone_on_with_ends_its_connection(served: Served, begun: bytes) -> None:
    connection, wire = served.connect()
    if begun:
        connection.data_received(begun)
    await anyio.sleep(HEAD_SECONDS - 1)
    assert not wire.over
    await anyio.sleep(2)
    assert wire.over


async def test_a_head_that_comes_byte_by_byte_has_no_longer(served: Served) -> None:
    connection, wire = served.connect()
    for byte in HEAD:
        if not wire.over:
            connection.data_received(bytes([byte]))
        await anyio.sleep(1)
    assert wire.over


async def test_an_answer_may_take_longer_and_the_next_request_has_its_own_time(served: Served) -> None:
    connection, wire = served.connect()
    connection.data_received(HEAD + b"\r\n")
    await anyio.sleep(SLOW + 1)
    assert wire.sent.endswith(b"here")
    assert not wire.over
    connection.data_received(HEAD)
    await anyio.sleep(HEAD_SECONDS + 1)
    assert wire.over


async def test_no_more_connections_than_the_bound_are_kept(served: Served) -> None:
    kept = [served.connect() for _ in range(MOST_CONNECTIONS)]
    assert not any(wire.over for _, wire in kept)
    _, one_more = served.connect()
    assert one_more.over
    kept[0][0].connection_lost(None)
