"""Results of calls in the protocol's form: the text and the facts beside it, without what nobody can see."""

from typing import Any

from mcp.types import CallToolResult, TextContent

from saleshandy_mcp.untrusted.one_line import cleaned, visible

LONGEST = 20_000
"""Characters of text; clients cut longer ones without a word."""
LONGEST_ERROR = 2_000
"""Characters of an error."""


def text_result(text: str, structured: dict[str, Any] | None = None, *, untrusted: bool = False) -> CallToolResult:
    """A result that succeeded. ``untrusted`` marks text that strangers wrote, where each kind of client looks."""
    text = visible(text)
    if len(text) > LONGEST:
        text = text[:LONGEST] + f"\n(cut here: {len(text):,} characters are too many; ask for less at a time)"
    facts: dict[str, Any] | None = cleaned(structured)
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content={**(facts or {}), "untrusted": True} if untrusted else facts,
        _meta={"untrusted": True} if untrusted else None,
    )


def error_result(text: str) -> CallToolResult:
    """A result that failed. What it quotes of the API or the caller may be long, and is cut."""
    seen = visible(text)
    if len(seen) > LONGEST_ERROR:
        seen = f"{seen[:LONGEST_ERROR].rstrip()} … (cut: {len(seen):,} characters)"
    return CallToolResult(content=[TextContent(type="text", text=seen)], is_error=True)
