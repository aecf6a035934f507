"""``enrich_leads``: reveal emails and phones of leads for credits, and read what an earlier request found."""

from functools import partial
from typing import Annotated

from anyio import move_on_after
from pydantic import Field

from saleshandy_mcp.api.resources.enrichment import (
    MOST,
    PER_EMAIL,
    PER_PHONE,
    EnrichContacts,
    EnrichmentJob,
    EnrichmentLimits,
    GetEnrichmentRateLimits,
    GetEnrichmentStatus,
)
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Doubtful, Mistake, SaleshandyError, Unreadable
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Question, Value, Words, listing
from saleshandy_mcp.core.view import NextCall, counted
from saleshandy_mcp.core.waiting import wait_until
from saleshandy_mcp.features.leads.credits import amount, credits_left
from saleshandy_mcp.features.leads.enrichment_result import Enrichment, read_result
from saleshandy_mcp.features.leads.seen_leads import SeenLeads

BETWEEN_LOOKS = 2.5
"""Seconds before each look at a job."""
PATIENCE, LONGEST = 15.0, 20.0
"""Seconds that a call waits between its looks in all, and seconds that it takes at most, answers included."""


class EnrichLeads(Action[Enrichment]):
    """Reveal work emails and phone numbers of leads for credits; the user sees the cost first."""

    effects = frozenset({Effect.SPEND})
    leads: Annotated[list[str] | None, Field(description="Up to 100 lead ids or LinkedIn URLs.")] = None
    phone: Annotated[bool, Field(description="Phones too, for 7 credits.")] = False
    request: Annotated[str | None, Field(description="Reads an earlier one, free.")] = None

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
        _refuse_used_up(await context.api.send(GetEnrichmentRateLimits()), context.now_there().timestamp())
        seen = context.find(SeenLeads)
        question = _question(list(map(seen.named, asked)) if seen else asked, left, phone=self.phone)
        reveal = partial(_reveal, context, operation, asked, left)
        return Prepared(reveal, frozenset({Effect.SPEND}), question, uses=operation.uses)


def _named(leads: list[str]) -> tuple[list[int], list[str]]:
    """Ids of leads and addresses of LinkedIn profiles, each once."""
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
        raise Mistake("leads: no lead is given", "Give ids of search_leads, or the request of an earlier call.")
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
        listing(counted(len(asked), "lead"), asked),
        Words("work emails and phones are revealed" if phone else "work emails are revealed"),
        Value("cost", f"up to {counted(most, 'credit')}", each),
        Value("credits left", "not known" if left is None else amount(left)),
    )
    return Question("Spend credits to reveal these leads?", items, "On yes the credits are spent.")


async def _reveal(context: Context, operation: EnrichContacts, asked: list[str], before: float | None) -> Enrichment:
    try:
        started = await context.api.send(operation)
    except (Doubtful, Unreadable) as error:
        had = "" if before is None else f" (there were {amount(before)})"
        told = type(error)(f"{error}. Fewer credits in a minute{had} mean that it ran")
        told.next = NextCall.of("run_read_operation", operation="get_credits")
        raise told from error
    job = await _job(context, started.request_id)
    return await read_result(context.api, started.request_id, job, asked, before)


async def _read(context: Context, request: str) -> Enrichment:
    job = await context.api.send(GetEnrichmentStatus(request_id=request))
    if not job.finished:
        job = await _job(context, request) or job
    return await read_result(context.api, request, job)


async def _job(context: Context, request: str) -> EnrichmentJob | None:
    """The job when it has ended, or as it was when the waiting ended; None when it could never be read.

    The credits are spent by now, so a look that fails must not lose the id of the request.
    """
    job: EnrichmentJob | None = None

    async def look(_: float) -> EnrichmentJob | None:
        nonlocal job
        try:
            job = await context.api.send(GetEnrichmentStatus(request_id=request))
        except SaleshandyError:
            return None
        if job.finished:
            return job
        await context.tell(f"Revealing: {job.processed or 0} of {job.total_records or '?'}")
        return None

    with move_on_after(context.patience(LONGEST)):
        await context.pause(BETWEEN_LOOKS)
        await wait_until(look, pause=context.pause, between=(BETWEEN_LOOKS,), patience=PATIENCE)
    return job
