"""Active sequences that mail nobody because all their people are on do-not-contact lists."""

from collections.abc import Mapping
from datetime import timedelta

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.running_imports import ImportsInto
from saleshandy_mcp.lookups.do_not_contact import list_membership
from saleshandy_mcp.lookups.mail_events import mail_events

MOST = 2
"""Sequences that one call looks at: each takes calls for its mails and for the lists."""
_YEAR = timedelta(days=365)


async def all_blocked(context: Context, people: Mapping[str, int]) -> set[str]:
    """Which of these sequences have nobody who may be mailed.

    No call lists the people of a sequence. Who was imported from here or mailed in the last year is known; where these
    are not all, nothing is said.

    Args:
        context: what to work with.
        people: sequence -> how many people are in it. More than ``MOST`` are not looked at.
    """
    found: set[str] = set()
    for id_, number in list(people.items())[:MOST]:
        try:
            known = await _known(context, id_)
        except SaleshandyError:
            continue
        if 0 < number <= len(known):
            membership = await list_membership(context.api, sorted(known))
            if all(membership.found(it) for it in known):
                found.add(id_)
    return found


async def _known(context: Context, sequence_id: str) -> set[str]:
    imports = context.find(ImportsInto)
    today = context.now_there().date()
    read = await mail_events(context.api, [sequence_id], today - _YEAR, today, pages=2, recent=True)
    mailed = {key(it.recipient_email) for it in read.rows if it.recipient_email and it.deleted != "Yes"}
    return mailed | {key(it) for it in (imports.people(sequence_id) if imports else [])}
