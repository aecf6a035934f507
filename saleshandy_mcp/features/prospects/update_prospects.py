"""Changing people who are stored: everything is checked before anything is done, and told person by person."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeVar

from pydantic import Field

from saleshandy_mcp.api.resources.fields import Field as ProspectField
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.inbox import ListOutcomes
from saleshandy_mcp.api.resources.prospects import Prospect
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.tags import ListTags
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import CONSEQUENCES, Cause, Effect, Fact, SequenceActive, SubsequenceWaits, TextStored
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Item, Question, Value
from saleshandy_mcp.core.view import View, call, counted
from saleshandy_mcp.features.prospects import prospect_changes
from saleshandy_mcp.features.prospects.stored_people import find_people
from saleshandy_mcp.features.prospects.prospect_changes import Change, Course, FieldValue, Status, Step
from saleshandy_mcp.features.sequences.asking import the_sequence
from saleshandy_mcp.import_engine.mapping.synonyms import Fields
from saleshandy_mcp.lookups.by_name import find_sequence, pick
from saleshandy_mcp.lookups.facts import effects_now, look

T = TypeVar("T")

MOST = 50
_NAMES = 280
"""Characters of names up to which a question shows them all."""
_MOST_FIELDS = 10
_CALLS = 20
"""A minute, of one endpoint: field values are written one person a call, and one by one where some are refused."""

_KINDS = ("fields", "add_tags", "remove_tags", "outcome", "status")


class PersonLine(View):
    """``id`` is None where it was not needed, and so not looked up."""

    email: str
    id: str | None = None


class ChangedProspects(View):
    """``again``: something is open, and the same call does no harm to what is done."""

    prospects: list[PersonLine]
    changes: list[Change]
    again: bool


class UpdateProspects(Action[ChangedProspects]):
    """Update prospects: fields, tags, outcome (mark as interested); pause, finish, resume, unsubscribe.
    Asks before the last two.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND, Effect.DELETE})
    idempotent = True
    prospects: Annotated[list[str], Field(description="Addresses or ids.")]
    fields: Annotated[dict[str, str] | None, Field(description="Label: value.")] = None
    add_tags: Annotated[list[str] | None, Field(description="Tag names; new ones are made.")] = None
    remove_tags: Annotated[list[str] | None, Field(description="Tag names.")] = None
    outcome: Annotated[str | None, Field(description="Name, such as Meeting Booked.")] = None
    status: Annotated[Status | None, Field(description="In `sequence`.")] = None
    sequence: Annotated[str | None, Field(description="Title or id, for status.")] = None

    async def prepare(self, context: Context) -> Prepared[ChangedProspects]:
        self._refuse_what_does_not_go_together()
        api = context.api
        values = await _values(api, self.fields or {}, len(self.prospects))
        added, removed = await _tags(api, self.add_tags or [], self.remove_tags or [])
        outcome = await _outcome(api, self.outcome) if self.outcome else None
        sequence = await find_sequence(api, self.sequence) if self.sequence else None
        people = await find_people(
            api, self.prospects, need_ids=bool(values or self.status) or len(self.prospects) == 1
        )
        kept = [
            *([prospect_changes.writing(values)] if values else []),
            *([prospect_changes.tagging(added)] if added else []),
            *([prospect_changes.untagging(removed)] if removed else []),
            *([prospect_changes.outcome(outcome, sequence)] if outcome else []),
        ]
        status = self._status(sequence)
        # What stops mail comes first; what starts it comes last.
        starts = self.status == "active"
        steps, last = (kept, status) if starts else ([*status, *kept], [])
        replaced = _replaced(people, values)
        facts: dict[Fact, bool | None] = {TextStored(): bool(replaced)}
        if sequence:
            facts[SequenceActive(sequence.id)] = sequence.active
        requests = [request for step in [*steps, *last] for request in step.requests(people)]
        if len(people) == 1 and people[0].id:
            waits = SubsequenceWaits((people[0].id,))
            facts |= await look(api, (Cause(Effect.SEND, waits),), facts)
            facts[SubsequenceWaits(None)] = facts[waits]
        effects = await effects_now(api, *requests, known=facts)
        asks = bool(effects & CONSEQUENCES)
        return Prepared(
            partial(_carry_out, api, people, steps, last),
            effects,
            self._question(people, sequence, [*steps, *last], replaced) if asks else None,
        )

    def _refuse_what_does_not_go_together(self) -> None:
        if not 1 <= len(self.prospects) <= MOST:
            raise Mistake(f"prospects: there are {len(self.prospects)}", f"Give 1 to {MOST} addresses or ids.")
        if not any(getattr(self, name) for name in _KINDS):
            raise Mistake("nothing to change was given", f"Give at least one of {', '.join(_KINDS)}.")
        needed = self.status not in (None, "unsubscribed")
        if needed and not self.sequence:
            raise Mistake(f"sequence: missing; {self.status} holds in one", f"See {call('list_sequences')}.")
        if self.sequence and not (needed or self.outcome):
            raise Mistake(
                "sequence: it goes with outcome and status only; who is unsubscribed gets nothing of any",
                "Leave it out.",
            )

    def _status(self, sequence: Sequence | None) -> list[Step]:
        if self.status == "unsubscribed":
            return [prospect_changes.unsubscribing()]
        return [prospect_changes.set_status(self.status, sequence)] if self.status and sequence else []

    def _question(
        self, people: list[Prospect], sequence: Sequence | None, steps: list[Step], replaced: list[Item]
    ) -> Question:
        names = ", ".join(f"{it.email} [{it.id}]" if it.id else it.email for it in people)
        items: list[Item] = [Value("people", names, f"{len(people)}")]
        items += [the_sequence(sequence)] if sequence else []
        items += [Value("change", sentence) for step in steps for sentence in step.does]
        items += replaced
        if len(names) > _NAMES:
            items.append(Bound(f"all {len(people)} people", [[it.id, it.email] for it in people]))
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


def _replaced(people: list[Prospect], values: list[FieldValue]) -> list[Item]:
    """What would be written over, person by person; the answer of the API holds short values only."""
    found: list[Item] = []
    for person in people:
        for value in values:
            was = person.value(value.label)
            if was and was != value.text:
                found.append(Value("written over", f"{value.label} of {person.email}: {was}"))
    return found


async def _carry_out(api: Api, people: list[Prospect], steps: list[Step], last: list[Step]) -> ChangedProspects:
    """What starts mail comes last, and only when all before it went through.

    Raises:
        SaleshandyError: what stopped it, when nothing at all was done before.
    """
    course = Course(api)
    changes = [change for step in steps for change in await step.run(course, people)]
    for step in last:
        if any(change.trouble for change in changes):
            changes += prospect_changes.skipped(step, people, "a change before it did not go through")
        else:
            changes += await step.run(course, people)
    if course.stopped and not any(change.done for change in changes):
        raise course.stopped
    return ChangedProspects(
        prospects=[PersonLine(email=it.email, id=it.id or None) for it in people],
        changes=changes,
        again=course.stopped is not None,
    )


async def _values(api: Api, given: dict[str, str], people: int) -> list[FieldValue]:
    """The fields that are meant. What a dropdown takes cannot be read from the API: that shows when it is written."""
    if not given:
        return []
    if len(given) > _MOST_FIELDS:
        raise Mistake(f"fields: there are {len(given)}", f"Give at most {_MOST_FIELDS} at once.")
    most = _CALLS - (len(given) if len(given) > 1 else 0)
    if people > most:
        raise Mistake(
            f"fields: {counted(len(given), 'value')} can be written for at most {most} people at once",
            "Do it in parts, or store many values with import_prospects.",
        )
    known = await api.recent(ListFields(system_fields=True))
    labels = Fields([field.label for field in known])
    values: dict[str, FieldValue] = {}
    for label, value in given.items():
        field = _named(known, labels.named(label) or label, "fields", lambda it: it.id, lambda it: it.label)
        _refuse_value(field, value, values)
        # As in an import: a field value is put into HTML mail.
        values[field.id] = FieldValue(field.id, field.label, value.replace("\r\n", "\n").replace("\n", "<br>"))
    return list(values.values())


def _refuse_value(field: ProspectField, value: str, values: dict[str, FieldValue]) -> None:
    if field.label == "Email":
        raise Mistake("fields: the Email of a prospect cannot be changed", "Import the new address instead.")
    if field.id in values:
        raise Mistake(f"fields: {field.label} is given twice", "Keep one of them.")
    if field.field_type in ("number", "currency") and value and not _is_number(value):
        raise Mistake(f'fields: {field.label} takes a number, not "{value}"', "Write 1200 or 12.5.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


async def _tags(api: Api, add: list[str], remove: list[str]) -> tuple[list[str], list[str]]:
    """Names as they are stored. One to be added that is not there yet is made; one to be removed has to be there."""
    if not (add or remove):
        return [], []
    known = await api.recent(ListTags())
    stored = {tag.name.casefold(): tag.name for tag in known}
    if not all(name.strip() for name in add):
        raise Mistake("add_tags: a tag without a name", "Leave it out.")
    added = list(dict.fromkeys(stored.get(name.strip().casefold(), name.strip()) for name in add))
    removed = [_named(known, name, "remove_tags", lambda it: it.id, lambda it: it.name).name for name in remove]
    both = sorted(set(added) & set(removed))
    if both:
        raise Mistake(f"remove_tags: also in add_tags: {', '.join(both)}", "Give each in one of them.")
    return added, list(dict.fromkeys(removed))


async def _outcome(api: Api, name: str) -> str:
    """Own outcomes come with a call of their own."""
    known = [
        *(await api.recent(ListOutcomes(category="default"))).items,
        *(await api.recent(ListOutcomes(category="custom"))).items,
    ]
    return _named(known, name, "outcome", lambda it: it.id, lambda it: it.name).name


def _named(things: list[T], wanted: str, argument: str, identity: Callable[[T], str], name: Callable[[T], str]) -> T:
    """By id or whole name: a part of a name is too little to change people by."""
    return pick(
        things,
        wanted,
        argument=argument,
        identity=identity,
        names=lambda it: [name(it)],
        parts=False,
    )
