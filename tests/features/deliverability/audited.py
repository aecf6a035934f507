"""An audit of the sandbox, with DNS that notes what it was asked."""

from collections.abc import Sequence
from typing import Any

from saleshandy_mcp.core.dns import Dns, Question
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.deliverability.audit_deliverability import AuditDeliverability, DeliverabilityAudit
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import context_over

MOVED = "getlanternworks.example.com"


class Listening:
    """DNS of the sandbox, or another, and what it was asked."""

    def __init__(self, box: Sandbox, **records: list[str]) -> None:
        self.box, self.asked, self.records = box, list[str](), records

    async def ask(self, question: Question) -> Sequence[str]:
        self.asked.append(question.name)
        other = self.records.get(question.kind)
        return other if other is not None else await self.box.dns(question)


async def audited(box: Sandbox, dns: Dns | None = None, **arguments: Any) -> DeliverabilityAudit:
    async with context_over(box, dns=dns) as context:
        try:
            return await AuditDeliverability.model_validate(arguments).run(context)
        except Mistake as mistake:
            refused = mistake
    raise refused  # outside, because a context's group of tasks would wrap it


def text_of(found: DeliverabilityAudit) -> str:
    return "\n".join(line for line in found.lines(NextCall.for_model) if line)


def add_sender(box: Sandbox, address: str, **more: Any) -> None:
    first = next(iter(box.world.email_accounts.values()))
    box.world.email_accounts[address] = {**first, "id": address, "fromEmail": address, **more}
