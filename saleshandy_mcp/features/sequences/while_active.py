"""What changes in a sequence that is sending changes what people get: it has to be agreed to. Pure."""

from collections.abc import Mapping
from typing import Any

from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.plan import Plan
from saleshandy_mcp.core.view import call


def while_active(sequence: Sequence, would: list[str], facts: Mapping[str, Any]) -> Plan | None:
    """The plan for a change to this sequence; None while it is paused, for then nobody gets anything.

    Args:
        sequence: as it is now.
        would: what the change does, a sentence each.
        facts: what the agreement is about.
    """
    if not sequence.active:
        return None
    pause = call("set_sequence_status", sequence=sequence.title, status="paused")
    lines = [
        f'"{sequence.title}" [{sequence.id}] is active: this reaches people by its schedule.',
        *(sentence for sentence in would if sentence),
        f"To do it without mailing anybody now, pause it first: {pause}.",
    ]
    return Plan("\n".join(lines), {"sequence": sequence.id, **facts})
