"""Tasks: what people have to do by hand, and saying that it is done, skipped or put off."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.pagination import Page, every
from saleshandy_mcp.api.resources import tasks as calls
from saleshandy_mcp.api.resources.tasks import BulkStatus, Task
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import CONSEQUENCES, Effect, TextStored
from saleshandy_mcp.core.errors import Broken, Mistake, Rejected, SaleshandyError, Throttled
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Item, Question, Value
from saleshandy_mcp.core.view import PAGE_SIZE, View, call
from saleshandy_mcp.features.reports import period
from saleshandy_mcp.lookups.by_name import find_sequence, pick
from saleshandy_mcp.lookups.facts import effects_now

MOST, MOST_ONE_BY_ONE = calls.BulkSkipTasks.most, 20
"""Completing and noting is a call for each task, and the API allows 20 a minute."""

MOST_NOTE = 3000
_SHOWN = 10
"""Ids that a question shows."""
_STATES = ("overdue", "due_today", "upcoming", "completed", "skipped")
_OPEN_PAGES = 10
"""Open tasks are two lists read from their beginning: a page costs a call for each page before it."""
_NOTE = 40
"""Characters of a note in a list."""
_LOOKS = (1.0, 2.0, 3.0, 5.0, 5.0)
"""Seconds before each look at work in the background, less in all than a client waits for us."""

_TAKES = {"complete": {"call_outcome"}, "skip": set[str](), "snooze": {"until", "call_outcome"}, "note": {"note"}}
_NEEDS = {"snooze": "until", "note": "note"}


class TaskLine(View):
    """``due`` and all that follows are as far as the API tells, which documents none of it."""

    id: str
    status: str
    due: str = ""
    type: str = ""
    person: str = ""
    company: str = ""
    note: str = ""
    sequence: str = ""
    assignee: str = ""
    call_outcome: str = ""


class TaskList(View):
    """``counts`` are of all tasks of the account, whatever was asked for; ``total`` is of what was."""

    untrusted = True
    status: str
    tasks: list[TaskLine]
    counts: dict[str, int]
    total: int | None
    page: int
    next: str


State = Literal["failed", "unknown", "not_tried"]


class TaskProblem(View):
    id: str
    state: State
    reason: str


class TaskUpdate(View):
    """What was asked for and is not among the problems is done: ``done + len(problems) == asked``."""

    action: str
    until: datetime | None = None
    asked: int
    done: int
    problems: list[TaskProblem]
    next: str


class ListTasks(Action[TaskList]):
    """List tasks to do by hand: calls, LinkedIn, WhatsApp."""

    status: Annotated[
        Literal["overdue", "due_today", "upcoming", "completed", "skipped"] | None,
        Field(description="Default: open."),
    ] = None
    type: Annotated[Literal["linkedin", "call", "whatsapp", "custom"] | None, Field(description="Kind of task.")] = None
    sequence: Annotated[str | None, Field(description="Title or id.")] = None
    assignee: Annotated[str | None, Field(description="User's name or id.")] = None
    page: Annotated[int, Field(ge=1, le=999, description="Page.")] = 1

    async def run(self, context: Context) -> TaskList:
        if self.status is None and self.page > _OPEN_PAGES:
            raise Mistake(f"page: open tasks end with page {_OPEN_PAGES}", 'Give status "overdue" or "due_today".')
        sequence = await find_sequence(context.api, self.sequence) if self.sequence is not None else None
        assignee = await _find_assignee(context.api, self.assignee) if self.assignee is not None else None
        asked = calls.ListTasks(
            task_type=self.type,
            sequence_id=sequence.id if sequence else None,
            task_assignee=assignee.id if assignee else None,
            page=self.page,
            page_size=PAGE_SIZE,
        )
        counts = await context.api.send(calls.GetTaskCounts())
        there = await (context.api.send(_of(asked, self.status)) if self.status else _open(context.api, asked))
        tasks = [_line(task) for task in there.items]
        return TaskList(
            status=self.status or "open",
            tasks=tasks,
            counts={name: number for name in _STATES if (number := getattr(counts, name)) is not None},
            total=there.total,
            page=self.page,
            next=self._next(tasks, more=there.more),
        )

    def _next(self, tasks: list[TaskLine], *, more: bool) -> str:
        given = self.model_dump(exclude_defaults=True)
        if more and not self.status and self.page == _OPEN_PAGES:
            return call("list_tasks", **{**given, "status": tasks[-1].status, "page": None})
        if more:
            return call("list_tasks", **{**given, "page": self.page + 1})
        if tasks and self.status not in ("completed", "skipped"):
            outcome = "…" if tasks[0].type.startswith("call") else None
            return call("update_tasks", tasks=[tasks[0].id], action="complete", call_outcome=outcome)
        return call("list_tasks", **{**given, "status": None if self.status else "upcoming", "page": None})


class UpdateTasks(Action[TaskUpdate]):
    """Mark tasks and calls as done or skipped, for good; snooze them, or add to their note.
    The user is asked first where the next mail of an active sequence follows.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
    tasks: Annotated[list[str], Field(description="Ids, of list_tasks.")]
    action: Annotated[Literal["complete", "skip", "snooze", "note"], Field(description="What to do with them.")]
    until: Annotated[str | None, Field(description="Date (9:00 UTC) or date-time.")] = None
    call_outcome: Annotated[calls.CallOutcome | None, Field(description="A must to complete calls.")] = None
    note: Annotated[str | None, Field(max_length=MOST_NOTE, description="Added to the note.")] = None

    async def prepare(self, context: Context) -> Prepared[TaskUpdate]:
        ids, until = self._checked(context.now())
        operations = await self._operations(context.api, ids, until)
        for _, operation in operations:
            operation.wire()  # an id that is none is found before anything is done
        effects = await effects_now(
            context.api, *(it for _, it in operations), known={TextStored(id_): False for id_ in ids}
        )
        question = self._question(ids) if effects & CONSEQUENCES else None
        return Prepared(partial(self._carry_out, context, ids, until, operations), effects, question)

    async def _carry_out(
        self, context: Context, ids: list[str], until: datetime | None, operations: list[tuple[str, Operation[Any]]]
    ) -> TaskUpdate:
        following = call("list_tasks")
        if self._in_bulk(ids):
            ((_, operation),) = operations
            accepted: calls.BulkAccepted = await context.api.send(operation)
            status, report = await _ended(context, accepted.bulk_action_id)
            problems = settled(ids, status, report)
            if status is None:
                ask = {"bulk_action_id": accepted.bulk_action_id}
                following = call("run_read_operation", operation=calls.GetBulkTaskStatus.slug(), arguments=ask)
        else:
            problems = await _one_by_one(context.api, operations)
        return TaskUpdate(
            action=self.action,
            until=until,
            asked=len(ids),
            done=len(ids) - len(problems),
            problems=problems,
            next=following,
        )

    async def _operations(self, api: Api, ids: list[str], until: datetime | None) -> list[tuple[str, Operation[Any]]]:
        """What would be sent, each with the task it is for; in bulk one for all."""
        if self._in_bulk(ids):
            skip = calls.BulkSkipTasks(task_ids=ids)
            return [("", calls.BulkSnoozeTasks(task_ids=ids, snooze_until=until) if until else skip)]
        if self.action == "note":
            return [(id_, calls.UpdateTaskNote(task_id=id_, note=await self._added(api, id_))) for id_ in ids]
        return [(id_, self._single(id_, until)) for id_ in ids]

    async def _added(self, api: Api, id_: str) -> str:
        """The instruction that the task has, and the new text below it: the API replaces the note as a whole.

        Raises:
            Mistake: when both together are too long.
        """
        try:
            old = (await api.send(calls.GetTask(task_id=id_))).task_note or ""
        except Rejected as error:
            raise Mistake(f"Saleshandy refused: {error}", "list_tasks has ids.") from None
        note = f"{old}\n{self.note}".strip()
        if len(note) > MOST_NOTE:
            room = max(MOST_NOTE - len(old) - 1, 0)
            raise Mistake(
                f"note: task {id_} has {len(old):,} characters already, and at most {MOST_NOTE:,} are taken",
                f"Shorten it to {room:,}.",
            )
        return note

    def _question(self, ids: list[str]) -> Question:
        done = "skipped" if self.action == "skip" else "completed"
        items: list[Item] = [Value("tasks", ", ".join(ids[:_SHOWN]), f"{len(ids):,}, {done} for good")]
        if len(ids) > _SHOWN:
            items.append(Bound(f"all {len(ids):,} tasks", ids))
        if self.call_outcome:
            items.append(Value("outcome of the call", self.call_outcome))
        return Question(
            "Take these tasks as done? Some may belong to an active sequence.",
            tuple(items),
            "On yes the people of these tasks go on to the next step, and get its mail.",
        )

    def _checked(self, now: datetime) -> tuple[list[str], datetime | None]:
        """The ids, each once, and the moment to put them off to."""
        given = {"until", "call_outcome", "note"} & self.model_dump(exclude_none=True).keys()
        for name in sorted(given - _TAKES[self.action]):
            raise Mistake(f"{name}: it does not go with {self.action}", "Leave it out, or make it a call of its own.")
        if (needed := _NEEDS.get(self.action)) and needed not in given:
            raise Mistake(f"{needed}: {self.action} needs it")
        ids = list(dict.fromkeys(self.tasks))
        most = MOST if self._in_bulk(ids) else MOST_ONE_BY_ONE
        if not all(ids) or not 1 <= len(ids) <= most:
            raise Mistake(
                f"tasks: 1 to {most} ids are taken here, not {len(ids)} or an empty one",
                f"Skip, and snooze without call_outcome, take {MOST}; anything else is a call for each, 20 a minute.",
            )
        return ids, period.ahead(self.until, now) if self.until is not None else None

    def _in_bulk(self, ids: list[str]) -> bool:
        """Whether one call does for all; there is none that takes the outcome of calls."""
        return len(ids) > 1 and self.action in ("skip", "snooze") and self.call_outcome is None

    def _single(self, id_: str, until: datetime | None) -> Operation[Any]:
        if self.action == "complete":
            return calls.CompleteTask(task_id=id_, call_outcome=self.call_outcome)
        if until:
            return calls.SnoozeTask(task_id=id_, snooze_until=until, call_outcome=self.call_outcome)
        return calls.SkipTask(task_id=id_)


async def _find_assignee(api: Api, name: str) -> calls.TaskAssignee:
    users = await api.recent(calls.ListTaskAssignees())
    return pick(users, name, argument="assignee", identity=lambda it: it.id or "", names=_called, lister="")


def _called(user: calls.TaskAssignee) -> list[str]:
    return [_full_name(user.model_dump(by_alias=True)), user.email or ""]


def _of(asked: calls.ListTasks, status: str) -> calls.ListTasks:
    """What is done comes latest first, what is to do earliest first."""
    ended = {"completed": "completedAt", "skipped": "skippedAt"}.get(status)
    order = {"sort_by": ended or "dueDate", "sort_order": "DESC" if ended else "ASC"}
    return asked.model_copy(update={"status": "dueToday" if status == "due_today" else status, **order})


async def _open(api: Api, asked: calls.ListTasks) -> Page[Task]:
    """A page of what is overdue and, after that, what is due today."""
    found: list[Task] = []
    before = PAGE_SIZE * (asked.page - 1)
    for status in ("overdue", "due_today"):
        async for task in every(api, _of(asked.model_copy(update={"page": 1}), status)):
            if len(found) == before + PAGE_SIZE:
                return Page(items=found[before:], more=True)
            found.append(task)
    return Page(items=found[before:])


def _line(task: Task) -> TaskLine:
    prospect, sequence = task.prospect or {}, task.sequence or {}
    due = moment(task.due_date)
    note = task.task_note or ""
    code = int(task.type) if task.type and task.type.isdecimal() else 0
    return TaskLine(
        id=task.key or "",
        status="due_today" if task.status == "dueToday" else task.status or "",
        due=due.date().isoformat() if due else task.due_date or "",
        type=Channel(code).word.replace("_", " ") if code in set(Channel) else task.type or "",
        person=_full_name(prospect) or str(prospect.get("email") or ""),
        company=str(prospect.get("company") or ""),
        note=note if len(note) <= _NOTE else f"{note[: _NOTE - 1]}…",
        sequence=str(sequence.get("title") or ""),
        assignee=_full_name(task.assignee or {}),
        call_outcome=task.call_outcome or "",
    )


def _full_name(person: dict[str, Any]) -> str:
    return " ".join(str(person[key]) for key in ("firstName", "lastName") if person.get(key))


async def _one_by_one(api: Api, operations: list[tuple[str, Operation[Any]]]) -> list[TaskProblem]:
    """Each on its own, until something comes up that would stop the next as well."""
    problems: list[TaskProblem] = []
    for place, (id_, operation) in enumerate(operations):
        try:
            await api.send(operation)
        except SaleshandyError as error:
            if error.executed == "yes":
                continue  # accepted; an answer that cannot be read says no more than that
            goes_on = isinstance(error, Rejected | Broken)
            if len(operations) == 1 and isinstance(error, Rejected):
                raise Mistake(f"Saleshandy refused: {error}", "list_tasks has ids; calls need call_outcome.") from None
            if len(operations) == 1 or (place == 0 and not goes_on and error.executed == "no"):
                raise
            state: State = "unknown" if error.executed == "unknown" else "failed" if goes_on else "not_tried"
            late = f"too many calls; again in {error.after or 60:.0f} s" if isinstance(error, Throttled) else ""
            problems.append(TaskProblem(id=id_, state=state, reason=late or str(error)))
            if not goes_on:
                left = [rest for rest, _ in operations[place + 1 :]]
                return [*problems, *(TaskProblem(id=rest, state="not_tried", reason="stopped before") for rest in left)]
    return problems


async def _ended(context: Context, bulk_action_id: str) -> tuple[BulkStatus | None, str]:
    """How work in the background ended, and the report of what failed; None while that is not known."""
    try:
        for seconds in _LOOKS:
            await context.pause(seconds)
            status = await context.api.send(calls.GetBulkTaskStatus(bulk_action_id=bulk_action_id))
            if status.finished:
                link = status.csv_download_link
                return status, await context.api.download(link) if link else ""
    except SaleshandyError:
        pass
    return None, ""


def settled(ids: list[str], status: BulkStatus | None, report: str) -> list[TaskProblem]:
    """What is not known to be done. Nobody is said to be done unless the counts add up.

    The columns of the report are not documented: a row is a task's when one of its cells is the id.
    """
    if status is None:
        return [TaskProblem(id=id_, state="unknown", reason="accepted; how it ended is not known") for id_ in ids]
    failed: dict[str, str] = {}
    for line in report.splitlines():
        cells = [cell.strip(' "') for cell in line.split(",")]
        for id_ in {*cells} & {*ids}:
            failed[id_] = ", ".join(cell for cell in cells if cell not in ("", id_)) or "no reason given"
    problems = [TaskProblem(id=id_, state="failed", reason=reason) for id_, reason in failed.items()]
    rest = [id_ for id_ in ids if id_ not in failed]
    if status.completed == len(rest) and (status.failed or 0) == len(failed):
        return problems
    counts = f"Saleshandy counts {status.completed} done and {status.failed} failed, and does not say which"
    return [*problems, *(TaskProblem(id=id_, state="unknown", reason=counts) for id_ in rest)]
