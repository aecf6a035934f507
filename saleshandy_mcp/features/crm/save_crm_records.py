"""``save_crm_records``: create and change records of the CRM, with a result for each, before and after."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.view import Say, View, counted
from saleshandy_mcp.features.crm.crm_changes import PlannedRecord, planned_records, read_values
from saleshandy_mcp.features.crm.crm_fields import as_text, text_of, title_field
from saleshandy_mcp.features.crm.crm_lines import Roles, person_name, roles_of
from saleshandy_mcp.integrations.crm import Crm, ItemResult, Kind, Query, crm_of, writable_crm_of
from saleshandy_mcp.untrusted.one_line import one_line

MOST = 100
_LONGEST = 80

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
        place: in the list that was given, from 0.
        outcome: created, changed, unchanged, accepted, refused, unknown, not sent, left out; or what would be done.
        reasons: why it was not saved, or is not known.
    """

    place: int
    id: str | None = None
    title: str
    outcome: str
    changes: list[SavedChange]
    reasons: list[str]

    def line(self) -> str:
        named = one_line(self.title, _LONGEST) + (f" [{one_line(self.id, _LONGEST)}]" if self.id else "")
        told = "; ".join(it.line() for it in self.changes) or "; ".join(one_line(it, 300) for it in self.reasons)
        return f"records[{self.place}] {named} {self.outcome}{f': {told}' if told else ''}".replace("  ", " ")


class SavedRecords(View):
    """``dry_run``: nothing was written."""

    untrusted = True
    kind: Kind
    dry_run: bool
    records: list[SavedRecord]

    def lines(self, say: Say) -> Iterator[str | None]:
        del say
        counts = Counter(it.outcome for it in self.records)
        told = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
        head = "Dry run, nothing was written. " if self.dry_run else ""
        yield f"{head}{counted(len(self.records), 'record')}: {told}"
        yield from (it.line() for it in self.records)
        if counts["unknown"]:
            yield "What is unknown may have been saved: look it up before you send it again."


class SaveCrmRecords(Action[SavedRecords]):
    """Add or change a contact, deal, task or activity in the CRM; with id it is changed. A contact whose address is
    there is not made twice. Deleting: find_operations.
    """

    effects = frozenset({Effect.WRITE})
    kind: Annotated[Kind, Field(description="Which records.")]
    records: Annotated[
        list[dict[str, Any]],
        Field(min_length=1, max_length=MOST, description='[{"id": …, "city": "Odense"}]; a deal takes "stage".'),
    ]
    dry_run: Annotated[bool, Field(description="Plan only.")] = False

    async def prepare(self, context: Context) -> Prepared[SavedRecords]:
        crm = crm_of(context) if self.dry_run else writable_crm_of(context)
        sample = (await crm.page(self.kind, Query())).records
        roles = roles_of(self.kind, sample)
        values = await read_values(crm, self.kind, self.records, sample)
        planned = await planned_records(crm, self.kind, values, roles)
        if self.dry_run or not any(map(_to_send, planned)):
            return Prepared(partial(self._told, planned, {}, roles), READING)
        return Prepared(partial(self._save, crm, planned, roles), frozenset({Effect.WRITE}))

    async def _save(self, crm: Crm, planned: Sequence[PlannedRecord], roles: Roles) -> SavedRecords:
        places = [place for place, it in enumerate(planned) if _to_send(it)]
        items = [planned[place].item() for place in places]
        results = await crm.save(self.kind, items, email=roles.get("email", ""))
        return await self._told(planned, dict(zip(places, results, strict=True)), roles)

    async def _told(
        self, planned: Sequence[PlannedRecord], results: dict[int, ItemResult], roles: Roles
    ) -> SavedRecords:
        return SavedRecords(
            kind=self.kind,
            dry_run=self.dry_run,
            records=[self._record(place, it, results.get(place), roles) for place, it in enumerate(planned)],
        )

    def _record(self, place: int, it: PlannedRecord, result: ItemResult | None, roles: Roles) -> SavedRecord:
        fields = {**(it.before.fields if it.before else {}), **it.values}
        name = person_name(fields, roles) or text_of(fields, roles.get("email", ""))
        outcome, reasons = _outcome(it, result)
        saved = result is None or result.outcome in _DONE
        changes = [
            SavedChange(field=field, before=as_text(it.before.fields.get(field)), after=as_text(value))
            for field, value in it.values.items()
            if it.before and saved
        ]
        return SavedRecord(
            place=place,
            id=it.before.id if it.before else result.id if result else None,
            title=name if self.kind == "contacts" else text_of(fields, title_field(fields)),
            outcome=outcome,
            changes=changes,
            reasons=reasons,
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
