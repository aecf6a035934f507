"""Reads the tasks of a state whole, and those of certain people."""

from dataclasses import dataclass

from saleshandy_mcp.api.resources import tasks as calls
from saleshandy_mcp.api.resources.tasks import Task
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.store.selections import Selections, is_handle

OPEN = ("overdue", "due_today", "upcoming")
_AT_ONCE, _PAGES = 100, 9
"""Tasks of a page, and pages of one state, when all that fit are read: an endpoint takes 20 calls a minute."""
_PAGES_OF_THREE = 6
"""Pages of one state when three are read."""
_SHOWN = 5
_CALLS = range(11, 16)
"""The codes of calls."""
_USUAL_SIZES = (10, 20, 25, 50)
"""Sizes of a page that an API may keep to whatever is asked for."""


def in_order(asked: calls.ListTasks, status: str) -> calls.ListTasks:
    """The same list of one state: done tasks with the latest first, the others with the earliest first."""
    ended = {"completed": "completedAt", "skipped": "skippedAt"}.get(status)
    order = {"sort_by": ended or "dueDate", "sort_order": "DESC" if ended else "ASC"}
    return asked.model_copy(update={"status": "dueToday" if status == "due_today" else status, **order})


@dataclass
class Fitting:
    """The tasks of all pages, as far as they were read."""

    tasks: list[Task]
    whole: bool = True


async def all_that_fit(api: Api, asked: calls.ListTasks, pages: int = _PAGES) -> Fitting:
    """All tasks of a list, up to so many pages."""
    asked = asked.model_copy(update={"page": 1, "page_size": _AT_ONCE})
    fitting = Fitting([])
    for _ in range(pages):
        page = await api.send(asked)
        fitting.tasks += page.items
        # How many tasks a page may have is not documented: a page may hold fewer than were asked for.
        fewer = page.total is None and len(page.items) in _USUAL_SIZES
        if not (page.more or fewer):
            return fitting
        asked = asked.next_page()
    fitting.whole = False
    return fitting


def address_of(task: Task) -> str:
    return str((task.prospect or {}).get("email") or "")


async def ids_of(context: Context, names: list[str], *, calls_alone: bool, one_each: bool) -> list[str]:
    """The same names, with the ids of their open tasks in place of people: an address, or a handle of people.

    Args:
        context: what to work with.
        names: ids and handles of tasks, which stay as they are; addresses and handles of people.
        calls_alone: whether only calls are meant.
        one_each: whether a person with several such tasks is refused, for one of them alone may be meant.

    Raises:
        Mistake: when a handle does not count, nobody of the people has such a task, or it is not clear which is meant.
    """
    people, kept = _people_and_tasks(context, names)
    if not people:
        return names
    found = [it for it in await _open_tasks(context.api, people) if not calls_alone or _is_call(it)]
    _refuse_unclear(found, one_each=one_each)
    return [*kept, *(it.key for it in found if it.key)]


def _people_and_tasks(context: Context, names: list[str]) -> tuple[list[str], list[str]]:
    """The addresses that are meant, each once, and all other names."""
    people: dict[str, None] = {}
    kept: list[str] = []
    for name in names:
        if is_handle(name) and context.service(Selections).kind(name, "tasks") == "people":
            people |= dict.fromkeys(key(it.email) for it in context.service(Selections).members("people", name))
        elif "@" in name:
            people[key(name)] = None
        else:
            kept.append(name)
    return list(people), kept


def _refuse_unclear(found: list[Task], *, one_each: bool) -> None:
    whose = {key(address_of(it)) for it in found}
    if not found or (one_each and len(whose) < len(found)):
        told = ", ".join(f"[{it.key}] of {address_of(it)}, due {it.due_date}" for it in found[:_SHOWN])
        what = f"several open tasks: {told}" if found else "none of these people has such a task that is open"
        raise Mistake(f"tasks: {what}", "Give the ids of those that are meant", next=NextCall.of("list_tasks"))


async def _open_tasks(api: Api, people: list[str]) -> list[Task]:
    """The open tasks of these people. Assumed: a search finds the address of a person."""
    asked = calls.ListTasks(search=people[0] if len(people) == 1 else None)
    found: list[Task] = []
    for state in OPEN:
        fitting = await all_that_fit(api, in_order(asked, state), _PAGES_OF_THREE)
        if not fitting.whole:
            raise Mistake(
                "tasks: there are too many to look through for these people", "Give ids", next=NextCall.of("list_tasks")
            )
        found += fitting.tasks
    return [it for it in found if key(address_of(it)) in people]


def _is_call(task: Task) -> bool:
    return bool(task.type and task.type.isdecimal() and int(task.type) in _CALLS)
