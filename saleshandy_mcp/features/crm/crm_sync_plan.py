"""What would be written to the CRM: which events are new, what they become, and what speaks against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.resources.analytics import GetConsolidatedStats
from saleshandy_mcp.api.resources.inbox import ListOutcomes, Outcome
from saleshandy_mcp.api.resources.sequences import Sequence as OurSequence
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.crm.crm_deal_stages import Moves, deals_to_move, read_rules
from saleshandy_mcp.features.crm.crm_events import CrmEvent, events_of
from saleshandy_mcp.features.crm.crm_fields import owner_field, text_of
from saleshandy_mcp.features.crm.crm_items import activity_of, record_names, task_of
from saleshandy_mcp.features.crm.crm_lines import Roles, opted_out, roles_of
from saleshandy_mcp.features.crm.crm_opt_out_note import OptOutNote, opt_out_note
from saleshandy_mcp.features.crm.crm_write_back import ToWrite
from saleshandy_mcp.features.imports.import_request import jobs_of
from saleshandy_mcp.integrations.crm import Crm, CrmAccess, CrmRecord, Query
from saleshandy_mcp.store.crm_ledger import CrmLedger

_POSITIVE = ("1", "positive")
_FEW = 20
"""Contacts that are read one by one; for more, all are read."""


@dataclass
class SyncPlan:
    """What would be written.

    Attributes:
        to_write: the records, in the order of the events, and the deals that move.
        people: contacts of whom something has happened or not.
        before: events that were written before.
        conflicts: what is not written, in a sentence each.
        rules: how events become records, in a sentence each.
        left_today: calls that the CRM takes within a day; None where that is not known.
    """

    to_write: list[ToWrite] = field(default_factory=list[ToWrite])
    people: int = 0
    before: int = 0
    conflicts: list[str] = field(default_factory=list[str])
    rules: list[str] = field(default_factory=list[str])
    left_today: int | None = None


async def sync_plan(
    crm: Crm,
    sequence: OurSequence,
    days: tuple[date, date],
    context: Context,
    *,
    opened: bool,
    stages: Sequence[str] = (),
) -> SyncPlan:
    """The plan for the contacts that imports have put into a sequence.

    Args:
        crm: where it is written to.
        sequence: whose people it is about.
        days: the first and the last of which events are written.
        context: of the call.
        opened: whether opened mails are written.
        stages: rules by which deals move, as ``read_rules`` takes them.

    Raises:
        Mistake: when there are none, a rule is wrong, or the fields of the CRM cannot be learnt.
    """
    ledger = context.service(CrmLedger)
    linked = _linked(context, ledger, sequence)
    if not linked:
        raise Mistake(
            f'sequence: no contact of the CRM was imported into "{sequence.title}" from here',
            "Import them first",
            next=NextCall.of("import_crm_contacts", sequence=sequence.title),
        )
    plan = SyncPlan(people=len(linked))
    alone = {email: ids[0] for email, ids in linked.items() if len(ids) == 1}
    several = {email: ids[0] for email, ids in linked.items() if len(ids) > 1}
    outcomes = await _outcomes(context.api)
    rules = await read_rules(crm, stages, [it.name for it in outcomes])
    rows = [it async for it in every(context.api, _stats(sequence.id, days), pause=context.pause)]
    named = (sequence.id, sequence.title)
    positive = {it.name.casefold() for it in outcomes if (it.sentiment or "").casefold() in _POSITIVE}
    doubled = {it.email for it in events_of(rows, several, named, positive=positive, opened=opened)}
    plan.conflicts += [
        f"{email} belongs to {len(linked[email])} contacts: {', '.join(linked[email])}" for email in sorted(doubled)
    ]
    events = list(events_of(rows, alone, named, positive=positive, opened=opened))
    written = {id_ for id_, state in ledger.state_of(it.id for it in events).items() if state == "written"}
    plan.before = len(written)
    new = [it for it in events if it.id not in written]
    plan.rules += [it.told() for it in rules]
    moves = await deals_to_move(crm, rules, events, ledger)
    plan.before += moves.before
    plan.conflicts += moves.conflicts
    people = await _people(crm, {it.contact for it in (*new, *(one.event for one in moves.to_write))})
    if new:
        await _add(plan, crm, new, people, context)
    _add_moves(plan, moves, people)
    _note_calls(plan, context)
    return plan


def _note_calls(plan: SyncPlan, context: Context) -> None:
    access = context.find(CrmAccess)
    plan.left_today = access.left_today() if access and access.left_today else None
    if plan.left_today is not None and len(plan.to_write) > plan.left_today:
        # Without the number: it is less at every look, and an agreement is bound to the words of a question.
        plan.rules.append("each record is a call, and today not all of them can be made: the rest is left for later")


def _linked(context: Context, ledger: CrmLedger, sequence: OurSequence) -> dict[str, list[str]]:
    """The ids of the contacts of each address that imports have put into the sequence."""
    jobs = jobs_of(context)
    imports = [it.id for it in jobs.all() if it.target.sequence_id == sequence.id]
    in_sequence = {key(it) for it in jobs.people(sequence.id)}
    return {email: ids for email, ids in ledger.contacts_of(imports).items() if email in in_sequence}


def _stats(sequence: str, days: tuple[date, date]) -> GetConsolidatedStats:
    return GetConsolidatedStats(sequence_ids=[sequence], start_date=days[0], end_date=days[1], page_size=500)


async def _outcomes(api: Api) -> list[Outcome]:
    usual, own = await api.recent(ListOutcomes()), await api.recent(ListOutcomes(category="custom"))
    return [*usual.items, *own.items]


@dataclass(frozen=True)
class _People:
    """Contacts by id as they are now, what their fields are for, and how an opt-out is noted."""

    contacts: Mapping[str, CrmRecord]
    roles: Roles
    note: OptOutNote | None

    def conflict(self, event: CrmEvent) -> str:
        """What has changed in the CRM meanwhile, so that the event may not belong to the contact any more."""
        contact = self.contacts.get(event.contact)
        if contact is None:
            return f"{event.email}: its contact {event.contact} is not in the CRM any more"
        now = text_of(contact.fields, self.roles.get("email", ""))
        return (
            f"{event.email}: its contact {event.contact} now has the address {now}" if key(now) != event.email else ""
        )


def _add_moves(plan: SyncPlan, moves: Moves, people: _People) -> None:
    """Add the deals that move, those apart whose contact is another person by now."""
    for it in moves.to_write:
        if text := people.conflict(it.event):
            plan.conflicts += [] if text in plan.conflicts else [text]
        else:
            plan.to_write.append(it)


async def _add(plan: SyncPlan, crm: Crm, events: Sequence[CrmEvent], people: _People, context: Context) -> None:
    """Add what the events become."""
    activities = record_names("activities", (await crm.page("activities", Query())).records)
    asks = any(it.what == "interested" for it in events)
    tasks = record_names("tasks", (await crm.page("tasks", Query())).records) if asks else None
    contacts = people.contacts
    owner = owner_field(next(iter(contacts.values())).fields) if contacts else ""
    wrong = {it.contact: text for it in events if (text := people.conflict(it))}
    plan.conflicts += dict.fromkeys(wrong.values())
    plan.rules.append(f"each event becomes an activity ({activities.told()})")
    if tasks:
        plan.rules.append(f"a reply of interest becomes a task for the owner of the contact ({tasks.told()})")
    for it in events:
        if it.contact in wrong:
            continue
        if it.what == "interested" and tasks:
            item = task_of(it, tasks, contacts[it.contact].fields.get(owner), context.now_there())
            plan.to_write.append(ToWrite(it, "tasks", item))
            continue
        if it.what == "opted out":
            _add_opt_out(plan, it, people)
            continue
        plan.to_write.append(ToWrite(it, "activities", activity_of(it, activities)))


def _add_opt_out(plan: SyncPlan, event: CrmEvent, people: _People) -> None:
    contact, roles = people.contacts[event.contact], people.roles
    if opted_out(contact.fields, roles):
        return
    if people.note is None:
        plan.conflicts.append(
            f"{event.email} unsubscribed, and the CRM shows neither a yes-or-no field for it nor tags"
        )
        return
    rule = f"who unsubscribed gets {people.note.told()}"
    if rule not in plan.rules:
        plan.rules.append(rule)
    told = f"{event.words()} → {people.note.told()}"
    expected = {name: text_of(contact.fields, name) for name in (roles.get("email", ""), people.note.field)}
    plan.to_write.append(ToWrite(event, "contacts", people.note.change(contact), told, expected))


async def _people(crm: Crm, ids: set[str]) -> _People:
    contacts = await _contacts(crm, ids)
    known = [*contacts.values(), *(await crm.page("contacts", Query())).records] if ids else []
    roles = roles_of("contacts", known)
    return _People(contacts, roles, opt_out_note(known, roles))


async def _contacts(crm: Crm, ids: set[str]) -> Mapping[str, CrmRecord]:
    if len(ids) > _FEW:
        return {it.id: it async for it in crm.every("contacts", 100_000) if it.id in ids}
    found: dict[str, CrmRecord] = {}
    for id_ in sorted(ids):
        try:
            found[id_] = await crm.get("contacts", id_)
        except Mistake:
            continue
    return found
