"""Revealing emails and phones of leads for credits: the price first, then the job, then what it found."""

from functools import partial
from typing import Annotated

from anyio import move_on_after
from pydantic import Field

from saleshandy_mcp.api.resources.enrichment import (
    MOST,
    EnrichContacts,
    Enriched,
    EnrichmentJob,
    EnrichmentLimits,
    GetEnrichmentRateLimits,
    GetEnrichmentResult,
    GetEnrichmentStatus,
)
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Doubtful, Mistake, SaleshandyError, Unreadable
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Question, Value
from saleshandy_mcp.core.view import View, call, counted
from saleshandy_mcp.features.leads.search_leads import PER_EMAIL, PER_PHONE, amount, credits_left

LOOKS, BETWEEN_LOOKS = 7, 2.5
"""How often a job is asked for within a call, and the seconds before each time."""

PATIENCE = 20.0
"""Seconds that a call waits for its job, however slow the answers are."""


class FoundAddress(View):
    email: str
    verification: str = ""


class ContactLine(View):
    """``id`` is the lead's, where the answer tells it; a contact without email and phone is a miss."""

    id: str = ""
    name: str = ""
    job_title: str = ""
    emails: list[FoundAddress] = []
    phone: str = ""


class Enrichment(View):
    """What became of a request; None is what could not be told.

    Attributes:
        status: Saleshandy's word, "not known" when it could not be asked.
        contacts: what was found; None before the result can be read.
        missed: how many were looked for and not found.
        missed_leads: which, where the request was made by this call.
        spent: credits that it cost.
    """

    untrusted = True
    request: str
    status: str
    asked: int | None = None
    processed: int | None = None
    contacts: list[ContactLine] | None = None
    missed: int | None = None
    missed_leads: list[str] = []
    spent: float | None = None
    credits_before: float | None = None
    credits_left: float | None = None
    next: str


class EnrichLeads(Action[Enrichment]):
    """Reveal work emails of leads, and phone numbers, for credits; the user sees the cost and is asked first.
    A miss is free. With `request`, read the result of an earlier call, free.
    """

    effects = frozenset({Effect.READ, Effect.SPEND})
    leads: Annotated[list[str] | None, Field(description="Up to 100 lead ids or LinkedIn URLs.")] = None
    phone: Annotated[bool, Field(description="Phones too: 7 credits each, not 1.")] = False
    request: Annotated[str | None, Field(description="Id of an earlier request.")] = None

    async def prepare(self, context: Context) -> Prepared[Enrichment]:
        if self.request:
            if self.leads or self.phone:
                raise Mistake("request: an earlier request is read as it was made", "Leave leads and phone out.")
            return Prepared(partial(_read, context, self.request), READING)
        ids, urls = _named(self.leads or [])
        operation = EnrichContacts(lead_id=ids or None, linkedin_url=urls or None, reveal_phone=self.phone)
        asked = [*map(str, ids), *urls]
        left = await credits_left(context.api)
        _refuse_unaffordable(len(asked), left, phone=self.phone)
        _refuse_used_up(await context.api.send(GetEnrichmentRateLimits()), context.now().timestamp())
        question = _question(asked, left, phone=self.phone)
        return Prepared(partial(_reveal, context, operation, asked, left), frozenset({Effect.SPEND}), question)


def _named(leads: list[str]) -> tuple[list[int], list[str]]:
    """Ids and addresses of profiles, each once."""
    ids: list[int] = []
    urls: list[str] = []
    for place, lead in enumerate(leads):
        name = lead.strip()
        if name.isdecimal():
            ids.append(int(name))
        elif "linkedin." in name.lower():
            urls.append(name if "://" in name else f"https://{name}")
        else:
            raise Mistake(
                f'leads[{place}]: "{lead}" is neither a lead id nor a LinkedIn URL', "search_leads gives ids."
            )
    ids, urls = list(dict.fromkeys(ids)), list(dict.fromkeys(urls))
    if not ids and not urls:
        raise Mistake("leads: nobody is named", "Give ids of search_leads, or the request of an earlier call.")
    if len(ids) + len(urls) > MOST:
        raise Mistake(f"leads: {len(ids) + len(urls)} are named, at most {MOST} go in a call", "Take several calls.")
    return ids, urls


def _refuse_unaffordable(people: int, left: float | None, *, phone: bool) -> None:
    each = PER_PHONE if phone else PER_EMAIL
    if left is None or each * people <= left:
        return
    affordable = max(int(left // each), 0)
    advice = f"Name at most {affordable}" if affordable else "Buy credits in Saleshandy"
    raise Mistake(
        f"leads: revealing {people} costs up to {people * each:,} credits, and {amount(left)} are left",
        advice + (", or leave phone out." if phone and left >= PER_EMAIL else "."),
    )


def _refuse_used_up(limits: EnrichmentLimits, now: float) -> None:
    windows = {"minute": limits.per_minute, "hour": limits.per_hour, "day": limits.per_day}
    for name, window in windows.items():
        if window and window.remaining is not None and window.remaining < 1:
            wait = f"in {max(window.reset_at - now, 1):,.0f} s" if window.reset_at else "later"
            raise Mistake(f"the enrichment calls that Saleshandy allows this {name} are used up", f"Try again {wait}.")


def _question(asked: list[str], left: float | None, *, phone: bool) -> Question:
    most = len(asked) * (PER_PHONE if phone else PER_EMAIL)
    each = f"about {PER_EMAIL} for an email" + (f", {PER_PHONE} with a phone" if phone else "") + ", nothing for a miss"
    items = (
        Value("leads", ", ".join(asked), counted(len(asked), "lead")),
        Value("revealed", "work emails and phones" if phone else "work emails"),
        Value("cost", f"up to {counted(most, 'credit')}", each),
        Value("credits left", "not known" if left is None else amount(left)),
    )
    return Question("Spend credits to reveal these leads?", items, "On yes the credits are spent.")


async def _reveal(context: Context, operation: EnrichContacts, asked: list[str], before: float | None) -> Enrichment:
    try:
        started = await context.api.send(operation)
    except (Doubtful, Unreadable) as error:
        look = call("run_read_operation", operation="get_credits")
        had = "" if before is None else f" (there were {amount(before)})"
        raise type(error)(f"{error}. Fewer credits in a minute{had} mean that it ran: {look}") from error
    job = await _ended(context, started.request_id)
    return await _told(context.api, started.request_id, job, asked, before)


async def _read(context: Context, request: str) -> Enrichment:
    job = await context.api.send(GetEnrichmentStatus(request_id=request))
    if not job.finished:
        job = await _ended(context, request) or job
    return await _told(context.api, request, job)


async def _ended(context: Context, request: str) -> EnrichmentJob | None:
    """The job as it was seen last. The credits are spent by now: a look that fails is no reason to lose its id."""
    job = None
    with move_on_after(PATIENCE):
        for _ in range(LOOKS):
            await context.pause(BETWEEN_LOOKS)
            try:
                job = await context.api.send(GetEnrichmentStatus(request_id=request))
            except SaleshandyError:
                continue
            if job.finished:
                break
            await context.tell(f"Revealing: {job.processed or 0} of {job.total_records or '?'}")
    return job


async def _told(
    api: Api, request: str, job: EnrichmentJob | None, asked: list[str] | None = None, before: float | None = None
) -> Enrichment:
    found = await _found(api, request) if job and job.finished else None
    people = len(asked) if asked else job.total_records if job else None
    further = call("search_leads", job_titles=["…"])
    if found:
        further = call("import_prospects", sequence="…", rows=[{"Email": "…", "First Name": "…", "Last Name": "…"}])
    return Enrichment(
        request=request,
        status=job.status if job else "not known",
        asked=people,
        processed=job.processed if job else None,
        contacts=None if found is None else [_line(row) for row in found],
        missed=None if found is None or people is None else max(people - len(found), 0),
        missed_leads=[] if found is None else _missed(asked or [], found),
        # While a job runs, what it has cost so far is no answer to what it costs.
        spent=job.credits_charged if job and job.finished else None,
        credits_before=before,
        credits_left=None if found is None else await credits_left(api),
        next=call("enrich_leads", request=request) if found is None else further,
    )


async def _found(api: Api, request: str) -> list[Enriched] | None:
    """The rows with an email or a phone; None when they could not be read, which is not the same as none."""
    try:
        result = await api.send(GetEnrichmentResult(request_id=request))
    except SaleshandyError:
        return None
    return [row for row in result.results if row.addresses or row.phone or row.mobile]


def _missed(asked: list[str], found: list[Enriched]) -> list[str]:
    """Who was not found; nobody when rows do not say whom they are about, for then it would be a guess."""
    there = {name for row in found for name in (row.lead_id, row.linkedin_url)}
    missed = [name for name in asked if name not in there]
    return missed if len(missed) == len(asked) - len(found) else []


def _line(row: Enriched) -> ContactLine:
    verified = {entry.email: entry.verification_status or "" for entry in row.emails}
    return ContactLine(
        id=row.lead_id or "",
        name=f"{row.first_name or ''} {row.last_name or ''}".strip(),
        job_title=row.job_title or "",
        emails=[FoundAddress(email=email, verification=verified.get(email, "")) for email in row.addresses],
        phone=row.phone or row.mobile or "",
    )
