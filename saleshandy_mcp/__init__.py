"""Saleshandy for AI assistants: MCP server, typed client, command line and sandbox."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from saleshandy_mcp.api.client import Saleshandy

__all__ = ["Saleshandy", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``Saleshandy`` is loaded when it is asked for: most of what starts here never does."""
    if name == "Saleshandy":
        from saleshandy_mcp.api.client import Saleshandy  # noqa: PLC0415 - the point of it

        return Saleshandy
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
