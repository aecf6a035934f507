"""The mails of a period and of the one before it, as reports count them."""

from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.reports.mail_numbers import Tally, tally
from saleshandy_mcp.features.reports.period import Period
from saleshandy_mcp.lookups.mail_events import mail_events

CALLS = 14
"""Calls for one view: the API allows 20 a minute."""


async def mails_of(context: Context, sequences: list[Sequence], span: Period, calls: int) -> Tally:
    """The mails of a period, page after page, with so many calls at most."""
    read = await mail_events(context.api, [it.id for it in sequences], span.first, span.last, pages=calls)
    return tally(read.rows, span, context.now_there().tzinfo, cut=not read.whole)


async def mails_of_both(
    context: Context, sequences: list[Sequence], prior: Period, other: Period | None, calls: int
) -> tuple[Tally, Tally | None]:
    """The mails of the period before, and those of the other one that may be meant, read at once."""
    first = min(prior.first, other.first) if other else prior.first
    last = max(prior.last, other.last) if other else prior.last
    read = await mail_events(context.api, [it.id for it in sequences], first, last, pages=calls)
    zone = context.now_there().tzinfo
    also = tally(read.rows, other, zone, cut=not read.whole) if other else None
    return tally(read.rows, prior, zone, cut=not read.whole), also
