"""The Starlette shell: API calls to the sandbox, the control endpoints and the failure reports."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from saleshandy_mcp.sandbox.http.message import Reply
from saleshandy_mcp.sandbox.simulation import catch_up, imports
from saleshandy_mcp.sandbox.world.clock import Clock
from saleshandy_mcp.sandbox.world.tables import World

PREFIXES = ("/v1", "/api/open-api/v1")
TEN_YEARS = 10 * 365 * 86400.0
FASTEST = 1_000_000
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Call:
    """What an API call is made of, before anything has been judged."""

    method: str
    url_path: str
    path: str  # without the prefix
    query: dict[str, str]
    key: str | None
    body: bytes
    base_url: str
    content_type: str = ""


class Box(Protocol):
    """What the shell needs of a sandbox."""

    limits_on: bool
    clock: Clock
    world: World

    def answer(self, call: Call) -> Reply: ...
    def state(self) -> dict[str, Any]: ...
    def reset(self) -> None: ...


def create_app(box: Box) -> Starlette:
    async def api(request: Request) -> Response:
        reply = box.answer(await _call(request))
        return JSONResponse(reply.body, status_code=reply.status)

    async def report(request: Request) -> Response:
        catch_up.settle(box.world)
        name = request.path_params["name"]
        text = imports.failure_report(box.world, name) or box.world.reports.get(name)
        if text is None:
            return JSONResponse({"message": "There is no such file."}, status_code=404)
        return PlainTextResponse(text, media_type="text/csv")

    return Starlette(
        routes=[
            *(Route(prefix + "/{path:path}", api, methods=METHODS) for prefix in PREFIXES),
            Route("/files/{name}.csv", report),
            *_control_routes(box),
        ]
    )


def _control_routes(box: Box) -> list[Route]:
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


async def _call(request: Request) -> Call:
    return Call(
        method=request.method,
        url_path=request.url.path,
        path="/" + request.path_params["path"],
        query={name: ",".join(request.query_params.getlist(name)) for name in request.query_params},
        key=request.headers.get("x-api-key"),
        body=await request.body(),
        base_url=str(request.base_url),
        content_type=request.headers.get("content-type", ""),
    )


async def _body(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def _is_number(value: Any, most: float) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= most


def _only(body: Any, name: str) -> Any:
    """The value of a body that holds exactly this one property, else nothing."""
    return body[name] if isinstance(body, dict) and list(body) == [name] else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - JSON


def _bad(message: str) -> Response:
    return JSONResponse({"message": message}, status_code=400)
