"""SalesSheet by its MCP endpoint, as the tools use a CRM."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.variables import CRM_MCP
from saleshandy_mcp.integrations.crm import CrmAccess, CrmLink, CrmPage, CrmRecord, ItemResult, Kind, Query, Stage
from saleshandy_mcp.integrations.salessheet.crm_records import flattened
from saleshandy_mcp.integrations.salessheet.mcp_endpoint import Call, McpEndpoint, ToolFailed, at
from saleshandy_mcp.integrations.salessheet.mcp_mapping import KindTools, OneTool

_SIZE = 100
_FEW = 20
"""Addresses that are looked for one by one; more are cheaper to find by reading all contacts."""
_MOST_READ = 100_000


def mcp_link(
    endpoint: McpEndpoint, *, writable: bool, ledger: Callable[[], Path] | None = None, account: str = ""
) -> CrmLink:
    """The endpoint as a server is given it. Its calls do not pass the gate of requests: the driver itself refuses."""
    crm = McpCrm(endpoint, writable=writable)
    return CrmLink(CrmAccess(lambda _: crm, writable, account=account), ledger=ledger)


class McpCrm:
    """The endpoint, as ``Crm`` describes a CRM.

    Args:
        endpoint: with the tools that are used.
        writable: whether records may be saved.
    """

    name = "SalesSheet"

    def __init__(self, endpoint: McpEndpoint, *, writable: bool) -> None:
        self._endpoint, self._writable = endpoint, writable

    async def page(self, kind: Kind, query: Query) -> CrmPage:
        tools = self._tools(kind)
        if query.sort and not tools.list.sort:
            raise Mistake("sort: the MCP endpoint is not mapped for it", f"Leave sort out, or map it in {CRM_MCP}.")
        return await self._read(lambda call: _page(call, tools, query))

    async def every(self, kind: Kind, most: int) -> AsyncIterator[CrmRecord]:
        tools = self._tools(kind)
        for record in await self._read(lambda call: _all(call, tools, most)):
            yield record

    async def get(self, kind: Kind, id_: str) -> CrmRecord:
        tools = self._tools(kind)
        none = Mistake(f"{kind}: there is none with the id {id_}")
        if tools.get is None:
            found = [it async for it in self.every(kind, _MOST_READ) if it.id == id_]
            if not found:
                raise none
            return found[0]
        tool = tools.get
        try:
            answer = await self._endpoint.run(lambda call: call(tool.tool, {**tool.also, tool.id: id_}))
        except ToolFailed:
            raise none from None
        record = _record(at(answer, tool.row), tools.key)
        if record is None or record.id != id_:
            raise none
        return record

    async def stages(self) -> list[Stage]:
        tool = self._endpoint.mapping.stages
        if tool is None:
            return []
        answer = await self._read(lambda call: call(tool.tool, dict(tool.also)))
        return [
            Stage(str(it[tool.id]), str(it.get(tool.name, it[tool.id])), str(it.get(tool.pipeline, "")))
            for it in _objects(at(answer, tool.rows))
            if it.get(tool.id) is not None
        ]

    async def contacts_by_email(self, emails: Collection[str], field: str) -> Mapping[str, list[CrmRecord]]:
        tools = self._tools("contacts")
        wanted = {key(it) for it in emails}

        async def found(call: Call) -> list[CrmRecord]:
            if not tools.list.filters or len(wanted) > _FEW:
                return await _all(call, tools, _MOST_READ)
            pages = [await _page(call, tools, Query(filters={field: it})) for it in sorted(wanted)]
            return [record for page in pages for record in page.records]

        by_email: dict[str, dict[str, CrmRecord]] = {}
        for record in await self._read(found):
            if isinstance(value := record.fields.get(field), str) and key(value) in wanted:
                by_email.setdefault(key(value), {})[record.id] = record
        return {email: list(records.values()) for email, records in by_email.items()}

    async def save(self, kind: Kind, items: Sequence[Mapping[str, Any]], *, email: str) -> list[ItemResult]:
        """One call for each record. A tool that failed may have saved it: nothing says that it has not."""
        del email
        if not self._writable:
            raise Mistake(f"data in {self.name} would be changed, and it is read only here")
        tools = self._tools(kind)
        results: list[ItemResult] = []

        async def saved(call: Call) -> None:
            for place, item in enumerate(items):
                results.append(ItemResult(place, "unknown", None, ("the endpoint gave no answer",)))
                results[place] = await _saved(call, tools, place, item)

        try:
            await self._endpoint.run(saved)
        except Mistake as mistake:
            rest = range(len(results), len(items))
            results += [ItemResult(place, "not sent", None, (str(mistake),)) for place in rest]
        return results

    async def _read(self, work: Callable[[Call], Any]) -> Any:
        try:
            return await self._endpoint.run(work)
        except ToolFailed as failed:
            raise Mistake(f"SalesSheet's MCP endpoint: {failed}") from None

    def _tools(self, kind: Kind) -> KindTools:
        tools = self._endpoint.mapping.of(kind)
        if tools is None:
            raise Mistake(f"{kind}: no tools of the MCP endpoint are named for them", f"Name them in {CRM_MCP}.")
        return tools


async def _page(call: Call, tools: KindTools, query: Query) -> CrmPage:
    tool = tools.list
    given = {tool.page: query.page, tool.size: query.size, tool.filters: dict(query.filters) or None}
    given |= {tool.sort: query.sort or None, tool.descending: query.descending if query.sort else None}
    arguments = {name: value for name, value in given.items() if name and value is not None}
    if not tool.page and query.page > 1:
        return CrmPage([])
    answer = await call(tool.tool, {**tool.also, **arguments})
    records = [record for it in _objects(at(answer, tool.rows)) if (record := _record(it, tools.key))]
    return CrmPage(records, None if tool.page else len(records), more=bool(tool.page and records))


async def _all(call: Call, tools: KindTools, most: int) -> list[CrmRecord]:
    """All records, up to so many. An endpoint that gives the same page again has come to its end."""
    found: dict[str, CrmRecord] = {}
    number = 1
    while len(found) < most:
        page = await _page(call, tools, Query(page=number, size=_SIZE))
        before = len(found)
        found |= {it.id: it for it in page.records}
        if not page.more or len(found) == before:
            break
        number += 1
    return list(found.values())[:most]


async def _saved(call: Call, tools: KindTools, place: int, item: Mapping[str, Any]) -> ItemResult:
    id_ = str(item["id"]) if "id" in item else None
    tool = tools.create if id_ is None else tools.change
    if tool is None:
        what = "creates" if id_ is None else "changes"
        return ItemResult(place, "not sent", id_, (f"no tool that {what} them is named in {CRM_MCP}",))
    if fixed := _fixed(tool, item):
        why = f'"{min(fixed)}" is set by the file of {CRM_MCP}, and no record can change it'
        return ItemResult(place, "not sent", id_, (why,))
    try:
        answer = await call(tool.tool, _arguments(tool, id_, item))
    except ToolFailed as failed:
        return ItemResult(place, "unknown", id_, (str(failed),))
    record = _record(at(answer, tool.row), tools.key)
    if record is None:
        return ItemResult(place, "accepted", id_)
    return ItemResult(place, "created" if id_ is None else "updated", record.id)


def _fixed(tool: OneTool, item: Mapping[str, Any]) -> set[str]:
    """Fields named like an argument by which the file says what the tool does, and to which record."""
    return set() if tool.fields else (set(item) - {"id"}) & tool.arguments()


def _arguments(tool: OneTool, id_: str | None, item: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in item.items() if name != "id"}
    given: dict[str, Any] = {tool.fields: values} if tool.fields else values
    return {**tool.also, **given, **({tool.id: id_} if id_ is not None else {})}


def _objects(value: Any) -> list[dict[str, Any]]:
    found = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", it) for it in found if isinstance(it, dict)]


def _record(value: Any, key_: str) -> CrmRecord | None:
    if not isinstance(value, dict):
        return None
    values = cast("dict[str, Any]", value)
    if values.get(key_) in (None, ""):
        return None
    fields = flattened({name: it for name, it in values.items() if name != key_})
    return CrmRecord(str(values[key_]), fields)
