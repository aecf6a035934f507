"""Writes events to the CRM, each once, whatever interrupts it.

::

    event ── not tried ─► begun (on disk) ─► sent ── answered ─► written (on disk)
                                                  ── refused ──► not tried
                                                  ── in doubt ─► begun
          ── begun ────► looked up in the CRM by its mark ── there ─► written
                                                          ── not ──► as not tried

A change of a record that is there carries no mark. The record is read right before it is changed, and one that has
changed since the plan is left as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.features.crm.crm_changes import ID, flattened
from saleshandy_mcp.features.crm.crm_field_names import as_text, text_of
from saleshandy_mcp.features.crm.sync.crm_events import CrmEvent
from saleshandy_mcp.integrations.crm import Crm, CrmRecord, ItemResult, Kind
from saleshandy_mcp.store.crm_ledger import CrmLedger

Became = Literal["written", "found there", "changed there", "refused", "unknown", "not sent"]
_NOT_FOUND = "a call before was in doubt, and it was not found among the first 10,000 records of the CRM"
_LOOKED_THROUGH = 10_000
"""Records that are looked through for marks."""


@dataclass(frozen=True)
class ToWrite:
    """One record that tells of an event.

    Attributes:
        event: what happened.
        kind: of the record.
        item: the record; with an id it changes one that is there.
        told: what changes, in a line; empty for a record that tells of the event itself.
        expected: fields of the record that changes, and their values when the plan was made.
    """

    event: CrmEvent
    kind: Kind
    item: Mapping[str, Any]
    told: str = ""
    expected: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_marked(self) -> bool:
        """Whether the record carries a mark by which it is found again. A change of a record carries none."""
        return ID not in self.item

    def words(self) -> str:
        """What is written, in a line."""
        return f"{self.event.email} [{self.event.contact}] {self.told or self.event.words()}"


@dataclass(frozen=True)
class Written:
    """What became of one record, and why it is not written."""

    what: ToWrite
    became: Became
    reason: str = ""


async def write_back(crm: Crm, ledger: CrmLedger, planned: Sequence[ToWrite], context: Context) -> list[Written]:
    """Write what is not written yet. Once a call could not go out, the rest is not sent."""
    begun = {id_ for id_, state in ledger.state_of(it.event.id for it in planned).items() if state == "begun"}
    there, whole = await _there(crm, [it for it in planned if it.event.id in begun and it.is_marked])
    done: list[Written] = []
    stopped = ""
    for place, it in enumerate(planned):
        if it.event.id in there:
            ledger.end(it.event.id, "", _stamp(context.now()))
            done.append(Written(it, "found there"))
        elif it.event.id in begun and it.is_marked and not whole:
            done.append(Written(it, "unknown", _NOT_FOUND))
        elif stopped:
            done.append(Written(it, "not sent", stopped))
        else:
            written = await _write(crm, ledger, it, context)
            stopped = written.reason if written.became == "not sent" else ""
            done.append(written)
            await context.tell(f"{place + 1:,} of {len(planned):,} written")
    return done


async def _write(crm: Crm, ledger: CrmLedger, it: ToWrite, context: Context) -> Written:
    if not it.is_marked and (otherwise := await _as_it_is_now(crm, it)):
        if otherwise.became == "found there":
            ledger.end(it.event.id, it.item[ID], _stamp(context.now()))
        return otherwise
    ledger.begin([it.event.id], _stamp(context.now()))
    (result,) = await crm.save(it.kind, [it.item], email="")
    became = _became(result)
    if became == "written":
        ledger.end(it.event.id, result.id or "", _stamp(context.now()))
    elif became != "unknown":
        ledger.undo(it.event.id)
    return Written(it, became, "; ".join(result.reasons))


async def _as_it_is_now(crm: Crm, it: ToWrite) -> Written | None:
    """What becomes of a change that is there already, or whose record is not as it was; None where it can be made."""
    try:
        now = (await crm.get(it.kind, it.item[ID])).fields
    except SaleshandyError as error:
        return Written(it, "not sent", str(error))
    except Mistake as mistake:
        return Written(it, "refused", f"{it.event.email}: {mistake}")
    changes = {name: as_text(value) for name, value in flattened(it.item).items() if name != ID}
    if all(text_of(now, name) == value for name, value in changes.items()):
        return Written(it, "found there")
    other = [name for name, value in it.expected.items() if text_of(now, name) != value]
    if not other:
        return None
    why = f"{it.event.email}: {', '.join(other)} of {it.item[ID]} was changed in the CRM meanwhile"
    return Written(it, "changed there", why)


def _became(result: ItemResult) -> Became:
    match result.outcome:
        case "refused" | "unknown" | "not sent":
            return result.outcome
        case _:
            return "written"


async def _there(crm: Crm, doubtful: Sequence[ToWrite]) -> tuple[set[str], bool]:
    """Ids of the events whose mark stands in a record of the CRM, and whether all records were looked through."""
    found: set[str] = set()
    whole = True
    for kind in ("activities", "tasks"):
        wanted = {it.event.mark: it.event.id for it in doubtful if it.kind == kind}
        if not wanted:
            continue
        texts = [_text(record) async for record in crm.every(kind, _LOOKED_THROUGH)]
        found |= {id_ for mark, id_ in wanted.items() if any(mark in text for text in texts)}
        whole = whole and len(texts) < _LOOKED_THROUGH
    return found, whole


def _text(record: CrmRecord) -> str:
    return "\n".join(as_text(value) for value in record.fields.values())


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
