"""``update_prospects``: change stored people. All is checked before anything is done; results are for each person."""

from collections.abc import Iterator
from dataclasses import replace
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
from saleshandy_mcp.core.question import Item, Question, listing
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.prospects import prospect_changes
from saleshandy_mcp.features.prospects.change_arguments import find_outcome, find_tags, read_values
from saleshandy_mcp.features.prospects.prospect_changes import CallSeries, Change, PlannedChange, Status
from saleshandy_mcp.features.prospects.replaced_values import (
    Replaced,
    any_text_is_replaced,
    replaced_values,
)
from saleshandy_mcp.features.prospects.stored_people import find_people
from saleshandy_mcp.features.sequences.question_items import sequence_item
from saleshandy_mcp.lookups.by_name import find_sequence
from saleshandy_mcp.lookups.facts import look
from saleshandy_mcp.untrusted.one_line import one_line

MOST = 50

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
    """``again``: whether an error stopped the changes early. The same call can then be made again."""

    prospects: list[PersonLine]
    changes: list[Change]
    again: bool

    def lines(self, say: Say) -> Iterator[str | None]:  # noqa: ARG002 - no call follows
        people = len(self.prospects)
        yield f"{counted(people, 'prospect')}: {', '.join(it.line() for it in self.prospects)}"
        for change in self.changes:
            yield from change.lines_for(people)
        yield "It was cut short. The same call can be made again: what is done stays as it is." if self.again else None


class UpdateProspects(Action[ChangedProspects]):
    """Update prospects: fields, tags, outcome (mark as interested); pause, finish, resume, unsubscribe.
    Asks where mail may follow, where values are written over, and before unsubscribing.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND, Effect.DELETE})
    idempotent = True
    prospects: Annotated[list[str], Field(description="Addresses or ids.")]
    fields: Annotated[dict[str, FieldText] | None, Field(description='Label: value; "(none)" clears.')] = None
    add_tags: Annotated[list[str] | None, Field(description="Tag names; new ones are made.")] = None
    remove_tags: Annotated[list[str] | None, Field(description="Tag names.")] = None
    outcome: Annotated[str | None, Field(description="Name, such as Meeting Booked.")] = None
    status: Annotated[Status | None, Field(description="In `sequence`.")] = None
    sequence: Annotated[str | None, Field(description="Title or id, for status.")] = None

    async def prepare(self, context: Context) -> Prepared[ChangedProspects]:
        self._refuse_what_does_not_go_together()
        api = context.api
        values = await read_values(api, self.fields or {}, len(self.prospects))
        added, removed = await find_tags(api, self.add_tags or [], self.remove_tags or [])
        outcome = await find_outcome(api, self.outcome) if self.outcome else None
        sequence = await find_sequence(api, self.sequence) if self.sequence else None
        people = await find_people(
            api,
            self.prospects,
            need_ids=self.status is not None or len(self.prospects) == 1,
            need_values=bool(values),
        )
        replaced = await replaced_values(api, people, values)
        kept = [
            *([prospect_changes.writing(values)] if values else []),
            *([prospect_changes.tagging(added)] if added else []),
            *([prospect_changes.untagging(removed)] if removed else []),
            *([prospect_changes.setting_outcome(outcome, sequence)] if outcome else []),
        ]
        status = self._status_change(sequence)
        # What stops mail comes first; what starts it comes last.
        starts = self.status == "active"
        first, last = (kept, status) if starts else ([*status, *kept], [])
        known: dict[Fact, bool | None] = {TextStored(): any_text_is_replaced(replaced)}
        if sequence:
            known[SequenceActive(sequence.id)] = sequence.active
        effects = await _effects(api, people, [*first, *last], known)
        return Prepared(
            partial(_carry_out, api, people, first, last),
            effects,
            self._question(people, sequence, [*first, *last], replaced) if effects & CONSEQUENCES else None,
        )

    def _refuse_what_does_not_go_together(self) -> None:
        if not 1 <= len(self.prospects) <= MOST:
            raise Mistake(f"prospects: there are {len(self.prospects)}", f"Give 1 to {MOST} addresses or ids.")
        if not any(getattr(self, name) for name in _KINDS):
            raise Mistake("nothing to change was given", f"Give at least one of {', '.join(_KINDS)}.")
        needed = self.status not in (None, "unsubscribed")
        if needed and not self.sequence:
            raise Mistake(
                f"sequence: missing; {self.status} holds in one", "See the titles", next=NextCall.of("list_sequences")
            )
        if self.sequence and not (needed or self.outcome):
            raise Mistake(
                "sequence: it goes with outcome and status only; unsubscribed holds for all sequences",
                "Leave it out.",
            )

    def _status_change(self, sequence: Sequence | None) -> list[PlannedChange]:
        if self.status == "unsubscribed":
            return [prospect_changes.unsubscribing()]
        return [prospect_changes.setting_status(self.status, sequence)] if self.status and sequence else []

    def _question(
        self,
        people: list[Prospect],
        sequence: Sequence | None,
        changes: list[PlannedChange],
        replaced: list[Replaced],
    ) -> Question:
        names = [f"{it.email} [{it.id}]" if it.id else it.email for it in people]
        items: list[Item] = [listing(counted(len(people), "prospect"), names)]
        items += [sequence_item(sequence)] if sequence else []
        items += [item for change in changes for item in change.items]
        items += [item for it in replaced for item in it.items]
        if self.status == "unsubscribed":
            then = "On yes they get no mail of any sequence any more, and cannot be subscribed again from here."
        elif self.status == "active":
            then = "On yes they go on getting the mails of the sequence."
        else:
            then = (
                "On yes it is stored at once. Mails of active sequences they are in may show it, "
                "and a subsequence that waits for it may start to mail them."
            )
        return Question("Change these people?", tuple(items), then)


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


async def _carry_out(
    api: Api, people: list[Prospect], first: list[PlannedChange], last: list[PlannedChange]
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
    return ChangedProspects(
        prospects=[PersonLine(email=it.email, id=it.id or None) for it in people],
        changes=changes,
        again=calls.stopped is not None,
    )
