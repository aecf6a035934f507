"""Enrichment: start jobs, read their state and results, read limits and credits."""

from datetime import datetime

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done
from saleshandy_mcp.sandbox.purchases import enrichment
from saleshandy_mcp.sandbox.simulation import jobs
from saleshandy_mcp.sandbox.world.tables import Row, World

CONTACTS, COMPANIES = "enrich contacts", "enrich companies"
SECONDS_PER_JOB = 4.0
SECONDS_PER_RECORD = 0.1
# Name in the answer -> (calls, seconds). The numbers are those of a sample. They are counted, not enforced.
WINDOWS = {"perMinute": (30, 60), "perHour": (1000, 3600), "perDay": (10_000, 86_400)}
CONTACT_LISTS = ("lead_id", "linkedin_url", "full_name_with_company")
COMPANY_LISTS = ("company_domain", "company_id", "company_website", "linkedin_url")


def enrich_contacts(world: World, request: Request) -> Reply:
    body = request.body
    profile_only, phone = body.get("profile_only", False), body.get("reveal_phone", False)
    if profile_only and (phone or "email_type" in body):
        raise app_error(1001, "profile_only cannot be combined with email_type or reveal_phone")
    _check_given(body, CONTACT_LISTS)
    kinds: set[str] = set() if profile_only else {body.get("email_type", "work_email")}
    kinds |= {"phone"} if phone else set()
    records = enrichment.leads_for(world, body)
    each = 0.0 if profile_only else enrichment.PER_PHONE if phone else enrichment.PER_EMAIL
    return _start(world, CONTACTS, records, each, kinds=kinds)


def enrich_companies(world: World, request: Request) -> Reply:
    _check_given(request.body, COMPANY_LISTS)
    records = enrichment.companies_for(world, request.body)
    return _start(world, COMPANIES, records, enrichment.PER_COMPANY)


def get_enrichment_status(world: World, request: Request) -> Reply:
    """No record counts as processed before the job ends."""
    job = _job(world, request)
    counts = {"totalRecords": len(job["records"]), "processed": job["succeeded"] + job["failed"]}
    shown = {key: job[key] for key in ("succeeded", "failed", "creditsCharged")}
    return done("Success", {"requestId": job["id"], "status": _status(job), **counts, **shown})


def get_enrichment_result(world: World, request: Request) -> Reply:
    job = _job(world, request)
    return done("Success", {"requestId": job["id"], "status": _status(job), "results": job["results"]})


def get_enrichment_rate_limits(world: World, _: Request) -> Reply:
    now = int(world.clock.now().timestamp())
    started = [datetime.fromisoformat(job["acceptedAt"]).timestamp() for job in _all(world)]
    windows: Row = {}
    for name, (limit, seconds) in WINDOWS.items():
        begin = now - now % seconds
        used = sum(moment >= begin for moment in started)
        windows[name] = {"limit": limit, "remaining": max(limit - used, 0), "resetAt": begin + seconds}
    return done("Success", windows)


def get_credits(world: World, _: Request) -> Reply:
    """`totalCredits` is the number of credits that are left, as a live client reads it."""
    today = world.now()[:10]
    payload = {
        "totalCredits": enrichment.balance(world),
        "creditConsumedToday": enrichment.spent(world, today),
        "creditConsumedThisMonth": enrichment.spent(world, today[:7]),
    }
    return done("Success", payload)


def _check_given(body: Row, lists: tuple[str, ...]) -> None:
    if not any(body.get(name) for name in lists):
        raise app_error(4000, f"At least one of these is required: {', '.join(lists)}")


def _start(world: World, kind: str, records: list[Row | None], each: float, **facts: object) -> Reply:
    """Assumed: a job is refused when finding all its records could cost more than running jobs leave."""
    most = round(each * len(records), 2)
    reserved = sum(job["most"] for job in _all(world) if not job["isCompleted"])
    if most > enrichment.balance(world) - reserved:
        raise app_error(4000, "Not enough credits")
    id_ = jobs.hex_id(24, "enrichment", len(world.jobs))
    outcome: Row = {"results": [], "succeeded": 0, "failed": 0, "creditsCharged": 0}
    ids = [None if row is None else row["id"] for row in records]
    seconds = SECONDS_PER_JOB + SECONDS_PER_RECORD * len(records)
    jobs.start(world, kind, id_, seconds, records=ids, most=most, **outcome, **facts)
    return done("Success", {"requestId": id_})


@jobs.ends(CONTACTS)
def end_contacts(world: World, job: Row) -> None:
    kinds: set[str] = job["kinds"]
    for lead in map(world.leads.get, job["records"]):
        if lead is None or (kinds and not any(lead[kind] for kind in kinds)):
            job["failed"] += 1
            continue
        job["succeeded"] += 1
        email_type = next((kind for kind in kinds if kind != "phone"), None)
        if email_type is not None:
            job["creditsCharged"] += enrichment.price(lead, email_type, phone="phone" in kinds)
        lead["revealed"] |= kinds
        job["results"].append(enrichment.contact(lead, kinds))
    enrichment.charge(world, job["dueAt"], job["creditsCharged"])


@jobs.ends(COMPANIES)
def end_companies(world: World, job: Row) -> None:
    """A result holds the address of the profile: the contract has no other key for companies."""
    found = [world.companies[id_] for id_ in job["records"] if id_ is not None]
    job["succeeded"], job["failed"] = len(found), len(job["records"]) - len(found)
    job["results"] = [{"linkedin_url": company["facts"]["linkedin_url"]} for company in found]
    job["creditsCharged"] = round(enrichment.PER_COMPANY * len(found), 2)
    enrichment.charge(world, job["dueAt"], job["creditsCharged"])


def _status(job: Row) -> str:
    """Assumed: some misses make `completed-with-errors`, and nothing but misses makes `failed`."""
    if not job["isCompleted"]:
        return "in-progress"
    if not job["failed"]:
        return "completed"
    return "completed-with-errors" if job["succeeded"] else "failed"


def _all(world: World) -> list[Row]:
    return jobs.of(world, CONTACTS, COMPANIES)


def _job(world: World, request: Request) -> Row:
    job = jobs.find(world, request.path["requestId"], CONTACTS, COMPANIES)
    if job is None:
        raise app_error(40000, "Request not found", status=404)
    return job


ROUTES = {
    ("POST", "/enrich/contact"): enrich_contacts,
    ("POST", "/enrich/company"): enrich_companies,
    ("GET", "/enrich/status/{requestId}"): get_enrichment_status,
    ("GET", "/enrich/status/result/{requestId}"): get_enrichment_result,
    ("GET", "/enrich/rate-limits"): get_enrichment_rate_limits,
    ("GET", "/credits"): get_credits,
}
