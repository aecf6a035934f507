"""The Lead Finder: search people and companies, by filters or by a request in plain words."""

from typing import Any

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.purchases import lead_search
from saleshandy_mcp.sandbox.routes.common import page_of
from saleshandy_mcp.sandbox.simulation import jobs
from saleshandy_mcp.sandbox.world.tables import Row, World

DEFAULT_LIMIT = 25


def search_people(world: World, request: Request) -> Reply:
    found = _found(world.leads, request.body)
    return done("Success", {"leads": [lead_view(world, row) for row in _page(found, request)], "total": len(found)})


def search_companies(world: World, request: Request) -> Reply:
    found = _found(world.companies, request.body)
    return done("Success", {"companies": [_company_view(row) for row in _page(found, request)], "total": len(found)})


def get_lead_search_filters(world: World, _: Request) -> Reply:
    return done("Success", lead_search.filter_values(world))


def search_leads_with_ai(world: World, request: Request) -> Reply:
    """A conversation keeps its filters. Assumed: the answer is a question when the request names no filter."""
    body = request.body
    conversation = _conversation(world, body.get("conversationId"))
    conversation["wishes"] |= lead_search.understood(body["query"], lead_search.filter_values(world))
    payload: Row = {"conversationId": conversation["id"]}
    wishes: Row = conversation["wishes"]
    if not wishes:
        return done("Success", {**payload, "agentMessage": "Which places, industries or departments do you mean?"})
    of_people = wishes.keys() & {"department", "management_level"}
    companies = not of_people and lead_search.COMPANY_WORDS.search(body["query"])
    found = _found(world.companies if companies else world.leads, wishes)
    hits = found[: body.get("limit", DEFAULT_LIMIT)]
    answer = {
        "type": "company" if companies else "people",
        "agentMessage": f"Found {len(found)} matches",
        "resultUrl": f"https://my.saleshandy.com/leads?conversation={conversation['id']}",
        "results": [_company_view(row) if companies else lead_view(world, row) for row in hits],
    }
    return done("Success", {**payload, **answer})


def lead_view(world: World, lead: Row) -> Row:
    facts, company = lead["facts"], world.companies[lead["companyId"]]["facts"]
    return {
        "id": lead["id"],
        "first_name": lead["firstName"],
        "last_name": lead["lastName"],
        "job_title": facts["job_title"],
        "department": facts["department"],
        "linkedin_url": facts["linkedin_url"],
        "organization_name": company["company_name"],
        "organization_domain": company["company_domain"],
    }


def _company_view(row: Row) -> Row:
    facts = row["facts"]
    return {
        "id": row["id"],
        "name": facts["company_name"],
        "domain": facts["company_domain"],
        "industry": facts["company_industry"],
        "employee_count": facts["company_size"],
        "linkedin_url": facts["linkedin_url"],
    }


def _found(table: dict[float, Row], wishes: Row) -> list[Row]:
    if complaints := lead_search.bad_ranges(wishes):
        raise validation_error(*complaints)
    return lead_search.search(table.values(), wishes)


def _page(rows: list[Row], request: Request) -> list[Row]:
    return page_of(rows, request.body.get("page", 1), lead_search.PER_PAGE)


def _conversation(world: World, id_: Any) -> Row:
    if id_ is None:
        new: Row = {"id": jobs.hex_id(24, "conversation", len(world.conversations)), "wishes": {}}
        world.conversations[new["id"]] = new
        return new
    if id_ not in world.conversations:
        raise app_error(4000, f"Conversation {id_} not found")
    return world.conversations[id_]


ROUTES = {
    ("POST", "/search/people"): search_people,
    ("POST", "/search/companies"): search_companies,
    ("GET", "/search/filters"): get_lead_search_filters,
    ("POST", "/leads/ai-chat"): search_leads_with_ai,
}
