"""Time passes: what was due since the last look happens now, each thing at its moment, in the order of moments.

Nothing runs by itself. The world is looked at when somebody asks, and how often that is changes nothing.
"""

from collections.abc import Callable
from datetime import datetime

from saleshandy_mcp.sandbox.simulation import imports, jobs, reactions, sending
from saleshandy_mcp.sandbox.simulation.schedule_of_events import Agenda
from saleshandy_mcp.sandbox.world.tables import Row, World

End = Callable[[World, Row], None]


def settle(world: World) -> None:
    """Up to now. Jobs change who is where, so walks go on up to a job, then from there."""
    now = world.clock.now()
    for job, end in _ending(world, now):
        _walk_on(world, job["dueAt"])
        with world.clock.held(job["dueAt"]):
            end(world, job)
    _walk_on(world, now)


def _ending(world: World, now: datetime) -> list[tuple[Row, End]]:
    tables = ((world.imports, imports.end), (world.jobs, jobs.end))
    due = [
        (job, end) for table, end in tables for job in table.values() if not job["isCompleted"] and job["dueAt"] <= now
    ]
    return sorted(due, key=lambda pair: pair[0]["dueAt"])


def _walk_on(world: World, until: datetime) -> None:
    if until <= world.settled:
        return
    agenda = Agenda(world, world.settled, until)
    coming = agenda.next()
    while True:
        reaction = world.pending[0][0] if world.pending else None
        if reaction is not None and reaction <= until and (coming is None or reaction <= coming.at):
            with world.clock.held(reaction):
                mailbox_stops = reactions.happen(world)
            if mailbox_stops:
                agenda = Agenda(world, reaction, until)
        elif coming is not None:
            with world.clock.held(coming.at):
                sending.happen(world, coming)
            agenda.done(coming)
        else:
            break
        coming = agenda.next()
    world.settled = until
