"""What one call really did: every operation that goes out is written down, so that no answer has to guess."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.request import Request

T = TypeVar("T")

audit_log = logging.getLogger("saleshandy_mcp.audit")


@dataclass
class Journal:
    """An Api that passes everything on and remembers what may have changed something.

    Attributes:
        api: what carries operations out.
        allowed: the effects that the operator lets through; where that is reading alone, nothing else passes here.
        done: operations, not reads, that were carried out.
        doubtful: operations, not reads, of which that is unknown.
    """

    api: Api
    allowed: frozenset[Effect] = frozenset(Effect)
    done: list[str] = field(default_factory=list[str])
    doubtful: list[str] = field(default_factory=list[str])

    async def send(self, operation: Request[T]) -> T:
        reading = operation.consequence is Effect.READ
        if not reading and not self.allowed - {Effect.READ}:
            raise Mistake(f"{operation.slug()} changes something, and this server only reads")
        try:
            result = await self.api.send(operation)
        except SaleshandyError as error:
            if not reading and error.executed != "no":
                self.doubtful.append(operation.slug())
            raise
        if not reading:
            self.done.append(operation.slug())
        return result

    async def recent(self, operation: Request[T]) -> T:
        return await self.api.recent(operation)

    async def download(self, url: str) -> str:
        return await self.api.download(url)


def audit(tool: str, arguments: Mapping[str, Any], journal: Journal, outcome: str, seconds: float) -> None:
    """One line for the operator: the tool, the names of its arguments, what it did. Never a value: those are people."""
    did = ", ".join([*journal.done, *(f"{name}?" for name in journal.doubtful)]) or "nothing changed"
    audit_log.info("%s(%s) %s: %s, %.2f s", tool, ", ".join(arguments), outcome, did, seconds)
