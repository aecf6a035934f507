"""Checks new texts of a step as ``check_sequence`` checks stored ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.features.sequences.checks.check_finding import together
from saleshandy_mcp.features.sequences.checks.copy_findings import copy_findings
from saleshandy_mcp.features.sequences.sequence_details import letter_of


async def variant_warnings(
    api: Api, channel: Channel, payloads: Sequence[Mapping[str, Any]], *, opens_thread: bool = False
) -> list[str]:
    """What to put right or to change in these texts, a sentence each. Texts without merge tags cost no call."""
    tagged = any("{{" in str(part) for payload in payloads for part in payload.values())
    fields = await api.recent(ListFields()) if tagged else []
    found = [
        finding
        for place, payload in enumerate(payloads)
        for finding in copy_findings(
            letter_of(place) if len(payloads) > 1 else "", channel, payload, fields, opens_thread=opens_thread
        )
    ]
    return [it.brief() for it in together(found)]
