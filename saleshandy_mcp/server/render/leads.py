"""Leads in text: who was found, what revealing costs, what it revealed."""

from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.leads.enrich_leads import ContactLine, Enrichment
from saleshandy_mcp.features.leads.search_leads import LeadLine, LeadList, amount
from saleshandy_mcp.server.render.base import lines, more, plain, render


@render.register
def _(view: LeadList) -> str:
    wanted = "; ".join(f"{name} {plain(value)}" for name, value in view.filters.items())
    if not view.leads:
        return lines(
            f"No lead fits {wanted}." if view.page == 1 else f"Page {view.page} is empty.",
            "Fewer or wider filters find more." if view.page == 1 else None,
        )
    return lines(
        f"{_total(view)} for {wanted} (page {view.page})",
        *(_lead(it) for it in view.leads),
        more(view.next),
        f"Emails cost about {view.per_email} credit each, {view.per_phone} with phone, a miss nothing; "
        f"{_left(view.credits_left)}. Reveal, asking first: {view.reveal}",
    )


def _total(view: LeadList) -> str:
    return counted(view.total, "lead") if view.total else f"{counted(len(view.leads), 'lead')}, the total is not told,"


def _left(credits_left: float | None) -> str:
    return "how many are left is not known" if credits_left is None else f"{amount(credits_left)} credits are left"


def _lead(it: LeadLine) -> str:
    company = plain(it.company, 60) + (f" ({plain(it.domain, 60)})" if it.domain else "")
    parts = (
        f"{plain(it.name, 60)} [{it.id}]".lstrip(),
        plain(it.job_title, 60),
        company.strip(),
        plain(it.location, 60),
    )
    return " · ".join(part for part in parts if part)


@render.register
def _(view: Enrichment) -> str:
    if view.contacts is None:
        return _unfinished(view)
    return lines(
        f"{_counts(view)} · request {view.request}",
        *(_contact(it) for it in view.contacts),
        f"Nothing found, nothing paid: {', '.join(view.missed_leads)}" if view.missed_leads else None,
        _spent(view),
        f"Into a sequence: {view.next}" if view.contacts else f"Others: {view.next}",
    )


def _unfinished(view: Enrichment) -> str:
    of = "" if view.asked is None else f" of {counted(view.asked, 'lead')}"
    done = "" if view.processed is None else f", {view.processed} looked up"
    return lines(
        f"Request {view.request}{of}: {plain(view.status)}{done}. There is no result to read yet.",
        _spent(view),
        f"Ask again in some seconds, free: {view.next}. The same leads need not be asked for again.",
    )


def _counts(view: Enrichment) -> str:
    found = len(view.contacts or [])
    of = counted(found, "lead") if view.asked is None else f"{found} of {counted(view.asked, 'lead')}"
    missed = "" if not view.missed else f", {view.missed} missed"
    looked_up = "" if view.processed in (None, view.asked) else f", {view.processed} looked up"
    return f"{of} revealed{missed}{looked_up} ({plain(view.status)})"


def _spent(view: Enrichment) -> str | None:
    told = {"spent": view.spent, "before": view.credits_before, "left": view.credits_left}
    parts = [f"{amount(number)} {word}" for word, number in told.items() if number is not None]
    return f"Credits: {', '.join(parts)}" if parts else None


def _contact(it: ContactLine) -> str:
    emails = ", ".join(
        plain(found.email) + (f" ({plain(found.verification, 20)})" if found.verification else "")
        for found in it.emails
    )
    name = plain(it.name, 60) + (f" [{plain(it.id)}]" if it.id else "")
    parts = (name.strip(), plain(it.job_title, 60), emails or "no email", plain(it.phone, 40))
    return " · ".join(part for part in parts if part)
