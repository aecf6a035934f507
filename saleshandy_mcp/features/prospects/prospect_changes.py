"""The changes that can be made to several people, how each is carried out, and for whom it went through."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

from anyio import lowlevel

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources import sequences as of_sequences
from saleshandy_mcp.api.resources.prospect_answers import AttributesWritten, Prospect, StatusChange
from saleshandy_mcp.api.resources.prospects import (
    AttributeInput,
    Membership,
    SetProspectAttributes,
    UnsubscribeProspects,
    UpdateProspectStatus,
)
from saleshandy_mcp.api.resources.tags import AssignTags, TagRemoval, UnassignTags
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Rejected, SaleshandyError, Throttled
from saleshandy_mcp.core.question import Item, Value, Words, listing
from saleshandy_mcp.core.view import View
from saleshandy_mcp.features.prospects.replaced_values import FieldValue
from saleshandy_mcp.untrusted.one_line import one_line

_ONE_BY_ONE = 15
"""When a call fails for some of up to so many people, it is made again for each, to find out for whom."""

TOGETHER = 50
"""People of one request."""
_NAMED = 20
"""Addresses that a line names; the others are counted."""

_NOT_MOVED = "not in that sequence, unsubscribed or bounced"
_VALUE_REFUSED = "Saleshandy did not take the value; a dropdown takes only its options"

State = Literal["refused", "unknown", "not tried"]
Status = Literal["active", "paused", "finished", "replied", "unsubscribed"]
Make = Callable[[list[Prospect]], Operation[Any]]


def some_of(names: Sequence[str], number: int = 0) -> str:
    """The first of some names, and how many more there are; ``number`` where they are more than those given."""
    left = max(number, len(names)) - _NAMED
    more = f" and {left:,} more" if left > 0 else ""
    return ", ".join(map(one_line, names[:_NAMED])) + more


class Trouble(View):
    """For whom a change did not go through, and why; ``emails`` is empty when Saleshandy does not tell for whom."""

    state: State
    reason: str
    emails: list[str]

    def line(self) -> str:
        state = "UNKNOWN, sent without an answer" if self.state == "unknown" else self.state
        who = f" {some_of(self.emails)}:" if self.emails else ""
        return f"  {state}:{who} {one_line(self.reason, 200)}"


class Change(View):
    """One change in words, for how many people it was done, and what happened to the others."""

    does: str
    done: int
    trouble: list[Trouble]

    @classmethod
    def of(cls, does: str, failures: dict[str, "Failure | None"]) -> Self:
        """A change from the failure of each address; None means that the change went through."""
        kinds = list(dict.fromkeys(failure for failure in failures.values() if failure))
        trouble = [
            Trouble(state=kind.state, reason=kind.reason, emails=[it for it in failures if failures[it] == kind])
            for kind in kinds
        ]
        return cls(does=does, done=sum(failure is None for failure in failures.values()), trouble=trouble)

    def lines_for(self, people: int) -> Iterator[str]:
        """The change as text, when it was asked for so many people."""
        everybody = "done" if people == 1 else f"all {people}"
        yield f"{one_line(self.does, 300)}: {everybody if self.done == people else f'{self.done} of {people}'}"
        yield from (it.line() for it in self.trouble)


class Failure(NamedTuple):
    """Why one change of one person did not go through."""

    state: State
    reason: str


@dataclass(frozen=True)
class PlannedChange:
    """A change that was asked for.

    Attributes:
        does: what it does, in words, one text for each ``Change`` that it results in.
        items: the same for a question.
        run: carries it out.
        requests: what it would send, to be judged before.
    """

    does: list[str]
    items: list[Item]
    run: Callable[["CallSeries", list[Prospect]], Awaitable[list[Change]]]
    requests: Callable[[list[Prospect]], list[Operation[Any]]]

    def skipped(self, people: list[Prospect], reason: str) -> list[Change]:
        """The results when the change was not tried at all."""
        return [Change.of(does, {it.email: Failure("not tried", reason) for it in people}) for does in self.does]


class CallSeries:
    """Makes one call after the other. A refusal concerns one call; any other error ends the series.

    Attributes:
        stopped: the error that ended it: the rate limit, the key, the network.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self.stopped: SaleshandyError | None = None

    async def attempt(self, operation: Operation[Any]) -> tuple[Failure | None, Any]:
        """Make a call. Each is shielded from cancellation; between two of them a cancelled series ends."""
        if self.stopped:
            return Failure("not tried", _why(self.stopped)), None
        await lowlevel.checkpoint()
        try:
            return None, await self._api.send(operation)
        except Rejected as refusal:
            return Failure("refused", str(refusal)), None
        except SaleshandyError as error:
            self.stopped = error
            return Failure("not tried" if error.executed == "no" else "unknown", _why(error)), None

    async def for_all(self, does: str, make: Make, people: list[Prospect]) -> Change:
        """Make a change for everybody by one call. When it fails for some and they are few, make a call for each."""
        failure, answer = await self.attempt(make(people))
        failed = (answer.failed or 0) if isinstance(answer, StatusChange) else 0
        fails = failed or (failure and failure.state == "refused")
        if fails and 1 < len(people) <= _ONE_BY_ONE:
            return Change.of(does, await self._one_by_one(does, make, people))
        if failed and len(people) > 1:
            whose = f"{failed} of them: {_NOT_MOVED}; Saleshandy does not tell who"
            trouble = [Trouble(state="refused", reason=whose, emails=[])]
            return Change(does=does, done=len(people) - failed, trouble=trouble)
        same = Failure("refused", _NOT_MOVED) if failed else failure
        return Change.of(does, dict.fromkeys((it.email for it in people), same))

    async def _one_by_one(self, does: str, make: Make, people: list[Prospect]) -> dict[str, Failure | None]:
        parts = {person.email: await self.for_all(does, make, [person]) for person in people}
        return {
            email: next((Failure(it.state, it.reason) for it in part.trouble), None) for email, part in parts.items()
        }

    async def write(self, values: list[FieldValue], people: list[Prospect]) -> list[Change]:
        """Write field values, one person a call. A value that is refused for one person is not tried on the others."""
        failures: dict[str, dict[str, Failure | None]] = {value.field_id: {} for value in values}
        given_up: dict[str, Failure | None] = {}
        for person in people:
            left = [value for value in values if value.field_id not in given_up]
            result = given_up | (await self._values_of(person, left) if left else {})
            for field_id, failure in result.items():
                failures[field_id][person.email] = failure
            # When all values of a person are refused, the reason may be the person.
            if None in result.values():
                given_up |= dict.fromkeys(_refused(result), Failure("not tried", f"refused for {person.email}"))
        return [Change.of(value.in_words, failures[value.field_id]) for value in values]

    async def _values_of(self, person: Prospect, values: list[FieldValue]) -> dict[str, Failure | None]:
        """By field id. One refused value can make the others of its call fail, so each is then tried on its own."""
        failure, answer = await self.attempt(_attributes(person, values))
        failures = {value.field_id: failure for value in values}
        if isinstance(answer, AttributesWritten):
            failures = {value.field_id: Failure("unknown", "the answer does not tell") for value in values}
            failures |= {
                it.field_id: None if it.success else Failure("refused", _VALUE_REFUSED) for it in answer.results
            }
        if len(values) == 1:
            return failures
        refused = _refused(failures)
        for value in values:
            if value.field_id in refused:
                failures |= await self._values_of(person, [value])
        return failures


def _refused(failures: dict[str, Failure | None]) -> list[str]:
    """The field ids whose value was refused."""
    return [field_id for field_id, failure in failures.items() if failure and failure.state == "refused"]


def unsubscribing() -> PlannedChange:
    return for_all(
        "unsubscribed for good",
        Words("unsubscribe them from all sequences, for good"),
        lambda people: UnsubscribeProspects(prospect_ids=[it.id for it in people]),
    )


def setting_status(status: Status, sequence: of_sequences.Sequence) -> PlannedChange:
    return for_all(
        f'{status} in "{sequence.title}" [{sequence.id}]',
        Value("status in the sequence", status),
        lambda people: UpdateProspectStatus(
            prospect_and_sequence_ids=[Membership(prospect_id=it.id, sequence_id=sequence.id) for it in people],
            status=status,
        ),
    )


def writing(values: list[FieldValue]) -> PlannedChange:
    return PlannedChange(
        [value.in_words for value in values],
        [item for value in values for item in value.items],
        lambda calls, people: calls.write(values, people),
        lambda people: [_attributes(person, values) for person in people],
    )


def tagging(tags: list[str]) -> PlannedChange:
    def make(people: list[Prospect]) -> AssignTags:
        ids = _ids(people)
        return AssignTags(tags=tags, prospect_ids=ids, prospect_emails=None if ids else [it.email for it in people])

    return for_all(f"tagged {_quoted(tags)}", listing("tags to add", tags), make)


def untagging(tags: list[str]) -> PlannedChange:
    def make(people: list[Prospect]) -> UnassignTags:
        ids = _ids(people)
        emails = None if ids else [it.email for it in people]
        return UnassignTags(removals=[TagRemoval(tags=tag, prospects=ids, prospects_emails=emails) for tag in tags])

    return for_all(f"untagged {_quoted(tags)}", listing("tags to remove", tags), make)


def setting_outcome(name: str, sequence: of_sequences.Sequence | None) -> PlannedChange:
    where = f' in "{sequence.title}" [{sequence.id}]' if sequence else ""
    return for_all(
        f"outcome {name}{where}",
        Value("outcome", name, "in the sequence" if sequence else ""),
        lambda people: of_sequences.UpdateProspectOutcome(
            prospect_emails=[it.email for it in people],
            outcome_name=name,
            sequence_id=sequence.id if sequence else None,
        ),
    )


def for_all(does: str, item: Item, make: Make) -> PlannedChange:
    async def run(calls: CallSeries, people: list[Prospect]) -> list[Change]:
        return [_joined(does, [await calls.for_all(does, make, part) for part in _parts(people)])]

    return PlannedChange([does], [item], run, lambda people: [make(part) for part in _parts(people)])


def _parts(people: list[Prospect]) -> list[list[Prospect]]:
    """As many people as one request takes, each."""
    return [people[start : start + TOGETHER] for start in range(0, len(people), TOGETHER)]


def _joined(does: str, parts: list[Change]) -> Change:
    """The results of several requests as one; people in the same trouble are told together."""
    emails = defaultdict[tuple[State, str], list[str]](list)
    for trouble in (it for part in parts for it in part.trouble):
        emails[trouble.state, trouble.reason] += trouble.emails
    trouble = [Trouble(state=state, reason=reason, emails=names) for (state, reason), names in emails.items()]
    return Change(does=does, done=sum(part.done for part in parts), trouble=trouble)


def _attributes(person: Prospect, values: list[FieldValue]) -> SetProspectAttributes:
    attributes = [AttributeInput(field_id=value.field_id, attribute_value=value.text) for value in values]
    return SetProspectAttributes(prospect_id=person.id, attributes=attributes)


def _ids(people: list[Prospect]) -> list[str] | None:
    """The ids, when all are known; a call takes addresses as well."""
    return [it.id for it in people] if all(it.id for it in people) else None


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _why(error: SaleshandyError) -> str:
    if isinstance(error, Throttled):
        return f"rate limit, try again {error.again}"
    return str(error)
