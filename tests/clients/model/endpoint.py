"""A scripted model on this machine, over the wires of three vendors."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.clients.model.script import START_IT, Call, next_turn
from tests.clients.model.wires import WIRES, Wire


@dataclass
class Endpoint:
    """Its address, what it was asked, and which model it plays."""

    address: str = ""
    hands_back: bool = False
    call: Call = START_IT
    _seen: list[str] = field(default_factory=list[str])

    def begin(self, *, hands_back: bool) -> None:
        """A conversation begins."""
        self.hands_back = hands_back
        self._seen.clear()

    def seen(self) -> str:
        """What tools have answered, as the model was told."""
        return "\n".join(self._seen)

    def answering(self, wire: Wire) -> Route:
        async def answer(request: Request) -> Response:
            body = await request.json()
            heard = wire.read(body)
            self._seen += [f"MODEL SEES {result}" for result in heard.results[-1:]]
            turn = next_turn(heard, hands_back=self.hands_back, call=self.call)
            if wire.streams(body, request.url.path):
                return StreamingResponse(iter(wire.stream(turn)), media_type="text/event-stream")
            return JSONResponse(wire.whole(turn))

        return Route(wire.path, answer, methods=["POST"])


@contextmanager
def endpoint() -> Generator[Endpoint]:
    """The endpoint, on a free port."""
    model = Endpoint()

    async def other(request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [], "models": [], "path": request.url.path})

    routes = [*(model.answering(wire) for wire in WIRES), Route("/{path:path}", other, methods=["GET", "POST", "HEAD"])]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    model.address = f"http://127.0.0.1:{port}"
    try:
        yield model
    finally:
        server.should_exit = True
        thread.join()
