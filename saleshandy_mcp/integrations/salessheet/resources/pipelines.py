"""Pipelines: their stages. Most users may not change them."""

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


class ListPipelines(ListRecords):
    """List pipelines with their stages: by field values, sorted, page by page."""

    route = get("/pipelines")


class GetPipeline(GetRecord):
    """Read one pipeline with all its fields."""

    route = get("/pipelines/{id}")


class CreatePipeline(CreateRecord):
    """Create a pipeline."""

    route = post("/pipelines", Effect.WRITE)


class ReplacePipeline(WriteRecord):
    """Replace a pipeline: a field that is not given is emptied (assumed). change_pipeline changes some fields."""

    route = put("/pipelines/{id}", Effect.DELETE, why="fields that are not given are emptied")


class ChangePipeline(WriteRecord):
    """Change the fields that are given, and leave all others alone."""

    route = patch("/pipelines/{id}", Effect.WRITE)


class DeletePipeline(DeleteRecord):
    """Delete a pipeline. Whether it can be brought back is not documented."""

    route = delete("/pipelines/{id}", why="whether it can be brought back is not documented")


class SavePipelinesBatch(SaveBatch):
    """Create or update up to 100 pipelines in one request. The documentation implies this path without naming it."""

    route = post("/pipelines/batch", Effect.WRITE)
