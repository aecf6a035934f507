"""What the ledger stores of a job and of a batch, as it is read. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter

from saleshandy_mcp.api.types import ConflictAction
from saleshandy_mcp.import_engine.cells.tally import Kind
from saleshandy_mcp.import_engine.ledger.states import BatchState, JobState

T = TypeVar("T")


@dataclass(frozen=True)
class Target:
    """Where the rows of a job go, and how.

    Attributes:
        sequence_id, sequence: the sequence and its title; empty for an import that enrolls nobody.
        step_id, step: the step that people are enrolled in and its number; empty and 0 for the same.
        conflict_action: what happens to people who are stored already.
        verify: whether Saleshandy verifies the addresses.
        tags: for every row.
    """

    sequence_id: str
    sequence: str
    step_id: str
    step: int
    conflict_action: ConflictAction
    verify: bool
    tags: list[str]


@dataclass
class PlanFacts:
    """What is known of a job before it is sent.

    Attributes:
        sha256: of the file; empty for rows that were given with a call.
        encoding: of the file, where it was guessed.
        sheet: the one that was read, where others have rows too.
        notes: what a person should hear of how the table was read.
        digest: of everything that would be sent, and how.
        preset: the product whose export was recognised.
        asks: whether a person should look at the columns first: not all of them are fields, or were agreed to before.
        mapping: how columns become fields, a sentence each.
        left_out: columns that are not stored.
        creates: fields that have to be created first.
        memory: column to label, to be remembered.
        labels: of the account's fields.
        samples: the first rows, by label.
        lacking: label to number of people without a value, for the labels that the copy needs.
        doubtful: by what speaks against their addresses, number of people; they are sent.
        elsewhere: by column, number of people whose address is in it because the first column for addresses is empty.
        ignored: by column, number of people that it says are out; they are sent, because the caller said so.
        roles, own: examples of role addresses and of addresses at a domain of a sender.
        roles_count, own_count: how many of these there are.
        lookalikes, lookalikes_count: the same of addresses with letters that look like others.
        mended: cells that are stored in another way than the file has them.
        strange: cells that are stored as they are, and may look wrong in a mail.
        changed: people that a previous job imported with other values.
        batches: how many rows go in each batch.
        seconds: about how long the job takes.
    """

    sha256: str = ""
    encoding: str = ""
    sheet: str = ""
    notes: list[str] = field(default_factory=list[str])
    digest: str = ""
    preset: str = ""
    asks: bool = False
    mapping: list[str] = field(default_factory=list[str])
    left_out: list[str] = field(default_factory=list[str])
    creates: list[str] = field(default_factory=list[str])
    memory: dict[str, str] = field(default_factory=dict[str, str])
    labels: list[str] = field(default_factory=list[str])
    samples: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    lacking: dict[str, int] = field(default_factory=dict[str, int])
    doubtful: dict[str, int] = field(default_factory=dict[str, int])
    elsewhere: dict[str, int] = field(default_factory=dict[str, int])
    ignored: dict[str, int] = field(default_factory=dict[str, int])
    roles: list[str] = field(default_factory=list[str])
    roles_count: int = 0
    own: list[str] = field(default_factory=list[str])
    own_count: int = 0
    lookalikes: list[str] = field(default_factory=list[str])
    lookalikes_count: int = 0
    mended: list[Kind] = field(default_factory=list[Kind])
    strange: list[Kind] = field(default_factory=list[Kind])
    changed: int = 0
    batches: list[int] = field(default_factory=list[int])
    seconds: int = 0


@dataclass(frozen=True)
class JobFacts:
    """What is known of a job beside its state.

    Attributes:
        plan: empty until the rows are read.
        again: whether rows are sent that a previous job imported, or whose outcome is unknown.
        since: when the newest person had been stored before the job began, by the API's clock; empty until it begins.
        people_before, people_after: people in the sequence before the job began and at its end, as Saleshandy counts
            them; None where that was not read.
        may_mail: whether somebody agreed to the job with its sequence active, so that it mails people.
    """

    plan: PlanFacts = field(default_factory=PlanFacts)
    again: bool = False
    since: str = ""
    people_before: int | None = None
    people_after: int | None = None
    may_mail: bool = False


class JobRecord(NamedTuple):
    """A job as the ledger stores it.

    Attributes:
        id: imp_ and letters.
        account: whose job it is.
        state: where it is.
        made: when it was planned, in ISO 8601.
        source: name of the file, or "rows".
        target: where its rows go.
        facts: what else is known.
        note: why it stopped, or what a running one waits for.
    """

    id: str
    account: str
    state: JobState
    made: str
    source: str
    target: Target
    facts: JobFacts
    note: str


class DamagedJob(NamedTuple):
    """A job whose entry cannot be read. It is set aside: nothing is done with it.

    Attributes:
        id: of the job.
        made: when it was planned, as it is stored.
        source: name of the file, or "rows".
        trouble: what cannot be read.
    """

    id: str
    made: str
    source: str
    trouble: str


@dataclass(frozen=True)
class Batch:
    """Rows that are sent in one call.

    Attributes:
        number: from 1 in its job.
        state: where it is.
        request: the id by which Saleshandy knows it; empty until it is accepted.
        sent: when it was sent last, by our clock.
    """

    number: int
    state: BatchState
    request: str
    sent: str


def read_job(stored: tuple[str, str, str, str, str, str, str, str]) -> JobRecord | DamagedJob:
    """A job out of its columns: id, account, state, made, source, target, facts, note."""
    id_, account, state, made, source, target, facts, note = stored
    if state not in set(JobState):
        return DamagedJob(id_, made, source, f'its state is "{state}"')
    part = "its date"
    try:
        datetime.fromisoformat(made)
        part = "its target"
        where: Target = _reader(Target).validate_json(target)
        part = "what is known of it"
        known: JobFacts = _reader(JobFacts).validate_json(facts)
    except ValueError:  # a ValidationError is one, too
        return DamagedJob(id_, made, source, f"{part} is not as expected")
    return JobRecord(id_, account, JobState(state), made, source, where, known, note)


@cache
def _reader(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter[Any](kind)
