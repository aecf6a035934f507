"""Webhooks: register, list and read them. No call changes or deletes one."""

import hashlib
from urllib.parse import urlsplit

from saleshandy_mcp.sandbox.http import webhooks
from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.routes.common import page_of
from saleshandy_mcp.sandbox.world.tables import Row, World

MOST_ACTIVE = 50


def create_webhook(world: World, request: Request) -> Reply:
    """The webhook is told of what happens from now on."""
    body = request.body
    if not _is_address(body["webhookUrl"]):
        raise validation_error("webhookUrl must be a URL address")
    if sum(row["status"] == webhooks.ACTIVE for row in world.webhooks.values()) >= MOST_ACTIVE:
        raise app_error(4000, f"At most {MOST_ACTIVE} webhooks can be active")  # the limit is known; assumed: the code
    webhooks.spread(world)
    world.heard = len(world.events)
    row: Row = {
        "id": hashlib.sha256(f"webhook/{len(world.webhooks)}".encode()).hexdigest()[:24],
        "name": body["name"],
        "webhookUrl": body["webhookUrl"],
        "webhookEvent": list(dict.fromkeys(body["webhookEvent"])),
        "headers": body["headers"],
        "status": webhooks.ACTIVE,
        "failed": False,
        "lastFailure": None,
    }
    world.webhooks[row["id"]] = row
    return done("Webhook created successfully", row, 201)


def list_webhooks(world: World, request: Request) -> Reply:
    """Assumed: a plain list, with all webhooks unless a page is asked for."""
    rows = list(world.webhooks.values())
    page = page_of(rows, request.query.get("page", 1), request.query.get("pageSize", max(len(rows), 1)))
    return done("Success", page)


def get_webhook(world: World, request: Request) -> Reply:
    row = world.webhooks.get(request.path["webhookId"])
    if row is None:
        raise app_error(1001, "Webhook not found")
    return done("Webhook fetched successfully", row)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and text.isascii()
    except ValueError:
        return False


ROUTES = {
    ("POST", "/webhook/create"): create_webhook,
    ("GET", "/webhook"): list_webhooks,
    ("GET", "/webhook/{webhookId}"): get_webhook,
}
