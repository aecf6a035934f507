"""Results of tools as clients get them: text and facts, each bounded and each complete by itself. Pure."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mcp.types import CallToolResult, TextContent

from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.error_text import Failure
from saleshandy_mcp.server.tools.fitting import fitting
from saleshandy_mcp.untrusted.one_line import cleaned, visible

LONGEST = 20_000
"""Characters of text; clients cut longer ones without a word."""
LONGEST_FACTS = 40_000
"""Characters of facts as JSON, where the names of keys are written again and again."""
LONGEST_ERROR = 1_500
"""Characters of what is wrong, and of what to do next."""


def text_result(
    text: str,
    structured: dict[str, Any] | None = None,
    *,
    untrusted: bool = False,
    less: Callable[[], NextCall | None] = lambda: None,
) -> CallToolResult:
    """A result that succeeded. Text and facts are bounded each, and each says what it leaves out.

    Args:
        text: for clients that show their model text.
        structured: the same for clients that show it facts.
        untrusted: whether strangers wrote some of it; it is marked where each kind of client looks.
        less: makes the call that shows a part of it.
    """
    text = visible(text)
    if len(text) > LONGEST:
        text = text[:LONGEST] + f"\n(cut here: {len(text):,} characters are too many; {_way(less())})"
    facts: dict[str, Any] | None = cleaned(structured)
    if facts and len(json.dumps(facts)) > LONGEST_FACTS:
        facts, left_out = fitting(facts, LONGEST_FACTS)
        facts["cut"] = f"there is too much of it ({'; '.join(left_out)}); {_way(less())}"
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content={**(facts or {}), "untrusted": True} if untrusted else facts,
        _meta={"untrusted": True} if untrusted else None,
    )


def _way(less: NextCall | None) -> str:
    return f"{less.for_model()} shows a part" if less else "ask for less at a time"


def error_result(failed: Failure) -> CallToolResult:
    """A result that failed. What it quotes of the API or the caller may be long, and is cut; the way on is kept."""
    seen = replace(failed, what=_cut(visible(failed.what)), todo=_cut(visible(failed.todo)))
    return CallToolResult(
        content=[TextContent(type="text", text=visible(seen.words))],
        structured_content=cleaned(seen.facts),
        is_error=True,
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_ERROR else f"{text[:LONGEST_ERROR].rstrip()} … (cut: {len(text):,} characters)"
