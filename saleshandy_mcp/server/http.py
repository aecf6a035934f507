"""Streamable HTTP at /mcp and legacy HTTP+SSE at /sse, one application, with Host and Origin checked on both."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost", "[::1]")


def http_app(server: MCPServer[Any], port: int) -> Starlette:
    """The application for a port of this machine.

    A web page that a person has open elsewhere must not drive this server: only requests that name this machine as
    their host, and come from no page or from one of this machine, are answered.
    """
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[f"{name}:{port}" for name in _NAMES],
        allowed_origins=[f"http://{name}:{port}" for name in _NAMES],
    )
    streamable = server.streamable_http_app(transport_security=security)
    legacy = server.sse_app(transport_security=security)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with server.session_manager.run():
            yield

    return Starlette(
        routes=[*streamable.routes, *legacy.routes, Route("/healthz", _healthy)],
        lifespan=lifespan,
        middleware=[Middleware(_Gate, security=security)],
    )


class _Gate:
    """Refuses before any route is reached: the SDK's SSE route refuses too, but then fails with a traceback."""

    def __init__(self, app: ASGIApp, security: TransportSecuritySettings) -> None:
        self._app = app
        self._check = TransportSecurityMiddleware(security)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = await self._check.validate_request(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


async def _healthy(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")
