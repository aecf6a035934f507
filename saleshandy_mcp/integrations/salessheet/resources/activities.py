"""Activities: e-mails, calls and meetings that were logged."""

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


class ListActivities(ListRecords):
    """List activities: by field values, sorted, page by page."""

    route = get("/activities")


class GetActivity(GetRecord):
    """Read one activity with all its fields."""

    route = get("/activities/{id}")


class CreateActivity(CreateRecord):
    """Create an activity."""

    route = post("/activities", Effect.WRITE)


class ReplaceActivity(WriteRecord):
    """Replace an activity: a field that is not given is emptied (assumed). change_activity changes some fields."""

    route = put("/activities/{id}", Effect.DELETE, why="fields that are not given are emptied")


class ChangeActivity(WriteRecord):
    """Change the fields that are given, and leave all others alone."""

    route = patch("/activities/{id}", Effect.WRITE)


class DeleteActivity(DeleteRecord):
    """Delete an activity. Whether it can be brought back is not documented."""

    route = delete("/activities/{id}", why="whether it can be brought back is not documented")


class SaveActivitiesBatch(SaveBatch):
    """Create or update up to 100 activities in one request. The documentation implies this path without naming it."""

    route = post("/activities/batch", Effect.WRITE)
