"""The control calls of a sandbox (`/sandbox/...`): read its state, reset it, move its clock, switch its limits."""

import json
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleshandy_mcp.sandbox.world.clock import Clock

TEN_YEARS = 10 * 365 * 86400.0
FASTEST = 1_000_000


class Controlled(Protocol):
    """What is needed of a sandbox here."""

    limits_on: bool
    clock: Clock

    def state(self) -> dict[str, Any]: ...
    def reset(self) -> None: ...


def control_routes(box: Controlled) -> list[Route]:
    async def state(_: Request) -> Response:
        return JSONResponse(box.state())

    async def reset(_: Request) -> Response:
        box.reset()
        return JSONResponse(box.state())

    async def move_clock(request: Request) -> Response:
        body = await _body(request)
        seconds, speed = _only(body, "advance"), _only(body, "speed")
        if _is_number(seconds, TEN_YEARS):
            box.clock.advance(seconds)
        elif _is_number(speed, FASTEST):
            box.clock.speed = speed
        else:
            return _bad(
                'Send {"advance": seconds}, a number from 0 to ten years, or {"speed": times}, from 0 to 1,000,000.'
            )
        return JSONResponse(box.state())

    async def set_limits(request: Request) -> Response:
        on = _only(await _body(request), "on")
        if not isinstance(on, bool):
            return _bad('Send {"on": true} or {"on": false}.')
        box.limits_on = on
        return JSONResponse(box.state())

    return [
        Route("/sandbox/state", state),
        Route("/sandbox/reset", reset, methods=["POST"]),
        Route("/sandbox/clock", move_clock, methods=["POST"]),
        Route("/sandbox/limits", set_limits, methods=["POST"]),
    ]


async def _body(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def _is_number(value: Any, most: float) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= most


def _only(body: Any, name: str) -> Any:
    """The value of this property when the body holds no other; None otherwise."""
    return body[name] if isinstance(body, dict) and list(body) == [name] else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - JSON


def _bad(message: str) -> Response:
    return JSONResponse({"message": message}, status_code=400)
