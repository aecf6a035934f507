"""Carrying changes of several people out, and knowing of each person what came of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.prospects import (
    AttributeInput,
    AttributesWritten,
    Membership,
    Prospect,
    SetProspectAttributes,
    StatusChange,
    UnsubscribeProspects,
    UpdateProspectStatus,
)
from saleshandy_mcp.api.resources.sequences import Sequence, UpdateProspectOutcome
from saleshandy_mcp.api.resources.tags import AssignTags, TagRemoval, UnassignTags
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Rejected, SaleshandyError, Throttled
from saleshandy_mcp.core.view import View

_ONE_BY_ONE = 15
"""People up to whom a call that failed for some is made again for each, to know for whom."""

_UNMOVED = "not in that sequence, unsubscribed or bounced"
_VALUE = "Saleshandy did not take the value; a dropdown takes only its options"

State = Literal["refused", "unknown", "not tried"]
Status = Literal["active", "paused", "finished", "replied", "unsubscribed"]
Make = Callable[[list[Prospect]], Operation[Any]]


class FieldValue(NamedTuple):
    field_id: str
    label: str
    text: str


class Trouble(View):
    """For whom a change did not go through, and why; ``emails`` is empty where Saleshandy does not tell for whom."""

    state: State
    reason: str
    emails: list[str]


class Change(View):
    """One change in words, for how many it was done, and the others."""

    does: str
    done: int
    trouble: list[Trouble]

    @classmethod
    def of(cls, does: str, fates: dict[str, "Fate"]) -> Self:
        """Out of what became of each address."""
        bad = list(dict.fromkeys(fate for fate in fates.values() if fate))
        trouble = [
            Trouble(state=fate.state, reason=fate.reason, emails=[it for it in fates if fates[it] == fate])
            for fate in bad
        ]
        return cls(does=does, done=sum(fate is None for fate in fates.values()), trouble=trouble)


class _Bad(NamedTuple):
    state: State
    reason: str


Fate = _Bad | None
"""What became of one change of one person; None is done."""


@dataclass(frozen=True)
class Step:
    """A change that was asked for: what it does, in words, and how it is carried out."""

    does: list[str]
    run: Callable[["Course", list[Prospect]], Awaitable[list[Change]]]
    requests: Callable[[list[Prospect]], list[Operation[Any]]]
    """What it would send, to be judged before."""


def skipped(step: Step, people: list[Prospect], reason: str) -> list[Change]:
    return [Change.of(does, {it.email: _Bad("not tried", reason) for it in people}) for does in step.does]


class Course:
    """One call after the other; a refusal concerns one of them, anything else ends the course.

    Attributes:
        stopped: what ended it: the rate limit, the key, the network.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self.stopped: SaleshandyError | None = None

    async def attempt(self, operation: Operation[Any]) -> tuple[Fate, Any]:
        if self.stopped:
            return _Bad("not tried", _why(self.stopped)), None
        try:
            return None, await self._api.send(operation)
        except Rejected as refusal:
            return _Bad("refused", str(refusal)), None
        except SaleshandyError as error:
            self.stopped = error
            return _Bad("not tried" if error.executed == "no" else "unknown", _why(error)), None

    async def wide(self, does: str, make: Make, people: list[Prospect]) -> Change:
        """A change that one call makes for everybody; for each where it fails and they are few."""
        fate, answer = await self.attempt(make(people))
        failed = (answer.failed or 0) if isinstance(answer, StatusChange) else 0
        fails = failed or (fate and fate.state == "refused")
        if fails and 1 < len(people) <= _ONE_BY_ONE:
            parts = [await self.wide(does, make, [person]) for person in people]
            fates = {
                person.email: next((_Bad(it.state, it.reason) for it in part.trouble), None)
                for person, part in zip(people, parts, strict=True)
            }
            return Change.of(does, fates)
        if failed and len(people) > 1:
            whose = f"{failed} of them: {_UNMOVED}; Saleshandy does not tell who"
            trouble = [Trouble(state="refused", reason=whose, emails=[])]
            return Change(does=does, done=len(people) - failed, trouble=trouble)
        return Change.of(
            does, dict.fromkeys((it.email for it in people), _Bad("refused", _UNMOVED) if failed else fate)
        )

    async def write(self, values: list[FieldValue], people: list[Prospect]) -> list[Change]:
        """Field values, one person a call. A value that one person was refused is not tried on the others."""
        fates: dict[str, dict[str, Fate]] = {value.field_id: {} for value in values}
        bad: dict[str, Fate] = {}
        for person in people:
            there = [value for value in values if value.field_id not in bad]
            told = {**bad, **(await self._values_of(person, there) if there else {})}
            for field_id, fate in told.items():
                fates[field_id][person.email] = fate
            if None in told.values():
                reason = f"refused for {person.email}"
                bad |= {
                    field_id: _Bad("not tried", reason)
                    for field_id, fate in told.items()
                    if fate and fate.state == "refused"
                }
        return [Change.of(_sets(value), fates[value.field_id]) for value in values]

    async def _values_of(self, person: Prospect, values: list[FieldValue]) -> dict[str, Fate]:
        """One value that is refused can make the others of its call fail: then each on its own."""
        attributes = [AttributeInput(field_id=value.field_id, attribute_value=value.text) for value in values]
        fate, answer = await self.attempt(SetProspectAttributes(prospect_id=person.id, attributes=attributes))
        fates = {value.field_id: fate for value in values}
        if isinstance(answer, AttributesWritten):
            fates = {value.field_id: _Bad("unknown", "the answer does not tell") for value in values}
            fates |= {it.field_id: None if it.success else _Bad("refused", _VALUE) for it in answer.results}
        refused = [value for value in values if (it := fates[value.field_id]) and it.state == "refused"]
        if len(values) > 1:
            for value in refused:
                fates |= await self._values_of(person, [value])
        return fates


def unsubscribing() -> Step:
    return _wide("unsubscribed for good", lambda people: UnsubscribeProspects(prospect_ids=[it.id for it in people]))


def set_status(status: Status, sequence: Sequence) -> Step:
    return _wide(
        f'{status} in "{sequence.title}" [{sequence.id}]',
        lambda people: UpdateProspectStatus(
            prospect_and_sequence_ids=[Membership(prospect_id=it.id, sequence_id=sequence.id) for it in people],
            status=status,
        ),
    )


def writing(values: list[FieldValue]) -> Step:
    def requests(people: list[Prospect]) -> list[Operation[Any]]:
        attributes = [AttributeInput(field_id=value.field_id, attribute_value=value.text) for value in values]
        return [SetProspectAttributes(prospect_id=person.id, attributes=attributes) for person in people]

    return Step([_sets(value) for value in values], lambda course, people: course.write(values, people), requests)


def tagging(tags: list[str]) -> Step:
    def make(people: list[Prospect]) -> AssignTags:
        ids = _ids(people)
        return AssignTags(tags=tags, prospect_ids=ids, prospect_emails=None if ids else [it.email for it in people])

    return _wide(f"tagged {_quoted(tags)}", make)


def untagging(tags: list[str]) -> Step:
    def make(people: list[Prospect]) -> UnassignTags:
        ids = _ids(people)
        emails = None if ids else [it.email for it in people]
        return UnassignTags(removals=[TagRemoval(tags=tag, prospects=ids, prospects_emails=emails) for tag in tags])

    return _wide(f"untagged {_quoted(tags)}", make)


def outcome(name: str, sequence: Sequence | None) -> Step:
    where = f' in "{sequence.title}" [{sequence.id}]' if sequence else ""
    return _wide(
        f"outcome {name}{where}",
        lambda people: UpdateProspectOutcome(
            prospect_emails=[it.email for it in people],
            outcome_name=name,
            sequence_id=sequence.id if sequence else None,
        ),
    )


def _wide(does: str, make: Make) -> Step:
    async def run(course: Course, people: list[Prospect]) -> list[Change]:
        return [await course.wide(does, make, people)]

    return Step([does], run, lambda people: [make(people)])


def _ids(people: list[Prospect]) -> list[str] | None:
    """Ids where all are known; addresses do as well where they are not."""
    return [it.id for it in people] if all(it.id for it in people) else None


def _sets(value: FieldValue) -> str:
    return f'{value.label} = "{value.text}"' if value.text else f"{value.label} cleared"


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _why(error: SaleshandyError) -> str:
    if isinstance(error, Throttled):
        return "rate limit" + (f", try again in {error.after:.0f} s" if error.after else "")
    return str(error)
