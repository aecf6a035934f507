"""A fresh sandbox with frozen time, the real client on it, and small made-up servers that go wrong as told."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from tests.boxes import DIALECT

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Step = Callable[[Send], Awaitable[None]]


@pytest.fixture
def clock() -> Clock:
    return Clock(tick=lambda: 0.0)


@pytest.fixture
def box(clock: Clock) -> Sandbox:
    return Sandbox(clock=clock, dialect=DIALECT)


@pytest.fixture
def connect(clock: Clock) -> Callable[[Any], Saleshandy]:
    """The real client on any application, its waits moving the clock."""

    async def pause(seconds: float) -> None:
        clock.advance(seconds)

    return lambda app: Saleshandy(KEY, base_url="http://sandbox/v1", app=app, clock=clock.seconds, pause=pause)


@pytest.fixture
def api(connect: Callable[[Any], Saleshandy], box: Sandbox) -> Saleshandy:
    return connect(box.app)


class Server:
    """An ASGI application that plays its steps in turn, the last one for ever, and keeps what it was sent."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.heads: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.heads.append(scope)
        self.headers.append({name.decode().lower(): value.decode() for name, value in scope["headers"]})
        self.bodies.append(body)
        await self.steps[min(len(self.bodies), len(self.steps)) - 1](send)

    @staticmethod
    def answer(status: int, content: Any = None, headers: dict[str, str] | None = None) -> Step:
        """A step that answers: bytes as they are, anything else as JSON."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        lines = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]

        async def step(send: Send) -> None:
            await send({"type": "http.response.start", "status": status, "headers": lines})
            await send({"type": "http.response.body", "body": body})

        return step

    @staticmethod
    def failure(error: Exception) -> Step:
        """A step at which the connection fails in this way."""

        async def step(_: Send) -> None:
            raise error

        return step


@pytest.fixture
def server() -> type[Server]:
    return Server
