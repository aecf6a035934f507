"""Tells clients that subscribed to a resource that it has changed: after each call of theirs or others that changes.

Nothing is asked of the API for it: changes made elsewhere are not noticed. Clients of 2025 subscribe with a request and
get a notification; those of 2026 keep a stream open, which the SDK serves. Where nobody subscribes nothing is sent.
"""

from collections.abc import Collection
from typing import Any

from anyio import BrokenResourceError, ClosedResourceError
from mcp.server import Server
from mcp.server.connection import Connection
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus
from mcp.shared.subscriptions import ResourceUpdated
from mcp.types import EmptyResult, SubscribeRequestParams, UnsubscribeRequestParams


class ChangeNotices:
    """The subscriptions of one server."""

    def __init__(self, changing: Collection[str], resources: Collection[str]) -> None:
        """The notices of a server.

        Args:
            changing: names of the tools that change something.
            resources: addresses of what they may change.
        """
        self.bus = InMemorySubscriptionBus()
        self._changing, self._resources = changing, resources
        self._sessions: dict[tuple[int, str], ServerSession] = {}

    def announce(self, protocol: Server[Any]) -> None:
        """Let clients of 2025 subscribe. The SDK announces it because there is a handler for that."""
        protocol.add_request_handler("resources/subscribe", SubscribeRequestParams, self._subscribe)
        protocol.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, self._unsubscribe)

    async def around(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Around every request: after a call that may have changed something, whoever subscribed is told."""
        result = await call_next(ctx)
        if (
            ctx.method == "tools/call"
            and (ctx.params or {}).get("name") in self._changing
            and _may_have_changed(result)
        ):
            await self._tell()
        return result

    async def _tell(self) -> None:
        for uri in self._resources:
            await self.bus.publish(ResourceUpdated(uri=uri))
        for key, session in list(self._sessions.items()):
            try:
                await session.send_resource_updated(key[1])
            except (BrokenResourceError, ClosedResourceError):
                self._sessions.pop(key, None)

    async def _subscribe(self, ctx: ServerRequestContext[Any, Any], params: SubscribeRequestParams) -> EmptyResult:
        if str(params.uri) in self._resources:
            key = _key(ctx, params.uri)
            if key not in self._sessions:
                _connection(ctx).exit_stack.callback(self._sessions.pop, key, None)
            self._sessions[key] = ctx.session
        return EmptyResult()

    async def _unsubscribe(self, ctx: ServerRequestContext[Any, Any], params: UnsubscribeRequestParams) -> EmptyResult:
        self._sessions.pop(_key(ctx, params.uri), None)
        return EmptyResult()


def _key(ctx: ServerRequestContext[Any, Any], uri: str) -> tuple[int, str]:
    """The client's connection, and what it subscribed to."""
    return id(_connection(ctx)), str(uri)


def _connection(ctx: ServerRequestContext[Any, Any]) -> Connection:
    return ctx.session._connection  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - it has no public name


def _may_have_changed(result: HandlerResult) -> bool:
    """Whether a call was more than a question. One that failed may have changed something before."""
    facts: dict[str, Any] = (result.get("structuredContent") if isinstance(result, dict) else None) or {}
    return facts.get("done") is not False
