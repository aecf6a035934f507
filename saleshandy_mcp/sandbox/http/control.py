"""The control calls of a sandbox (`/sandbox/...`): its state, its clock and its limits."""

from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleshandy_mcp.sandbox.http.control_bodies import bad, body_of, is_number, only
from saleshandy_mcp.sandbox.world.clock import Clock

TEN_YEARS = 10 * 365 * 86400.0
FASTEST = 1_000_000


class Controlled(Protocol):
    """The parts of a sandbox that these calls use."""

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
        body = await body_of(request)
        seconds, speed = only(body, "advance"), only(body, "speed")
        if is_number(seconds, TEN_YEARS):
            box.clock.advance(seconds)
        elif is_number(speed, FASTEST):
            box.clock.speed = speed
        else:
            return bad(
                'Send {"advance": seconds}, a number from 0 to ten years, or {"speed": times}, from 0 to 1,000,000.'
            )
        return JSONResponse(box.state())

    async def set_limits(request: Request) -> Response:
        on = only(await body_of(request), "on")
        if not isinstance(on, bool):
            return bad('Send {"on": true} or {"on": false}.')
        box.limits_on = on
        return JSONResponse(box.state())

    return [
        Route("/sandbox/state", state),
        Route("/sandbox/reset", reset, methods=["POST"]),
        Route("/sandbox/clock", move_clock, methods=["POST"]),
        Route("/sandbox/limits", set_limits, methods=["POST"]),
    ]
