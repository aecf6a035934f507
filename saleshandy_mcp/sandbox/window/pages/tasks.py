"""Tasks of the team, by their state."""

from collections import Counter

from saleshandy_mcp.sandbox.simulation.tasks import STATES, state
from saleshandy_mcp.sandbox.window.html import Child, Markup, el
from saleshandy_mcp.sandbox.window.parts import Column, at, link, moment, pill, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.window.words import TASK_STATES, channel, colour, full_name
from saleshandy_mcp.sandbox.world.tables import Row, World

COLUMNS = (
    Column("Task"),
    Column("Who"),
    Column("Due"),
    Column("State"),
    Column("For"),
    Column("Note"),
)


def page(view: View) -> Page:
    world, today, wanted = view.world, view.box.clock.now().date(), view.asked("state")
    states = {id_: state(task, today) for id_, task in world.tasks.items()}
    found = [task for id_, task in world.tasks.items() if wanted not in STATES or states[id_] == wanted]
    found.sort(key=lambda task: (task["dueDate"], task["id"]))
    stretch = view.stretch(len(found))
    rows = [_row(world, task, states[task["id"]]) for task in stretch.of(found)]
    listed = table("Tasks by due date", COLUMNS, rows, empty="There is no such task.")
    choice = _choice(Counter(states.values()), wanted)
    return Page("Tasks", section("By due date", choice, listed, stretch.pager("tasks", state=wanted), id_="tasks"))


def _choice(counts: Counter[str], wanted: str) -> Markup:
    """Links to the tasks of each state."""
    names = {"": "all", **TASK_STATES}
    entries = [
        el(
            "a",
            f"{words} {counts[name] if name else counts.total()}",
            href=at("tasks", state=name),
            aria_current="true" if name == wanted else None,
        )
        for name, words in names.items()
    ]
    return el("nav", *entries, aria_label="States of tasks", class_="choice")


def _row(world: World, task: Row, now: str) -> list[Child]:
    person, member = world.prospects.get(task["prospectId"]), world.members.get(str(task["assigneeId"]))
    who = link(full_name(person["values"]) or person["email"], "people", person["id"]) if person else ""
    word = TASK_STATES[now]
    assigned = member["firstName"] if member and "firstName" in member else f"member {task['assigneeId']}"
    note = task["taskNote"] or ""
    return [channel(task["type"]), who, moment(task["dueDate"]), pill(word, colour(word)), assigned, note]
