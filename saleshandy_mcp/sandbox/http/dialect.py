"""How answers look where sources disagree: as seen live, as in the vendor's reference, or as an article says.

The contract judges the live form. The form of the reference is made from it here, so that a client is tested on both.
"""

import re
from collections.abc import Callable
from typing import Any, Literal, get_args

from saleshandy_mcp.sandbox.http.message import Reply

Dialect = Literal["live", "docs", "article"]
DIALECTS: tuple[str, ...] = get_args(Dialect)

Change = Callable[[Any], Any]


DOCUMENTED_STATUS = re.compile(r"(?:/sequences)?/prospects/import-with-field-name/status/")
"""The status of an import as its page names it; the specification and live clients use another path. That the id comes
last is assumed."""
CONTACTS = {"/contacts": "/prospects", "/contacts/tags": "/prospects/tags"}
"""Paths that readers of the vendor's command line report under its own prefix. Nobody here has tried them."""
CONTACTS_PREFIX = "/api/open-api/"


def real_path(dialect: Dialect, url_path: str, path: str) -> str:
    """The path of the contract that a path stands for: most stand for themselves.

    Args:
        dialect: whose paths count.
        url_path: as it was called.
        path: the same without its prefix.
    """
    if url_path.startswith(CONTACTS_PREFIX):
        path = CONTACTS.get(path.rstrip("/"), path)
    return DOCUMENTED_STATUS.sub("/prospects/import-status/", path) if dialect == "docs" else path


def not_acceptable(dialect: Dialect, method: str, content_type: str) -> bool:
    """The article says that a GET with a Content-Type answers 406. Live clients send it, and the reference, too."""
    return dialect == "article" and method == "GET" and bool(content_type)


def as_contacts(url_path: str, reply: Reply) -> Reply:
    """The list of contacts lies one level deeper than that of prospects."""
    if url_path.startswith(CONTACTS_PREFIX) and url_path.rstrip("/").endswith("/contacts") and reply.status < 400:
        return reply._replace(body={**reply.body, "payload": {"data": reply.body["payload"]}})
    return reply


def spoken(dialect: Dialect, operation_id: str, reply: Reply) -> Reply:
    """The reply in this dialect."""
    if dialect != "docs":
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
