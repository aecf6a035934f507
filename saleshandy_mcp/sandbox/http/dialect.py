"""How answers look where sources disagree: as seen live, or as in the vendor's reference.

The contract judges the live form. The form of the reference is made from it here, so that a client is tested on both.
"""

from collections.abc import Callable
from typing import Any, Literal, get_args

from saleshandy_mcp.sandbox.http.message import Reply

Dialect = Literal["live", "docs"]
DIALECTS: tuple[str, ...] = get_args(Dialect)

Change = Callable[[Any], Any]


def spoken(dialect: Dialect, operation_id: str, reply: Reply) -> Reply:
    """The reply in this dialect."""
    if dialect == "live":
        return reply
    if reply.status >= 400:
        return _refusal(reply)
    change = WRITTEN.get(operation_id)
    return reply if change is None else Reply(reply.status, change(reply.body))


def _refusal(reply: Reply) -> Reply:
    """The reference dialect answers the rate limit with 429, as one client and one article report."""
    limited = reply.body.get("message") == "Rate Limit exceeded"
    return Reply(429, reply.body) if limited else reply


def _bare(body: Any) -> Any:
    """The payload alone: these samples show no envelope."""
    return body["payload"]


def _nested(body: Any) -> Any:
    """The whole answer inside another payload, as these samples show it."""
    return {"payload": body}


def _only_id(body: Any) -> Any:
    """The payload with `id` and without `sequenceId`."""
    return {**body, "payload": _without(body["payload"], "sequenceId")}


def _report_url(body: Any) -> Any:
    return _without(body["payload"], "failedProspectsURL")


def _dnc_details(body: Any) -> Any:
    return {**body, "payload": _without(body["payload"], "dncListDetails")}


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


WRITTEN: dict[str, Change] = {
    "create_sequence": _only_id,
    "create_sequence_step": _bare,
    "get_sequence_step": _bare,
    "list_email_accounts": _bare,
    "list_sequence_email_accounts": _bare,
    "get_import_status": _report_url,
    "list_clients": _nested,
    "assign_client_resources": _nested,
    "list_dnc_lists": _nested,
    "get_dnc_items": _dnc_details,
    "bulk_skip_tasks": _bare,
    "bulk_snooze_tasks": _bare,
    "get_bulk_task_status": _bare,
}
