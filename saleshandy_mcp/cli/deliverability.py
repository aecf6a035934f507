"""``deliverability``: the tool audit_deliverability, with options instead of arguments."""

import json
from typing import Any

from saleshandy_mcp.cli import call
from saleshandy_mcp.cli.support.calls_as_commands import as_command, in_sandbox
from saleshandy_mcp.core.view import NextCall

_TOOL = "audit_deliverability"


def run(*, domain: str | None, selector: str | None, everything: bool, sandbox: bool, **output: Any) -> None:
    given = {"domain": domain, "selector": selector, "all_findings": everything or None}
    arguments = json.dumps({name: value for name, value in given.items() if value is not None})
    others = NextCall.of(_TOOL, domain=domain, selector=selector, all_findings=True)
    command = in_sandbox(others) if sandbox else as_command(others)
    choice = dict.fromkeys(("toolsets", "exclude_tools", "effects"))
    call.print_answer(
        _TOOL,
        (arguments,),
        **output,
        sandbox=sandbox,
        crm=False,
        crm_write=False,
        crm_wait=False,
        rules=None,
        as_typed=lambda text: text.replace(others.for_model(), command),
        tools=_TOOL,
        read_only=False,
        **choice,
    )
