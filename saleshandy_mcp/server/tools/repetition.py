"""A call that was made before: it is answered with what it did then, or the question says so."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mcp.types import CallToolResult, TextContent

from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Words
from saleshandy_mcp.policy.earlier_call import Earlier
from saleshandy_mcp.policy.journal import REPEATED_WITHIN
from saleshandy_mcp.store.sqlite_file import is_lately


def kept(result: CallToolResult) -> str:
    """An answer as it is kept for a minute."""
    (text,) = (part.text for part in result.content if isinstance(part, TextContent))
    return json.dumps({"text": text, "facts": result.structured_content or {}})


class Recorded(NamedTuple):
    """An answer that was given before, with the note that nothing was done this time."""

    text: str
    facts: dict[str, Any]
    untrusted: bool


def recorded(earlier: Earlier, now: float) -> Recorded | None:
    """The answer of the same call a moment ago, and how to do it again; None where that is not what this call is.

    Only what would be done twice is answered so: a client that got no answer in time makes the same call again.
    """
    over = earlier.ended + REPEATED_WITHIN
    if earlier.state != "done" or not earlier.adds or not earlier.answer:
        return None
    if not is_lately(earlier.ended, REPEATED_WITHIN, now):
        return None
    said: dict[str, Any] = json.loads(earlier.answer)
    note = (
        f"This is the answer of the same call at {earlier.at}; nothing was done this time. To do it once more, make "
        f"the call again after {datetime.fromtimestamp(over, UTC):%H:%M:%S} UTC."
    )
    facts: dict[str, Any] = said["facts"]
    untrusted = bool(facts.pop("untrusted", False))
    return Recorded(f"{said['text']}\n{note}", {**facts, "repeated": note}, untrusted)


def asked_about(prepared: Prepared[Any], earlier: Earlier | None) -> Prepared[Any]:
    """The call, with what became of one like it in its question, where that is not settled."""
    question = prepared.question
    if question is None or earlier is None or not earlier.unsettled:
        return prepared
    words = Words(f"the same call was made before: {earlier.words()} On yes it may be done twice.")
    return replace(prepared, question=replace(question, items=(*question.items, words)))
