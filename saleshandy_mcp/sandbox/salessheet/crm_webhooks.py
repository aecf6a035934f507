"""Webhooks of the CRM: which events go to which address, their signatures, and the latest deliveries.

Documented: an admin makes them in the web app, 10 on Pro and 50 on Enterprise, with a name, an address, events and an
optional secret; recent deliveries are shown; the address is a public one over HTTPS. Here an address of this machine is
taken too, so that deliveries can be tried. Assumed: the names of events beside the three that are documented in words,
the body, header and algorithm of the signature, and how often a delivery is tried.
"""

import hmac
import ipaddress
from typing import Any, cast
from urllib.parse import urlsplit

from saleshandy_mcp.sandbox.http.webhooks import ACTIVE, WAITING, content_of, is_loopback
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.world.tables import Row, hash_id

MOST = {"pro": 10, "enterprise": 50}
RECENT = 20
SIGNATURE = "X-SalesSheet-Signature"
EVENTS = (
    *(
        f"{noun}.{verb}"
        for noun in ("contact", "deal", "task", "activity")
        for verb in ("created", "updated", "deleted")
    ),
    "deal.stage_changed",
    "task.completed",
)
_DONE = "completed"


def registered(crm: Crm, body: Any) -> Row:
    """Make a webhook, as an admin does in the web app.

    Raises:
        ValueError: when something is wrong with it.
    """
    given = cast("Row", body) if isinstance(body, dict) else {}
    name, url, events, secret = (given.get(it) for it in ("name", "url", "events", "secret"))
    if not (isinstance(name, str) and name and isinstance(url, str) and isinstance(events, list) and events):
        raise ValueError('Send {"name": text, "url": text, "events": [names], "secret": text, if any}.')
    if unknown := [it for it in cast("list[Any]", events) if it not in EVENTS]:
        raise ValueError(f"There is no event {unknown[0]}. Events: {', '.join(EVENTS)}.")
    if secret is not None and not (isinstance(secret, str) and secret):
        raise ValueError("secret is a text, or left out.")
    if not _is_allowed(url):
        raise ValueError("url has to be a public address over HTTPS; in the sandbox, one of this machine is taken too.")
    most = MOST.get(crm.organization.get("plan", "pro"), 0)
    if len(crm.webhooks) >= most:
        raise ValueError(f"This plan has at most {most} webhooks.")
    row: Row = {
        "id": hash_id("crm-webhook", len(crm.webhooks)),
        "name": name,
        "webhookUrl": url,
        "webhookEvent": events,
        "secret": secret,
        "headers": {},
        "status": ACTIVE,
        "failed": False,
        "lastFailure": None,
    }
    crm.webhooks[row["id"]] = row
    return _shown(crm, row)


def tell(crm: Crm, event: str, row: Row) -> None:
    """Make a delivery for each active webhook that is registered for an event."""
    for webhook in crm.webhooks.values():
        if webhook["status"] == ACTIVE and event in webhook["webhookEvent"]:
            crm.deliveries.append(_delivery(crm, webhook, event, row))


def tell_of_change(crm: Crm, noun: str, before: Row, row: Row) -> None:
    """Tell of a change, and of what it means where that is an event of its own."""
    tell(crm, f"{noun}.updated", row)
    if noun == "deal" and before["stage_id"] != row["stage_id"]:
        tell(crm, "deal.stage_changed", row)
    if noun == "task" and before["status"] != _DONE == row["status"]:
        tell(crm, "task.completed", row)


def shown(crm: Crm) -> list[Row]:
    """All webhooks with what was delivered lately, the newest first."""
    return [_shown(crm, row) for row in crm.webhooks.values()]


def _delivery(crm: Crm, webhook: Row, event: str, row: Row) -> Row:
    id_ = hash_id("crm-delivery", len(crm.deliveries))
    entry: Row = {
        "id": id_,
        "webhookId": webhook["id"],
        # The body is made now: later changes are other events.
        "body": {"id": id_, "event": event, "created_at": crm.now(), "data": dict(row)},
        "headers": {},
        "status": WAITING,
        "tries": 0,
        "dueAt": crm.now(),
    }
    if webhook["secret"]:
        signed = hmac.digest(webhook["secret"].encode(), content_of(entry), "sha256").hex()
        entry["headers"] = {SIGNATURE: f"sha256={signed}"}
    return entry


def _shown(crm: Crm, row: Row) -> Row:
    recent = [it for it in crm.deliveries if it["webhookId"] == row["id"]][-RECENT:]
    history = [
        {"id": it["id"], "event": it["body"]["event"], "time": it["body"]["created_at"], "status": it["status"]}
        | {"tries": it["tries"]}
        for it in reversed(recent)
    ]
    names = {"id": "id", "name": "name", "url": "webhookUrl", "events": "webhookEvent", "status": "status"}
    own = {ours: row[theirs] for ours, theirs in names.items()}
    return {**own, "signed": bool(row["secret"]), "last_failure": row["lastFailure"], "recent": history}


def _is_allowed(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # A port that is none raises.
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    here = is_loopback(url) and parts.scheme in ("http", "https")
    return here or (parts.scheme == "https" and "." in host and not _is_private(host))


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host.endswith((".local", ".internal", ".localhost"))
