"""The one way results are put together: a text, and the same facts structured, both cleaned of what nobody can see."""

from typing import Any

from mcp.types import CallToolResult, TextContent

from saleshandy_mcp.core.view import NextCall, View
from saleshandy_mcp.untrusted.one_line import cleaned, visible

LONGEST = 20_000
"""Characters of text; clients cut longer ones without a word."""


def text_of(view: View, *notes: str) -> str:
    """The text of a view as a model reads it, with notes of ours below."""
    lines = [*view.lines(as_model), *notes]
    return "\n".join(line for line in lines if line)


def view_result(view: View, *notes: str) -> CallToolResult:
    """A view as a result, with notes of ours below its text."""
    return text_result(text_of(view, *notes), view.model_dump(mode="json", exclude_none=True), untrusted=view.untrusted)


def as_model(call: NextCall) -> str:
    """A call as a model makes it."""
    return call.for_model()


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
    return CallToolResult(content=[TextContent(type="text", text=visible(text))], is_error=True)
