"""``list_tasks``: what people have to do by hand, such as calls and LinkedIn messages."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.operation import Page
from saleshandy_mcp.api.resources import tasks as calls
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.tasks import Task
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.imports.copy_preview import filled
from saleshandy_mcp.features.prospects.stored_people import look_up
from saleshandy_mcp.features.tasks.reading_tasks import Fitting, address_of, all_that_fit, in_order
from saleshandy_mcp.lookups.by_name import find_sequence, pick
from saleshandy_mcp.store.selections import Member, Selections
from saleshandy_mcp.untrusted.one_line import one_line

_STATES = ("overdue", "due_today", "upcoming", "completed", "skipped")
_OPEN_PAGES = 10
"""Pages of open tasks. They are two lists, read from their beginning: page 10 costs 10 calls."""
_NOTE = 40
"""Characters of a note in a list."""
_NAME = 60
"""Characters of a name."""


class TaskLine(View):
    """A task as far as the API tells: no field but the id is documented."""

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

    def line(self) -> str:
        """The id, and everything that the first line of its group does not say."""
        who = ", ".join(one_line(part, _NAME) for part in (self.person, self.company) if part)
        parts = (
            one_line(self.type),
            who,
            one_line(self.sequence, _NAME),
            one_line(self.call_outcome),
            one_line(self.note),
        )
        return f"[{self.id}] " + " · ".join(part for part in parts if part)


class TaskList(View):
    """A page of tasks.

    Attributes:
        status: the state that was asked for; "open" for overdue and due today.
        tasks: those of this page.
        counts: all tasks of the account by state, whatever was asked for.
        total: how many tasks fit; None where the API does not tell.
        page: the number of the page, from 1.
        handle: stands for all tasks that fit, for an hour; empty where there is none.
        selected: how many these are.
        whole: whether these are all that fit.
        next: the call that goes on.
    """

    untrusted = True
    status: str
    tasks: list[TaskLine]
    counts: dict[str, int]
    total: int | None
    page: int
    handle: str = ""
    selected: int = 0
    whole: bool = True
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        number = counted(len(self.tasks) if self.total is None else self.total, f"{_spaced(self.status)} task")
        open_ = ", overdue or due today" if self.status == "open" else ""
        pages = pages_in(self.total)
        if self.tasks or self.page == 1:
            yield f"{number}{open_} ({page_of(self.page, pages)})"
        else:
            yield empty_page(self.page, pages)
        if self.counts:
            counts = " · ".join(f"{count:,} {_spaced(name)}" for name, count in self.counts.items())
            yield f"All tasks of the account: {counts}"
        for (due, status, assignee), tasks in _groups(self.tasks).items():
            whose = f", for {one_line(assignee, _NAME)}" if assignee else ""
            yield f"{one_line(due) or 'no day'}, {_spaced(one_line(status))}{whose}:"
            yield from (it.line() for it in tasks)
        if cut := next((it for it in self.tasks if it.note.endswith("…")), None):
            read = NextCall.of("run_read_operation", operation=calls.GetTask.slug, arguments={"task_id": cut.id})
            yield f"A whole note: {say(read)}"
        if self.handle:
            every_one = NextCall.of("update_tasks", tasks=[self.handle], action="…")
            these = f"All {self.selected:,}" if self.whole else f"The first {self.selected:,}"
            yield f"{these}, for an hour: {say(every_one)}"
        yield f"Next: {say(self.next)}"


class ListTasks(Action[TaskList]):
    """List tasks to do by hand: calls, LinkedIn, WhatsApp."""

    status: Annotated[
        Literal["overdue", "due_today", "upcoming", "completed", "skipped"] | None,
        Field(description="Default: overdue and due today."),
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
        found, fitting = await _found(context.api, asked, self.status)
        values = await _values_of(context.api, found.items)
        tasks = [_line(task, values) for task in found.items]
        selections, ids = context.find(Selections), [Member(id_) for it in fitting.tasks if (id_ := it.key)]
        return TaskList(
            status=self.status or "open",
            tasks=tasks,
            counts={name: number for name in _STATES if (number := getattr(counts, name)) is not None},
            total=found.total,
            page=self.page,
            handle=selections.try_keep("tasks", ids) if selections and len(ids) > 1 else "",
            selected=len(ids),
            whole=fitting.whole,
            next=self._next(tasks, more=found.more),
        )

    def _next(self, tasks: list[TaskLine], *, more: bool) -> NextCall:
        """The next page; without one, completing the first task, or looking at other tasks."""
        given = self.model_dump(exclude_defaults=True)
        if more and not self.status and self.page == _OPEN_PAGES:
            return NextCall.of("list_tasks", **{**given, "status": tasks[-1].status, "page": None})
        if more:
            return NextCall.of("list_tasks", **{**given, "page": self.page + 1})
        if tasks and self.status not in ("completed", "skipped"):
            outcome = "…" if tasks[0].type.startswith("call") else None
            return NextCall.of("update_tasks", tasks=[tasks[0].id], action="complete", call_outcome=outcome)
        return NextCall.of("list_tasks", **{**given, "status": None if self.status else "upcoming", "page": None})


async def _find_assignee(api: Api, name: str) -> calls.TaskAssignee:
    users = await api.recent(calls.ListTaskAssignees())
    return pick(users, name, argument="assignee", identity=lambda it: it.id or "", names=_names_of)


def _names_of(user: calls.TaskAssignee) -> list[str]:
    return [_full_name(user.model_dump(by_alias=True)), user.email or ""]


async def _found(api: Api, asked: calls.ListTasks, status: str | None) -> tuple[Page[Task], Fitting]:
    """A page, and all tasks that fit. Of those that are done, and from later pages on, nothing is selected."""
    if status is None:
        fitting = Fitting([])
        for state in ("overdue", "due_today"):
            more = await all_that_fit(api, in_order(asked, state))
            fitting = Fitting(fitting.tasks + more.tasks, fitting.whole and more.whole)
        start, end = PAGE_SIZE * (asked.page - 1), PAGE_SIZE * asked.page
        total = len(fitting.tasks) if fitting.whole else None
        return Page(items=fitting.tasks[start:end], total=total, more=end < len(fitting.tasks)), fitting
    page = await api.send(in_order(asked, status))
    if status in ("completed", "skipped") or asked.page > 1:
        return page, Fitting([])
    return page, await all_that_fit(api, in_order(asked, status)) if page.more else Fitting(page.items)


async def _values_of(api: Api, tasks: list[Task]) -> dict[str, Prospect]:
    """Address -> the person, for the tasks whose note has merge tags."""
    tagged = [address_of(task) for task in tasks if "{{" in (task.task_note or "")]
    wanted = [it for it in tagged if it]
    try:
        return await look_up(api, wanted) if wanted else {}
    except SaleshandyError:
        return {}  # the tags stay as they are


def _note(task: Task, values: dict[str, Prospect]) -> str:
    """The note with its merge tags filled, as far as the values are known."""
    note, person = task.task_note or "", values.get(key(address_of(task)))
    return filled(note, {it.key: it.value or "" for it in person.attributes}) if person else note


def _line(task: Task, values: dict[str, Prospect]) -> TaskLine:
    prospect, sequence = task.prospect or {}, task.sequence or {}
    due = moment(task.due_date)
    note = _note(task, values)
    code = int(task.type) if task.type and task.type.isdecimal() else 0
    return TaskLine(
        id=task.key or "",
        status="due_today" if task.status == "dueToday" else task.status or "",
        due=due.date().isoformat() if due else task.due_date or "",
        type=_spaced(Channel(code).word) if code in set(Channel) else task.type or "",
        person=_full_name(prospect) or str(prospect.get("email") or ""),
        company=str(prospect.get("company") or ""),
        note=note if len(note) <= _NOTE else f"{note[: _NOTE - 1]}…",
        sequence=str(sequence.get("title") or ""),
        assignee=_full_name(task.assignee or {}),
        call_outcome=task.call_outcome or "",
    )


def _full_name(person: dict[str, Any]) -> str:
    return " ".join(str(person[key]) for key in ("firstName", "lastName") if person.get(key))


def _groups(tasks: list[TaskLine]) -> dict[tuple[str, str, str], list[TaskLine]]:
    """The tasks by day, state and assignee."""
    groups = defaultdict[tuple[str, str, str], list[TaskLine]](list)
    for it in tasks:
        groups[it.due, it.status, it.assignee].append(it)
    return groups


def _spaced(word: str) -> str:
    return word.replace("_", " ")
