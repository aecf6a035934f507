"""Deals: what may be sold, in the stages of a pipeline."""

from saleshandy_mcp.api.operation import delete, get, patch, post, put
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.integrations.salessheet.batches import SaveBatch
from saleshandy_mcp.integrations.salessheet.crm_records import (
    CreateRecord,
    DeleteRecord,
    GetRecord,
    ListRecords,
    WriteRecord,
)


class ListDeals(ListRecords):
    """List deals: by field values, sorted, page by page."""

    route = get("/deals")


class GetDeal(GetRecord):
    """Read one deal with all its fields."""

    route = get("/deals/{id}")


class CreateDeal(CreateRecord):
    """Create a deal."""

    route = post("/deals", Effect.WRITE)


class ReplaceDeal(WriteRecord):
    """Replace a deal: a field that is not given is emptied (assumed). change_deal changes some fields."""

    route = put("/deals/{id}", Effect.DELETE, why="fields that are not given are emptied")


class ChangeDeal(WriteRecord):
    """Change the fields that are given, and leave all others alone."""

    route = patch("/deals/{id}", Effect.WRITE)


class DeleteDeal(DeleteRecord):
    """Delete a deal. Whether it can be brought back is not documented."""

    route = delete("/deals/{id}", why="whether it can be brought back is not documented")


class SaveDealsBatch(SaveBatch):
    """Create or update up to 100 deals in one request. The documentation implies this path without naming it."""

    route = post("/deals/batch", Effect.WRITE)
