"""What the demo team works with: tasks around its Monday, leads, credits and domains."""

import tomllib
from datetime import timedelta
from functools import cache
from importlib.resources import files

from saleshandy_mcp.sandbox.demo.leads import add_leads
from saleshandy_mcp.sandbox.purchases.domains import add_domains
from saleshandy_mcp.sandbox.simulation import tasks
from saleshandy_mcp.sandbox.world.clock import BASE, iso
from saleshandy_mcp.sandbox.world.rows import EMAIL
from saleshandy_mcp.sandbox.world.tables import Row, World

# Days from the Monday to the days on which open tasks are due, in turn.
DUE = (-3, 0, 1, 0, 2, 4, -6, 1, 0, 3, 7)
OUTCOMES = ("Interested", "No Answer", "Left Voicemail", "Callback Later", "Not Interested")

CREDITS_BOUGHT = 200.0
SPENT = ((35, 21.0), (6, 18.5), (3, 10.5))  # days ago, credits


def add_work(world: World) -> None:
    add_tasks(world)
    add_leads(world)
    add_domains(world, _orders())
    world.credits = {"total": CREDITS_BOUGHT, "spent": [(iso(BASE - timedelta(days=ago)), sum_) for ago, sum_ in SPENT]}


@cache
def _orders() -> list[Row]:
    return tomllib.loads(files("saleshandy_mcp.sandbox.demo").joinpath("domains.toml").read_text(encoding="utf-8"))[
        "orders"
    ]


def add_tasks(world: World) -> None:
    """Add a task for each person at a step that is not an Email.

    Every fifth is done, and so are those of paused sequences. Calls are assigned to the second member of the team.
    """
    number, caller = 0, list(world.members)[1]
    for step in [step for step in world.steps.values() if step["type"] != EMAIL]:
        active = world.sequences[step["sequenceId"]]["active"]
        people = [id_ for id_, stands in world.enrolments[step["sequenceId"]].items() if stands == step["id"]]
        for prospect_id in people:
            number += 1
            due = (BASE + timedelta(days=DUE[number % len(DUE)])).date()
            task = tasks.of_step(world, step, prospect_id, due)
            if task["type"] in tasks.CALLS:
                task["assigneeId"] = caller
            if not active or number % 5 == 0 or _left(world, prospect_id):
                _finish(world, task, number)
            world.tasks[task["id"]] = task


def _finish(world: World, task: Row, number: int) -> None:
    """Complete the task some days ago. A task for a person who has left is skipped instead."""
    done_at = BASE - timedelta(days=1 + number % 9, hours=number % 7)
    task["dueDate"] = done_at.date().isoformat()
    if number % 4 == 0 or _left(world, task["prospectId"]):
        task["skippedAt"] = iso(done_at)
        return
    task["completedAt"] = iso(done_at)
    if task["type"] in tasks.CALLS:
        task["callOutcome"] = OUTCOMES[number // 5 % len(OUTCOMES)]


def _left(world: World, prospect_id: str) -> bool:
    prospect = world.prospects[prospect_id]
    return prospect["unsubscribed"] or prospect["bounced"]
