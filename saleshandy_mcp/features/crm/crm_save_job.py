"""Saves many records, each once, whatever interrupts it and whichever process continues.

::

    row ── not tried ─► begun (on disk) ─► sent ── answered ─► written (on disk)
                                               ── refused ──► not tried
                                               ── in doubt ─► begun
        ── begun ────► looked up in the CRM by its values ── there ─► written
                                                          ── not ──► as not tried

A row is known by its values. A change of a record needs no ledger: a record that has the values is not sent again.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.crm.crm_changes import PlannedRecord
from saleshandy_mcp.features.crm.crm_field_names import as_text
from saleshandy_mcp.integrations.crm import Crm, CrmAccess, ItemResult, Kind
from saleshandy_mcp.store.crm_ledger import CrmLedger

BEFORE = "saved before, from a file with the same row"
_TOGETHER = 100
"""New contacts that go in one request."""
_LOOKED_THROUGH = 10_000
_DOUBT = "a call before was in doubt, and it was not found among the first 10,000 records of the CRM"

_OTHER_VALUES = "a call before was in doubt, and a contact with its address is there with other values"


@dataclass(frozen=True)
class SaveJob:
    """Records to save, and what is known of each from calls before.

    Attributes:
        kind: of the records.
        rows: what would become of each.
        keys: by which the ledger knows each new one.
        states: "begun" or "written" by key; keys of rows that nobody has tried are missing.
        name: by which the ledger knows all of it while it is carried out: the same for the same rows of one account.
    """

    kind: Kind
    rows: Sequence[PlannedRecord]
    keys: Sequence[str]
    states: Mapping[str, str]
    name: str

    def is_under_way(self, ledger: CrmLedger) -> bool:
        """Whether it was begun and has not ended: then the yes to it still holds."""
        return self.name in ledger.state_of([self.name])

    def to_send(self) -> list[int]:
        """The places of the rows that are sent."""
        return [place for place, it in enumerate(self.rows) if not it.left_out and not it.unchanged]


def job_of(
    kind: Kind, values: Sequence[Mapping[str, Any]], planned: Sequence[PlannedRecord], context: Context
) -> SaveJob:
    """The job for these rows. A row that was saved before is left out, whatever stands in the CRM by now.

    Args:
        kind: of the records.
        values: what the rows say.
        planned: what would become of each.
        context: whose account it is, and the ledger.
    """
    account, ledger = context.service(CrmAccess).account, context.service(CrmLedger)
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for it in planned:
        text = _text(it.values)
        seen[text] += 1
        keys.append(_digest("row", account, kind, text, str(seen[text])) if it.before is None else "")
    states = ledger.state_of(filter(None, keys))
    rows = [_with_state(it, states.get(place, "")) for it, place in zip(planned, keys, strict=True)]
    return SaveJob(kind, rows, keys, states, _digest("job", account, kind, *sorted(map(_text, values))))


def _with_state(row: PlannedRecord, state: str) -> PlannedRecord:
    match state:
        case "written":
            return replace(row, left_out=BEFORE)
        case "begun":
            # That its contact is there may be what the call before has done; it is looked up.
            return replace(row, left_out="")
        case _:
            return row


async def save_job(crm: Crm, job: SaveJob, email: str, context: Context) -> dict[int, ItemResult]:
    """Save what is not saved yet; a result by the place of each row that was to be sent."""
    ledger = context.service(CrmLedger)
    ledger.begin([job.name], _stamp(context))
    places = job.to_send()
    begun = [place for place in places if job.states.get(job.keys[place]) == "begun"]
    # A record that stands for another row is none of these, even where both rows are the same.
    results = await _looked_up(crm, job, begun, email, ledger.records(filter(None, job.keys)))
    _note(job, results, context)
    stopped = ""
    for batch in _batches(job, [place for place in places if place not in results]):
        if stopped:
            results |= {place: ItemResult(place, "not sent", None, (stopped,)) for place in batch}
            continue
        saved = await _saved(crm, job, batch, email, context)
        results |= saved
        stopped = next((it.reasons[0] for it in saved.values() if it.outcome == "not sent" and it.reasons), "")
        await context.tell(f"{len(results):,} of {len(places):,} saved")
    if not any(it.outcome in ("not sent", "unknown") for it in results.values()):
        ledger.undo(job.name)
    return results


async def _saved(crm: Crm, job: SaveJob, batch: Sequence[int], email: str, context: Context) -> dict[int, ItemResult]:
    ledger = context.service(CrmLedger)
    if keys := [job.keys[place] for place in batch if job.keys[place]]:
        ledger.begin(keys, _stamp(context))
    made = await crm.save(job.kind, [job.rows[place].item() for place in batch], email=email)
    results = dict(zip(batch, made, strict=True))
    _note(job, results, context)
    return results


def _batches(job: SaveJob, places: Sequence[int]) -> list[list[int]]:
    """New contacts a hundred at a time, all else one by one."""
    new = [place for place in places if job.kind == "contacts" and job.keys[place]]
    alone = [[place] for place in places if not (job.kind == "contacts" and job.keys[place])]
    return [*(new[start : start + _TOGETHER] for start in range(0, len(new), _TOGETHER)), *alone]


def _note(job: SaveJob, results: Mapping[int, ItemResult], context: Context) -> None:
    """Tell the ledger what became of rows. What is unknown stays begun."""
    ledger = context.service(CrmLedger)
    for key_, it in ((job.keys[place], it) for place, it in results.items() if job.keys[place]):
        if it.outcome in ("refused", "not sent"):
            ledger.undo(key_)
        elif it.outcome != "unknown":
            ledger.end(key_, it.id or "", _stamp(context))


async def _looked_up(
    crm: Crm, job: SaveJob, begun: Sequence[int], email: str, taken: set[str]
) -> dict[int, ItemResult]:
    """Rows of which a call before was in doubt: those that the CRM shows, and those of which nobody can tell."""
    if not begun:
        return {}
    there = [it async for it in crm.every(job.kind, _LOOKED_THROUGH)]
    found: dict[int, ItemResult] = {}
    for place in begun:
        values = job.rows[place].values
        address = key(as_text(values.get(email)))
        match = next((it for it in there if it.id not in taken and _holds(it.fields, values, email)), None)
        if match:
            taken.add(match.id)
            found[place] = ItemResult(place, "found", match.id)
        elif len(there) == _LOOKED_THROUGH:
            found[place] = ItemResult(place, "unknown", None, (_DOUBT,))
        elif address and any(key(as_text(it.fields.get(email))) == address for it in there):
            found[place] = ItemResult(place, "unknown", None, (_OTHER_VALUES,))
    return found


def _holds(fields: Mapping[str, Any], values: Mapping[str, Any], email: str) -> bool:
    """Whether a record has all of these values; an address may be spelled otherwise."""
    return all(
        _same(as_text(fields.get(name)), as_text(value), spelling=name != email) for name, value in values.items()
    )


def _same(one: str, other: str, *, spelling: bool) -> bool:
    return one == other if spelling else key(one) == key(other)


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), sort_keys=True, default=str)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _stamp(context: Context) -> str:
    return context.now().isoformat(timespec="seconds")
