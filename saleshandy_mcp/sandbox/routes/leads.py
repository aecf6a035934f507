"""Leads: put found leads into a sequence, and order Leads to Email with a CSV or a list of domains.

The sandbox keeps an order of Leads to Email and calls no webhook, because no source says what the webhook is sent.
"""

import csv
import json
from typing import Any

from saleshandy_mcp.sandbox.http.message import File, Reply, Request, app_error, done, validation_error, web_error
from saleshandy_mcp.sandbox.routes.blacklist import DOMAIN
from saleshandy_mcp.sandbox.simulation import imports, jobs
from saleshandy_mcp.sandbox.world.tables import Row, World

LARGEST_CSV = 50 * 1024 * 1024


def add_leads_to_sequence(world: World, request: Request) -> Reply:
    """Make prospects of leads. A lead without a revealed and verified email is left out without an error.

    Assumed: unknown leads, and people whom an import would refuse, are left out in the same way.
    """
    body = request.body
    step = world.steps.get(body["stepId"])
    if step is None or step["sequenceId"] != body["sequenceId"]:
        raise app_error(4000, "Sequence or step not found")
    if unknown := set(body.get("tagIds", [])) - {row["id"] for row in world.tags.values()}:
        raise app_error(4000, f"Tag not found: {', '.join(sorted(unknown))}")
    tags = [row["name"] for row in world.tags.values() if row["id"] in body.get("tagIds", [])] + body.get("newTags", [])
    world.tag(tags)
    for id_ in dict.fromkeys(body["leadIds"]):
        lead = world.leads.get(id_)
        if lead is not None and "work_email" in lead["revealed"] and lead["verification"] == "valid":
            _enrol(world, step["id"], lead, tags)
    return done("Success", {})


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


def _enrol(world: World, step_id: str, lead: Row, tags: list[str]) -> None:
    email: str = lead["work_email"]
    if imports.refusal(world, email.lower(), step_id, world.do_not_contact(), refuse_elsewhere=True) is not None:
        return
    prospect = world.prospect(email)
    if prospect is None:
        prospect = imports.new_prospect(email, world.clock.now())
        prospect |= {"verificationStatus": lead["verification"], "values": _values(lead)}
        world.add_prospect(prospect)
    prospect["tags"] = list(dict.fromkeys([*prospect["tags"], *tags]))
    world.enter(step_id, prospect["id"])
    if tags:
        world.changed_people.append(prospect["id"])


def _values(lead: Row) -> dict[str, str]:
    facts = lead["facts"]
    city, country = facts["location"]
    return {
        "First Name": lead["firstName"],
        "Last Name": lead["lastName"],
        "Company": facts["company_name"],
        "Company Domain": facts["company_domain"],
        "Industry": facts["company_industry"],
        "Job Title": facts["job_title"],
        "City": city,
        "Country": country,
        "LinkedIn": facts["linkedin_url"],
    }


ROUTES = {
    ("POST", "/leads/bulk-actions/add-to-sequence"): add_leads_to_sequence,
    ("POST", "/leads-to-email"): create_leads_to_email_from_csv,
    ("POST", "/leads-to-email/domains"): create_leads_to_email_from_domains,
}
