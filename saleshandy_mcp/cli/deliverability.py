"""``deliverability``: the tool audit_deliverability, with options instead of arguments."""

import json
from typing import Any

from saleshandy_mcp.cli import call


def run(*, domain: str | None, selector: str | None, everything: bool, **output: Any) -> None:
    given = {"domain": domain, "selector": selector, "all_findings": everything or None}
    arguments = json.dumps({name: value for name, value in given.items() if value is not None})
    choice = dict.fromkeys(("toolsets", "exclude_tools", "effects"))
    call.run(
        "audit_deliverability",
        (arguments,),
        **output,
        crm=False,
        crm_write=False,
        crm_wait=False,
        rules=None,
        tools="audit_deliverability",
        read_only=False,
        **choice,
    )
