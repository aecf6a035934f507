"""From a view to the text a model reads: one line an item, ids in brackets, counts, and the call that comes next."""

from saleshandy_mcp.server.render import (
    stats,
)
from saleshandy_mcp.server.render.base import render

__all__ = [
    "render",
    "stats",
]
