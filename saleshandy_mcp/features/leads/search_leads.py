"""Finding people in the Lead Finder: the search is free, and what revealing them would cost is told with it."""

import re
from typing import Annotated, Any, cast

from pydantic import Field

from saleshandy_mcp.api.resources.enrichment import GetCredits
from saleshandy_mcp.api.resources.lead_search import MOST_PAGES, GetLeadSearchFilters, Lead, SearchPeople
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, Rejected, SaleshandyError, Unreadable
from saleshandy_mcp.core.view import View, call
from saleshandy_mcp.lookups.by_name import pick

PER_EMAIL, PER_PHONE = 1, 7
"""Credits for a hit, about, as product pages say; a phone's price has the email in it. A miss costs nothing."""

_TRIED_FIRST = 5
"""People in the call that is offered next: a small try before many credits are spent."""

_FILTERS = {
    "job_titles": "job_title",
    "levels": "management_level",
    "locations": "location",
    "industries": "company_industry",
    "companies": "company_name",
    "keywords": "keywords",
}
"""Argument -> the filter of the Lead Finder that it stands for."""

_LISTED = {"levels", "industries"}
"""Arguments that take only values of a list (which ones do is assumed)."""

_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
_EMPLOYEES = re.compile(r"(?P<min>\d+)\s*-\s*(?P<max>\d+)|(?P<least>\d+)\s*\+")

Words = list[str] | None


class LeadLine(View):
    id: str
    name: str = ""
    job_title: str = ""
    company: str = ""
    domain: str = ""
    location: str = ""


class LeadList(View):
    """``total`` and ``credits_left`` are None where the API does not tell; the prices are what revealing costs."""

    untrusted = True
    leads: list[LeadLine]
    total: int | None
    page: int
    filters: dict[str, str]
    credits_left: float | None = None
    per_email: int = PER_EMAIL
    per_phone: int = PER_PHONE
    next: str | None = None
    reveal: str | None = None


class SearchLeads(Action[LeadList]):
    """Find new people (leads) in the Lead Finder by title, place, company; free, 25 a page.
    Their emails and phones are revealed for credits by enrich_leads.
    """

    job_titles: Annotated[Words, Field(description="Any of them.")] = None
    levels: Annotated[Words, Field(description="Seniority: vp, head …")] = None
    locations: Annotated[Words, Field(description="Cities, countries.")] = None
    industries: Annotated[Words, Field(description="Of the company.")] = None
    companies: Annotated[Words, Field(description="Names or domains.")] = None
    keywords: Annotated[Words, Field(description="Of the company.")] = None
    employees: Annotated[str | None, Field(description="50-200 or 500+.")] = None
    page: Annotated[int, Field(ge=1, le=MOST_PAGES, description="Page.")] = 1

    async def run(self, context: Context) -> LeadList:
        size = size_of(self.employees)
        words = self._words()
        if not words and not size:
            raise Mistake("nothing to search for was given", f"Give at least one of {', '.join(_FILTERS)}, employees.")
        if words.keys() & _LISTED:
            words = _known(words, await _values(context.api))
        found = await context.api.send(
            SearchPeople.model_validate({**_filters(words), "company_size": size or None, "page": self.page})
        )
        leads = [_line(lead) for lead in found.items]
        return LeadList(
            leads=leads,
            total=found.total,
            page=self.page,
            filters={name: ", ".join(values) for name, values in words.items()}
            | ({"employees": self.employees or ""} if size else {}),
            credits_left=await credits_left(context.api),
            next=call("search_leads", **words, employees=self.employees, page=self.page + 1) if found.more else None,
            reveal=call("enrich_leads", leads=[it.id for it in leads[:_TRIED_FIRST]]) if leads else None,
        )

    def _words(self) -> dict[str, list[str]]:
        given: dict[str, Words] = self.model_dump(include=set(_FILTERS))
        stripped = {name: [word.strip() for word in words or []] for name, words in given.items()}
        return {name: filled for name, words in stripped.items() if (filled := [word for word in words if word])}


def size_of(employees: str | None) -> dict[str, str]:
    """``50-200`` and ``500+`` as the ends of a range."""
    if not (employees or "").strip():
        return {}
    ends = _EMPLOYEES.fullmatch((employees or "").strip())
    if ends is None:
        raise Mistake(f'employees: "{employees}" is no range', 'Write it like "50-200" or "500+".')
    if ends["least"]:
        return {"min": ends["least"]}
    if int(ends["min"]) > int(ends["max"]):
        raise Mistake(f'employees: "{employees}" ends before it begins', "The smaller number comes first.")
    return {"min": ends["min"], "max": ends["max"]}


def _filters(words: dict[str, list[str]]) -> dict[str, Any]:
    """The filters by the names of the Lead Finder; companies are told apart by what looks like a domain."""
    filters: dict[str, Any] = {_FILTERS[name]: {"includes": values} for name, values in words.items()}
    names = words.get("companies", [])
    domains = [name for name in names if _DOMAIN.fullmatch(name)]
    if domains:
        filters["company_domain"] = filters.pop("company_name")
    if domains and len(domains) < len(names):
        raise Mistake("companies: names and domains together would find nobody", "Search for them one after the other.")
    return filters


async def _values(api: Api) -> dict[str, list[str]]:
    """The values that filters take, by filter. How they are told is not documented: what is not understood is none."""
    try:
        told = await api.recent(GetLeadSearchFilters())
    except (Rejected, Unreadable):
        return {}
    return {
        name: [value for value in cast("list[Any]", values) if isinstance(value, str)]
        for name, values in (told.items() if isinstance(told, dict) else ())
        if isinstance(values, list)
    }


def _known(words: dict[str, list[str]], values: dict[str, list[str]]) -> dict[str, list[str]]:
    """The words as the lists have them: any other would find nobody, and the API would not say why."""
    return {
        name: [_value(known, word, f"{name}[{place}]") for place, word in enumerate(given)]
        if name in _LISTED and (known := values.get(_FILTERS[name]))
        else given
        for name, given in words.items()
    }


def _value(known: list[str], word: str, argument: str) -> str:
    lister = call("run_read_operation", operation="get_lead_search_filters")
    return pick(known, word, argument=argument, identity=lambda it: it, names=lambda it: [it], lister=lister)


def amount(number: float) -> str:
    """``1,204.5``: credits come in tenths."""
    return f"{number:,.2f}".rstrip("0").rstrip(".")


async def credits_left(api: Api) -> float | None:
    """That the total is what is left, not what was given, is a live client's reading."""
    try:
        return (await api.send(GetCredits())).total_credits
    except SaleshandyError:
        return None


def _line(lead: Lead) -> LeadLine:
    # No live answer with a place is known: it is told where one comes as text.
    place: Any = (lead.model_extra or {}).get("location")
    return LeadLine(
        id=str(lead.id),
        name=f"{lead.first_name or ''} {lead.last_name or ''}".strip(),
        job_title=lead.job_title or "",
        company=lead.organization_name or "",
        domain=lead.organization_domain or "",
        location=place if isinstance(place, str) else "",
    )
