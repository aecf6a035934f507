"""What a request to reveal leads found, and what it cost."""

from collections.abc import Iterator

from saleshandy_mcp.api.resources.enrichment import Enriched, EnrichmentJob, GetEnrichmentResult
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.leads.credits import amount, credits_left
from saleshandy_mcp.untrusted.one_line import one_line

_RISKY = "risky: the address may not take mail, so it may bounce; sequences leave it out unless mail_risky is on."


class FoundAddress(View):
    email: str
    verification: str = ""

    def text(self) -> str:
        return one_line(self.email) + (f" ({one_line(self.verification, 20)})" if self.verification else "")


class ContactLine(View):
    """``id`` is the lead's, where the answer tells it; a contact without email and phone is a miss."""

    id: str = ""
    name: str = ""
    job_title: str = ""
    emails: list[FoundAddress] = []
    phone: str = ""

    def line(self) -> str:
        emails = ", ".join(it.text() for it in self.emails)
        name = one_line(self.name, 60) + (f" [{one_line(self.id)}]" if self.id else "")
        parts = (name.strip(), one_line(self.job_title, 60), emails or "no email", one_line(self.phone, 40))
        return " · ".join(part for part in parts if part)


class Enrichment(View):
    """The state and the result of a request; None means that something is not known.

    Attributes:
        request: its id.
        status: Saleshandy's word, "not known" when it could not be asked.
        asked: leads that it is about.
        processed: leads that were looked up so far.
        contacts: what was found; None before the result can be read.
        missed: how many were looked up and not found.
        missed_leads: the leads that were missed, when this call made the request.
        spent: credits that it cost.
        credits_before: credits that were left before it.
        credits_left: credits that are left now.
        next: the call that reads the result, or that uses it.
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
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        if self.contacts is None:
            of = "" if self.asked is None else f" of {counted(self.asked, 'lead')}"
            done = "" if self.processed is None else f", {self.processed} looked up"
            yield f"Request {self.request}{of}: {one_line(self.status)}{done}. There is no result to read yet."
            yield self._credits()
            yield f"Ask again in some seconds, free: {say(self.next)}. The same leads need not be asked for again."
            return
        yield f"{self._counts(len(self.contacts))} · request {self.request}"
        yield from (it.line() for it in self.contacts)
        yield _RISKY if any(mail.verification == "risky" for it in self.contacts for mail in it.emails) else None
        yield f"Nothing found, nothing paid: {', '.join(self.missed_leads)}" if self.missed_leads else None
        yield self._credits()
        yield f"{'Into a sequence' if self.contacts else 'Others'}: {say(self.next)}"

    def _counts(self, found: int) -> str:
        of = counted(found, "lead") if self.asked is None else f"{found} of {counted(self.asked, 'lead')}"
        missed = "" if not self.missed else f", {self.missed} missed"
        looked_up = "" if self.processed in (None, self.asked) else f", {self.processed} looked up"
        return f"{of} revealed{missed}{looked_up} ({one_line(self.status)})"

    def _credits(self) -> str | None:
        numbers = {"spent": self.spent, "before": self.credits_before, "left": self.credits_left}
        parts = [f"{amount(number)} {word}" for word, number in numbers.items() if number is not None]
        return f"Credits: {', '.join(parts)}" if parts else None


async def read_result(
    api: Api, request: str, job: EnrichmentJob | None, asked: list[str] | None = None, before: float | None = None
) -> Enrichment:
    """What a request found.

    Args:
        api: what carries the calls out.
        request: its id.
        job: as it was seen last; None when it could not be read.
        asked: the leads, when this call made the request.
        before: credits that were left before it.
    """
    found = await _found(api, request) if job and job.finished else None
    people = len(asked) if asked else job.total_records if job else None
    following = NextCall.of("search_leads", job_titles=["…"])
    if found is None:
        following = NextCall.of("enrich_leads", request=request)
    elif found:
        row = {"Email": "…", "First Name": "…", "Last Name": "…"}
        following = NextCall.of("import_prospects", sequence="…", rows=[row])
    return Enrichment(
        request=request,
        status=job.status if job else "not known",
        asked=people,
        processed=job.processed if job else None,
        contacts=None if found is None else [_line(row) for row in found],
        missed=None if found is None or people is None else max(people - len(found), 0),
        missed_leads=[] if found is None else _missed(asked or [], found),
        # What a running job has cost so far is not what it will cost.
        spent=job.credits_charged if job and job.finished else None,
        credits_before=before,
        credits_left=None if found is None else await credits_left(api),
        next=following,
    )


async def _found(api: Api, request: str) -> list[Enriched] | None:
    """The rows with an email or a phone; None when they could not be read."""
    try:
        result = await api.send(GetEnrichmentResult(request_id=request))
    except SaleshandyError:
        return None
    return [row for row in result.results if row.addresses or row.phone or row.mobile]


def _missed(asked: list[str], found: list[Enriched]) -> list[str]:
    """The leads that were not found; none when the rows do not say whom they are about."""
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
