"""What has happened to people in a sequence, as events that are written to the CRM once each. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from saleshandy_mcp.api.resources.analytics import Event, MailEvents
from saleshandy_mcp.core.addresses import key

What = Literal[
    "sent",
    "opened",
    "replied",
    "bounced",
    "unsubscribed",
    "opted out",
    "interested",
    "deal moved",
    "on a do-not-contact list",
]
MAIL_EVENTS: Mapping[What, Event] = {
    "sent": "email_sent",
    "opened": "last_opened",
    "replied": "replied",
    "bounced": "bounced",
}
_TOLD: Mapping[What, str] = {
    "sent": "Mail sent",
    "opened": "Mail opened",
    "replied": "Replied",
    "bounced": "Mail bounced",
    "unsubscribed": "Unsubscribed",
    "opted out": "Opted out",
    "interested": "Interested",
    "deal moved": "Deal moved",
    "on a do-not-contact list": "On a do-not-contact list",
}


@dataclass(frozen=True)
class CrmEvent:
    """One thing that happened to one contact.

    Attributes:
        what: happened.
        email: of the person.
        contact: id of the contact.
        sequence: title of the sequence; of a do-not-contact list, where the event belongs to one.
        sequence_id: the id of the sequence.
        step: its number, as the API writes it; empty where the event belongs to no step.
        outcome: what the reply was judged to be; empty where it was not.
        at: when it happened; None where the API does not tell.
        id: the same for the same event, however often it is read.
    """

    what: What
    email: str
    contact: str
    sequence: str
    sequence_id: str
    step: str
    outcome: str
    at: datetime | None
    id: str

    @classmethod
    def of_list(cls, email: str, contact: str, name: str) -> "CrmEvent":
        """A contact whose address is on a do-not-contact list."""
        what: What = "on a do-not-contact list"
        return cls(what, email, contact, name, "", "", "", None, _digest(contact, what, email))

    def followed(self, what: What, *parts: str) -> "CrmEvent":
        """What follows from it, as an event of its own that is written once."""
        return replace(self, what=what, id=_digest(self.contact, what, self.sequence_id, *parts))

    @property
    def mark(self) -> str:
        """Stands in what is written, so that it is known again."""
        return f"saleshandy {self.id[:16]}"

    def words(self) -> str:
        """What happened, in a line."""
        outcome = f" ({self.outcome})" if self.outcome and self.what in ("replied", "interested") else ""
        step = f", step {self.step}" if self.step else ""
        return f"{_TOLD[self.what]}{outcome}: {self.sequence}{step}"


def events_of(
    rows: Iterable[MailEvents],
    contacts: Mapping[str, str],
    sequence: tuple[str, str],
    *,
    positive: Collection[str],
    opened: bool,
) -> Iterator[CrmEvent]:
    """The events of these people, each once.

    Args:
        rows: a line for each recipient and step.
        contacts: id of the contact, by address.
        sequence: its id and title.
        positive: names of outcomes that mean interest, in lower case.
        opened: whether opened mails count.
    """
    seen: set[str] = set()
    for row in rows:
        email = key(row.recipient_email or "")
        if email not in contacts:
            continue
        for event in _of_row(row, email, contacts[email], sequence, positive):
            if event.id not in seen and (opened or event.what != "opened"):
                seen.add(event.id)
                yield event


def _of_row(
    row: MailEvents, email: str, contact: str, sequence: tuple[str, str], positive: Collection[str]
) -> Iterator[CrmEvent]:
    id_, title = sequence
    step, outcome = row.step_number or "", row.current_sentiment or ""

    def event(what: What, at: datetime | None, *parts: str) -> CrmEvent:
        of_step = step if what in MAIL_EVENTS else ""
        return CrmEvent(what, email, contact, title, id_, of_step, outcome, at, _digest(id_, contact, what, *parts))

    for what, named in MAIL_EVENTS.items():
        if at := row.at(named):
            # A second reply is another event; a step is sent once.
            yield event(what, at, step, at.astimezone(UTC).isoformat() if what == "replied" else "")
    if row.has_unsubscribed:
        # The one is told by an activity, the other is noted at the contact.
        yield event("unsubscribed", None)
        yield event("opted out", None)
    if outcome.casefold() in positive and row.at("replied"):
        yield event("interested", row.at("replied"))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
