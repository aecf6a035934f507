"""``sync_to_crm``: what has happened to contacts in a sequence is written back to the CRM, each event once."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Question, Value, Words
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.crm.crm_changes import ID
from saleshandy_mcp.features.crm.crm_field_roles import with_confirmation
from saleshandy_mcp.features.crm.sync.crm_planned_records import SyncPlan, still_right
from saleshandy_mcp.features.crm.sync.crm_sync_plan import dnc_plan, sync_plan
from saleshandy_mcp.features.crm.sync.crm_write_back import Written, write_back
from saleshandy_mcp.integrations.crm import Crm, crm_of, writable_crm_of
from saleshandy_mcp.lookups.by_name import find_sequence
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.untrusted.one_line import one_line

_ONE = {"activities": "activity", "tasks": "task", "contacts": "contact", "deals": "deal"}
_DOUBLES = ("opted out", "deal moved")
"""Events that follow from others."""
_LISTS = "Do-not-contact lists"
_SAMPLES = 3
_CONFLICTS = 10
_DAYS = 90


class CrmSync(View):
    """What was written, or would be.

    Attributes:
        sequence: its title; empty for the do-not-contact lists alone.
        people: contacts in the sequence, or all that were looked at.
        events: new events by what happened.
        records: records by kind.
        before: events that were written before.
        became: records by what became of them; empty for a plan.
        left_today: calls that the CRM takes within a day; None where that is not known.
        samples: the first events, in words.
    """

    untrusted = True
    sequence: str
    people: int
    events: dict[str, int]
    records: dict[str, int]
    before: int
    became: dict[str, int]
    left_today: int | None
    rules: list[str]
    samples: list[str]
    conflicts: list[str]
    reasons: list[str]
    next: NextCall | None

    def lines(self, say: Say) -> Iterator[str | None]:
        total = sum(self.records.values())
        whose = f"{counted(self.people, 'contact')} {'in it' if self.sequence else 'looked at'}"
        yield f"{one_line(self.sequence) or _LISTS} → CRM: {whose}, {self._events()}"
        if self.became:
            yield "  " + " · ".join(f"{number:,} {outcome}" for outcome, number in self.became.items())
        elif total:
            today = "" if self.left_today is None else f"{self.left_today:,} calls are left today"
            left = f"; each takes one call, and {today}" if today else ""
            yield f"  A plan; nothing was written. {_counted(self.records)} would be written{left}"
            yield from (f"  rule: {one_line(it)}" for it in self.rules)
            yield from (f"  {one_line(it)}" for it in self.samples)
        else:
            yield "  Nothing new."
        yield from (f"  not written: {one_line(it)}" for it in self.conflicts[:_CONFLICTS])
        if (more := len(self.conflicts) - _CONFLICTS) > 0:
            yield f"  and {more:,} more conflicts"
        yield from (f"  why: {one_line(it)}" for it in self.reasons)
        yield f"{'Go on' if self.became else 'Write it, asking first'}: {say(self.next)}" if self.next else None

    def _events(self) -> str:
        before = f"; {self.before:,} were written before" if self.before else ""
        return f"new: {_counted(self.events) or 'nothing'}{before}"


class SyncToCrm(Action[CrmSync]):
    """Write back to the CRM what happened to contacts imported from it: mails, replies, bounces; a task on interest;
    opt-outs. Each once; asks first.
    """

    effects = frozenset({Effect.WRITE})
    idempotent = True
    keeps_record = True
    sequence: Annotated[
        str, Field(description="Title or id; left out: do-not-contact lists alone, to all contacts.")
    ] = ""
    since: Annotated[date | None, Field(description="First day; left out: 90 days ago.")] = None
    opened: Annotated[bool, Field(description="Opened mails, too.")] = False
    stages: Annotated[
        list[str] | None, Field(description='"interested=Qualified" moves the open deal forward; also "replied=…".')
    ] = None
    dry_run: Annotated[bool, Field(description="Plan only.")] = False

    async def prepare(self, context: Context) -> Prepared[CrmSync]:
        crm = crm_of(context) if self.dry_run else writable_crm_of(context)
        plan = await self._plan(crm, context)
        if self.dry_run or not plan.to_write:
            return Prepared(partial(self._planned, plan), READING)
        write = partial(self._write, crm, plan, context)
        prepared = Prepared(write, frozenset({Effect.WRITE}), _question(crm, plan))
        return with_confirmation(prepared, plan.roles, context) if plan.roles else prepared

    async def _plan(self, crm: Crm, context: Context) -> SyncPlan:
        if not self.sequence:
            if self.since or self.opened or self.stages:
                raise Mistake(
                    "sequence is missing", "Without it, nothing but the do-not-contact lists is written back."
                )
            return await dnc_plan(crm, context)
        sequence = await find_sequence(context.api, self.sequence)
        today = context.now_there().date()
        first = self.since or today - timedelta(days=_DAYS)
        if first > today:
            raise Mistake(f"since: {first} is in the future", "Give a day that has been.")
        return await sync_plan(crm, sequence, (first, today), context, opened=self.opened, stages=self.stages or ())

    async def _planned(self, plan: SyncPlan) -> CrmSync:
        return self._view(plan, [])

    async def _write(self, crm: Crm, plan: SyncPlan, context: Context) -> CrmSync:
        right, changed = await still_right(crm, plan, context)
        return self._view(plan, [*changed, *await write_back(crm, context.service(CrmLedger), right, context)])

    def _view(self, plan: SyncPlan, written: list[Written]) -> CrmSync:
        became = Counter(it.became for it in written)
        left = became["not sent"] or became["unknown"] if written else bool(plan.to_write)
        since = self.since.isoformat() if self.since else None
        given = {"since": since, "opened": self.opened or None, "stages": self.stages}
        return CrmSync(
            sequence=plan.sequence,
            people=plan.people,
            events=dict(Counter(it.event.what for it in plan.to_write if it.event.what not in _DOUBLES)),
            records=dict(Counter(it.kind for it in plan.to_write)),
            before=plan.before,
            became=dict(became),
            left_today=plan.left_today,
            rules=plan.rules,
            samples=_samples(plan),
            conflicts=plan.conflicts,
            reasons=list(dict.fromkeys(it.reason for it in written if it.reason))[:_SAMPLES],
            next=NextCall.of("sync_to_crm", sequence=plan.sequence or None, **given) if left else None,
        )


def _samples(plan: SyncPlan) -> list[str]:
    """The first records that are made, and the first changes of records that are there."""
    made = [it for it in plan.to_write if it.is_marked]
    changed = [it for it in plan.to_write if not it.is_marked]
    return [it.words() for it in (*made[:_SAMPLES], *changed[:_SAMPLES])]


def _question(crm: Crm, plan: SyncPlan) -> Question:
    kinds = _counted(dict(Counter(it.kind for it in plan.to_write)))
    return Question(
        "Write this to the CRM?",
        (
            Value("CRM", crm.name, kinds),
            Value("sequence", plan.sequence, counted(plan.people, "contact")) if plan.sequence else Words(_LISTS),
            *(Value("rule", it) for it in plan.rules),
            *(Value("such as", it) for it in _samples(plan)),
            *(Value("not written", it) for it in plan.conflicts[:_SAMPLES]),
            Bound("all records", sorted(f"{it.event.id} {it.item.get(ID, '')}" for it in plan.to_write)),
        ),
        "On yes they are written to the CRM, where its users see them. What was written before is not written again.",
    )


def _counted(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {_ONE.get(what, what) if number == 1 else what}" for what, number in numbers.items())
