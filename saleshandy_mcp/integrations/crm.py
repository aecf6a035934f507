"""What the tools need of a CRM. Each product has a driver that fulfils ``Crm``; docs/adding-a-crm.md describes one."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from saleshandy_mcp.api.client import Connection
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.variables import CRM_WRITE

Kind = Literal["contacts", "deals", "tasks", "activities"]

Outcome = Literal["created", "updated", "accepted", "found", "refused", "unknown", "not sent"]
"""What became of an item.

accepted: the answer is a good one, and says no more of it. found: its request was in doubt, and the record stands in
the CRM with the values that were sent. unknown: nobody can tell, and it is not sent again.
"""


@dataclass(frozen=True)
class CrmRecord:
    """A record: its id, and its values by field name. A field within a field is named with a dot."""

    id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class CrmPage:
    """Some records of a list.

    Attributes:
        records: what this page holds.
        total: how many fit in all; None where the CRM does not tell.
        more: whether another page is expected.
    """

    records: list[CrmRecord]
    total: int | None = None
    more: bool = False


@dataclass(frozen=True)
class Stage:
    """A stage of a pipeline of deals.

    Attributes:
        id: of the stage.
        name: of the stage.
        pipeline: its name.
        probability: how likely a deal is won there, as the CRM writes it; None where it does not tell.
    """

    id: str
    name: str
    pipeline: str
    probability: float | None = None


@dataclass(frozen=True)
class ItemResult:
    """What became of one item that was saved.

    Attributes:
        index: of the item, from 0.
        outcome: what became of it.
        id: of the record, where it is known.
        reasons: why it was refused, or why its outcome is unknown.
    """

    index: int
    outcome: Outcome
    id: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """Which records are asked for.

    Attributes:
        filters: the value that a field has to have, by its name. A CRM may ignore a name that it does not know.
        sort: name of the field to sort by; empty for the order of the CRM.
        descending: whether the largest come first.
        page: from 1.
        size: records on a page, 100 at most.
    """

    filters: Mapping[str, str] = field(default_factory=dict[str, str])
    sort: str = ""
    descending: bool = False
    page: int = 1
    size: int = 100


class Crm(Protocol):
    """A CRM, for one call of a tool."""

    @property
    def name(self) -> str:
        """The product's own name."""
        ...

    async def page(self, kind: Kind, query: Query) -> CrmPage:
        """A page of records."""
        ...

    def every(self, kind: Kind, most: int) -> AsyncIterator[CrmRecord]:
        """The records of a kind in the order of the CRM, up to so many."""
        ...

    async def get(self, kind: Kind, id_: str) -> CrmRecord:
        """One record.

        Raises:
            Mistake: when there is none with this id.
        """
        ...

    async def stages(self) -> list[Stage]:
        """All stages of all pipelines, those of one pipeline in the order in which deals go through them."""
        ...

    async def contacts_by_email(self, emails: Collection[str], field: str) -> Mapping[str, list[CrmRecord]]:
        """Contacts by their address as ``core.addresses.key`` writes it, found by their own value of a field."""
        ...

    async def save(self, kind: Kind, items: Sequence[Mapping[str, Any]], *, email: str) -> list[ItemResult]:
        """Create records, and change those that are given with an id; a result for each, in their order.

        Nothing is sent twice without a look, and fields that are not given stay as they are.

        Args:
            kind: of the records.
            items: values by field name, with objects for fields within a field.
            email: the field of contacts that holds an address, by which a contact in doubt is looked up.
        """
        ...


@dataclass(frozen=True)
class CrmAccess:
    """The way to the CRM of this server, and what the operator lets calls do there.

    Attributes:
        over: makes the CRM for a call out of its context.
        writable: whether calls may change anything there.
        operations: whether the operations of SalesSheet's REST API reach it; find_operations leaves them out otherwise.
        left_today: tells how many calls are left within a day; None where no limit of a day is known.
        account: its name in files on this machine, another one for another key; empty where there is no key.
    """

    over: Callable[[Context], Crm]
    writable: bool = False
    operations: bool = False
    account: str = ""
    left_today: Callable[[], int] | None = None


class CrmLink(NamedTuple):
    """A CRM as a server is given it.

    Attributes:
        access: the way to it.
        connection: what carries its requests; closed with the server. None for a CRM that is reached otherwise.
        ledger: says in which file it is kept what was imported and written back; None for one that is gone with the
            server.
    """

    access: CrmAccess
    connection: Connection | None = None
    ledger: Callable[[], Path] | None = None


def crm_of(context: Context) -> Crm:
    """The CRM, for this call."""
    return context.service(CrmAccess).over(context)


def writable_crm_of(context: Context) -> Crm:
    """The CRM, for a call that changes something there.

    Raises:
        Mistake: when the operator does not let calls change anything there.
    """
    crm = crm_of(context)
    if not context.service(CrmAccess).writable:
        raise Mistake(
            f"data in {crm.name} would be changed, and it is read only here",
            f"The operator of this server can allow it with --crm-write, or {CRM_WRITE}=true.",
        )
    return crm
