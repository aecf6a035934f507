"""Tasks of the CRM: what somebody has to do."""

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


class ListTasks(ListRecords):
    """List tasks: by field values, sorted, page by page."""

    route = get("/tasks")


class GetTask(GetRecord):
    """Read one task with all its fields."""

    route = get("/tasks/{id}")


class CreateTask(CreateRecord):
    """Create a task."""

    route = post("/tasks", Effect.WRITE)


class ReplaceTask(WriteRecord):
    """Replace a task: a field that is not given is emptied (assumed). change_task changes some fields."""

    route = put("/tasks/{id}", Effect.DELETE, why="fields that are not given are emptied")


class ChangeTask(WriteRecord):
    """Change the fields that are given, and leave all others alone."""

    route = patch("/tasks/{id}", Effect.WRITE)


class DeleteTask(DeleteRecord):
    """Delete a task. Whether it can be brought back is not documented."""

    route = delete("/tasks/{id}", why="whether it can be brought back is not documented")


class SaveTasksBatch(SaveBatch):
    """Create or update up to 100 tasks in one request. The documentation implies this path without naming it."""

    route = post("/tasks/batch", Effect.WRITE)
