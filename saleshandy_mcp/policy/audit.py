"""One line for the operator for each call: the tool, the names of its arguments, what it did. Never a value."""

import logging
from collections.abc import Iterable

from saleshandy_mcp.policy.effects import Gate

audit_log = logging.getLogger("saleshandy_mcp.audit")


def audit(tool: str, arguments: Iterable[str], gate: Gate, outcome: str, seconds: float) -> None:
    """Write the line down.

    Args:
        tool: its name.
        arguments: their names; values are data of people.
        gate: what the call has done.
        outcome: "ok", "asked" or "failed".
        seconds: how long it took.
    """
    did = ", ".join([*gate.done, *(f"{name}?" for name in gate.doubtful)]) or "nothing changed"
    audit_log.info("%s(%s) %s: %s, %.2f s", tool, ", ".join(arguments), outcome, did, seconds)
