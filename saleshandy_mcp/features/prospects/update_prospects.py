"""``update_prospects``: change stored people. All is checked before anything is done; results are for each person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.action import Action, Clearing
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import (
    CONSEQUENCES,
    Cause,
    Effect,
    Fact,
    SequenceActive,
    SubsequenceWaits,
    TextStored,
    effects_of,
)
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Item, Question, Words, listing
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.prospects import prospect_changes
from saleshandy_mcp.features.prospects.change_arguments import find_outcome, find_tags, read_values
from saleshandy_mcp.features.prospects.pausing import (
    MOST_EVERYWHERE,
    Until,
    everywhere,
    pausing_until,
    stopping_everywhere,
)
from saleshandy_mcp.features.prospects.prospect_changes import CallSeries, Change, PlannedChange, Status, some_of
from saleshandy_mcp.features.prospects.replaced_values import (
    Replaced,
    any_text_is_replaced,
    replaced_values,
)
from saleshandy_mcp.features.prospects.stored_people import find_people, find_selected
from saleshandy_mcp.features.reports.period import days_until
from saleshandy_mcp.features.sequences.question_items import sequence_item
from saleshandy_mcp.lookups.by_name import find_sequence
from saleshandy_mcp.lookups.clock import now_of
from saleshandy_mcp.lookups.facts import look
from saleshandy_mcp.store.selections import Selected, selected
from saleshandy_mcp.untrusted.one_line import one_line

MOST, MOST_SELECTED = 50, 500
"""People of one call: as addresses or ids, and by the handle of a selection."""
_TOLD = 50
"""People that an answer names; the others are counted."""

FieldText = Annotated[str, Field(min_length=1), Clearing]
"""The value of a field. An empty text is refused: it may be a missing value, or a wish to clear the field."""

_KINDS = ("fields", "add_tags", "remove_tags", "outcome", "status")


class PersonLine(View):
    """``id`` is None when it was not needed and so not looked up."""

    email: str
    id: str | None = None

    def line(self) -> str:
        return one_line(self.email) + (f" [{self.id}]" if self.id else "")


class ChangedProspects(View):
    """What was done.

    Attributes:
        number: how many people it was asked for.
        prospects: the first of them.
        again: whether an error stopped the changes early. The same call can then be made again.
        next: the call for the people of a selection who did not fit into this one.
        left: how many they are.
    """

    number: int
    prospects: list[PersonLine]
    changes: list[Change]
    again: bool
    next: NextCall | None = None
    left: int = 0

    def lines(self, say: Say) -> Iterator[str | None]:
        people = counted(self.number, "person", "people")
        yield f"{people}: {some_of([it.line() for it in self.prospects], self.number)}"
        for change in self.changes:
            yield from change.lines_for(self.number)
        yield f"{self.left:,} more of the selection were NOT touched: {say(self.next)}" if self.next else None
        yield "It was cut short. The same call can be made again: what is done stays as it is." if self.again else None


class UpdateProspects(Action[ChangedProspects]):
    """Update prospects: fields, tags, outcome (mark as interested); pause, finish, resume, unsubscribe.
    Asks first where mail may follow, values are replaced, or they unsubscribe.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND, Effect.DELETE})
    idempotent = True
    prospects: Annotated[list[str], Field(description="Addresses, ids or a handle.")]
    fields: Annotated[dict[str, FieldText] | None, Field(description='Label: value; "(none)" clears.')] = None
    add_tags: Annotated[list[str] | None, Field(description="Tag names; new ones are made.")] = None
    remove_tags: Annotated[list[str] | None, Field(description="Tag names.")] = None
    outcome: Annotated[str | None, Field(description="Name, such as Meeting Booked.")] = None
    status: Annotated[Status | None, Field(description="In `sequence`, or all.")] = None
    sequence: Annotated[str | None, Field(description="Title or id.")] = None
    until: Annotated[str | None, Field(description="Day a pause ends.")] = None

    async def prepare(self, context: Context) -> Prepared[ChangedProspects]:
        most = MOST_EVERYWHERE if self._everywhere else MOST_SELECTED
        chosen = selected(context, "people", self.prospects, most)
        self._refuse_what_does_not_go_together(len(chosen.members) if chosen else None)
        until = await self._until(context)
        api = context.api
        number = len(chosen.members) if chosen else len(self.prospects)
        values = await read_values(api, self.fields or {}, number)
        added, removed = await find_tags(api, self.add_tags or [], self.remove_tags or [])
        outcome = await find_outcome(api, self.outcome) if self.outcome else None
        sequence = await find_sequence(api, self.sequence) if self.sequence else None
        need_ids = self.status is not None or number == 1
        people = (
            await find_selected(api, chosen.members, need_ids=need_ids, need_values=bool(values))
            if chosen
            else await find_people(api, self.prospects, need_ids=need_ids, need_values=bool(values))
        )
        replaced = await replaced_values(api, people, values)
        kept = [
            *([prospect_changes.writing(values)] if values else []),
            *([prospect_changes.tagging(added)] if added else []),
            *([prospect_changes.untagging(removed)] if removed else []),
            *([prospect_changes.setting_outcome(outcome, sequence)] if outcome else []),
        ]
        status = await self._status_change(api, sequence, people, until)
        # What stops mail comes first; what starts it comes last.
        starts = self.status == "active"
        first, last = (kept, status) if starts else ([*status, *kept], [])
        known: dict[Fact, bool | None] = {TextStored(): any_text_is_replaced(replaced)}
        if sequence:
            known[SequenceActive(sequence.id)] = sequence.active
        effects = await _effects(api, people, [*first, *last], known)
        return Prepared(
            partial(self._carry_out, api, people, first, last, chosen),
            effects,
            self._question(people, sequence, [*first, *last], replaced, chosen) if effects & CONSEQUENCES else None,
        )

    @property
    def _everywhere(self) -> bool:
        """Whether the status is meant in all sequences that may still mail them, which are looked up."""
        return self.status in ("paused", "finished") and not self.sequence

    async def _until(self, context: Context) -> Until | None:
        if self.until is None:
            return None
        if self.status != "paused":
            raise Mistake("until: only a pause has an end", 'Give status "paused", or leave it out.')
        now = await now_of(context)
        days = days_until(self.until, now)
        return Until(now.date() + timedelta(days=days), days)

    def _refuse_what_does_not_go_together(self, selected: int | None) -> None:
        most = MOST_EVERYWHERE if self._everywhere else MOST if selected is None else MOST_SELECTED
        if not 1 <= (len(self.prospects) if selected is None else selected) <= most:
            more = f"; in one sequence up to {MOST}, a handle {MOST_SELECTED}" if self._everywhere else ""
            raise Mistake(
                f"prospects: there are {len(self.prospects)}", f"Give 1 to {most} addresses or ids, or a handle{more}."
            )
        if not any(getattr(self, name) for name in _KINDS):
            raise Mistake("nothing to change was given", f"Give at least one of {', '.join(_KINDS)}.")
        in_one = self.status not in (None, "unsubscribed")
        if in_one and not (self.sequence or self._everywhere):
            raise Mistake(
                f"sequence: missing; {self.status} holds in one", "See the titles", next=NextCall.of("list_sequences")
            )
        if self.sequence and not (in_one or self.outcome):
            raise Mistake(
                "sequence: it goes with outcome and status only; unsubscribed holds for all sequences",
                "Leave it out.",
            )

    async def _status_change(
        self, api: Api, sequence: Sequence | None, people: list[Prospect], until: Until | None
    ) -> list[PlannedChange]:
        if self.status == "unsubscribed":
            return [prospect_changes.unsubscribing()]
        if self.status and self._everywhere:
            return [stopping_everywhere(self.status, await everywhere(api, people), until)]
        if sequence and until:
            return [pausing_until(sequence, until)]
        return [prospect_changes.setting_status(self.status, sequence)] if self.status and sequence else []

    def _question(
        self,
        people: list[Prospect],
        sequence: Sequence | None,
        changes: list[PlannedChange],
        replaced: list[Replaced],
        chosen: Selected | None,
    ) -> Question:
        names = [f"{it.email} [{it.id}]" if it.id else it.email for it in people]
        items: list[Item] = [listing(counted(len(people), "person", "people"), names)]
        items += (
            [Words(f"{chosen.left:,} more of the selection are left for another call")]
            if chosen and chosen.left
            else []
        )
        items += [sequence_item(sequence)] if sequence else []
        items += [item for change in changes for item in change.items]
        items += [item for it in replaced for item in it.items]
        if self.status == "unsubscribed":
            then = "On yes they get no mail of any sequence any more, and cannot be subscribed again from here."
        elif self.until:
            then = "On yes they get no mail of these sequences until that day. Then they go on by themselves."
        elif self.status == "active":
            then = "On yes they go on getting the mails of the sequence."
        else:
            then = (
                "On yes it is stored at once. Mails of active sequences they are in may show it, "
                "and a subsequence that waits for it may start to mail them."
            )
        return Question("Change these people?", tuple(items), then)

    async def _carry_out(
        self,
        api: Api,
        people: list[Prospect],
        first: list[PlannedChange],
        last: list[PlannedChange],
        chosen: Selected | None,
    ) -> ChangedProspects:
        """Make the changes. The last ones start mail, so they are made only when all before went through.

        Raises:
            SaleshandyError: the error that stopped the changes, when none was made before it.
        """
        calls = CallSeries(api)
        changes = [done for change in first for done in await change.run(calls, people)]
        for change in last:
            if any(done.trouble for done in changes):
                changes += change.skipped(people, "a change before it did not go through")
            else:
                changes += await change.run(calls, people)
        if calls.stopped and not any(change.done for change in changes):
            raise calls.stopped
        rest = {**self.model_dump(exclude_none=True), "prospects": [chosen.rest]} if chosen and chosen.rest else {}
        return ChangedProspects(
            number=len(people),
            prospects=[PersonLine(email=it.email, id=it.id or None) for it in people[:_TOLD]],
            changes=changes,
            again=calls.stopped is not None,
            next=NextCall.of("update_prospects", **rest) if rest else None,
            left=chosen.left if chosen else 0,
        )


async def _effects(
    api: Api, people: list[Prospect], changes: list[PlannedChange], known: dict[Fact, bool | None]
) -> frozenset[Effect]:
    """What these changes do to these people now."""
    requests = [request for change in changes for request in change.requests(people)]
    causes = tuple(_of_these_people(cause, people) for request in requests for cause in request.causes())
    return effects_of(causes, await look(api, causes, known))


def _of_these_people(cause: Cause, people: list[Prospect]) -> Cause:
    """The cause with the people it is about. For several, finding out about subsequences takes too many calls."""
    if not isinstance(cause.when, SubsequenceWaits):
        return cause
    ids = (people[0].id,) if len(people) == 1 and people[0].id else None
    return replace(cause, when=SubsequenceWaits(ids))
