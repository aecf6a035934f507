"""What a fault is, and the call that it applies to."""

import json
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

import anyio

from saleshandy_mcp.sandbox.world.clock import BASE

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Pause = Callable[[float], Awaitable[None]]


class ConnectionBroken(ConnectionResetError):
    """Raised in process where over a socket the connection breaks."""


class NobodyThere(ConnectionRefusedError):
    """Raised in process where over a socket nobody accepts the connection."""


@dataclass(frozen=True)
class Answer:
    """A whole answer. Names of headers are in lower case; `content-length` is added when it is sent."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def json(self) -> Any:
        """What its body says; None when that is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def with_json(self, content: Any) -> "Answer":
        """The same with another body. Where there was no JSON, it stays as it is."""
        return self if content is None else replace(self, body=json.dumps(content).encode())


@dataclass
class Exchange:
    """One call that a fault applies to.

    Attributes:
        app: the sandbox without faults.
        scope: the ASGI scope of the call.
        receive: gives the body of the call.
        send: takes the answer.
        now: the time in the sandbox.
        pause: waits for so many seconds.
        earlier: the sandbox as it was when the fault was set, for faults that remember it.
        answer: the true answer, once the call was carried out.
    """

    app: App
    scope: Message
    receive: Receive
    send: Send
    now: datetime = BASE
    pause: Pause = anyio.sleep
    earlier: App | None = None
    answer: Answer | None = None

    async def carry_out(self) -> Answer:
        """Carry the call out and keep its answer, without sending it."""
        started: Message = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            else:
                body.extend(message.get("body", b""))

        await self.app(self.scope, self.receive, keep)
        headers = {name.decode().lower(): value.decode() for name, value in started["headers"]}
        headers.pop("content-length", None)
        self.answer = Answer(started["status"], bytes(body), headers)
        return self.answer

    async def start(self, answer: Answer) -> None:
        """Send the status and the headers of an answer."""
        headers = {**answer.headers, "content-length": str(len(answer.body))}
        coded = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": answer.status, "headers": coded})

    async def reply(self, answer: Answer) -> None:
        """Send a whole answer."""
        await self.start(answer)
        await self.send({"type": "http.response.body", "body": answer.body})

    async def client_gone(self) -> None:
        """Wait until the client has closed the connection."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def break_connection(self, *, abruptly: bool = False) -> None:
        """Close the connection of a server. In process there is none, so that an exception takes its place.

        Args:
            abruptly: reset it instead: what was sent and not yet read is lost.

        Raises:
            ConnectionBroken: in process.
        """
        transport = self.transport
        if transport is None:
            raise ConnectionBroken("the connection broke")
        if abruptly:
            # A socket that lingers for no time is reset when it is closed.
            transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        else:
            transport.close()
        await self.client_gone()

    @property
    def transport(self) -> Any:
        """The connection, as asyncio knows it; None in process."""
        # The server's own `receive` belongs to the object that holds the connection; ASGI has no way to it.
        return getattr(getattr(self.receive, "__self__", None), "transport", None)


Act = Callable[[Exchange], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """One way in which a call goes wrong.

    Attributes:
        name: how it is chosen: short words with dashes.
        what: what the client sees, in one sentence.
        executed: whether the call is carried out before the client sees that.
        act: makes the client see it. When the call was carried out, `exchange.answer` is the true answer.
        calls: the calls that it applies to unless whoever sets it names others; all calls if empty. See `Target`.
        times: how often it applies unless whoever sets it says otherwise; None for every time.
        remembers: whether it needs the sandbox as it was when the fault was set.
        lasts: for how many seconds by the clock of the sandbox it applies, from the first call that it hits; 0 for no
            end.
    """

    name: str
    what: str
    executed: bool
    act: Act
    calls: str = ""
    times: int | None = None
    remembers: bool = False
    lasts: float = 0.0
