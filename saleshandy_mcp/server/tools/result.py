"""The one way results are put together: a text, and the same facts structured."""

from typing import Any

from mcp.types import CallToolResult, TextContent

LONGEST = 20_000
"""Characters of text; clients cut longer ones without a word."""


def text_result(text: str, structured: dict[str, Any] | None = None, *, untrusted: bool = False) -> CallToolResult:
    """A result that succeeded. ``untrusted`` marks text that strangers wrote, where each kind of client looks."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + f"\n(cut here: {len(text):,} characters are too many; ask for less at a time)"
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content={**(structured or {}), "untrusted": True} if untrusted else structured,
        _meta={"untrusted": True} if untrusted else None,
    )


def error_result(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
