"""What events become in a CRM: activities, tasks, notes of opt-outs, moves of deals; and the reasons against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.crm_field_names import owner_field, text_of
from saleshandy_mcp.features.crm.crm_field_roles import KnownRoles, known_roles
from saleshandy_mcp.features.crm.crm_lines import Roles, opted_out
from saleshandy_mcp.features.crm.sync.crm_events import CrmEvent
from saleshandy_mcp.features.crm.sync.crm_items import activity_of, record_names, task_of
from saleshandy_mcp.features.crm.sync.crm_opt_out_note import OptOutNote, opt_out_note
from saleshandy_mcp.features.crm.sync.crm_write_back import ToWrite, Written
from saleshandy_mcp.integrations.crm import Crm, CrmRecord, Query

_FEW = 20
"""Contacts that are read one by one; for more, all are read."""
_FRESH = 60.0
"""Seconds for which a plan counts as it is."""
_WHO = {"opted out": "unsubscribed", "on a do-not-contact list": "stands on a do-not-contact list by the address"}
"""The events that are noted at a contact, and whom they are about."""


@dataclass
class SyncPlan:
    """What would be written.

    Attributes:
        sequence: its title; empty for the do-not-contact lists alone.
        to_write: the records, in the order of the events, and the deals that move.
        people: contacts that were looked at.
        before: events that were written before.
        conflicts: what is not written, in a sentence each.
        rules: how events become records, in a sentence each.
        left_today: calls that the CRM takes within a day; None where that is not known.
        roles: what the fields of contacts are for; None where none were read.
        made: when, in seconds of the context's clock.
    """

    sequence: str
    to_write: list[ToWrite] = field(default_factory=list[ToWrite])
    people: int = 0
    before: int = 0
    conflicts: list[str] = field(default_factory=list[str])
    rules: list[str] = field(default_factory=list[str])
    left_today: int | None = None
    roles: KnownRoles | None = None
    made: float = 0.0


@dataclass(frozen=True)
class People:
    """Contacts by id as they are now, what their fields are for, and how an opt-out is noted."""

    contacts: Mapping[str, CrmRecord]
    known: KnownRoles
    note: OptOutNote | None

    @classmethod
    def among(cls, contacts: Iterable[CrmRecord], sample: Sequence[CrmRecord], context: Context) -> "People":
        """These contacts; ``sample`` holds others, to learn from."""
        by_id = {it.id: it for it in contacts}
        all_known = [*by_id.values(), *sample]
        known = known_roles(context, all_known)
        return cls(by_id, known, opt_out_note(all_known, known.roles))

    @property
    def roles(self) -> Roles:
        """The fields by role."""
        return self.known.roles

    def address(self, contact: CrmRecord) -> str:
        """As it is written there."""
        return text_of(contact.fields, self.roles.get("email", ""))

    def conflict(self, event: CrmEvent) -> str:
        """What has changed in the CRM meanwhile, so that the event may not belong to the contact any more."""
        contact = self.contacts.get(event.contact)
        if contact is None:
            return f"{event.email}: its contact {event.contact} is not in the CRM any more"
        now = self.address(contact)
        told = f"{event.email}: its contact {event.contact} now has the address {now}"
        return told if key(now) != event.email else ""


async def read_people(crm: Crm, ids: set[str], context: Context) -> People:
    """These contacts; one that is gone is missing."""
    if not ids:
        return People({}, KnownRoles({}, {}, confirmed=True), None)
    if len(ids) > _FEW:
        everybody = [it async for it in crm.every("contacts", 100_000)]
        return People.among([it for it in everybody if it.id in ids], everybody[:100], context)
    found: list[CrmRecord] = []
    for id_ in sorted(ids):
        try:
            found.append(await crm.get("contacts", id_))
        except Mistake:
            continue
    return People.among(found, (await crm.page("contacts", Query())).records, context)


async def add_records(plan: SyncPlan, crm: Crm, events: Sequence[CrmEvent], people: People, context: Context) -> None:
    """Add what the events become. What is noted at contacts comes first: it says whom nobody may write to."""
    wrong = {it.contact: text for it in events if (text := people.conflict(it))}
    plan.conflicts += dict.fromkeys(wrong.values())
    right = [it for it in events if it.contact not in wrong]
    noted: set[str] = set()
    for it in right:
        if it.what in _WHO and it.contact not in noted:
            noted.add(it.contact)
            _add_note(plan, it, people)
    if told := [it for it in right if it.what not in _WHO]:
        await _add_told(plan, crm, told, people, context)


def add_moves(plan: SyncPlan, moves: Iterable[ToWrite], people: People) -> None:
    """Add the deals that move, those apart whose contact is another person by now."""
    for it in moves:
        if text := people.conflict(it.event):
            plan.conflicts += [] if text in plan.conflicts else [text]
        else:
            plan.to_write.append(it)


async def still_right(crm: Crm, plan: SyncPlan, context: Context) -> tuple[list[ToWrite], list[Written]]:
    """What is written, and what is not because its contact changed while a person thought about the plan.

    Contacts are read again once the plan is a minute old. A record that is changed is read again in any case.
    """
    made = [it for it in plan.to_write if it.is_marked]
    if not made or context.clock() - plan.made < _FRESH:
        return plan.to_write, []
    people = await read_people(crm, {it.event.contact for it in made}, context)
    changed = [Written(it, "changed there", text) for it in made if (text := people.conflict(it.event))]
    wrong = {it.what.event.id for it in changed}
    return [it for it in plan.to_write if it.event.id not in wrong], changed


async def _add_told(plan: SyncPlan, crm: Crm, events: Sequence[CrmEvent], people: People, context: Context) -> None:
    """Add the activities and the tasks that tell of events."""
    activities = record_names("activities", (await crm.page("activities", Query())).records)
    asks = any(it.what == "interested" for it in events)
    tasks = record_names("tasks", (await crm.page("tasks", Query())).records) if asks else None
    plan.rules.append(f"each event becomes an activity ({activities.told()})")
    if tasks:
        plan.rules.append(f"a reply of interest becomes a task for the owner of the contact ({tasks.told()})")
    owner = owner_field(next(iter(people.contacts.values())).fields)
    for it in events:
        if it.what == "interested" and tasks:
            item = task_of(it, tasks, people.contacts[it.contact].fields.get(owner), context.now_there())
            plan.to_write.append(ToWrite(it, "tasks", item))
        else:
            plan.to_write.append(ToWrite(it, "activities", activity_of(it, activities)))


def _add_note(plan: SyncPlan, event: CrmEvent, people: People) -> None:
    """Add an opt-out, unless it is noted there already."""
    contact, note = people.contacts[event.contact], people.note
    if opted_out(contact.fields, people.roles):
        return
    if note is None:
        why = "the CRM shows neither a field of yes or no for it, nor tags"
        plan.conflicts.append(f"{event.email} {_WHO[event.what]}: {why}")
        return
    rule = f"who {_WHO[event.what]} gets {note.told()}"
    if rule not in plan.rules:
        plan.rules.append(rule)
    told = f"{event.words()} → {note.told()}"
    expected = {name: text_of(contact.fields, name) for name in (people.roles.get("email", ""), note.field)}
    plan.to_write.append(ToWrite(event, "contacts", note.change(contact), told, expected))
