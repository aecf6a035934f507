"""What all renderings share. Pure."""

from functools import singledispatch

from saleshandy_mcp.core.view import View
from saleshandy_mcp.untrusted.html_mail import on_a_line

_LONGEST_VALUE = 120


@singledispatch
def render(view: View) -> str:
    """The text of a view."""
    raise TypeError(f"nothing renders a {type(view).__name__}")


def lines(*parts: str | None) -> str:
    """The parts that say something, a line each."""
    return "\n".join(part for part in parts if part)


def plain(text: str, longest: int = _LONGEST_VALUE) -> str:
    """A value that somebody else wrote, on one line: no control, invisible or direction-changing characters.

    What is longer is cut and shows it by an ellipsis.
    """
    words = on_a_line(text)
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def more(following: str | None) -> str | None:
    return f"More: {following}" if following else None
