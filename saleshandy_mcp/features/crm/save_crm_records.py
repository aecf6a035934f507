"""``save_crm_records``: create and change records of the CRM, with a result for each, before and after."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Question, Value, Words
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.crm.crm_changes import Named, PlannedRecord, in_records, planned_records, read_values
from saleshandy_mcp.features.crm.crm_field_names import as_text, text_of, title_field
from saleshandy_mcp.features.crm.crm_field_roles import roles_for
from saleshandy_mcp.features.crm.crm_file_rows import FileRows, read_rows, typed_values
from saleshandy_mcp.features.crm.crm_lines import MOST_TOLD, Roles, person_name
from saleshandy_mcp.features.crm.crm_save_job import BEFORE, SaveJob, job_of, save_job
from saleshandy_mcp.integrations.crm import Crm, ItemResult, Kind, Query, crm_of, writable_crm_of
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.untrusted.one_line import one_line

MOST = 100
_LONGEST = 80

_SHOWN, _SAMPLES = 20, 3
"""Rows of a file that an answer and a question show."""
_FINE = ("created", "changed", "unchanged", "accepted", "saved, as a look showed")
_DONE = {"created": "created", "updated": "changed", "accepted": "accepted", "found": "saved, as a look showed"}


class SavedChange(View):
    """A field of a record that was there."""

    field: str
    before: str
    after: str

    def line(self) -> str:
        old, new = (f'"{one_line(it, _LONGEST)}"' if it else "empty" for it in (self.before, self.after))
        return f"{one_line(self.field, _LONGEST)}: {old} → {new}"


class SavedRecord(View):
    """One record of the call.

    Attributes:
        named: where it stands: in the list that was given, from 0, or in the file.
        outcome: created, changed, unchanged, accepted, refused, unknown, not sent, left out; or what would be done.
        reasons: why it was not saved, or is not known.
    """

    named: str
    id: str | None = None
    title: str
    outcome: str
    changes: list[SavedChange]
    reasons: list[str]

    def line(self) -> str:
        title = one_line(self.title, _LONGEST) + (f" [{one_line(self.id, _LONGEST)}]" if self.id else "")
        told = "; ".join(it.line() for it in self.changes) or "; ".join(one_line(it, 300) for it in self.reasons)
        return f"{self.named} {title} {self.outcome}{f': {told}' if told else ''}".replace("  ", " ")


class SavedRecords(View):
    """What became of the records.

    Attributes:
        dry_run: nothing was written.
        counts: records by what became of them.
        records: all of them; of a file, the first that were not saved, or the first that would be.
        remarks: how the file was read, where that has to be told.
        next: the call that goes on with a file.
    """

    untrusted = True
    kind: Kind
    dry_run: bool
    counts: dict[str, int]
    records: list[SavedRecord]
    remarks: list[str] = []
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        told = ", ".join(f"{number:,} {outcome}" for outcome, number in self.counts.items())
        head = "A plan; nothing was written. " if self.dry_run else ""
        yield f"{head}{counted(sum(self.counts.values()), 'record')}: {told}"
        yield from (it.line() for it in self.records)
        yield from (f"  {one_line(it, 300)}" for it in self.remarks)
        if "unknown" in self.counts:
            yield "What is unknown may have been saved: look it up before you send it again."
        yield f"Go on: {say(self.next)}" if self.next else None
        would = self.dry_run and any(it.startswith("would be") for it in self.counts)
        yield "Write it: the same call without dry_run." if would else None


class SaveCrmRecords(Action[SavedRecords]):
    """Add or change contacts, deals, tasks or activities in the CRM; with id it is a change. No address is made twice.
    Deleting: find_operations.
    """

    effects = frozenset({Effect.WRITE})
    kind: Annotated[Kind, Field(description="Which records.")]
    records: Annotated[
        list[dict[str, Any]] | None,
        Field(max_length=MOST, description='[{"id": …, "city": "Odense"}]; a deal takes "stage".'),
    ] = None
    file: Annotated[str | None, Field(description="Instead: up to 10,000 rows, in the allowed folder. Asks.")] = None
    dry_run: Annotated[bool, Field(description="Plan only.")] = False

    async def prepare(self, context: Context) -> Prepared[SavedRecords]:
        crm = crm_of(context) if self.dry_run else writable_crm_of(context)
        if (self.records is None) == (self.file is None):
            raise Mistake("give either records or file", "records for up to 100, file for more.")
        if self.records == []:
            raise Mistake("records is empty", "Give at least one record.")
        rows = await to_thread.run_sync(read_rows, self.file, context.folder) if self.file is not None else None
        named = partial(_row, rows) if rows else in_records
        sample = (await crm.page(self.kind, Query())).records
        roles = roles_for(context, self.kind, sample)
        values = await read_values(crm, self.kind, rows.records if rows else self.records or [], sample, named)
        if rows:
            values = [typed_values(it, sample) for it in values]
        planned = await planned_records(crm, self.kind, values, roles, named)
        told = _Told(self.kind, self.dry_run, roles, named)
        if rows:
            return self._prepare_job(crm, job_of(self.kind, values, planned, context), rows, told, context)
        if self.dry_run or not any(map(_to_send, planned)):
            return Prepared(partial(told.view, planned, {}), READING)
        return Prepared(partial(self._save, crm, planned, told), frozenset({Effect.WRITE}))

    def _prepare_job(
        self, crm: Crm, job: SaveJob, rows: FileRows, told: "_Told", context: Context
    ) -> Prepared[SavedRecords]:
        if self.dry_run or not job.to_send():
            return Prepared(partial(told.of_file, job, {}, rows.remarks), READING)
        question = None if job.is_under_way(context.service(CrmLedger)) else _question(crm, job, rows, told)
        return Prepared(partial(self._save_file, crm, job, rows, told, context), frozenset({Effect.WRITE}), question)

    async def _save(self, crm: Crm, planned: Sequence[PlannedRecord], told: "_Told") -> SavedRecords:
        places = [place for place, it in enumerate(planned) if _to_send(it)]
        items = [planned[place].item() for place in places]
        results = await crm.save(self.kind, items, email=told.roles.get("email", ""))
        return await told.view(planned, dict(zip(places, results, strict=True)))

    async def _save_file(self, crm: Crm, job: SaveJob, rows: FileRows, told: "_Told", context: Context) -> SavedRecords:
        results = await save_job(crm, job, told.roles.get("email", ""), context)
        again = NextCall.of("save_crm_records", kind=self.kind, file=self.file)
        return await told.of_file(job, results, rows.remarks, again)


@dataclass(frozen=True)
class _Told:
    """Makes the view of a call.

    Attributes:
        kind: of the records.
        dry_run: whether nothing is written.
        roles: of the fields of contacts.
        named: what a record of the call is called.
    """

    kind: Kind
    dry_run: bool
    roles: Roles
    named: Named

    async def view(self, planned: Sequence[PlannedRecord], results: Mapping[int, ItemResult]) -> SavedRecords:
        records = [self.record(place, it, results.get(place)) for place, it in enumerate(planned)]
        counts = dict(Counter(it.outcome for it in records))
        return SavedRecords(kind=self.kind, dry_run=self.dry_run, counts=counts, records=records)

    async def of_file(
        self,
        job: SaveJob,
        results: Mapping[int, ItemResult],
        remarks: Sequence[str],
        again: NextCall | None = None,
    ) -> SavedRecords:
        whole = await self.view(job.rows, results)
        short = [it for it in whole.records if it.outcome not in _FINE and it.reasons != [BEFORE]]
        left = "not sent" in whole.counts or "unknown" in whole.counts
        return whole.model_copy(
            update={"records": short[:_SHOWN], "remarks": list(remarks), "next": again if left else None}
        )

    def record(self, place: int, it: PlannedRecord, result: ItemResult | None) -> SavedRecord:
        fields = {**(it.before.fields if it.before else {}), **it.values}
        name = person_name(fields, self.roles) or text_of(fields, self.roles.get("email", ""))
        outcome, reasons = _outcome(it, result)
        saved = result is None or result.outcome in _DONE
        changes = [
            SavedChange(field=field, before=_told(it.before.fields.get(field)), after=_told(value))
            for field, value in it.values.items()
            if it.before and saved
        ]
        return SavedRecord(
            named=self.named(place),
            id=it.before.id if it.before else result.id if result else None,
            title=_told(name if self.kind == "contacts" else text_of(fields, title_field(fields))),
            outcome=outcome,
            changes=changes,
            reasons=reasons,
        )


def _told(value: Any) -> str:
    return one_line(as_text(value), MOST_TOLD)


def _row(rows: FileRows, place: int) -> str:
    return f"row {rows.numbers[place]}"


def _question(crm: Crm, job: SaveJob, rows: FileRows, told: _Told) -> Question:
    """A file may change many records, so a person is asked once for all of them."""
    places = job.to_send()
    changed = sum(job.rows[place].before is not None for place in places)
    new = len(places) - changed
    samples = [told.record(place, job.rows[place], None).line() for place in places[:_SAMPLES]]
    return Question(
        "Save the rows of this file in the CRM?",
        (
            Value("CRM", crm.name),
            Value("file", rows.name, counted(len(rows.records), "row")),
            Words(f"{new:,} new {job.kind}, {changed:,} changed, {len(job.rows) - len(places):,} left out"),
            *(Value("such as", it) for it in samples),
            *(Value("how it is read", it) for it in rows.remarks),
            Bound("all rows", [[key, dict(job.rows[place].item())] for place, key in enumerate(job.keys)]),
        ),
        "On yes they are saved, also by the calls that go on with this file.",
    )


def _to_send(it: PlannedRecord) -> bool:
    return not it.left_out and not it.unchanged


def _outcome(it: PlannedRecord, result: ItemResult | None) -> tuple[str, list[str]]:
    if it.left_out:
        return "left out", [it.left_out]
    if it.unchanged:
        return "unchanged", []
    if result is None:
        return ("would be changed" if it.before else "would be created"), []
    return _DONE.get(result.outcome, result.outcome), list(result.reasons)
