"""Tasks: the calls, LinkedIn, WhatsApp and other work that people do by hand. Most answers are undocumented."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field, PlainSerializer

from saleshandy_mcp.api.loose import Raw, Sought
from saleshandy_mcp.api.operation import Command, Operation, get, patch, post
from saleshandy_mcp.api.types import ApiModel, SequenceId
from saleshandy_mcp.core.effects import Cause, Effect, TasksInActiveSequences, TextStored

TaskId = Annotated[str, Field(min_length=1, description="Task id.")]

TaskType = Literal["2", "3", "4", "5", "6", "9", "11", "12", "13", "14", "15", "16", "17", "18"]
"""The codes of ``Channel`` as text, as tasks send them; 1, email, is not allowed."""

CallOutcome = Literal[
    "Interested",
    "Callback Later",
    "Followup",
    "Not Interested",
    "Wrong Number",
    "No Answer",
    "Left Voicemail",
    "Not In Service",
]


def _instant(moment: datetime) -> str:
    """The moment as in the documented samples: UTC with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[AwareDatetime, PlainSerializer(_instant, return_type=str)]
"""A moment with its zone: 2026-03-09T08:00:00Z."""


class Task(Raw):
    """No field is confirmed: the names are those of the filters and of the answer to snooze_task."""

    id: str | None = None
    task_id: str | None = None
    type: str | None = None
    priority: str | None = None
    status: str | None = None
    due_date: str | None = None
    snoozed_until: str | None = None
    task_note: str | None = None
    call_outcome: str | None = None
    prospect: dict[str, Any] | None = None
    sequence: dict[str, Any] | None = None
    assignee: dict[str, Any] | None = None

    @property
    def key(self) -> str | None:
        """The id that other operations take as ``task_id``; answers call it ``taskId`` or ``id``."""
        return self.task_id or self.id


class TaskChanged(Raw):
    """Documented for snooze_task alone; the answers to the others are assumed to be like it."""

    task: Task | None = None


class TaskCounts(Raw):
    """The keys are guessed from the values of ``status`` in list_tasks."""

    upcoming: int | None = None
    due_today: int | None = None
    overdue: int | None = None
    completed: int | None = None
    skipped: int | None = None


class TaskAssignee(Raw):
    id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None


class TaskMade(Raw):
    """The result for one prospect. No sample is known."""

    prospect_id: str | None = None
    success: bool | None = None
    task_id: str | None = None


class TasksMade(Raw):
    """One entry for each prospect; some may have failed though the call succeeded."""

    results: list[TaskMade] = []


class BulkAccepted(ApiModel):
    """The work goes on in the background; get_bulk_task_status tells how far it is."""

    bulk_action_id: str
    message: str | None = None
    status_check_url: str | None = None


class BulkStatus(Raw):
    """``completed`` is the only word documented for ``status``; the counts of the sample do not add up."""

    bulk_action_id: str | None = None
    action: str | None = None
    total_tasks: int | None = None
    completed: int | None = None
    failed: int | None = None
    pending: int | None = None
    status: str | None = None
    created_at: str | None = None
    completed_at: str | None = None
    csv_download_link: str | None = None

    @property
    def finished(self) -> bool:
        """Ended, not necessarily well: ``failed`` tasks stay as they were."""
        return self.status == "completed"


class ListTasks(Sought[Task]):
    """List tasks: the work that people do by hand. Mails are not among them."""

    route = get("/tasks")
    list_at = "tasks"
    status: Literal["upcoming", "dueToday", "overdue", "completed", "skipped"] | None = None
    task_type: Literal["linkedin", "call", "whatsapp", "custom"] | None = None
    sequence_id: SequenceId | None = None
    task_assignee: Annotated[str | None, Field(description="User id, of list_task_assignees.")] = None
    prospect_outcome: Annotated[str | None, Field(description="Outcome; by name or id is not documented.")] = None
    call_outcome: CallOutcome | None = None
    search: str | None = None
    sort_order: Literal["ASC", "DESC"] | None = None
    sort_by: Literal["priority", "dueDate", "completedAt", "skippedAt"] | None = None


class GetTask(Operation[Task]):
    """Read one task."""

    route = get("/tasks/{taskId}")
    task_id: TaskId


class GetTaskCounts(Operation[TaskCounts]):
    """Count the tasks by their state."""

    route = get("/tasks/counts")


class ListTaskAssignees(Operation[list[TaskAssignee]]):
    """List who tasks can be given to: the users of the account with their ids."""

    route = get("/tasks/assignee/list")


class CreateTasks(Operation[TasksMade]):
    """Create a task for each of some prospects. Look at each result: some may fail though the call succeeds."""

    route = post("/tasks/create", Effect.WRITE, why="work for colleagues; no sequence waits for it")
    prospect_ids: Annotated[list[str], Field(min_length=1)]
    task_type: Annotated[
        TaskType,
        Field(
            description="2-6 LinkedIn connection, message, InMail, profile view, post; 9 custom; "
            "11-15 call: intro, demo, follow-up, reminder, other; 16-18 WhatsApp: message, voice message, voice call."
        ),
    ]
    due_date: Annotated[date | None, Field(description="YYYY-MM-DD; today when absent.")] = None
    priority: Annotated[Literal["1", "2", "3", "4"] | None, Field(description="1 urgent, 2 high, 3 medium, 4 low.")] = (
        None
    )
    task_note: Annotated[str | None, Field(max_length=3000)] = None


class CompleteTask(Operation[TaskChanged]):
    """Mark a task as done. A call needs its outcome. No operation reopens it."""

    route = post(
        "/tasks/{taskId}/complete", Effect.WRITE, Effect.SEND, why="the next step of an active sequence follows"
    )
    task_id: TaskId
    call_outcome: Annotated[CallOutcome | None, Field(description="A must for calls.")] = None

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, TasksInActiveSequences((self.task_id,))))


class SkipTask(Operation[TaskChanged]):
    """Skip a task. No operation reopens it."""

    route = post("/tasks/{taskId}/skip", Effect.WRITE, Effect.SEND, why="the next step of an active sequence follows")
    task_id: TaskId

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, TasksInActiveSequences((self.task_id,))))


class SnoozeTask(Operation[TaskChanged]):
    """Put a task off."""

    route = post(
        "/tasks/{taskId}/snooze", Effect.WRITE, idempotent=True, why="the task stays, and its sequence waits for it"
    )
    task_id: TaskId
    snooze_until: Annotated[Instant, Field(description="With a zone: 2026-03-09T08:00:00Z.")]
    call_outcome: CallOutcome | None = None


class UpdateTaskNote(Command):
    """Replace the note of a task."""

    route = patch("/tasks/{taskId}/note", Effect.WRITE, Effect.DELETE, why="the instruction of the task is replaced")
    task_id: TaskId
    # 3000 is the limit of a task's note elsewhere; here none is documented.
    note: Annotated[str, Field(max_length=3000)]

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.DELETE, TextStored(self.task_id)))


class BulkSkipTasks(Operation[BulkAccepted]):
    """Skip up to 100 tasks in the background. No operation reopens them."""

    most: ClassVar[int] = 100
    route = post("/tasks/bulk-skip", Effect.WRITE, Effect.SEND, why="the next step of an active sequence follows")
    task_ids: Annotated[list[TaskId], Field(min_length=1, max_length=most)]

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, TasksInActiveSequences(tuple(self.task_ids))))


class BulkSnoozeTasks(Operation[BulkAccepted]):
    """Put off up to 10,000 tasks in the background."""

    most: ClassVar[int] = 10_000
    route = post("/tasks/bulk-snooze", Effect.WRITE, why="the tasks stay, and their sequences wait for them")
    task_ids: Annotated[list[TaskId], Field(min_length=1, max_length=most)]
    snooze_until: Annotated[Instant, Field(description="With a zone: 2026-03-09T08:00:00Z.")]


class GetBulkTaskStatus(Operation[BulkStatus]):
    """Read how far a bulk skip or snooze is."""

    route = get("/tasks/bulk-status/{bulkActionId}")
    bulk_action_id: Annotated[str, Field(min_length=1, description="Of bulk_skip_tasks or bulk_snooze_tasks.")]
