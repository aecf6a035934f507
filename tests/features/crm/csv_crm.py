"""A CRM that is a folder of CSV files: the smallest driver there can be."""

import csv
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.integrations.crm import CrmAccess, CrmLink, CrmPage, CrmRecord, ItemResult, Kind, Query, Stage


class CsvCrm:
    """The folder. Each kind is a file with a column ``id``; stages.csv has id, name and pipeline."""

    name = "CSV folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def page(self, kind: Kind, query: Query) -> CrmPage:
        rows = [it for it in self._rows(kind) if all(it.get(name) == value for name, value in query.filters.items())]
        if query.sort:
            rows.sort(key=lambda it: it[query.sort], reverse=query.descending)
        start = (query.page - 1) * query.size
        shown = [_record(it) for it in rows[start : start + query.size]]
        return CrmPage(shown, len(rows), start + query.size < len(rows))

    async def every(self, kind: Kind, most: int) -> AsyncIterator[CrmRecord]:
        for row in self._rows(kind)[:most]:
            yield _record(row)

    async def get(self, kind: Kind, id_: str) -> CrmRecord:
        for row in self._rows(kind):
            if row["id"] == id_:
                return _record(row)
        raise Mistake(f"{kind}: there is none with the id {id_}")

    async def stages(self) -> list[Stage]:
        return [Stage(it["id"], it["name"], it["pipeline"]) for it in self._rows("stages")]

    async def contacts_by_email(self, emails: Collection[str], field: str) -> Mapping[str, list[CrmRecord]]:
        found: dict[str, list[CrmRecord]] = {}
        for row in self._rows("contacts"):
            if (address := key(row[field])) in emails:
                found.setdefault(address, []).append(_record(row))
        return found

    async def save(self, kind: Kind, items: Sequence[Mapping[str, Any]], *, email: str) -> list[ItemResult]:
        del email
        rows = self._rows(kind)
        results: list[ItemResult] = []
        for place, item in enumerate(items):
            there = next((it for it in rows if it["id"] == item.get("id")), None)
            row = there or dict.fromkeys(rows[0], "") | {"id": f"{kind}-{len(rows) + 1}"}
            row |= {name: str(value) for name, value in item.items()}
            rows += [] if there else [row]
            results.append(ItemResult(place, "updated" if there else "created", row["id"]))
        with (self._folder / f"{kind}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return results

    def _rows(self, kind: str) -> list[dict[str, str]]:
        with (self._folder / f"{kind}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


def csv_link(folder: Path) -> CrmLink:
    """The folder as a server is given it."""
    return CrmLink(CrmAccess(lambda _: CsvCrm(folder), writable=True))


def _record(row: dict[str, str]) -> CrmRecord:
    return CrmRecord(row["id"], {name: value for name, value in row.items() if name != "id"})
