"""A batch: up to 100 records in one request, and what became of each item."""

from collections.abc import Sequence
from typing import Annotated, Any, cast

from pydantic import Field

from saleshandy_mcp.core.request import Wire
from saleshandy_mcp.integrations.crm import ItemResult
from saleshandy_mcp.integrations.salessheet.crm_errors import refused_items
from saleshandy_mcp.integrations.salessheet.crm_records import MOST_IN_A_BATCH, CrmOperation, list_of


class SaveBatch(CrmOperation[list[ItemResult]]):
    """A request whose body is a bare list of records, as documented."""

    records: Annotated[
        list[dict[str, Any]],
        Field(
            min_length=1, max_length=MOST_IN_A_BATCH, description="Records as values by field name; with id to update."
        ),
    ]

    def wire(self) -> Wire:
        wire = super().wire()
        return wire._replace(body=cast("Any", self.records))

    def parse(self, document: Any) -> list[ItemResult]:
        return results_of(document, len(self.records))


def results_of(document: Any, count: int) -> list[ItemResult]:
    """A result for each item out of an answer whose form is not documented.

    An item that the answer names with a reason was refused. Of the others the entry at their place tells, where the
    answer has a list with an entry for each item.

    Args:
        document: the decoded body of a good answer.
        count: how many items were sent.
    """
    refused = dict(refused_items(document))
    listed = list_of(document)
    entries: Sequence[Any] = cast("list[Any]", listed) if isinstance(listed, list) else ()
    places = entries if len(entries) == count else [None] * count
    return [_result(index, entry, refused.get(index)) for index, entry in enumerate(places)]


def _result(index: int, entry: Any, reasons: list[str] | None) -> ItemResult:
    told = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    id_ = str(told["id"]) if told.get("id") is not None else None
    status = told.get("status")
    if reasons:
        return ItemResult(index, "refused", id_, tuple(reasons))
    if status in ("failed", "error", "invalid", "refused"):
        return ItemResult(index, "refused", id_, (f"the answer says {status}, without a reason",))
    return ItemResult(index, status if status in ("created", "updated") else "accepted", id_)
