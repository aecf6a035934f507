"""The sandbox's window: what is in it, on pages for a browser of this machine."""

from saleshandy_mcp.sandbox.window.view import Callers, ToolCall
from saleshandy_mcp.sandbox.window.with_window import WithWindow

__all__ = ["Callers", "ToolCall", "WithWindow"]
