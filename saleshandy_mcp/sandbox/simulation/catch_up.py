"""Does everything that has become due since the last call: each thing at its own moment, in order of time.

Nothing runs in the background. The world catches up when somebody asks it for something, and how often somebody asks
makes no difference to what happens.
"""

from collections.abc import Callable
from datetime import datetime

from saleshandy_mcp.sandbox.simulation import imports, jobs, reactions, sending, subsequences
from saleshandy_mcp.sandbox.simulation.schedule_of_events import ScheduleOfEvents
from saleshandy_mcp.sandbox.world.tables import Row, World

End = Callable[[World, Row], None]


def catch_up(world: World) -> None:
    """Bring the world up to now. A job can move people, so everything that is due before its end is done first."""
    now = world.clock.now()
    with world.clock.held(world.settled):  # for events that were recorded by hand since then
        subsequences.move_people(world)
    for job, end in _jobs_due(world, now):
        _send_and_react(world, job["dueAt"])
        with world.clock.held(job["dueAt"]):
            end(world, job)
            subsequences.move_people(world)
    _send_and_react(world, now)


def _jobs_due(world: World, now: datetime) -> list[tuple[Row, End]]:
    tables = ((world.imports, imports.end), (world.jobs, jobs.end))
    due = [
        (job, end) for table, end in tables for job in table.values() if not job["isCompleted"] and job["dueAt"] <= now
    ]
    return sorted(due, key=lambda pair: pair[0]["dueAt"])


def _send_and_react(world: World, until: datetime) -> None:
    if until <= world.settled:
        return
    schedule = ScheduleOfEvents(world, world.settled, until)
    while True:
        coming = schedule.first()
        reaction = world.pending[0][0] if world.pending else None
        if reaction is not None and reaction <= until and (coming is None or reaction <= coming.at):
            at = reaction
            with world.clock.held(at):
                changed = reactions.carry_out_next(world)
                changed |= subsequences.move_people(world)
        elif coming is not None:
            at = coming.at
            with world.clock.held(at):
                sending.carry_out(world, coming)
                changed = subsequences.move_people(world)
            if not changed:
                schedule.done(coming)
        else:
            break
        if changed:
            schedule = ScheduleOfEvents(world, at, until)
    world.settled = until
