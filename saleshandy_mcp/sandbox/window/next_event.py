"""What happens next by itself, and when."""

from datetime import datetime, timedelta
from typing import NamedTuple

from saleshandy_mcp.sandbox.simulation.schedule_of_events import ScheduleOfEvents
from saleshandy_mcp.sandbox.world.tables import World

LOOKS_AHEAD = (timedelta(hours=1), timedelta(days=1), timedelta(days=8), timedelta(days=60))
"""A short look is quick, and mostly enough."""


class NextEvent(NamedTuple):
    """When, and what: a kind of event, `import-ended` or `job-ended`."""

    at: datetime
    what: str


def next_event(world: World) -> NextEvent | None:
    """The first thing that is due after now; None when nothing is due within sixty days.

    The world must have caught up. It stays as it is.
    """
    found = [*_jobs(world), *_reaction(world)]
    for ahead in LOOKS_AHEAD:
        until = world.settled + ahead
        if coming := ScheduleOfEvents(world, world.settled, until).first():
            found.append(NextEvent(coming.at, _step(coming.step.step_id, mail=coming.sender is not None)))
            break
        if any(event.at <= until for event in found):
            break
    return min(found, default=None)


def _jobs(world: World) -> list[NextEvent]:
    running = [(job, "import-ended") for job in world.imports.values()]
    running += [(job, "job-ended") for job in world.jobs.values()]
    return [NextEvent(job["dueAt"], what) for job, what in running if not job["isCompleted"]]


def _reaction(world: World) -> list[NextEvent]:
    return [NextEvent(world.pending[0][0], world.pending[0][2]["kind"])] if world.pending else []


def _step(step_id: str | None, *, mail: bool) -> str:
    if step_id is None:
        return "prospect-finished"
    return "email-sent" if mail else "task-created"
