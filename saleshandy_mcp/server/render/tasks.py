"""Tasks in text."""

from collections import defaultdict

from saleshandy_mcp.core.view import call, counted
from saleshandy_mcp.features.tasks.list_tasks import TaskLine, TaskList, TaskUpdate
from saleshandy_mcp.server.render.base import lines, plain, render

_DID = {"complete": "Completed", "skip": "Skipped", "snooze": "Snoozed", "note": "Noted"}
_STATES = {
    "failed": "Not done",
    "unknown": "NOT KNOWN whether done, so look before doing it again",
    "not_tried": "Not tried",
}


@render.register
def _(view: TaskList) -> str:
    words = view.status.replace("_", " ")
    counts = " · ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in view.counts.items())
    return lines(
        f"{counted(len(view.tasks), f'{words} task')} on page {view.page}"
        + (f", {view.total:,} in all" if view.total is not None else ""),
        f"All tasks of the account: {counts}" if counts else None,
        *(_group(*shared, tasks) for shared, tasks in _groups(view.tasks).items()),
        f"A whole note: {_note(cut[0].id)}" if (cut := [it for it in view.tasks if it.note.endswith("…")]) else None,
        f"Next: {view.next}",
    )


def _note(id_: str) -> str:
    return call("run_read_operation", operation="get_task", arguments={"task_id": id_})


def _groups(tasks: list[TaskLine]) -> dict[tuple[str, str, str], list[TaskLine]]:
    groups = defaultdict[tuple[str, str, str], list[TaskLine]](list)
    for it in tasks:
        groups[it.due, it.status, it.assignee].append(it)
    return groups


def _group(due: str, status: str, assignee: str, tasks: list[TaskLine]) -> str:
    """What they share stands once, above them."""
    whose = f", for {plain(assignee, 60)}" if assignee else ""
    return lines(f"{plain(due) or 'no day'}, {plain(status).replace('_', ' ')}{whose}:", *map(_line, tasks))


def _line(it: TaskLine) -> str:
    who = ", ".join(plain(part, 60) for part in (it.person, it.company) if part)
    parts = (plain(it.type), who, plain(it.sequence, 60), plain(it.call_outcome), plain(it.note))
    return f"[{it.id}] " + " · ".join(part for part in parts if part)


@render.register
def _(view: TaskUpdate) -> str:
    until = f" until {view.until:%Y-%m-%d %H:%M %Z}" if view.until else ""
    of = f"{view.done} of {counted(view.asked, 'task')}" if view.problems else counted(view.done, "task")
    final = " That cannot be taken back." if view.done and view.action in ("complete", "skip") else ""
    groups = defaultdict[tuple[str, str], list[str]](list)
    for problem in view.problems:
        groups[problem.state, problem.reason].append(problem.id)
    return lines(
        f"{_DID[view.action]} {of}{until}.{final}",
        *(
            f"{_STATES[state]} ({plain(reason)}): {', '.join(f'[{id_}]' for id_ in ids)}"
            for (state, reason), ids in groups.items()
        ),
        f"Next: {view.next}",
    )
