"""Planning a job: every row is read, checked and written into the ledger before anything is sent."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from threading import Event

from anyio import to_thread
from pydantic_core import to_json

from saleshandy_mcp.core import addresses
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError, Throttled
from saleshandy_mcp.import_engine.batching import in_batches, seconds
from saleshandy_mcp.import_engine.cells.cleaning import Cleaner, doubts
from saleshandy_mcp.import_engine.cells.lookalikes import has_lookalikes
from saleshandy_mcp.import_engine.cells.written_addresses import Found, take
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.previous_jobs import compare
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.records import PlanFacts, Target
from saleshandy_mcp.import_engine.ledger.rows import NewRow, Rows
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.import_engine.mapping.columns import Mapping, map_columns
from saleshandy_mcp.import_engine.read_as import AS_IT_IS, ReadAs
from saleshandy_mcp.import_engine.role_addresses import is_role, placeholder
from saleshandy_mcp.import_engine.sources import Source, SourceRow
from saleshandy_mcp.import_engine.suppression.screening import Screening
from saleshandy_mcp.lookups.do_not_contact import list_membership

EMAIL = "Email"

LEFT_OUT = "-"
"""Marks a column that was skipped because no field existed; it is mapped when the field exists."""

_PORTION = 2000
_SAMPLES = 3


@dataclass(frozen=True)
class ResolvedImport:
    """An import with every name looked up: what is imported, where and how.

    Attributes:
        source: opens the rows.
        name: of the source.
        target: where they go.
        labels: of the account's fields.
        account: whose account it is, for the keys of rows.
        given: column to label, as the user says; an empty label leaves a column out.
        needed: labels that the step's copy needs.
        own_domains: of the senders.
        exact: whether each column has to be a label, as for rows that were written for the call.
        again: whether rows are sent too that a previous job imported.
        read_as: how the table is to be read.
        paragraphs: labels of fields that may have line breaks and markup.
        numbers: labels of fields that take numbers alone.
    """

    source: Callable[[], Source]
    name: str
    target: Target
    labels: list[str]
    account: str
    given: dict[str, str] = field(default_factory=dict[str, str])
    needed: list[str] = field(default_factory=list[str])
    own_domains: frozenset[str] = frozenset()
    exact: bool = False
    again: bool = False
    read_as: ReadAs = AS_IT_IS
    paragraphs: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def new_job(resolved: ResolvedImport, ledger: Ledger, now: datetime) -> str:
    """The id of a new job that has no rows yet."""
    job = f"imp_{secrets.token_hex(3)}"
    ledger.open_job(job, resolved.account, resolved.name, resolved.target, now.isoformat())
    return job


async def plan(job: str, resolved: ResolvedImport, ledger: Ledger, context: Context) -> None:
    """Write the rows of a job, and what would become of them. Afterwards it is planned; after an error it is deleted.

    Raises:
        Mistake: when it cannot be imported as asked: the file, the columns, a do-not-contact list that cannot be read.
    """
    ended = Event()
    rows = Rows(ledger, job)
    try:
        facts, checker = await to_thread.run_sync(_read, rows, resolved, ledger, ended, abandon_on_cancel=True)
        await _skip_do_not_contact(rows, context)
        await to_thread.run_sync(_finish, rows, resolved, facts, checker, abandon_on_cancel=True)
        ledger.keep(job, plan=asdict(facts), again=resolved.again)
        ledger.put(job, JobState.PLANNED)
    except BaseException:
        ended.set()
        ledger.drop(job)
        raise


def _read(rows: Rows, resolved: ResolvedImport, ledger: Ledger, ended: Event) -> tuple[PlanFacts, "_RowChecker"]:
    """Write the rows down. Returns what is known of them, and what was noticed."""
    with resolved.source() as source:
        known = ledger.remembered(resolved.account)
        agreed = {column: label for column, label in known.items() if label != LEFT_OUT}
        where = "rows" if resolved.exact else "file"
        mapping = map_columns(source.columns, resolved.labels, given=resolved.given, remembered=agreed, where=where)
        if resolved.exact:
            _refuse_unknown_columns(mapping)
        checker = _RowChecker(resolved, mapping, Screening(source.columns, resolved.read_as))
        checked = map(checker.row, source.rows)
        while some := list(islice(checked, _PORTION)):
            if ended.is_set():
                break
            rows.add(some)
        rows.skip(checker.taken_back)
        screened = checker.screening.columns
        without_field = [*(it for it in mapping.without_field if it not in screened), *source.late]
        new_without_field = any(known.get(it) != LEFT_OUT for it in without_field)
        facts = PlanFacts(
            sha256=source.pin.sha256 if source.pin else "",
            encoding=source.encoding if source.guessed else "",
            digest=checker.digest.hexdigest(),
            preset=mapping.preset,
            mapping=mapping.sentences(checker.screening.columns),
            sheet=source.sheet,
            notes=_notes(source, checker),
            left_out=[*mapping.left_out, *source.late],
            asks=any((source.remarks.asks, checker.many_flawed, mapping.guessed, mapping.creates, new_without_field)),
            creates=list(mapping.creates),
            labels=resolved.labels,
            memory=dict.fromkeys(without_field, LEFT_OUT) | mapping.memory(),
            mended=checker.cleaner.mended.kinds(),
            strange=checker.cleaner.strange.kinds(),
        )
        return facts, checker


def _notes(source: Source, checker: "_RowChecker") -> list[str]:
    """What a person should hear of how the table was read."""
    share = f"{checker.flawed:,} of {checker.rows:,} rows cannot be read: is this the right file, read the right way?"
    return [*([share] if checker.many_flawed else []), *source.remarks.sentences]


class _RowChecker:
    """Checks each row by itself and against those before it.

    Attributes:
        lacking: by needed label, the numbers of the rows that lack it.
        taken_back: rows that were to be sent until a later row of the same person said that the person is out.
        digest: of everything that would be sent, and how.
    """

    def __init__(self, resolved: ResolvedImport, mapping: Mapping, screening: Screening) -> None:
        self._resolved, self._mapping, self.screening = resolved, mapping, screening
        self._out: dict[bytes, Reason] = {}
        self.taken_back: dict[int, Reason] = {}
        self._first: dict[bytes, int] = {}
        stored = {it.name: it.label for it in mapping.columns if it.label is not None}
        self.cleaner = Cleaner(stored, resolved.paragraphs)
        self._numbers = sorted(resolved.numbers.intersection(stored.values()))
        self.lacking: dict[str, set[int]] = {label: set() for label in resolved.needed}
        target = resolved.target
        self._how = to_json([target.step_id, target.conflict_action, target.verify, target.tags])
        self.digest = hashlib.sha256(self._how)
        self.rows = self.flawed = 0

    @property
    def many_flawed(self) -> bool:
        """Whether so many rows cannot be read that a person should look: more than a fifth."""
        return self.flawed * 5 > self.rows

    def row(self, source: SourceRow) -> NewRow:
        """The row as the ledger stores it: waiting, or skipped with a reason."""
        self.rows += 1
        if source.flaw:
            self.flawed += 1
            return _skipped(source.number, "", Reason(ReasonCode.UNREADABLE, words=source.flaw))
        row = self._mapping.row(self.cleaner.row(source))
        for what, value in doubts(row, self._numbers, splits=self._mapping.splits):
            self.cleaner.strange.add(what, source.number, value)
        email = row.get(EMAIL, "").strip()
        found = take(email)
        if trouble := _trouble(email, found):
            return _skipped(source.number, email, self.screening.not_chosen(source.values) or trouble)
        self.cleaner.mended.add_all(found.mends, source.number, email, found.address)
        email = found.address
        key = addresses.row_key(self._resolved.account, self._resolved.target.step_id, email)
        if against := self._against(source, key):
            return _skipped(source.number, email, against, key)
        row[EMAIL] = email
        for label, without in self.lacking.items():
            if label not in row:
                without.add(source.number)
        payload = to_json(row)
        made = hashlib.sha256(self._how + payload).digest()
        self.digest.update(made)
        return NewRow(source.number, email, key, made[:16], RowState.WAITING, NO_REASON, payload.decode())

    def _against(self, source: SourceRow, key: bytes) -> Reason:
        """Why the row is not sent although its address is good. A person whom any row calls out is out in all."""
        unchosen, said = self.screening.not_chosen(source.values), self.screening.said(source)
        if said:
            elsewhere = self._out.setdefault(key, replace(said, row=source.number))
            if key in self._first:
                self.taken_back.setdefault(self._first[key], elsewhere)
        if against := unchosen or said or self._out.get(key):
            return against
        first = self._first.setdefault(key, source.number)
        return Reason(ReasonCode.DUPLICATE, row=first) if first != source.number else NO_REASON


def _trouble(cell: str, found: Found) -> Reason:
    """Why nobody can be reached by what a cell holds."""
    if not cell:
        return Reason(ReasonCode.NO_ADDRESS)
    if words := placeholder(found.address or cell):
        return Reason(ReasonCode.PLACEHOLDER, words=words)
    return Reason(ReasonCode.BAD_ADDRESS, words=found.trouble) if found.trouble else NO_REASON


def _skipped(number: int, email: str, reason: Reason, key: bytes | None = None) -> NewRow:
    return NewRow(number, email, key, None, RowState.SKIPPED, reason, "")


async def _skip_do_not_contact(rows: Rows, context: Context) -> None:
    waiting = {number: addresses.key(email) for number, email in rows.waiting()}
    if not waiting:
        return
    found = await list_membership(context.api, set(waiting.values()), pause=context.pause)
    if not all(found.certain(value) for value in waiting.values()):
        raise _unread(found.unread, found.failure)
    on_lists = {number: found.found(value) for number, value in waiting.items()}
    rows.skip(
        {
            number: Reason(ReasonCode.DO_NOT_CONTACT, list_name=lists[0][0])
            for number, lists in on_lists.items()
            if lists
        }
    )


def _finish(rows: Rows, resolved: ResolvedImport, facts: PlanFacts, checker: _RowChecker) -> None:
    """What depends on all rows: other jobs, batches, samples, warnings."""
    compared = compare(rows.ledger, rows.job, again=resolved.again)
    rows.skip(compared.skipped)
    facts.changed = compared.changed
    unbatched = rows.unbatched()
    batches = list(in_batches(unbatched, len(unbatched)))
    rows.add_batches(batches)
    facts.batches = [len(batch) for batch in batches]
    facts.seconds = seconds(facts.batches)
    facts.samples = rows.first(_SAMPLES)
    waiting = dict(rows.waiting())
    facts.lacking = _counted(checker.lacking, waiting)
    facts.doubtful = _counted(checker.screening.doubtful, waiting)
    facts.ignored = _counted(checker.screening.ignored, waiting)
    facts.asks |= bool(facts.ignored)
    emails = waiting.values()
    facts.roles, facts.roles_count = _examples(it for it in emails if is_role(it))
    facts.lookalikes, facts.lookalikes_count = _examples(it for it in emails if has_lookalikes(it))
    facts.own, facts.own_count = _examples(it for it in emails if addresses.domain(it) in resolved.own_domains)


def _counted(numbers: dict[str, set[int]], waiting: dict[int, str]) -> dict[str, int]:
    """How many of the rows are to be sent."""
    counts = {name: len(waiting.keys() & those) for name, those in numbers.items()}
    return {name: count for name, count in counts.items() if count}


def _examples(found: Iterable[str]) -> tuple[list[str], int]:
    """The first of them, and how many there are."""
    iterator: Iterator[str] = iter(found)
    some = list(islice(iterator, _SAMPLES))
    return some, len(some) + sum(1 for _ in iterator)


def _refuse_unknown_columns(mapping: Mapping) -> None:
    """Rows that were written for the call name fields. A name that is no field is refused; nobody is asked about it."""
    for column in mapping.columns:
        if column.how not in {"exact", "given", "remembered"}:
            meant = column.label or column.taken or column.near
            closest = f"Closest: {meant}." if meant else "list_fields names them all."
            raise Mistake(f'rows: "{column.name}" is no field of this account', closest)


def _unread(lists: list[str], failure: SaleshandyError | None) -> Mistake:
    named = f"the do-not-contact list {', '.join(lists)}" if lists else "the do-not-contact lists"
    again = failure.again if isinstance(failure, Throttled) and failure.after else "in some minutes"
    return Mistake(
        f"{named} could not be read to the end, and without that nothing is imported",
        f"Try again {again}. Lists of over 30,000 entries take longer than the 15 minutes that are spent on it.",
    )
