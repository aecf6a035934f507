"""Changes tasks and finds the results: by requests one by one, or by work that Saleshandy does in the background."""

from typing import Any, Literal

from anyio import lowlevel

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.tasks import BulkStatus, GetBulkTaskStatus
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Broken, Mistake, Rejected, SaleshandyError, Throttled
from saleshandy_mcp.core.view import NextCall, View
from saleshandy_mcp.core.waiting import wait_until

_BETWEEN, _PATIENCE = (1.0, 2.0, 3.0, 5.0), 16.0
"""Seconds between two looks at work in the background, and in all: less than a client waits for an answer."""

THE_IDS = NextCall.of("list_tasks")
"""The call that shows the ids of tasks."""

State = Literal["failed", "unknown", "not_tried"]


class TaskProblem(View):
    """A task that is not done, or not known to be.

    Attributes:
        id: of the task.
        state: what is known about it.
        reason: why, for a person.
    """

    id: str
    state: State
    reason: str


async def one_by_one(api: Api, operations: list[tuple[str, Operation[Any]]]) -> list[TaskProblem]:
    """Send each request on its own, until an error comes that would stop the next one as well.

    A request that has begun is carried out even when the call is cancelled. The next one is not begun then.
    """
    problems: list[TaskProblem] = []
    for place, (id_, operation) in enumerate(operations):
        if _has_failed(id_, problems):
            continue  # what comes after for the same task is not done either
        await lowlevel.checkpoint()
        try:
            await api.send(operation)
        except SaleshandyError as error:
            if error.executed == "yes":
                continue  # it was accepted, although the answer cannot be read
            _raise_alone(error, place, len(operations))
            problems.append(_problem(id_, error))
            if not _others_may_go(error):
                return [*problems, *_not_tried(operations[place + 1 :], problems)]
    return problems


def _not_tried(left: list[tuple[str, Operation[Any]]], problems: list[TaskProblem]) -> list[TaskProblem]:
    """The tasks that are left when the work ends early, each once."""
    known = {it.id for it in problems}
    ids = dict.fromkeys(id_ for id_, _ in left if id_ not in known)
    return [TaskProblem(id=id_, state="not_tried", reason="stopped before") for id_ in ids]


def _has_failed(id_: str, problems: list[TaskProblem]) -> bool:
    return any(it.id == id_ for it in problems)


def _others_may_go(error: SaleshandyError) -> bool:
    """Whether the error is about one task alone."""
    return isinstance(error, Rejected | Broken)


def _raise_alone(error: SaleshandyError, place: int, number: int) -> None:
    """Raise the error when there is no other result: for the only task, or for the first when nothing was done."""
    if number == 1 and isinstance(error, Rejected):
        raise Mistake(
            f"Saleshandy refused: {error}", "Calls need call_outcome. The ids of tasks", next=THE_IDS
        ) from None
    if number == 1 or (place == 0 and not _others_may_go(error) and error.executed == "no"):
        raise error


def _problem(id_: str, error: SaleshandyError) -> TaskProblem:
    late = f"too many calls; again {error.again}" if isinstance(error, Throttled) else ""
    state: State = "not_tried"
    if error.executed == "unknown":
        state = "unknown"
    elif _others_may_go(error):
        state = "failed"
    return TaskProblem(id=id_, state=state, reason=late or str(error))


async def end_of_bulk(context: Context, bulk_action_id: str) -> tuple[BulkStatus | None, str]:
    """How work in the background ended, and the report of what failed; None while that is not known."""

    async def look(_: float) -> tuple[BulkStatus, str] | None:
        status = await context.api.send(GetBulkTaskStatus(bulk_action_id=bulk_action_id))
        if not status.finished:
            return None
        link = status.csv_download_link
        return status, await context.api.download(link) if link else ""

    try:
        ended = await wait_until(look, pause=context.pause, between=_BETWEEN, patience=context.patience(_PATIENCE))
    except SaleshandyError:
        ended = None
    return ended or (None, "")


def settled(ids: list[str], status: BulkStatus | None, report: str) -> list[TaskProblem]:
    """The tasks that are not known to be done. None counts as done unless the counts of the status add up.

    Args:
        ids: of all tasks of the request.
        status: how it ended; None when that is not known.
        report: a CSV of what failed. Its columns are not documented: a row is a task's when a cell holds the id.
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
