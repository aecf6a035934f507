"""What all renderings share. Pure."""

from functools import singledispatch

from saleshandy_mcp.core.view import View
from saleshandy_mcp.untrusted.one_line import one_line as plain


@singledispatch
def render(view: View) -> str:
    """The text of a view."""
    raise TypeError(f"nothing renders a {type(view).__name__}")


def lines(*parts: str | None) -> str:
    """The parts that say something, a line each."""
    return "\n".join(part for part in parts if part)


def more(following: str | None) -> str | None:
    return f"More: {following}" if following else None


__all__ = ["lines", "more", "plain", "render"]
