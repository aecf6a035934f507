"""Streamable HTTP at /mcp and legacy HTTP+SSE at /sse, one application, with Host and Origin checked on both."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from saleshandy_mcp.server.host_check import HostCheck, own_pages
from saleshandy_mcp.server.json_answers import JSON_ALONE, JsonAnswer

MOST_SESSIONS = 1000
"""Sessions at a time; one that is not used ends after half an hour."""
_BOTH = "application/json, text/event-stream"


def http_app(server: MCPServer[Any], port: int, hosts: Sequence[str] = (), origins: Sequence[str] = ()) -> Starlette:
    """The application for a port of this machine.

    A web page that a person has open elsewhere must not drive this server: only requests that name this machine as
    their host, and come from no page or from one of this machine, are answered.

    Args:
        server: what is served.
        port: of this machine.
        hosts: further names under which this server may be reached, such as ``host.docker.internal:8000``.
        origins: further pages that may call it, such as ``https://inspector.example.com``.
    """
    security = own_pages(port, hosts, origins)
    streamable = server.streamable_http_app(transport_security=security, max_sessions=MOST_SESSIONS)
    legacy = server.sse_app(transport_security=security)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with server.session_manager.run():
            yield

    return Starlette(
        routes=[*streamable.routes, *legacy.routes, Route("/healthz", _healthy)],
        lifespan=lifespan,
        middleware=[
            Middleware(_Mended),
            Middleware(HostCheck, security=security),
            Middleware(
                CORSMiddleware,
                allow_origins=security.allowed_origins,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["*"],
                expose_headers=["mcp-session-id", "mcp-protocol-version"],
            ),
        ],
    )


class _Mended:
    """Takes what clients send in another form than the SDK expects it, where what is meant is clear."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": list(scope["headers"])}
            if scope["path"] == "/mcp/":
                scope |= {"path": "/mcp", "raw_path": b"/mcp"}
            headers = MutableHeaders(scope=scope)
            headers["host"] = headers.get("host", "").lower()
            accepted = _kinds(headers.get("accept", ""))
            if accepted & {"", "*/*", "text/*", "text/event-stream"}:
                headers["accept"] = _BOTH
            elif scope["method"] == "POST" and accepted & {"application/json", "application/*"}:
                headers["accept"] = _BOTH
                scope[JSON_ALONE] = True
                send = JsonAnswer(send)
            # No events are kept that could be sent again; the SDK fails on the wish.
            if "last-event-id" in headers:
                del headers["last-event-id"]
        await self._app(scope, receive, send)


def _kinds(accept: str) -> set[str]:
    """The types of answers that a client takes; the empty text where it says nothing."""
    return {part.split(";")[0].strip().lower() for part in accept.split(",")}


async def _healthy(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")
