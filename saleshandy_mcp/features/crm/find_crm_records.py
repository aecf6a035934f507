"""``find_crm_records``: contacts, deals, tasks and activities of the CRM, with ids and what matters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.addresses import is_address
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, PageNumber, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.crm.crm_field_names import as_text, names_of
from saleshandy_mcp.features.crm.crm_field_roles import roles_for
from saleshandy_mcp.features.crm.crm_lines import CrmLine, crm_line
from saleshandy_mcp.features.crm.crm_where import Where, field_named, fitting, resolve_where
from saleshandy_mcp.integrations.crm import Crm, CrmRecord, Kind, Query, crm_of
from saleshandy_mcp.untrusted.one_line import one_line

_ONE: dict[Kind, str] = {"contacts": "contact", "deals": "deal", "tasks": "task", "activities": "activity"}
_FIELDS_TOLD = 40


class CrmRecordList(View):
    """A page of records.

    Attributes:
        total: how many fit; None where that is not known.
        read: how many records were looked through; None where the CRM itself chose.
        whole: whether that were all there are.
        fields: names by which records of this kind can be asked for.
    """

    untrusted = True
    kind: Kind
    records: list[CrmLine]
    total: int | None
    read: int | None
    whole: bool
    page: int
    fields: list[str]
    next: NextCall | None

    def lines(self, say: Say) -> Iterator[str | None]:
        one, pages = _ONE[self.kind], pages_in(self.total)
        if not self.records:
            yield f"No {one} fits." if self.page == 1 else empty_page(self.page, pages)
        else:
            found = counted(len(self.records) if self.total is None else self.total, one, self.kind)
            yield f"{found} ({page_of(self.page, pages, 'CRM')})"
        yield from (it.line() for it in self.records)
        if not self.whole:
            yield f"Only the first {self.read:,} {self.kind} were looked through; narrow it with where."
        told = ", ".join(one_line(name, 60) for name in self.fields[:_FIELDS_TOLD])
        more = len(self.fields) - _FIELDS_TOLD
        yield f"Fields: {told}{f' and {more} more' if more > 0 else ''}" if told else None
        yield f"More: {say(self.next)}" if self.next else None


@dataclass(frozen=True)
class _Chosen:
    """The records of one page, and what is known of the rest."""

    records: Sequence[CrmRecord]
    total: int | None
    more: bool
    read: int | None = None
    whole: bool = True


class FindCrmRecords(Action[CrmRecordList]):
    """Find records of the CRM: contacts (people and companies), deals, tasks, activities; and the names of their
    fields.
    """

    kind: Annotated[Kind, Field(description="Which records.")] = "contacts"
    query: Annotated[str, Field(description="Words in any field, or an address.")] = ""
    where: Annotated[
        list[str] | None,
        Field(description='"city=Odense"; "city=" is empty; "stage=Proposal" is the stage of the deal.'),
    ] = None
    sort: Annotated[str, Field(description='Field; "-value" for largest first.')] = ""
    page: PageNumber = 1

    async def run(self, context: Context) -> CrmRecordList:
        crm = crm_of(context)
        sample = (await crm.page(self.kind, Query())).records
        roles = roles_for(context, self.kind, sample)
        where = await resolve_where(crm, self.kind, self.where or [], sample)
        sort = field_named(self.sort.removeprefix("-"), names_of(sample), self.kind, "sort") if self.sort else ""
        chosen = await self._chosen(crm, where, sort, roles.get("email", ""))
        stages = await crm.stages() if self.kind == "deals" and chosen.records else []
        asked = [*(it.field for it in where.conditions), *([sort] if sort else [])]
        given = {"query": self.query or None, "where": self.where, "sort": self.sort or None}
        further = NextCall.of("find_crm_records", kind=self.kind, **given, page=self.page + 1)
        return CrmRecordList(
            kind=self.kind,
            records=[crm_line(it, self.kind, roles, stages, asked) for it in chosen.records],
            total=chosen.total,
            read=chosen.read,
            whole=chosen.whole,
            page=self.page,
            fields=names_of([*sample, *chosen.records]),
            next=further if chosen.more else None,
        )

    async def _chosen(self, crm: Crm, where: Where, sort: str, email: str) -> _Chosen:
        """The page, chosen by the CRM where it can be, and else here."""
        words = self.query.casefold().split()
        if email and is_address(self.query.strip()):
            where, words = where.and_equal(email, self.query.strip()), []
        if (filters := where.filters) is not None and not words:
            page = await crm.page(self.kind, Query(filters, sort, self.sort.startswith("-"), self.page, PAGE_SIZE))
            if all(map(where.fits, page.records)):
                return _Chosen(page.records, page.total, page.more)
        found = await fitting(crm, self.kind, where, words)
        records = found.records
        if sort:
            records = sorted(records, key=lambda it: _order(it, sort), reverse=self.sort.startswith("-"))
        start = (self.page - 1) * PAGE_SIZE
        shown = records[start : start + PAGE_SIZE]
        return _Chosen(shown, len(records), start + PAGE_SIZE < len(records), found.read, found.whole)


def _order(record: CrmRecord, field: str) -> tuple[bool, float, str]:
    """Numbers by size, all else by its text."""
    value = record.fields.get(field)
    if isinstance(value, int | float):
        return (False, float(value), "")
    return (True, 0.0, as_text(value).casefold())
