"""What the window of a sandbox shows of its callers: what each endpoint can do, and what was agreed to."""

import re
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Any

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.cli.support.connection import settings, state_path
from saleshandy_mcp.cli.support.serving.web import LOOPBACK
from saleshandy_mcp.integrations.salessheet.crm_operations import CRM_OPERATIONS
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.sandbox.window import ToolCall
from saleshandy_mcp.store.audit_file import AuditFile
from saleshandy_mcp.store.state import State

_PREFIXES = ("/v1", "/api/open-api/v1")
_CRM = "/salessheet/v1"


def effects() -> Mapping[str, str]:
    """``POST /sequences/{}/steps`` -> the effects that it can have, whatever the account is like."""
    kinds = [("", kind) for kind in OPERATIONS] + [(_CRM, kind) for kind in CRM_OPERATIONS]
    return {_endpoint(prefix, kind.route): ", ".join(sorted(kind.route.effects)) for prefix, kind in kinds}


def tool_calls(port: int, since: datetime) -> list[ToolCall]:
    """What was written down about calls to the sandbox on this port."""
    accounts = _accounts(port)
    with closing(State(partial(state_path, settings()))) as state:
        calls = AuditFile(state).calls()
    return [_tool_call(it) for it in calls if it.get("account") in accounts and str(it["time"]) >= since.isoformat()]


def _endpoint(prefix: str, route: Any) -> str:
    return f"{route.method} {prefix}" + re.sub(r"\{[^}]*\}", "{}", route.path)


def _accounts(port: int) -> set[str]:
    """How the audit file calls this sandbox, by each of its addresses."""
    hosts = [f"[{name}]" if ":" in name else name for name in LOOPBACK]
    addresses = [f"http://{host}:{port}{prefix}" for host in hosts for prefix in _PREFIXES]
    return {Saleshandy(KEY, base_url=address).account for address in addresses}


def _tool_call(line: Mapping[str, Any]) -> ToolCall:
    operations = [*line.get("operations", []), *(f"{it} (unknown)" for it in line.get("unknown", []))]
    return ToolCall(
        at=str(line["time"]),
        tool=str(line["tool"]),
        arguments=line.get("arguments", []),
        outcome=str(line.get("outcome", "")),
        operations=operations,
        agreed=str(line.get("channel", "")),
        who=str(line.get("who", "")),
    )
