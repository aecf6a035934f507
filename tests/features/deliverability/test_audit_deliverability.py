"""``audit_deliverability``: what matters most of the account's own domains, from DNS and from what the API tells."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.deliverability.audit_deliverability import AuditDeliverability

SENTENCES = [
    "Are my domains in order: SPF, DKIM and DMARC?",
    "Do my mails land in spam, and why?",
    "Check the deliverability of our senders.",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "audit_deliverability": {},
    "audit_deliverability_domain": {"domain": "lanternworks-mail.example.com", "all_findings": True},
}


async def test_dev(context: Context) -> None:
    for args in ({}, {"all_findings": True}, {"domain": "lanternworks-mail"}):
        found = await AuditDeliverability.model_validate(args).run(context)
        print("\n".join(str(it) for it in found.lines(NextCall.for_model) if it))
        print("----")
