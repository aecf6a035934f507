"""Planning a job: every row is read, checked and written into the ledger before anything is sent."""

import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from threading import Event
from typing import NamedTuple

from anyio import to_thread

from saleshandy_mcp.core import addresses
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError, Throttled
from saleshandy_mcp.core.view import time_words
from saleshandy_mcp.import_engine.batching import in_batches, seconds
from saleshandy_mcp.import_engine.cells.lookalikes import has_lookalikes
from saleshandy_mcp.import_engine.cells.written_dates import Order, orders
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.previous_jobs import compare
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.records import PlanFacts
from saleshandy_mcp.import_engine.ledger.rows import NewRow, Rows
from saleshandy_mcp.import_engine.ledger.states import JobState
from saleshandy_mcp.import_engine.mapping.columns import Mapping, map_columns
from saleshandy_mcp.import_engine.resolved_import import ResolvedImport
from saleshandy_mcp.import_engine.role_addresses import is_role
from saleshandy_mcp.import_engine.row_checker import RowChecker
from saleshandy_mcp.import_engine.sources import Source
from saleshandy_mcp.import_engine.suppression.screening import Screening
from saleshandy_mcp.lookups.do_not_contact import list_membership

LEFT_OUT = "-"
"""Marks a column that was skipped because no field existed; it is mapped when the field exists."""

_PORTION = 2000
_SAMPLES = 3
_TOLD_AGE = 90.0
"""Seconds after which it is told how old opt-outs are."""


class _Noted(NamedTuple):
    """What was noted of rows: their numbers by needed label, by doubt, by ignored column, by column of the address."""

    lacking: dict[str, set[int]]
    doubtful: dict[str, set[int]]
    ignored: dict[str, set[int]]
    elsewhere: dict[str, set[int]]


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
        facts, noted = await to_thread.run_sync(_read, rows, resolved, ledger, ended, abandon_on_cancel=True)
        await _skip_do_not_contact(rows, context)
        facts.notes += await _skip_opted_out(rows, resolved, context)
        await to_thread.run_sync(_finish, rows, resolved, facts, noted, abandon_on_cancel=True)
        ledger.keep(job, plan=asdict(facts), again=resolved.again)
        ledger.put(job, JobState.PLANNED)
    except BaseException:
        ended.set()
        ledger.drop(job)
        raise


def _read(rows: Rows, resolved: ResolvedImport, ledger: Ledger, ended: Event) -> tuple[PlanFacts, _Noted]:
    """Write the rows down. Returns what is known of them, and what was noticed."""
    with resolved.source() as source:
        known = ledger.remembered(resolved.account)
        agreed = {column: label for column, label in known.items() if label != LEFT_OUT}
        where = "rows" if resolved.exact else "file"
        mapping = map_columns(source.columns, resolved.labels, given=resolved.given, remembered=agreed, where=where)
        if resolved.exact:
            _refuse_unknown_columns(mapping)
        dates = _dates(resolved, mapping, source)
        checker = RowChecker(resolved, mapping, Screening(source.columns, resolved.read_as), dates)
        _write(rows, map(checker.row, source.rows), ended)
        rows.skip(checker.taken_back)
        screened = checker.screening.columns
        without_field = [*(it for it in mapping.without_field if it not in screened), *source.late]
        new_without_field = any(known.get(it) != LEFT_OUT for it in without_field)
        facts = PlanFacts(
            sha256=source.pin.sha256 if source.pin else "",
            encoding=source.encoding if source.guessed else "",
            digest=checker.digest.hexdigest(),
            preset=mapping.preset,
            mapping=mapping.sentences(checker.screening.telling, checker.screening.choosing),
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
        return facts, _Noted(checker.lacking, checker.screening.doubtful, checker.screening.ignored, checker.elsewhere)


def _dates(resolved: ResolvedImport, mapping: Mapping, source: Source) -> dict[str, Order | None]:
    """Columns of date fields, each with its order of day and month: for these alone the rows are read once more."""
    labels = [label for label, kind in resolved.typed.items() if kind == "date"]
    columns = [column for label in labels for column in mapping.columns_of(label)]
    if not columns:
        return {}
    with resolved.source() as before:
        unchanged = before.pin == source.pin
        return orders(columns, (row.values for row in before.rows) if unchanged else ())


def _write(rows: Rows, checked: Iterator[NewRow], ended: Event) -> None:
    """Each portion is written while the next one is read: SQLite needs no Python for it."""
    with ThreadPoolExecutor(1) as writer:
        before: Future[None] | None = None
        while portion := list(islice(checked, _PORTION)):
            if before:
                before.result()
            if ended.is_set():
                return
            before = writer.submit(rows.add, portion)
        if before:
            before.result()


def _notes(source: Source, checker: RowChecker) -> list[str]:
    """What a person should hear of how the table was read."""
    share = f"{checker.flawed:,} of {checker.rows:,} rows cannot be read: is this the right file, read the right way?"
    return [*([share] if checker.many_flawed else []), *source.remarks.sentences]


async def _skip_do_not_contact(rows: Rows, context: Context) -> None:
    waiting = {number: addresses.key(email) for number, email in rows.waiting()}
    if not waiting:
        return
    found = await list_membership(context.api, waiting.values(), pause=context.pause)
    if not all(map(found.certain, waiting.values())):
        raise _unread(found.unread, found.failure)
    rows.skip(
        {
            number: Reason(ReasonCode.DO_NOT_CONTACT, list_name=lists[0][0])
            for number, value in waiting.items()
            if (lists := found.found(value))
        }
    )


async def _skip_opted_out(rows: Rows, resolved: ResolvedImport, context: Context) -> list[str]:
    """Skip who opted out in the CRM. Returns what a person should hear of how it was read."""
    waiting = {number: addresses.key(email) for number, email in rows.waiting()}
    if not waiting or resolved.opt_outs is None:
        return []
    try:
        found = await resolved.opt_outs(context)
    except SaleshandyError as error:
        raise Mistake(
            f"the opt-outs of the CRM could not be read ({error}), and without them nothing is imported",
            "Check it with find_crm_records, and plan again; without its key, the CRM is not asked.",
        ) from None
    if found is None:
        return []
    reason = Reason(ReasonCode.OPTED_OUT, list_name=found.crm)
    rows.skip({number: reason for number, email in waiting.items() if email in found.emails})
    old = f"the opt-outs of {found.crm} were read {time_words(found.age)} ago"
    part = f"only a part of the contacts of {found.crm} was looked through for opt-outs: it holds too many"
    return [*([old] if found.age >= _TOLD_AGE else []), *([] if found.whole else [part])]


def _finish(rows: Rows, resolved: ResolvedImport, facts: PlanFacts, noted: _Noted) -> None:
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
    facts.lacking = _counted(noted.lacking, waiting)
    facts.doubtful = _counted(noted.doubtful, waiting)
    facts.elsewhere = _counted(noted.elsewhere, waiting)
    facts.ignored = _counted(noted.ignored, waiting)
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
