"""``deliverability``: the tool audit_deliverability, with options instead of arguments."""

from typing import Any

from saleshandy_mcp.cli import call


def run(*, domain: str | None, selector: str | None, everything: bool, **output: Any) -> None:
    given = {"domain": domain, "selector": selector, "all_findings": everything or None}
    call.run_one("audit_deliverability", given, **output)
