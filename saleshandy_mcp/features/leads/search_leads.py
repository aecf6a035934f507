"""``search_leads``: find people in the Lead Finder. The search is free; the answer tells what revealing them costs."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, cast

from pydantic import Field

from saleshandy_mcp.api.resources.enrichment import PER_EMAIL, PER_PHONE
from saleshandy_mcp.api.resources.lead_search import MOST_PAGES, GetLeadSearchFilters, Lead, SearchPeople
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, Rejected, Unreadable
from saleshandy_mcp.core.view import NextCall, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.leads.credits import CreditsView, all_credits, amount, credits_left
from saleshandy_mcp.features.leads.places import in_full
from saleshandy_mcp.features.leads.seen_leads import SeenLeads
from saleshandy_mcp.lookups.by_name import pick
from saleshandy_mcp.untrusted.one_line import one_line

_TRIED_FIRST = 5
"""People in the proposed call: a small trial before many credits are spent."""

_FILTERS = {
    "job_titles": "job_title",
    "levels": "management_level",
    "locations": "location",
    "industries": "company_industry",
    "companies": "company_name",
    "keywords": "keywords",
}
"""Argument -> the filter of the Lead Finder that it stands for."""

_LISTED = {"levels", "industries", "locations"}
"""Arguments that take only values of a list. Which ones do is assumed."""

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

    def who(self) -> str:
        """The lead in a question, without its id."""
        return ", ".join(one_line(part, 60) for part in (self.name, self.job_title, self.company) if part)

    def line(self) -> str:
        company = one_line(self.company, 60) + (f" ({one_line(self.domain, 60)})" if self.domain else "")
        parts = (
            f"{one_line(self.name, 60)} [{self.id}]".lstrip(),
            one_line(self.job_title, 60),
            company.strip(),
            one_line(self.location, 60),
        )
        return " · ".join(part for part in parts if part)


class LeadList(View):
    """A page of leads.

    Attributes:
        leads: the people.
        total: how many there are in all; None when the API does not tell.
        page: its number.
        filters: what was searched for, by argument.
        credits_left: None when the API does not tell.
        places_unknown: whether places were asked for and none is told of these leads.
        per_email: credits that revealing an email costs.
        per_phone: credits that revealing an email and a phone costs.
        next: the call that shows the next page.
        reveal: the call that reveals the first of them.
    """

    untrusted = True
    leads: list[LeadLine]
    total: int | None
    page: int
    filters: dict[str, str]
    credits_left: float | None = None
    places_unknown: bool = False
    per_email: int = PER_EMAIL
    per_phone: int = PER_PHONE
    next: NextCall | None = None
    reveal: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        size = SearchPeople.page_size
        pages = pages_in(min(self.total, MOST_PAGES * size) if self.total else None, size)
        wanted = "; ".join(f"{name} {one_line(value)}" for name, value in self.filters.items())
        if not self.leads:
            yield f"No lead fits {wanted}." if self.page == 1 else empty_page(self.page, pages)
            yield "Fewer or wider filters find more." if self.page == 1 else None
            return
        yield f"{counted(self.total or len(self.leads), 'lead')} for {wanted} ({page_of(self.page, pages)})"
        yield from (it.line() for it in self.leads)
        yield (
            "The API does not tell where each lead is; all fit the places you asked for."
            if self.places_unknown
            else None
        )
        yield f"More: {say(self.next)}" if self.next else None
        left = self.credits_left
        known = "how many are left is not known" if left is None else f"{amount(left)} credits are left"
        prices = f"about {self.per_email} credit each, {self.per_phone} with phone, a miss nothing"
        yield f"Emails cost {prices}; {known}." + (f" Reveal, asking first: {say(self.reveal)}" if self.reveal else "")


class SearchLeads(Action[LeadList | CreditsView]):
    """Find new people (leads) in the Lead Finder, free; enrich_leads reveals their emails.
    Without filters: credits left, used, prices.
    """

    job_titles: Annotated[Words, Field(description="Any of them.")] = None
    levels: Annotated[Words, Field(description="Seniority: vp, head …")] = None
    locations: Annotated[Words, Field(description="Cities, countries.")] = None
    industries: Annotated[Words, Field(description="Of the company.")] = None
    companies: Annotated[Words, Field(description="Names or domains.")] = None
    keywords: Annotated[Words, Field(description="Of the company.")] = None
    employees: Annotated[str | None, Field(description="50-200 or 500+.")] = None
    page: Annotated[int, Field(ge=1, le=MOST_PAGES, description="Page.")] = 1

    async def run(self, context: Context) -> LeadList | CreditsView:
        if not self.model_dump(exclude_defaults=True):
            return await all_credits(context.api)
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
        if seen := context.find(SeenLeads):
            seen.remember((it.id, it.who()) for it in leads)
        return LeadList(
            leads=leads,
            total=found.total,
            page=self.page,
            filters={name: ", ".join(values) for name, values in words.items()}
            | ({"employees": self.employees or ""} if size else {}),
            credits_left=await credits_left(context.api),
            places_unknown="locations" in words and not any(it.location for it in leads),
            next=NextCall.of("search_leads", **words, employees=self.employees, page=self.page + 1)
            if found.more
            else None,
            reveal=NextCall.of("enrich_leads", leads=[it.id for it in leads[:_TRIED_FIRST]]) if leads else None,
        )

    def _words(self) -> dict[str, list[str]]:
        given: dict[str, Words] = self.model_dump(include=set(_FILTERS))
        stripped = {name: [word.strip() for word in words or []] for name, words in given.items()}
        stripped["locations"] = list(map(in_full, stripped["locations"]))
        return {name: filled for name, words in stripped.items() if (filled := [word for word in words if word])}


def size_of(employees: str | None) -> dict[str, str]:
    """The ends of a range such as ``50-200`` or ``500+``; nothing when no range is given."""
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
    """The filters by the names of the Lead Finder. A company that looks like a domain is searched for as one."""
    filters: dict[str, Any] = {_FILTERS[name]: {"includes": values} for name, values in words.items()}
    names = words.get("companies", [])
    domains = [name for name in names if _DOMAIN.fullmatch(name)]
    if domains:
        filters["company_domain"] = filters.pop("company_name")
    if domains and len(domains) < len(names):
        raise Mistake("companies: names and domains together would find nobody", "Search for them one after the other.")
    return filters


async def _values(api: Api) -> dict[str, list[str]]:
    """The values that filters take, by filter. The answer is not documented, so what cannot be read is left out."""
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
    """The words as the lists spell them: any other would find nobody, and the API would not say why."""
    return {
        name: [_value(known, word, f"{name}[{place}]") for place, word in enumerate(given)]
        if name in _LISTED and (known := values.get(_FILTERS[name]))
        else given
        for name, given in words.items()
    }


def _value(known: list[str], word: str, argument: str) -> str:
    lister = NextCall.of("run_read_operation", operation="get_lead_search_filters")
    return pick(known, word, argument=argument, identity=lambda it: it, names=lambda it: [it], lister=lister)


def _line(lead: Lead) -> LeadLine:
    # No live answer with a place is known: a place is shown when it comes as text.
    place: Any = (lead.model_extra or {}).get("location")
    return LeadLine(
        id=str(lead.id),
        name=f"{lead.first_name or ''} {lead.last_name or ''}".strip(),
        job_title=lead.job_title or "",
        company=lead.organization_name or "",
        domain=lead.organization_domain or "",
        location=place if isinstance(place, str) else "",
    )
