"""Saves contacts in batches. Nothing is sent twice before it was looked up.

::

    batch ── answered ──────────────► a result for each item
          ── refused, items named ──► those are refused; the others are looked up
          ── in doubt ──────────────► each item is looked up by its e-mail
                                         found with its values ──► found
                                         found, values differ ───► unknown
                                         not found ──────────────► sent once more, with others like it
                                         without an e-mail ──────► unknown
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from saleshandy_mcp.api.operation import BUDGET
from saleshandy_mcp.api.patience import patiently
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Doubtful, SaleshandyError, Unreadable
from saleshandy_mcp.core.waiting import Pause
from saleshandy_mcp.integrations.crm import ItemResult
from saleshandy_mcp.integrations.salessheet.by_email import EMAIL, records_by_email
from saleshandy_mcp.integrations.salessheet.crm_errors import RefusedRecords
from saleshandy_mcp.integrations.salessheet.crm_records import MOST_IN_A_BATCH, Record, flattened
from saleshandy_mcp.integrations.salessheet.resources.contacts import ListContacts, SaveContactsBatch

Item = Mapping[str, Any]
Settled = dict[int, ItemResult]
"""Results by the index of their items. An item that is missing is in doubt."""

SETTLING = 10.0
"""Seconds before a batch in doubt is looked up: the CRM may still be at it."""


async def save_contacts(api: Api, items: Sequence[Item], *, pause: Pause, field: str = EMAIL) -> list[ItemResult]:
    """Create or update contacts, any number of them, and tell for each what became of it.

    Args:
        api: what carries the calls out.
        items: values by field name; with an id to update that record.
        pause: waits some seconds: for the rate limit, and before a batch in doubt is looked up.
        field: the name of the field that holds the e-mail.

    Returns:
        A result for each item, in their order. Once a batch could not be sent at all, it and the rest are *not sent*.
    """
    results: list[ItemResult] = []
    for start in range(0, len(items), MOST_IN_A_BATCH):
        batch = dict(enumerate(items[start : start + MOST_IN_A_BATCH], start))
        try:
            settled = await _saved(api, batch, pause, field)
        except SaleshandyError as error:
            why = (str(error),)
            return [*results, *(ItemResult(index, "not sent", None, why) for index in range(start, len(items)))]
        results += [settled[index] for index in batch]
    return results


async def _saved(api: Api, batch: Mapping[int, Item], pause: Pause, field: str) -> Settled:
    """The results of all items of a batch.

    Raises:
        SaleshandyError: when the batch was not sent.
    """
    settled = await _sent(api, batch, pause)
    doubtful = {index: item for index, item in batch.items() if index not in settled}
    if not doubtful:
        return settled
    await pause(SETTLING)
    try:
        looked_up = await _looked_up(api, doubtful, pause, field)
        settled |= looked_up
        absent = {index: item for index, item in doubtful.items() if index not in looked_up}
        settled |= await _sent(api, absent, pause) if absent else {}
    except SaleshandyError as error:
        return _with_unknown(settled, batch, f"whether it was saved could not be looked up: {error}")
    return _with_unknown(settled, batch, "its request was in doubt twice; look it up before you send it again")


def _with_unknown(settled: Settled, indexes: Iterable[int], why: str) -> Settled:
    return {index: settled.get(index, ItemResult(index, "unknown", None, (why,))) for index in indexes}


async def _sent(api: Api, batch: Mapping[int, Item], pause: Pause) -> Settled:
    """What the answer says of the items. Those of which it says nothing, or whose answer is lost, are missing.

    Raises:
        SaleshandyError: when it is certain that nothing was done.
    """
    indexes = list(batch)
    try:
        request = SaveContactsBatch(records=[dict(item) for item in batch.values()])
        results = await patiently(api, request, pause, BUDGET)
    except (Doubtful, Unreadable):
        return {}
    except RefusedRecords as error:
        why = tuple(error.reasons) or (str(error),)
        named = error.items or {place: list(why) for place in range(len(indexes))}
        return {
            indexes[place]: ItemResult(indexes[place], "refused", None, tuple(reasons))
            for place, reasons in named.items()
            if 0 <= place < len(indexes)
        }
    return {indexes[result.index]: replace(result, index=indexes[result.index]) for result in results}


async def _looked_up(api: Api, doubtful: Mapping[int, Item], pause: Pause, field: str) -> Settled:
    """What the CRM itself shows of items in doubt. Those that are not there are missing."""
    addressed = {index: key(str(item[field])) for index, item in doubtful.items() if item.get(field)}
    found = await records_by_email(api, ListContacts(), addressed.values(), field=field, pause=pause)
    settled: Settled = {}
    for index, item in doubtful.items():
        if index not in addressed:
            settled[index] = ItemResult(index, "unknown", None, (f"it has no {field} by which it could be looked up",))
        elif records := found.get(addressed[index]):
            settled[index] = _compared(index, item, records, field)
    return settled


def _compared(index: int, item: Item, records: Sequence[Record], field: str) -> ItemResult:
    for record in records:
        if _holds(record, item, field):
            return ItemResult(index, "found", record.id)
    why = "a contact with its e-mail is there, and its values are not those that were sent"
    return ItemResult(index, "unknown", records[0].id, (why,))


def _holds(record: Record, item: Item, field: str) -> bool:
    """Whether a record has all values of an item. Its e-mail was compared before, and may be spelled otherwise."""
    given = {name: value for name, value in flattened(item).items() if name not in {"id", field}}
    return all(record.fields.get(name) == value for name, value in given.items())
