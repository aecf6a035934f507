"""The requests that the sandbox got lately."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from saleshandy_mcp.sandbox.faults.fault import App, Message, Receive, Send

KEPT = 200
LONGEST_BODY = 2_000
_NOT_SHOWN = ("/sandbox/", "/favicon.ico")


@dataclass
class LoggedCall:
    """A request to the API or to the CRM. Its key is not kept.

    Attributes:
        at: when it came, by the clock of the sandbox.
        method: of the request.
        path: without the query.
        query: as it came.
        body: its beginning.
        status: of the answer; None while there is none.
    """

    at: str
    method: str
    path: str
    query: str
    body: bytes = b""
    status: int | None = None


class CallLog:
    """Stands before an application and keeps the last requests to it, the newest first.

    Args:
        app: the sandbox with its faults.
        now: tells the time in the sandbox.
    """

    def __init__(self, app: App, now: Callable[[], str]) -> None:
        self._app, self._now = app, now
        self.calls: deque[LoggedCall] = deque(maxlen=KEPT)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_NOT_SHOWN):
            await self._app(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        call = LoggedCall(self._now(), scope["method"], scope["path"], query)
        self.calls.appendleft(call)
        await self._app(scope, _Reading(call, receive).receive, _noted(call, send))


class _Reading:
    """Hands the body of a request on, and keeps its beginning.

    Attributes:
        transport: the connection, which faults look for here to break it.
    """

    def __init__(self, call: LoggedCall, receive: Receive) -> None:
        self._call, self._receive = call, receive
        self.transport = getattr(getattr(receive, "__self__", None), "transport", None)

    async def receive(self) -> Message:
        message = await self._receive()
        self._call.body = (self._call.body + message.get("body", b""))[:LONGEST_BODY]
        return message


def _noted(call: LoggedCall, send: Send) -> Send:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            call.status = message["status"]
        await send(message)

    return noting
