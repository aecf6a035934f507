"""Requests that name another host, or come from another page, are refused before any route is reached."""

from collections.abc import Sequence

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost", "[::1]")


def own_pages(port: int, hosts: Sequence[str] = (), origins: Sequence[str] = ()) -> TransportSecuritySettings:
    """This machine as host and origin, and what the operator adds."""
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[*(f"{name}:{port}" for name in _NAMES), *(host.lower() for host in hosts)],
        allowed_origins=[*(f"http://{name}:{port}" for name in _NAMES), *origins],
    )


class HostCheck:
    """Refuses before any route is reached: the SDK's SSE route refuses too, but then fails with a traceback."""

    def __init__(self, app: ASGIApp, security: TransportSecuritySettings) -> None:
        self._app = app
        self._check = TransportSecurityMiddleware(security)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = await self._check.validate_request(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)
