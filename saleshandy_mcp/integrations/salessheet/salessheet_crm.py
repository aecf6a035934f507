"""SalesSheet as the tools use a CRM."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, cast

from saleshandy_mcp.api.operation import BUDGET, every
from saleshandy_mcp.api.patience import PatientApi, patiently
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Doubtful, Mistake, SaleshandyError, Unreadable
from saleshandy_mcp.core.waiting import Pause
from saleshandy_mcp.integrations.crm import CrmAccess, CrmLink, CrmPage, CrmRecord, ItemResult, Kind, Query, Stage
from saleshandy_mcp.integrations.salessheet.by_email import EMAIL, records_by_email
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet
from saleshandy_mcp.integrations.salessheet.crm_errors import RefusedRecords
from saleshandy_mcp.integrations.salessheet.crm_records import CreateRecord, GetRecord, ListRecords, Record, WriteRecord
from saleshandy_mcp.integrations.salessheet.resources import activities, contacts, crm_tasks, deals, pipelines
from saleshandy_mcp.integrations.salessheet.saving_contacts import save_contacts

_PAGE = 100
_LIST: dict[Kind, type[ListRecords]] = {
    "contacts": contacts.ListContacts,
    "deals": deals.ListDeals,
    "tasks": crm_tasks.ListTasks,
    "activities": activities.ListActivities,
}
_GET: dict[Kind, type[GetRecord]] = {
    "contacts": contacts.GetContact,
    "deals": deals.GetDeal,
    "tasks": crm_tasks.GetTask,
    "activities": activities.GetActivity,
}
_CREATE: dict[Kind, type[CreateRecord]] = {
    "contacts": contacts.CreateContact,
    "deals": deals.CreateDeal,
    "tasks": crm_tasks.CreateTask,
    "activities": activities.CreateActivity,
}
_CHANGE: dict[Kind, type[WriteRecord]] = {
    "contacts": contacts.ChangeContact,
    "deals": deals.ChangeDeal,
    "tasks": crm_tasks.ChangeTask,
    "activities": activities.ChangeActivity,
}


def salessheet_link(
    connection: SalesSheet, *, writable: bool, ledger: Callable[[], Path] | None = None, budget: float = BUDGET
) -> CrmLink:
    """SalesSheet as a server is given it.

    Args:
        connection: to it.
        writable: whether calls may change anything there.
        ledger: the file of what was imported and written back.
        budget: seconds that one request may wait for the limits, where the call of the tool has as many left.
    """
    over = partial(SalesSheetCrm, budget=budget)
    access = CrmAccess(
        over, writable, operations=True, account=connection.account, left_today=lambda: connection.left_today
    )
    return CrmLink(access, connection, ledger)


class SalesSheetCrm:
    """SalesSheet for one call of a tool, as ``Crm`` describes it.

    Args:
        context: of the call.
        budget: seconds that one request may wait for the limits.
    """

    name = "SalesSheet"

    def __init__(self, context: Context, budget: float = BUDGET) -> None:
        self._api: Api = context.api
        self._pause: Pause = context.pause
        self._patience = partial(context.patience, budget)

    async def page(self, kind: Kind, query: Query) -> CrmPage:
        # A custom field is filtered by its own name, without that of the field around it (assumed).
        filters = {name.rpartition(".")[2]: value for name, value in query.filters.items()}
        listing = _LIST[kind](
            page=query.page,
            page_size=query.size,
            sort_by=query.sort.rpartition(".")[2] or None,
            sort_order=("desc" if query.descending else "asc") if query.sort else None,
            filters=filters or None,
        )
        page = await patiently(self._api, listing, self._pause, self._patience())
        return CrmPage([_record(it) for it in page.items], page.total, page.more)

    async def every(self, kind: Kind, most: int) -> AsyncIterator[CrmRecord]:
        found = 0
        listing = _LIST[kind](page_size=_PAGE)
        async for record in every(self._api, listing, pages=10_000, pause=self._pause, budget=self._patience()):
            yield _record(record)
            found += 1
            if found >= most:
                return

    async def get(self, kind: Kind, id_: str) -> CrmRecord:
        try:
            return _record(await patiently(self._api, _GET[kind](id=id_), self._pause, self._patience()))
        except RefusedRecords as error:
            if error.status == 404:
                raise Mistake(f"{kind}: there is none with the id {id_}") from None
            raise

    async def stages(self) -> list[Stage]:
        patient = PatientApi(self._api, self._pause, self._patience())
        page = await patient.recent(pipelines.ListPipelines())
        return [stage for it in page.items for stage in _stages(it)]

    async def contacts_by_email(self, emails: Collection[str], field: str) -> Mapping[str, list[CrmRecord]]:
        found = await records_by_email(self._api, contacts.ListContacts(), emails, field=field, pause=self._pause)
        return {email: [_record(it) for it in records] for email, records in found.items()}

    async def save(self, kind: Kind, items: Sequence[Mapping[str, Any]], *, email: str) -> list[ItemResult]:
        """New contacts go in batches, all else by a call for each.

        For other kinds no batch is documented. And whether a change within a batch keeps what is not given is not
        documented either; PATCH does.
        """
        together = [place for place, it in enumerate(items) if kind == "contacts" and "id" not in it]
        results: dict[int, ItemResult] = {}
        if together:
            made = await save_contacts(
                self._api, [items[it] for it in together], pause=self._pause, field=email or EMAIL
            )
            results |= {place: replace(it, index=place) for place, it in zip(together, made, strict=True)}
        stopped = ""
        for place, item in enumerate(items):
            if place in results:
                continue
            result = (
                ItemResult(place, "not sent", None, (stopped,)) if stopped else await self._save_one(kind, place, item)
            )
            stopped = stopped or (result.reasons[0] if result.outcome == "not sent" else "")
            results[place] = result
        return [results[place] for place in range(len(items))]

    async def _save_one(self, kind: Kind, place: int, item: Mapping[str, Any]) -> ItemResult:
        values = {name: value for name, value in item.items() if name != "id"}
        id_ = str(item["id"]) if "id" in item else None
        request = _CREATE[kind](fields=values) if id_ is None else _CHANGE[kind](fields=values, id=id_)
        try:
            saved = await patiently(self._api, request, self._pause, self._patience())
        except RefusedRecords as error:
            return ItemResult(place, "refused", id_, tuple(error.reasons) or (str(error),))
        except Unreadable:
            return ItemResult(place, "accepted", id_)
        except Doubtful as error:
            return ItemResult(place, "unknown", id_, (str(error),))
        except SaleshandyError as error:
            return ItemResult(place, "not sent", id_, (str(error),))
        return ItemResult(place, "created" if id_ is None else "updated", saved.id)


def _record(record: Record) -> CrmRecord:
    return CrmRecord(record.id, record.fields)


def _stages(pipeline: Record) -> list[Stage]:
    """The stages of a pipeline: the list of objects with an id and a name in it (assumed: no name is documented)."""
    called = str(pipeline.fields.get("name") or pipeline.id)
    lists = [cast("list[Any]", value) for value in pipeline.fields.values() if isinstance(value, list)]
    found = [cast("dict[str, Any]", it) for it in chain(*lists) if isinstance(it, dict)]
    return [
        Stage(str(it["id"]), str(it["name"]), called, _number(it.get("probability")))
        for it in found
        if it.get("name") and it.get("id") is not None
    ]


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
