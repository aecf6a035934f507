"""``deliverability``: the tool audit_deliverability, with options instead of arguments."""

from typing import Any

from saleshandy_mcp.cli import call
from saleshandy_mcp.cli.support.calls_as_commands import as_command, in_sandbox
from saleshandy_mcp.core.view import NextCall

_TOOL = "audit_deliverability"


def run(*, domain: str | None, selector: str | None, everything: bool, sandbox: bool, **output: Any) -> None:
    given = {"domain": domain, "selector": selector, "all_findings": everything or None}
    others = NextCall.of(_TOOL, domain=domain, selector=selector, all_findings=True)
    command = in_sandbox(others) if sandbox else as_command(others)

    def as_typed(text: str) -> str:
        return text.replace(others.for_model(), command)

    call.run_one(_TOOL, given, sandbox=sandbox, as_typed=as_typed, **output)
