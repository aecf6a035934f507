"""Saleshandy for AI assistants: MCP server, typed client, command line and sandbox.

The names of ``__all__`` are the public Python API. The operations are public too: each module of
``saleshandy_mcp.api.resources`` holds those of one resource.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from saleshandy_mcp.api.client import Saleshandy
    from saleshandy_mcp.api.http.refused_rows import refused_rows
    from saleshandy_mcp.api.operation import Operation, every
    from saleshandy_mcp.api.types import Channel
    from saleshandy_mcp.core.errors import (
        BadKey,
        Broken,
        Doubtful,
        Forbidden,
        Interrupted,
        Mistake,
        NoKey,
        NotSent,
        OutOfTime,
        Refused,
        Rejected,
        SaleshandyError,
        Throttled,
        Unreadable,
    )
    from saleshandy_mcp.features.imports.run_import import run_import
    from saleshandy_mcp.sandbox import Sandbox

__all__ = [
    "BadKey",
    "Broken",
    "Channel",
    "Doubtful",
    "Forbidden",
    "Interrupted",
    "Mistake",
    "NoKey",
    "NotSent",
    "Operation",
    "OutOfTime",
    "Refused",
    "Rejected",
    "Saleshandy",
    "SaleshandyError",
    "Sandbox",
    "Throttled",
    "Unreadable",
    "__version__",
    "every",
    "refused_rows",
    "run_import",
]

__version__ = "0.1.0"

_ELSEWHERE = {
    "Channel": "api.types",
    "Operation": "api.operation",
    "Saleshandy": "api.client",
    "Sandbox": "sandbox",
    "every": "api.operation",
    "refused_rows": "api.http.refused_rows",
    "run_import": "features.imports.run_import",
}
"""The module of each public name that is no error. Errors stand in ``core.errors``."""


def __getattr__(name: str) -> Any:
    """A public name is loaded when it is asked for: most of what starts here needs few of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'core.errors')}"), name)
