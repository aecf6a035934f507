"""``update_tasks``: mark tasks as done or skipped, put them off, or add to their note."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources import tasks as calls
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import CONSEQUENCES, Effect, Facts, TextStored
from saleshandy_mcp.core.errors import Mistake, Rejected
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value, Words
from saleshandy_mcp.core.view import NextCall, Say, View, counted
from saleshandy_mcp.features.reports import period
from saleshandy_mcp.features.tasks.reading_tasks import ids_of
from saleshandy_mcp.features.tasks.task_results import THE_IDS, State, TaskProblem, end_of_bulk, one_by_one, settled
from saleshandy_mcp.lookups.clock import now_of
from saleshandy_mcp.lookups.facts import effects_now
from saleshandy_mcp.store.selections import Selected, selected
from saleshandy_mcp.untrusted.one_line import one_line

MOST, MOST_ONE_BY_ONE, MOST_NOTED = calls.BulkSkipTasks.most, 20, 10
"""Tasks of one call. Completing and noting takes a request for each, and the API allows 20 a minute. With a note, each
task is read before the question and again after it.
"""

MOST_NOTE = 3000
"""Characters of a whole note."""
_SHOWN = 10
"""Ids that a question shows."""

_TAKES = {
    "complete": {"call_outcome", "note"},
    "skip": set[str](),
    "snooze": {"until", "call_outcome"},
    "note": {"note"},
}
"""Action -> the arguments that go with it."""
_NEEDS = {"snooze": "until", "note": "note"}
"""Action -> the argument that it cannot do without."""

_DID = {"complete": "Completed", "skip": "Skipped", "snooze": "Snoozed", "note": "Noted"}
_STATES: dict[State, str] = {
    "failed": "Not done",
    "unknown": "NOT KNOWN whether done, so look before doing it again",
    "not_tried": "Not tried",
}


class TaskUpdate(View):
    """The results for the tasks: ``done + len(problems) == asked``.

    Attributes:
        action: what was asked for.
        until: the moment that they are put off to.
        asked: how many tasks, each counted once.
        done: how many are done for certain.
        problems: the others.
        next: the call that goes on.
        rest: the call for the tasks of a selection that did not fit into this one.
        left: how many they are.
    """

    action: str
    until: datetime | None = None
    asked: int
    done: int
    problems: list[TaskProblem]
    next: NextCall
    rest: NextCall | None = None
    left: int = 0

    def lines(self, say: Say) -> Iterator[str | None]:
        of = f"{self.done} of {counted(self.asked, 'task')}" if self.problems else counted(self.done, "task")
        until = f" until {self.until:%Y-%m-%d %H:%M %Z}" if self.until else ""
        final = " That cannot be taken back." if self.done and self.action in ("complete", "skip") else ""
        yield f"{_DID[self.action]} {of}{until}.{final}"
        alike = defaultdict[tuple[State, str], list[str]](list)
        for problem in self.problems:
            alike[problem.state, problem.reason].append(f"[{problem.id}]")
        for (state, reason), ids in alike.items():
            yield f"{_STATES[state]} ({one_line(reason)}): {', '.join(ids)}"
        yield f"{self.left:,} more of the selection were NOT touched: {say(self.rest)}" if self.rest else None
        yield f"Next: {say(self.next)}"


class UpdateTasks(Action[TaskUpdate]):
    """Mark tasks and calls as done or skipped, for good; snooze them, or add to their note. Asks first where mail of
    an active sequence follows.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
    tasks: Annotated[list[str], Field(description="Ids, handle or person's address.")]
    action: Annotated[Literal["complete", "skip", "snooze", "note"], Field(description="What to do with them.")]
    until: Annotated[str | None, Field(description="Date (9:00 UTC) or date-time.")] = None
    call_outcome: Annotated[calls.CallOutcome | None, Field(description="A must to complete calls.")] = None
    note: Annotated[str | None, Field(max_length=MOST_NOTE, description="Added to the note.")] = None

    async def prepare(self, context: Context) -> Prepared[TaskUpdate]:
        self._refuse_what_does_not_go_together()
        one_each = self.action in ("complete", "note")
        tasks = await ids_of(context, self.tasks, calls_alone=self.call_outcome is not None, one_each=one_each)
        chosen = selected(context, "tasks", tasks, self._most())
        ids = self._checked(chosen.names if chosen else tasks, whole=chosen is None)
        until = period.ahead(self.until, await now_of(context)) if self.until is not None else None
        operations = await self._operations(context.api, ids, until)
        for _, operation in operations:
            operation.wire()  # an id that cannot be one is found before anything is done
        # The new note holds the old one, so nothing is lost.
        kept: Facts = {TextStored(id_): False for id_ in ids}
        effects = await effects_now(context.api, *(it for _, it in operations), known=kept)
        question = self._question(ids, chosen) if effects & CONSEQUENCES else None
        return Prepared(partial(self._carry_out, context, ids, until, operations, chosen), effects, question)

    async def _carry_out(
        self,
        context: Context,
        ids: list[str],
        until: datetime | None,
        operations: list[tuple[str, Operation[Any]]],
        chosen: Selected | None,
    ) -> TaskUpdate:
        following = NextCall.of("list_tasks")
        if self._in_bulk(ids):
            ((_, operation),) = operations
            accepted: calls.BulkAccepted = await context.api.send(operation)
            status, report = await end_of_bulk(context, accepted.bulk_action_id)
            problems = settled(ids, status, report)
            if status is None:
                asked = {"bulk_action_id": accepted.bulk_action_id}
                following = NextCall.of("run_read_operation", operation=calls.GetBulkTaskStatus.slug, arguments=asked)
        else:
            problems = await one_by_one(context.api, operations)
        return TaskUpdate(
            action=self.action,
            until=until,
            asked=len(ids),
            done=len(ids) - len(problems),
            problems=problems,
            next=following,
            rest=self._again(chosen.rest) if chosen and chosen.rest else None,
            left=chosen.left if chosen else 0,
        )

    def _again(self, handle: str) -> NextCall:
        return NextCall.of("update_tasks", **{**self.model_dump(exclude_none=True), "tasks": [handle]})

    async def _operations(self, api: Api, ids: list[str], until: datetime | None) -> list[tuple[str, Operation[Any]]]:
        """What is sent, each request with the id of its task; in bulk one request for all."""
        if self._in_bulk(ids):
            skip = calls.BulkSkipTasks(task_ids=ids)
            return [("", calls.BulkSnoozeTasks(task_ids=ids, snooze_until=until) if until else skip)]
        notes = [calls.UpdateTaskNote(task_id=id_, note=await self._added(api, id_)) for id_ in ids if self.note]
        noted: list[tuple[str, Operation[Any]]] = [(it.task_id, it) for it in notes]
        if self.action == "note":
            return noted
        # The note comes first: without it the task is not completed, for that cannot be taken back.
        return [*noted, *((id_, self._single(id_, until)) for id_ in ids)]

    async def _added(self, api: Api, id_: str) -> str:
        """The note that the task has, and the new text below it: the API replaces a note as a whole.

        Raises:
            Mistake: when there is no such task, or both together are too long.
        """
        try:
            old = (await api.send(calls.GetTask(task_id=id_))).task_note or ""
        except Rejected as error:
            raise Mistake(f"Saleshandy refused: {error}", "The ids of tasks", next=THE_IDS) from None
        note = f"{old}\n{self.note}".strip()
        if len(note) > MOST_NOTE:
            room = max(MOST_NOTE - len(old) - 1, 0)
            raise Mistake(
                f"note: task {id_} has {len(old):,} characters already, and at most {MOST_NOTE:,} are taken",
                f"Shorten it to {room:,}.",
            )
        return note

    def _question(self, ids: list[str], chosen: Selected | None) -> Question:
        done = "skipped" if self.action == "skip" else "completed"
        items: list[Item] = [Value("tasks", ", ".join(ids[:_SHOWN]), f"{counted(len(ids), 'task')}, {done} for good")]
        if len(ids) > _SHOWN:
            items.append(Bound(f"all {len(ids):,} tasks", ids))
        if chosen and chosen.left:
            items.append(Words(f"{chosen.left:,} more of the selection are left for another call"))
        if self.note:
            items.append(Body("added to the note", self.note))
        if self.call_outcome:
            items.append(Value("outcome of the call", self.call_outcome))
        return Question(
            "Mark these tasks as done? Some may belong to an active sequence.",
            tuple(items),
            "On yes the people of these tasks go on to the next step or a subsequence, and get its mail.",
        )

    def _most(self) -> int:
        """Tasks of a selection that one call takes."""
        if self.call_outcome is None and self.action in ("skip", "snooze"):
            return MOST if self.action == "skip" else calls.BulkSnoozeTasks.most
        return MOST_NOTED if self.action == "complete" and self.note else MOST_ONE_BY_ONE

    def _refuse_what_does_not_go_together(self) -> None:
        given = {"until", "call_outcome", "note"} & self.model_dump(exclude_none=True).keys()
        for name in sorted(given - _TAKES[self.action]):
            raise Mistake(f"{name}: it does not go with {self.action}", "Leave it out, or make it a call of its own.")
        if (needed := _NEEDS.get(self.action)) and needed not in given:
            raise Mistake(f"{needed}: {self.action} needs it")

    def _checked(self, tasks: list[str], *, whole: bool) -> list[str]:
        """The ids, each once; ``whole`` when they are all that was asked for, and not a part of a selection.

        Raises:
            Mistake: when there are none, or too many.
        """
        ids = list(dict.fromkeys(tasks))
        most = MOST if whole and self._in_bulk(ids) else self._most()
        if not all(ids) or not 1 <= len(ids) <= most:
            raise Mistake(
                f"tasks: 1 to {most} ids are taken here, not {len(ids)} or an empty one",
                f"Skip, and snooze without call_outcome, take {MOST}; anything else is a call for each, 20 a minute.",
            )
        return ids

    def _in_bulk(self, ids: list[str]) -> bool:
        """Whether one request changes all tasks. No such request takes the outcome of calls."""
        return len(ids) > 1 and self.action in ("skip", "snooze") and self.call_outcome is None

    def _single(self, id_: str, until: datetime | None) -> Operation[Any]:
        if self.action == "complete":
            return calls.CompleteTask(task_id=id_, call_outcome=self.call_outcome)
        if until:
            return calls.SnoozeTask(task_id=id_, snooze_until=until, call_outcome=self.call_outcome)
        return calls.SkipTask(task_id=id_)
