"""Events as records of the CRM, by the names of fields that its own records show. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.crm.crm_changes import nested
from saleshandy_mcp.features.crm.crm_field_names import (
    as_text,
    contact_field,
    first_named,
    names_of,
    owner_field,
    title_field,
)
from saleshandy_mcp.features.crm.sync.crm_events import CrmEvent
from saleshandy_mcp.integrations.crm import CrmRecord, Kind

_TEXTS = ("body", "description", "note", "notes", "content", "details")
_WHEN = ("occurredat", "activitydate", "happenedat", "date", "timestamp")
_DUE = ("duedate", "due", "dueat", "deadline")
_TYPES = ("type", "activitytype", "kind")
_EMAIL = "email"
_DAYS = 1
"""Days that the owner has for a task."""


@dataclass(frozen=True)
class RecordNames:
    """The names of the fields of one kind of record.

    Attributes:
        kind: of the record.
        title: what it is about.
        contact: the id of the contact.
        more: names of fields that a record may do without, by what they are for.
        is_email: the value by which other records of the CRM say that they are about a mail; empty where none does.
    """

    kind: Kind
    title: str
    contact: str
    more: Mapping[str, str]
    is_email: str = ""

    def told(self) -> str:
        """The names in a line, for a person to look at."""
        return ", ".join(filter(None, (self.title, self.contact, *self.more.values())))


def record_names(kind: Kind, sample: Sequence[CrmRecord]) -> RecordNames:
    """The names of fields, learnt from records that are there.

    Raises:
        Mistake: when no record shows a field for its title or its contact.
    """
    known = names_of(sample)
    title, contact = title_field(known), contact_field(known)
    if not title or not contact:
        raise Mistake(
            f"no record among the {kind} of the CRM shows a field for {'its contact' if title else 'what it is about'}",
            f"Make one by hand in the CRM, for the names of its fields are learnt from it, and look: "
            f"{NextCall.of('find_crm_records', kind=kind).for_model()}.",
        )
    found = {"text": _TEXTS, "when": _WHEN, "due": _DUE, "type": _TYPES}
    more = {what: name for what, called in found.items() if (name := first_named(known, called))}
    if owner := owner_field(known):
        more["owner"] = owner
    types = [as_text(it.fields.get(more.get("type", ""))) for it in sample]
    is_email = next((it for it in types if it.casefold() == _EMAIL), "")
    return RecordNames(kind, title, contact, more, is_email)


def activity_of(event: CrmEvent, names: RecordNames) -> dict[str, Any]:
    """An activity that tells of the event."""
    values: dict[str, Any] = {names.title: event.words(), names.contact: event.contact}
    if "text" in names.more:
        values[names.more["text"]] = f"{event.words()}\n[{event.mark}]"
    else:
        values[names.title] = f"{event.words()} [{event.mark}]"
    if event.at and "when" in names.more:
        values[names.more["when"]] = event.at.astimezone(UTC).isoformat()
    if names.is_email and "type" in names.more:
        values[names.more["type"]] = names.is_email
    return nested(values)


def task_of(event: CrmEvent, names: RecordNames, owner: Any, now: datetime) -> dict[str, Any]:
    """A task for the owner of the contact."""
    title = f"Answer {event.email}: {event.outcome}"
    values: dict[str, Any] = {names.title: title, names.contact: event.contact}
    if "text" in names.more:
        values[names.more["text"]] = f"{event.words()}\n[{event.mark}]"
    else:
        values[names.title] = f"{title} [{event.mark}]"
    if "due" in names.more:
        values[names.more["due"]] = (now + timedelta(days=_DAYS)).date().isoformat()
    if owner and "owner" in names.more:
        values[names.more["owner"]] = owner
    return nested(values)
