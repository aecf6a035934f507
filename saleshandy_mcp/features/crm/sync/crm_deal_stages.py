"""Which deals move to another stage by a rule that somebody gave: forward only, and never out of a closed stage."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.crm_changes import ID, nested
from saleshandy_mcp.features.crm.crm_field_names import (
    contact_field,
    first_named,
    names_of,
    stage_field,
    text_of,
    title_field,
)
from saleshandy_mcp.features.crm.crm_where import stages_named
from saleshandy_mcp.features.crm.sync.crm_events import CrmEvent
from saleshandy_mcp.features.crm.sync.crm_write_back import ToWrite
from saleshandy_mcp.integrations.crm import Crm, CrmRecord, Stage
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.untrusted.one_line import one_line

EVENTS = ("interested", "replied", "bounced", "unsubscribed")
"""What a rule may be about, beside the outcomes of replies. "interested" is any outcome that means interest."""
MOST_DEALS = 10_000
_NAMED, _LONGEST = 5, 60
_CLOSED = re.compile(r"\b(closed|won|lost)\b", re.IGNORECASE)
_STATES = ("status", "dealstatus", "state")


@dataclass(frozen=True)
class StageRule:
    """What happens to a contact, and the stage to which its deal goes then.

    Attributes:
        event: one of ``EVENTS``, or the name of an outcome, in lower case.
        stage: its name.
        stages: those of this name, one for each pipeline that has one.
    """

    event: str
    stage: str
    stages: tuple[Stage, ...]

    def is_about(self, event: CrmEvent) -> bool:
        return event.what == self.event or (event.what == "replied" and event.outcome.casefold() == self.event)

    def told(self) -> str:
        """The rule in words."""
        return (
            f"{self.event}: the open deal of the contact goes to the stage {self.stage}; "
            "only forward, never out of a closed stage"
        )


@dataclass
class Moves:
    """The deals that would move.

    Attributes:
        to_write: the changes.
        conflicts: deals that do not move although a rule is about them, in a sentence each.
        before: moves that were written before.
    """

    to_write: list[ToWrite] = field(default_factory=list[ToWrite])
    conflicts: list[str] = field(default_factory=list[str])
    before: int = 0


async def read_rules(crm: Crm, pairs: Sequence[str], outcomes: Iterable[str]) -> list[StageRule]:
    """The rules with every stage looked up.

    Args:
        crm: where the stages are.
        pairs: "interested=Qualified", or the name of an outcome in its place.
        outcomes: names of the outcomes that replies can have.

    Raises:
        Mistake: for what is no pair, an event that there is not, or a stage that there is not.
    """
    known = {it.casefold() for it in (*EVENTS, *outcomes)}
    found: list[StageRule] = []
    for pair in pairs:
        event, equals, stage = (it.strip() for it in pair.partition("="))
        if not equals or not event or not stage:
            raise Mistake(f'stages: "{pair}" is no rule', 'Write "interested=Qualified".')
        if event.casefold() not in known:
            named = ", ".join((*EVENTS, *outcomes))
            raise Mistake(f'stages: nothing that happens is called "{event}"', f"It can be: {named}.")
        stages = await stages_named(crm, stage, "stages")
        found.append(StageRule(event.casefold(), stages[0].name, tuple(stages)))
    return found


async def deals_to_move(crm: Crm, rules: Sequence[StageRule], events: Iterable[CrmEvent], ledger: CrmLedger) -> Moves:
    """What the rules make of events.

    Args:
        crm: where the deals are.
        rules: what happens to a contact, and where its deal goes then.
        events: all that happened.
        ledger: knows what was written before.
    """
    moves, wanted = Moves(), _wanted(rules, events)
    if not wanted:
        return moves
    written = ledger.written(it.moved.id for about in wanted.values() for it in about)
    records = [it async for it in crm.every("deals", MOST_DEALS)]
    deals = _Deals(records, await crm.stages())
    if len(records) == MOST_DEALS:
        moves.conflicts.append(f"deals after the first {MOST_DEALS:,} of the CRM were not read: none of them moves")
    without: list[str] = []
    for contact, about in wanted.items():
        if is_open := deals.open_of(contact):
            _add_move(moves, deals, is_open, about, written)
        elif not written & {it.moved.id for it in about}:
            without.append(about[0].event.email)
    if without:
        more = f" and {len(without) - _NAMED:,} more" if len(without) > _NAMED else ""
        named = f"{', '.join(without[:_NAMED])}{more}"
        moves.conflicts.append(f"no open deal of {named}: a rule is about them, and nothing moves")
    return moves


def _wanted(rules: Sequence[StageRule], events: Iterable[CrmEvent]) -> dict[str, list["_Reached"]]:
    """What rules are about, by contact."""
    wanted: dict[str, list[_Reached]] = {}
    for event in events:
        if found := [_Reached(event, rule, it) for rule in rules if rule.is_about(event) for it in rule.stages]:
            wanted.setdefault(event.contact, []).extend(found)
    return wanted


@dataclass(frozen=True)
class _Reached:
    """An event, the rule that is about it, and one of the stages that the rule names."""

    event: CrmEvent
    rule: StageRule
    stage: Stage

    @property
    def moved(self) -> CrmEvent:
        """The move as an event: a rule moves the deal of a contact to a stage once."""
        return self.event.followed("deal moved", self.rule.event, self.stage.id)


def _add_move(
    moves: Moves, deals: "_Deals", is_open: Sequence[CrmRecord], about: Sequence[_Reached], written: set[str]
) -> None:
    """Add what becomes of the deal of a contact. Where several rules are about it, the furthest stage counts."""
    email = about[0].event.email
    if len(is_open) > 1:
        ids = ", ".join(it.id for it in is_open)
        moves.conflicts.append(f"{email}: its contact has {len(is_open)} open deals: {ids}; none of them moves")
        return
    (deal,) = is_open
    now = deals.stage_of(deal)
    reached = [it for it in about if now and it.stage.pipeline == now.pipeline]
    if now is None or not reached:
        why = f"its pipeline {now.pipeline} has no stage {about[0].rule.stage}" if now else "its stage is not known"
        moves.conflicts.append(f"{email}: deal {deal.id} does not move: {why}")
        return
    furthest = max(reached, key=lambda it: deals.place(it.stage))
    target = furthest.stage
    forward = deals.place(target) > deals.place(now)
    if furthest.moved.id in written:
        moves.before += 1
        if forward:
            moves.conflicts.append(
                f"{email}: deal {deal.id} went to {target.name} before, and somebody set it to {now.name}: it stays"
            )
    elif forward:
        moves.to_write.append(deals.move(deal, furthest))


class _Deals:
    """Deals by contact, and the places of stages in their pipelines."""

    def __init__(self, deals: Sequence[CrmRecord], stages: Sequence[Stage]) -> None:
        known = names_of(deals)
        self.field, self.title = stage_field(known), title_field(known)
        self._state = first_named(known, _STATES)
        self._stages = {it.id: it for it in stages}
        self._by_name = {it.name: it for it in reversed(stages)}
        self._places = {it.id: place for place, it in enumerate(stages)}
        self._closed = closed_stages(stages)
        contact = contact_field(known)
        self._of: dict[str, list[CrmRecord]] = {}
        for it in deals:
            self._of.setdefault(text_of(it.fields, contact), []).append(it)

    def open_of(self, contact: str) -> list[CrmRecord]:
        return [it for it in self._of.get(contact, ()) if not self._is_closed(it)]

    def stage_of(self, deal: CrmRecord) -> Stage | None:
        value = text_of(deal.fields, self.field)
        return self._stages.get(value) or self._by_name.get(value)

    def place(self, stage: Stage) -> int:
        return self._places[stage.id]

    def move(self, deal: CrmRecord, reached: _Reached) -> ToWrite:
        """The change of a deal. Its stage is written as its record has it: by id or by name."""
        now = text_of(deal.fields, self.field)
        before = self._stages[now].name if now in self._stages else now
        value = reached.stage.id if now in self._stages else reached.stage.name
        title = one_line(text_of(deal.fields, self.title), _LONGEST)
        told = f"deal {title} [{deal.id}]: {before} → {reached.stage.name}"
        return ToWrite(reached.moved, "deals", {ID: deal.id, **nested({self.field: value})}, told, {self.field: now})

    def _is_closed(self, deal: CrmRecord) -> bool:
        stage = self.stage_of(deal)
        return bool(_CLOSED.search(text_of(deal.fields, self._state))) or (stage is not None and stage in self._closed)


def closed_stages(stages: Sequence[Stage]) -> set[Stage]:
    """Those that are called closed, won or lost, that are certain, or that are without hope after one that had some.

    Which stages are closed is not documented. A stage too many among them moves a deal too few.
    """
    by_pipeline: dict[str, list[Stage]] = {}
    for it in stages:
        by_pipeline.setdefault(it.pipeline, []).append(it)
    return {it for some in by_pipeline.values() for it in _closed_in(some)}


def _closed_in(stages: Sequence[Stage]) -> Iterator[Stage]:
    most = max((it.probability or 0.0 for it in stages), default=0.0)
    certain = 1.0 if most <= 1 else 100.0
    hope = 0.0
    for it in stages:
        if _CLOSED.search(it.name) or it.probability == certain or (it.probability == 0 and hope):
            yield it
        hope = max(hope, it.probability or 0.0)
