"""Leads to Email: workflows that take a CSV or a list of domains and send their results to a webhook.

The sandbox keeps the order and calls no webhook, because no source says what the webhook is sent.
"""

import csv
import json
from typing import Any

from saleshandy_mcp.sandbox.http.message import File, Reply, Request, app_error, done, validation_error, web_error
from saleshandy_mcp.sandbox.routes.blacklist import DOMAIN
from saleshandy_mcp.sandbox.simulation import jobs
from saleshandy_mcp.sandbox.world.tables import Row, World

LARGEST_CSV = 50 * 1024 * 1024


def create_leads_to_email_from_csv(world: World, request: Request) -> Reply:
    """Assumed: the mapping must name columns of the file, and the count must be a number."""
    upload, body = request.files["file"], request.body
    if len(upload.content) > LARGEST_CSV:
        raise web_error(413, "CSV above 50 MB", "Payload Too Large")
    _check_webhook(body)
    if not body["totalRecords"].isdecimal():
        raise validation_error("totalRecords must be a number string")
    mapping = _mapping(body["columnMapping"])
    missing = [column for column in mapping.values() if column not in _columns(upload)]
    if missing:
        raise app_error(4000, f"Columns not in the file: {', '.join(map(str, missing))}")
    return _created(world, {**body, "columnMapping": mapping, "fileName": body.get("fileName", upload.name)})


def create_leads_to_email_from_domains(world: World, request: Request) -> Reply:
    body = request.body
    _check_webhook(body)
    names = [entry if isinstance(entry, str) else entry["domain"] for entry in body["domains"]]
    if invalid := [name for name in names if not DOMAIN.fullmatch(name.lower())]:
        raise app_error(4000, f"Not a valid domain: {', '.join(invalid)}")
    return _created(world, {"leadsPerDomain": 2, **body})


def _check_webhook(body: Row) -> None:
    if not body.get("webhookUrl", "https://").startswith(("https://", "http://")):
        raise validation_error("webhookUrl must be a URL address")


def _mapping(text: str) -> dict[str, Any]:
    """The mapping. Assumed: field -> column of the file."""
    try:
        mapping: Any = json.loads(text)
    except (ValueError, RecursionError):
        mapping = None
    if not isinstance(mapping, dict) or not mapping:
        raise app_error(4000, "columnMapping must be a JSON object")
    return mapping  # pyright: ignore[reportUnknownVariableType] - JSON


def _columns(upload: File) -> list[str]:
    try:
        rows = list(csv.reader(upload.content.decode("utf-8-sig").splitlines()[:1]))
    except (UnicodeDecodeError, csv.Error):
        raise app_error(4000, "The file is no CSV") from None
    return rows[0] if rows else []


def _created(world: World, facts: Row) -> Reply:
    id_ = jobs.hex_id(24, "workflow", len(world.workflows))
    world.workflows[id_] = {"workflowId": id_, "createdAt": world.now(), **facts}
    return done("Success", {"workflowId": id_})


ROUTES = {
    ("POST", "/leads-to-email"): create_leads_to_email_from_csv,
    ("POST", "/leads-to-email/domains"): create_leads_to_email_from_domains,
}
