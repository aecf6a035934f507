"""Drawing up a job: every row read, judged and written into the ledger, before anything is sent."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from threading import Event

from anyio import to_thread
from pydantic_core import to_json

from saleshandy_mcp.core import addresses
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.batching import cut, seconds
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.previous_jobs import earlier
from saleshandy_mcp.import_engine.ledger.rows import NewRow, Rows
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState, Target
from saleshandy_mcp.import_engine.mapping.columns import Mapping, map_columns
from saleshandy_mcp.import_engine.role_addresses import is_role
from saleshandy_mcp.import_engine.sources import Source, SourceRow
from saleshandy_mcp.lookups.do_not_contact import list_membership

EMAIL = "Email"
NO_ADDRESS = "no address"
BAD_ADDRESS = "bad address"
DUPLICATE = "duplicate in the file"
DO_NOT_CONTACT = "on the do-not-contact list"

AGREED = "-"
"""Remembered for a column that somebody agreed to leave out for want of a field; when there is one, it is used."""

_PORTION = 2000
_SAMPLES = 3


@dataclass(frozen=True)
class Order:
    """What is to be imported, where and how.

    Attributes:
        source: opens the rows.
        name: of the source.
        target: where they go.
        labels: of the account's fields.
        account: whose account it is, for the keys of rows.
        given: column to label, as the user says; an empty label leaves a column out.
        needed: labels that the step's copy cannot do without.
        own_domains: of the senders.
        exact: each column has to be a label, as for rows that were written for the call.
        again: rows too that an earlier job has imported.
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


@dataclass
class Drawn:
    """What is known of a job before it is sent; kept in the ledger.

    Attributes:
        sha256: of the file, empty for rows given with a call.
        encoding: of the file, where it was guessed.
        sheet: the one that was read, where others have rows too.
        digest: of everything that would be sent and how.
        mapping: how columns become fields, a sentence each.
        left_out: columns that nothing is stored of.
        asks: whether somebody should look at the columns first: not all of them are fields, or were agreed to before.
        creates: fields that have to be created first.
        memory: column to label, to be remembered.
        labels: of the account's fields.
        lacking: label to number of people without a value, of those that the copy needs.
        roles, own: examples of role addresses and of addresses at a domain of a sender, with how many there are.
        changed: people that an earlier job has imported with other values.
        batches: how many rows go in each call.
        seconds: about how long that takes.
    """

    sha256: str = ""
    encoding: str = ""
    sheet: str = ""
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
    roles: list[str] = field(default_factory=list[str])
    roles_count: int = 0
    own: list[str] = field(default_factory=list[str])
    own_count: int = 0
    changed: int = 0
    batches: list[int] = field(default_factory=list[int])
    seconds: int = 0


def new_job(order: Order, ledger: Ledger, now: datetime) -> str:
    """The id of a job that has no rows yet."""
    job = f"imp_{secrets.token_hex(3)}"
    ledger.open_job(job, order.account, order.name, order.target, now.isoformat())
    return job


async def draw_up(job: str, order: Order, ledger: Ledger, context: Context) -> None:
    """Write a job's rows, and what would become of them. It is planned afterwards, or gone.

    Raises:
        Mistake: when it cannot be imported as asked: the file, the columns, a do-not-contact list that cannot be read.
    """
    ended = Event()
    rows = Rows(ledger, job)
    try:
        drawn, lacking = await to_thread.run_sync(_read, rows, order, ledger, ended, abandon_on_cancel=True)
        await _do_not_contact(rows, context)
        await to_thread.run_sync(_finish, rows, order, drawn, lacking, abandon_on_cancel=True)
        ledger.keep(job, {"plan": asdict(drawn), "again": order.again})
        ledger.put(job, JobState.PLANNED)
    except BaseException:
        ended.set()
        ledger.drop(job)
        raise


def _read(rows: Rows, order: Order, ledger: Ledger, ended: Event) -> tuple[Drawn, dict[str, set[int]]]:
    """Write the rows down; what is known of them, and who lacks what the copy needs, by number."""
    with order.source() as source:
        known = ledger.remembered(order.account)
        agreed = {column: label for column, label in known.items() if label != AGREED}
        where = "rows" if order.exact else "file"
        mapping = map_columns(source.columns, order.labels, given=order.given, remembered=agreed, where=where)
        if order.exact:
            _refuse_unfit(mapping)
        judge = _Judge(order, mapping)
        judged = map(judge.row, source.rows)
        while some := list(islice(judged, _PORTION)):
            if ended.is_set():
                break
            rows.add(some)
        unsaid = [*(it.name for it in mapping.columns if it.label is None and not it.how), *source.late]
        drawn = Drawn(
            sha256=source.pin.sha256 if source.pin else "",
            encoding=source.encoding if source.guessed else "",
            digest=judge.digest.hexdigest(),
            preset=mapping.preset,
            mapping=mapping.sentences(),
            sheet=source.sheet,
            left_out=[*mapping.left_out, *source.late],
            asks=mapping.guessed or bool(mapping.creates) or any(known.get(it) != AGREED for it in unsaid),
            creates=list(mapping.creates),
            labels=order.labels,
            memory=dict.fromkeys(unsaid, AGREED) | mapping.memory(),
        )
        return drawn, judge.lacking


class _Judge:
    """What can be said of a row by itself and by those before it."""

    def __init__(self, order: Order, mapping: Mapping) -> None:
        self._order, self._mapping = order, mapping
        self._first: dict[bytes, int] = {}
        self.lacking: dict[str, set[int]] = {label: set() for label in order.needed}
        target = order.target
        self._how = to_json([target.step_id, target.conflict_action, target.verify, target.tags])
        self.digest = hashlib.sha256(self._how)

    def row(self, source: SourceRow) -> NewRow:
        if source.flaw:
            return NewRow(source.number, "", None, None, RowState.SKIPPED, source.flaw, "")
        row = self._mapping.row(source.values)
        email = row.get(EMAIL, "").strip()
        if not email:
            return NewRow(source.number, "", None, None, RowState.SKIPPED, NO_ADDRESS, "")
        if not addresses.is_address(email):
            return NewRow(source.number, email, None, None, RowState.SKIPPED, BAD_ADDRESS, "")
        key = addresses.row_key(self._order.account, self._order.target.step_id, email)
        first = self._first.setdefault(key, source.number)
        if first != source.number:
            return NewRow(source.number, email, key, None, RowState.SKIPPED, f"{DUPLICATE} (of row {first})", "")
        row[EMAIL] = email
        for label, without in self.lacking.items():
            if label not in row:
                without.add(source.number)
        payload = to_json(row)
        made = hashlib.sha256(self._how + payload).digest()
        self.digest.update(made)
        return NewRow(source.number, email, key, made[:16], RowState.WAITING, "", payload.decode())


async def _do_not_contact(rows: Rows, context: Context) -> None:
    waiting = {number: addresses.key(email) for number, email in rows.waiting()}
    if not waiting:
        return
    found = await list_membership(context.api, set(waiting.values()), pause=context.pause)
    if not all(found.certain(value) for value in waiting.values()):
        raise _unread(found.unread)
    skipped = {number: found.found(value) for number, value in waiting.items()}
    rows.skip((number, f"{DO_NOT_CONTACT} {places[0][0]}") for number, places in skipped.items() if places)


def _finish(rows: Rows, order: Order, drawn: Drawn, lacking: dict[str, set[int]]) -> None:
    """What depends on all rows: other jobs, batches, samples, warnings."""
    before = earlier(rows.ledger, rows.job, again=order.again)
    rows.skip(before.skipped.items())
    drawn.changed = before.changed
    loose = rows.loose()
    batches = list(cut(loose, len(loose)))
    rows.cut(batches)
    drawn.batches = [len(batch) for batch in batches]
    drawn.seconds = seconds(drawn.batches)
    drawn.samples = rows.first(_SAMPLES)
    waiting = dict(rows.waiting())
    counts = {label: len(waiting.keys() & without) for label, without in lacking.items()}
    drawn.lacking = {label: count for label, count in counts.items() if count}
    emails = waiting.values()
    drawn.roles, drawn.roles_count = _examples(it for it in emails if is_role(it))
    drawn.own, drawn.own_count = _examples(it for it in emails if addresses.domain(it) in order.own_domains)


def _examples(found: Iterable[str]) -> tuple[list[str], int]:
    iterator: Iterator[str] = iter(found)
    some = list(islice(iterator, _SAMPLES))
    return some, len(some) + sum(1 for _ in iterator)


def _refuse_unfit(mapping: Mapping) -> None:
    """Rows that were written for the call name fields, and what is none is a mistake: nobody need be asked about it."""
    for column in mapping.columns:
        if column.how not in {"exact", "given", "remembered"}:
            meant = column.label or column.taken or column.near
            closest = f"Closest: {meant}." if meant else "list_fields names them all."
            raise Mistake(f'rows: "{column.name}" is no field of this account', closest)


def _unread(lists: list[str]) -> Mistake:
    named = f"the do-not-contact list {', '.join(lists)}" if lists else "the do-not-contact lists"
    return Mistake(
        f"{named} could not be read to the end, and without that nothing is imported",
        "Try again in some minutes. Lists of over 30,000 entries take longer than the 15 minutes that are spent on it.",
    )
