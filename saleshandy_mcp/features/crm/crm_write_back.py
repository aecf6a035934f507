"""Events written to the CRM, each once, whatever stops it in between.

::

    event ── not tried ─► begun (on disk) ─► sent ── answered ─► written (on disk)
                                                  ── refused ──► not tried
                                                  ── in doubt ─► begun
          ── begun ────► looked up in the CRM by its mark ── there ─► written
                                                          ── not ──► as not tried
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.crm.crm_events import CrmEvent
from saleshandy_mcp.features.crm.crm_fields import as_text
from saleshandy_mcp.integrations.crm import Crm, ItemResult, Kind
from saleshandy_mcp.store.crm_ledger import CrmLedger

Became = Literal["written", "found there", "refused", "unknown", "not sent"]
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
    """

    event: CrmEvent
    kind: Kind
    item: Mapping[str, Any]


@dataclass(frozen=True)
class Written:
    """What became of one record, and why it is not written."""

    what: ToWrite
    became: Became
    reason: str = ""


async def write_back(crm: Crm, ledger: CrmLedger, planned: Sequence[ToWrite], context: Context) -> list[Written]:
    """Write what is not written yet. Once a call could not go out, the rest is not sent."""
    begun = {id_ for id_, state in ledger.state_of(it.event.id for it in planned).items() if state == "begun"}
    there, whole = await _there(crm, [it for it in planned if it.event.id in begun and it.kind != "contacts"])
    done: list[Written] = []
    stopped = ""
    for place, it in enumerate(planned):
        if it.event.id in there:
            ledger.end(it.event.id, "", _stamp(context.now()))
            done.append(Written(it, "found there"))
        elif it.event.id in begun and it.kind != "contacts" and not whole:
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
    ledger.begin([it.event.id], _stamp(context.now()))
    (result,) = await crm.save(it.kind, [it.item], email="")
    became = _became(result)
    if became == "written":
        ledger.end(it.event.id, result.id or "", _stamp(context.now()))
    elif became != "unknown":
        ledger.undo(it.event.id)
    return Written(it, became, "; ".join(result.reasons))


def _became(result: ItemResult) -> Became:
    match result.outcome:
        case "refused" | "unknown" | "not sent":
            return result.outcome
        case _:
            return "written"


async def _there(crm: Crm, doubtful: Sequence[ToWrite]) -> tuple[set[str], bool]:
    """Ids of the events whose mark stands in a record of the CRM, and whether all records were looked through.

    Contacts are not looked up: to note an opt-out twice changes nothing.
    """
    found: set[str] = set()
    whole = True
    for kind in ("activities", "tasks"):
        if wanted := {it.event.mark: it.event.id for it in doubtful if it.kind == kind}:
            here, all_read = await _marked(crm, kind, wanted)
            found |= here
            whole = whole and all_read
    return found, whole


async def _marked(crm: Crm, kind: Kind, wanted: Mapping[str, str]) -> tuple[set[str], bool]:
    """The same among the records of one kind, of ids by mark."""
    found: set[str] = set()
    read = 0
    async for record in crm.every(kind, _LOOKED_THROUGH):
        read += 1
        text = "\n".join(as_text(value) for value in record.fields.values())
        found |= {id_ for mark, id_ in wanted.items() if mark in text}
    return found, read < _LOOKED_THROUGH


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
