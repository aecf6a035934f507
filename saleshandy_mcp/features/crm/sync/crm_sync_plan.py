"""What would be written to the CRM: which events are new, what they become, and the reasons against it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.resources.analytics import GetConsolidatedStats
from saleshandy_mcp.api.resources.inbox import ListOutcomes, Outcome
from saleshandy_mcp.api.resources.sequences import Sequence as OurSequence
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.crm.crm_people import all_contacts, no_addresses
from saleshandy_mcp.features.crm.sync.crm_deal_stages import deals_to_move, read_rules
from saleshandy_mcp.features.crm.sync.crm_dnc import on_lists
from saleshandy_mcp.features.crm.sync.crm_events import CrmEvent, events_of
from saleshandy_mcp.features.crm.sync.crm_planned_records import People, SyncPlan, add_moves, add_records, read_people
from saleshandy_mcp.features.imports.import_request import jobs_of
from saleshandy_mcp.integrations.crm import Crm, CrmAccess
from saleshandy_mcp.store.crm_ledger import CrmLedger

_POSITIVE = ("1", "positive")


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
    plan = SyncPlan(sequence.title, people=len(linked), made=context.clock())
    outcomes = await _outcomes(context.api)
    rules = await read_rules(crm, stages, [it.name for it in outcomes])
    rows = [it async for it in every(context.api, _stats(sequence.id, days), pause=context.pause)]
    positive = {it.name.casefold() for it in outcomes if (it.sentiment or "").casefold() in _POSITIVE}
    happened = partial(events_of, rows, sequence=(sequence.id, sequence.title), positive=positive, opened=opened)
    events, plan.conflicts = _events(linked, happened)
    listed = await on_lists(context, ((email, id_) for email, ids in linked.items() for id_ in ids))
    events += listed.events
    plan.rules += listed.rules()
    plan.conflicts += listed.conflicts()
    written = ledger.written(it.id for it in events)
    plan.before = len(written)
    new = [it for it in events if it.id not in written]
    plan.rules += [it.told() for it in rules]
    moves = await deals_to_move(crm, rules, events, ledger)
    plan.before += moves.before
    plan.conflicts += moves.conflicts
    people = await read_people(crm, {it.contact for it in (*new, *(one.event for one in moves.to_write))}, context)
    plan.roles = people.known
    await add_records(plan, crm, new, people, context)
    add_moves(plan, moves.to_write, people)
    _note_calls(plan, context)
    return plan


async def dnc_plan(crm: Crm, context: Context) -> SyncPlan:
    """The plan for the do-not-contact lists alone: all contacts whose address is on one.

    Raises:
        Mistake: when the CRM holds too many contacts, or no field of theirs holds addresses.
    """
    ledger = context.service(CrmLedger)
    everybody = await all_contacts(crm)
    people = People.among(everybody, (), context)
    if not people.roles.get("email"):
        raise no_addresses()
    plan = SyncPlan("", people=len(everybody), roles=people.known, made=context.clock())
    listed = await on_lists(context, [(key(people.address(it)), it.id) for it in everybody])
    plan.rules += listed.rules()
    plan.conflicts += listed.conflicts()
    written = ledger.written(it.id for it in listed.events)
    plan.before = len(written)
    await add_records(plan, crm, [it for it in listed.events if it.id not in written], people, context)
    _note_calls(plan, context)
    return plan


def _events(
    linked: Mapping[str, Sequence[str]], happened: Callable[[Mapping[str, str]], Iterable[CrmEvent]]
) -> tuple[list[CrmEvent], list[str]]:
    """What happened to contacts, and the addresses that belong to several of them.

    Whose a mail was is not known there. An opt-out is about the address itself, so it counts for all of its contacts.
    """
    alone = {email: ids[0] for email, ids in linked.items() if len(ids) == 1}
    several = {email: ids for email, ids in linked.items() if len(ids) > 1}
    events, doubled = list(happened(alone)), set[str]()
    for contacts in _one_by_one(several):
        found = list(happened(contacts))
        events += [it for it in found if it.what == "opted out"]
        doubled |= {it.email for it in found if it.what != "opted out"}
    told = [f"{it} belongs to {len(linked[it])} contacts: {', '.join(linked[it])}" for it in sorted(doubled)]
    return events, told


def _one_by_one(several: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """One contact for each address, until all of its contacts had their turn."""
    for place in range(max(map(len, several.values()), default=0)):
        yield {email: ids[place] for email, ids in several.items() if len(ids) > place}


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
