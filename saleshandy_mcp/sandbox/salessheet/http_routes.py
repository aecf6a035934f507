"""The HTTP side of the emulator: its API under a prefix of its own, beside Saleshandy's."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleshandy_mcp.sandbox.http.asgi import METHODS, Call
from saleshandy_mcp.sandbox.http.control_bodies import bad, body_of
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.salessheet.crm_webhooks import registered, shown

PREFIX = "/salessheet/v1"
BEARER = "Bearer "


def salessheet_routes(box: Callable[[], SalesSheet]) -> list[Route]:
    """The API, and the control calls: what is in it, and its webhooks, which only its web app makes."""

    async def api(request: Request) -> Response:
        reply, headers = box().answer(await _call(request))
        if reply.status == 204:
            return Response(status_code=204, headers=dict(headers))
        return JSONResponse(reply.body, status_code=reply.status, headers=dict(headers))

    async def state(_: Request) -> Response:
        return JSONResponse(box().state())

    async def webhooks(request: Request) -> Response:
        if request.method == "POST":
            try:
                made = registered(box().crm, await body_of(request))
            except ValueError as error:
                return bad(str(error))
            return JSONResponse(made, status_code=201)
        box().tell_webhooks()
        return JSONResponse(shown(box().crm))

    return [
        Route(PREFIX + "/{path:path}", api, methods=METHODS),
        Route("/sandbox/salessheet", state),
        Route("/sandbox/salessheet/webhooks", webhooks, methods=["GET", "POST"]),
    ]


async def _call(request: Request) -> Call:
    said = request.headers.get("authorization", "")
    return Call(
        method=request.method,
        url_path=request.url.path,
        path="/" + request.path_params["path"],
        query={name: ",".join(request.query_params.getlist(name)) for name in request.query_params},
        key=said.removeprefix(BEARER) if said.startswith(BEARER) else None,
        body=await request.body(),
        base_url=str(request.base_url),
        content_type=request.headers.get("content-type", ""),
    )
