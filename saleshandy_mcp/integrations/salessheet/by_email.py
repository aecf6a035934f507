"""Records by an e-mail address, when nobody knows whether the CRM filters by it.

A filter that the CRM does not know may be ignored: then any record comes back. So a record counts only when its own
address equals the one that was asked for, and where others come back all records are read instead.
"""

from collections.abc import Collection, Mapping

from saleshandy_mcp.api.operation import BUDGET, every
from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.waiting import Pause
from saleshandy_mcp.integrations.salessheet.crm_records import ListRecords, Record

EMAIL = "email"
"""The field that holds the address, unless it is said otherwise: its name is not documented."""
_FEW = 20
"""Addresses that are looked for one by one; more are cheaper to find by reading all records."""


async def records_by_email(
    api: Api, listing: ListRecords, emails: Collection[str], *, field: str = EMAIL, pause: Pause | None = None
) -> Mapping[str, list[Record]]:
    """The records that have one of these addresses.

    Args:
        api: what carries the calls out.
        listing: the operation that lists them.
        emails: the addresses, in any spelling.
        field: the name of the field that holds an address.
        pause: waits for the rate limit, where there are many records.

    Returns:
        By the address as ``core.addresses.key`` writes it: the records with it. An address that nobody has is missing.
    """
    wanted = {key(email) for email in emails}
    filtered = await _by_filter(_patient(api, pause), listing, wanted, field) if len(wanted) <= _FEW else None
    if filtered is not None:
        return filtered
    found: dict[str, list[Record]] = {}
    async for record in every(api, listing, pause=pause):
        if (email := _address(record, field)) in wanted:
            found.setdefault(email, []).append(record)
    return found


def _patient(api: Api, pause: Pause | None) -> Api:
    return PatientApi(api, pause, BUDGET) if pause else api


async def _by_filter(
    api: Api, listing: ListRecords, wanted: Collection[str], field: str
) -> dict[str, list[Record]] | None:
    """The same by a filter for each address; None where other records come back.

    Assumed: a filter by e-mail does not depend on capital letters. An empty page is taken for "nobody has it".
    """
    found: dict[str, list[Record]] = {}
    for email in sorted(wanted):
        page = await api.send(listing.model_copy(update={"filters": {field: email}}))
        if any(_address(record, field) != email for record in page.items):
            return None
        if page.items:
            found[email] = page.items
    return found


def _address(record: Record, field: str) -> str:
    value = record.fields.get(field)
    return key(value) if isinstance(value, str) else ""
