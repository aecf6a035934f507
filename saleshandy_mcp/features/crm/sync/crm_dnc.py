"""Which contacts are on a do-not-contact list of Saleshandy, as events that are written to the contacts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.crm.sync.crm_events import CrmEvent
from saleshandy_mcp.lookups.do_not_contact import entry, list_membership


@dataclass
class OnLists:
    """What the lists say of contacts.

    Attributes:
        events: one for each contact whose own address is on a list.
        by_domain: how many others are covered by a domain. That is no wish of a person, so it is not noted.
        unread: why it is not known of everybody; empty where it is.
    """

    events: list[CrmEvent] = field(default_factory=list[CrmEvent])
    by_domain: int = 0
    unread: str = ""

    def rules(self) -> list[str]:
        """What a plan says of those whom it leaves alone."""
        told = f"{counted(self.by_domain, 'contact')} covered by a domain on a do-not-contact list: not noted, for that"
        return [f"{told} is no wish of a person"] if self.by_domain else []

    def conflicts(self) -> list[str]:
        return [self.unread] if self.unread else []


async def on_lists(context: Context, contacts: Iterable[tuple[str, str]]) -> OnLists:
    """Look contacts up on the lists.

    Args:
        context: of the call. Where it has no end, as on the command line, the rate limit is waited for.
        contacts: address, as ``core.addresses.key`` writes it, and id of each.
    """
    known = [(email, id_) for email, id_ in contacts if entry(email)]
    found = OnLists()
    if not known:
        return found
    pause = context.pause if context.time_left() == inf else None
    membership = await list_membership(context.api, {email for email, _ in known}, pause=pause)
    for email, id_ in known:
        places = membership.found(email)
        if mine := [name for name, place in places if place == email]:
            found.events.append(CrmEvent.of_list(email, id_, mine[0]))
        elif places:
            found.by_domain += 1
    if membership.failure or membership.unread or membership.unasked:
        why = membership.failure or "they are too long for one call"
        found.unread = f"some who stand on do-not-contact lists, which could not be read whole ({why})"
    return found
