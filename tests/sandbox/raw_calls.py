"""Calls to a sandbox without a client, so that a test sees what its server would see."""

import json
from dataclasses import dataclass, field

from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.sandbox.faults.fault import Message


@dataclass
class Seen:
    """What came of one call, as the server of the sandbox would see it."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    parts: list[bytes] = field(default_factory=list[bytes])
    broken: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)

    @property
    def essence(self) -> tuple[object, ...]:
        whole = len(self.body) == int(self.headers.get("content-length", 0))
        return self.status, self.headers, len(self.parts), self.body, self.broken, whole


async def sent(box: Sandbox, call: str, body: object = None) -> Seen:
    """Make a call without a client: the request is there at once, and then the client closes the connection."""
    method, path = call.split(" ")
    content = b"" if body is None else json.dumps(body).encode()
    coming: list[Message] = [{"type": "http.request", "body": content}]
    seen = Seen()

    async def receive() -> Message:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.status = message["status"]
            seen.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            seen.parts.append(message.get("body", b""))

    scope: Message = {
        "type": "http",
        "method": method,
        "path": path if path.startswith("/files/") else f"/v1{path}",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"x-api-key", KEY.encode()), (b"host", b"sandbox")],
        "server": ("sandbox", 80),
        "scheme": "http",
    }
    try:
        await box.app(scope, receive, send)
    except ConnectionError:
        seen.broken = True
    return seen
