"""The HTTP side of a sandbox: its API under two prefixes, the files it offers, and the control calls."""

from dataclasses import dataclass
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from saleshandy_mcp.sandbox.http.control import Controlled, control_routes
from saleshandy_mcp.sandbox.http.fault_control import Breakable, fault_routes
from saleshandy_mcp.sandbox.http.message import Reply
from saleshandy_mcp.sandbox.simulation import imports
from saleshandy_mcp.sandbox.simulation.catch_up import catch_up
from saleshandy_mcp.sandbox.world.tables import World

PREFIXES = ("/v1", "/api/open-api/v1")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Call:
    """One API call, before anything is checked."""

    method: str
    url_path: str
    path: str  # without the prefix
    query: dict[str, str]
    key: str | None
    body: bytes
    base_url: str
    content_type: str = ""


class Box(Controlled, Breakable, Protocol):
    """The parts of a sandbox that the HTTP side uses."""

    world: World

    def answer(self, call: Call) -> Reply: ...


def create_app(box: Box, *beside: Route) -> Starlette:
    """The application of a sandbox.

    Args:
        box: the sandbox.
        beside: routes of other APIs at the same address.
    """

    async def api(request: Request) -> Response:
        reply = box.answer(await _call(request))
        return JSONResponse(reply.body, status_code=reply.status, headers=dict(reply.headers))

    async def report(request: Request) -> Response:
        catch_up(box.world)
        name = request.path_params["name"]
        text = imports.failure_report(box.world, name) or box.world.reports.get(name)
        if text is None:
            return JSONResponse({"message": "There is no such file."}, status_code=404)
        return PlainTextResponse(text, media_type="text/csv")

    return Starlette(
        routes=[
            *(Route(prefix + "/{path:path}", api, methods=METHODS) for prefix in PREFIXES),
            Route("/files/{name}.csv", report),
            *control_routes(box),
            *fault_routes(box),
            *beside,
        ]
    )


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
