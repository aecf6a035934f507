"""Enrichment: which records a job is about, what it finds, and how many credits that costs."""

from datetime import datetime
from typing import Any

from saleshandy_mcp.sandbox.world.clock import iso
from saleshandy_mcp.sandbox.world.tables import Row, World

PER_EMAIL, PER_PHONE, PER_COMPANY = 1.0, 7.0, 0.1


def balance(world: World) -> float:
    """The credits that are left of those that the workspace has bought."""
    return round(world.credits["total"] - spent(world), 2)


def spent(world: World, since: str = "") -> float:
    """The credits spent from a day or a month on, given as text."""
    return round(sum(amount for at, amount in world.credits["spent"] if at >= since), 2)


def charge(world: World, at: datetime, amount: float) -> None:
    world.credits["spent"].append((iso(at), amount))


def leads_for(world: World, body: Row) -> list[Row | None]:
    """The leads that a request names; None in the place of one that does not exist."""
    by_url = {row["facts"]["linkedin_url"]: row for row in world.leads.values()}
    by_name = {_name_key(row["firstName"], row["lastName"], _domain(row)): row for row in world.leads.values()}
    names = [
        _name_key(entry.get("first_name", ""), entry.get("last_name", ""), _host(entry))
        for entry in body.get("full_name_with_company", [])
    ]
    return [
        *(world.leads.get(id_) for id_ in body.get("lead_id", [])),
        *(by_url.get(url) for url in body.get("linkedin_url", [])),
        *(by_name.get(name) for name in names),
    ]


def companies_for(world: World, body: Row) -> list[Row | None]:
    """The companies that a request names; None in the place of one that does not exist."""
    known = world.companies.values()
    by_domain = {row["facts"]["company_domain"]: row for row in known}
    by_url = {row["facts"]["linkedin_url"]: row for row in known}
    return [
        *(world.companies.get(id_) for id_ in body.get("company_id", [])),
        *(by_domain.get(domain.lower()) for domain in body.get("company_domain", [])),
        *(by_domain.get(_bare(website)) for website in body.get("company_website", [])),
        *(by_url.get(url) for url in body.get("linkedin_url", [])),
    ]


def price(lead: Row, email_type: str, *, phone: bool) -> float:
    """The credits for one lead. A miss costs nothing. Assumed: what was bought before costs nothing again."""
    if phone and lead["phone"] and "phone" not in lead["revealed"]:
        return PER_PHONE
    return PER_EMAIL if lead[email_type] and email_type not in lead["revealed"] else 0.0


def contact(lead: Row, shown: set[str]) -> Row:
    """A row of the result. `shown` names what was asked for beside the profile."""
    row: Row = {
        "lead_id": lead["id"],
        "first_name": lead["firstName"],
        "last_name": lead["lastName"],
        "job_title": lead["facts"]["job_title"],
        "linkedin_url": lead["facts"]["linkedin_url"],
    }
    found = [lead[kind] for kind in ("work_email", "personal_email") if kind in shown and lead[kind]]
    if found:
        row["emails"] = [{"email": email, "verificationStatus": lead["verification"] or "risky"} for email in found]
    if "phone" in shown and lead["phone"]:
        row["phone"] = lead["phone"]
    return row


def _name_key(first: str, last: str, domain: str) -> tuple[str, str, str]:
    return first.strip().lower(), last.strip().lower(), domain


def _domain(lead: Row) -> str:
    return lead["facts"]["company_domain"]


def _host(entry: Row) -> str:
    return _bare(entry.get("company_domain") or entry.get("company_website", ""))


def _bare(website: Any) -> str:
    return str(website).lower().split("://")[-1].removeprefix("www.").split("/")[0]
