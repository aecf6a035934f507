"""How the server announces that it has cards."""

from typing import Any

from mcp.server.apps import APP_MIME_TYPE, Apps
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext


class Cards(Apps):
    """The extension, which says in what form its pages are."""

    def settings(self) -> dict[str, Any]:
        return {"mimeTypes": [APP_MIME_TYPE]}


async def announce_extensions(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Around ``initialize``: the SDK drops the extensions from what it answers to clients of 2025.

    Such clients then show no card, although both sides have it.
    """
    result = await call_next(ctx)
    if ctx.method == "initialize" and isinstance(result, dict):
        offered = Cards()
        capabilities: dict[str, Any] = result.setdefault("capabilities", {})
        capabilities.setdefault("extensions", {}).setdefault(offered.identifier, offered.settings())
    return result
