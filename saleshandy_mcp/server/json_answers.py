"""Answers as one JSON document, for clients over HTTP that take no stream of events.

The SDK answers with events alone where questions are allowed. The event that is the answer is taken out of them; news
about the call is dropped.
"""

import json
from typing import Any

from starlette.types import Message, Send

JSON_ALONE = "saleshandy_mcp.json_alone"
"""Stands in the scope of a request whose client takes JSON and nothing else: it cannot be asked anything."""
_EVENTS, _JSON = b"text/event-stream", b"application/json"
_NO_ANSWER: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": None,
    "error": {"code": -32603, "message": "the call ended without an answer; look at what it did before you repeat it"},
}


class JsonAnswer:
    """Passes an answer on; one that is a stream of events is held until it ends, and becomes one document."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._events = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_stream(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._events += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = answer_in(self._events)
        kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-type"]
        headers = [*kept, (b"content-type", _JSON), (b"content-length", str(len(body)).encode())]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def answer_in(events: bytes) -> bytes:
    """The answer among the events. Each is one line of data."""
    for line in reversed(events.splitlines()):
        if line.startswith(b"data:") and (data := line[5:].strip()):
            said = json.loads(data)
            if "result" in said or "error" in said:
                return data
    return json.dumps(_NO_ANSWER).encode()


def _is_stream(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(_EVENTS) for name, value in start["headers"])
