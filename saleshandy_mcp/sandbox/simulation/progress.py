"""How people walk through a sequence: how far they have come, what comes next and when, and what stops them.

Known: somebody who is put into a later step is gone on with on the day of that step, counted from being put there.
Assumed: days are counted from when the step before was done, in the zone of the schedule; a task is waited for until it
is completed or skipped; the last step finishes at once; who has finished is not brought back by a step added later.
"""

from datetime import datetime

from saleshandy_mcp.sandbox.simulation import events, tasks
from saleshandy_mcp.sandbox.simulation.slots import Slots
from saleshandy_mcp.sandbox.world.rows import EMAIL
from saleshandy_mcp.sandbox.world.tables import Row, World, hash_id

Onward = tuple[Row | None, datetime]


def free_from(world: World, sequence_id: str, person: Row) -> datetime | None:
    """From when on somebody may be gone on with; nothing if something has stopped them for good."""
    place = (sequence_id, person["id"])
    if person["unsubscribed"] or person["bounced"] or place in world.ended:
        return None
    match world.set_statuses.get(place):
        case None | {"status": "active"}:
            return world.progress_of(*place)["entered"]
        case {"status": "paused", "until": until}:
            return until
        case _:
            return None


def onward(world: World, steps: list[Row], slots: Slots, walk: Row, place: tuple[str, str]) -> Onward | None:
    """The next step and when it is due. No step means the end of the walk, nothing that a task is waited for."""
    sequence_id, prospect_id = place
    stands = world.enrolments[sequence_id][prospect_id]
    index = next(index for index, step in enumerate(steps) if step["id"] == stands)
    step = steps[index]
    if step["type"] != EMAIL:
        task = world.tasks.get(hash_id("task", stands, prospect_id))
        if task is not None and tasks.is_open(task):
            return None
        done = None if task is None else datetime.fromisoformat(task["completedAt"] or task["skippedAt"])
    else:
        done = walk["sent"].get(stands)
    if done is None:
        return step, slots.days_after(walk["entered"], step["absoluteDays"] - 1)
    following = next((later for later in steps[index + 1 :] if later["id"] not in walk["sent"]), None)
    if following is None:
        return None, done
    return following, slots.days_after(done, following["absoluteDays"] - step["absoluteDays"])


def unsubscribe(world: World, row: Row, by: Row | None = None) -> None:
    """Somebody in several sequences leaves them all: one event for each, one without if there is none.

    `by` is the place of the mail whose link was used.
    """
    if row["unsubscribed"]:
        return
    row["unsubscribed"] = True
    left: list[str | None] = [id_ for id_, people in world.enrolments.items() if row["id"] in people]
    for sequence_id in left or [None]:
        place: Row = {"sequence_id": sequence_id, "prospect_id": row["id"]}
        if by is not None and by["sequence_id"] == sequence_id:
            place = by
        events.record(world, "prospect-unsubscribed", **place)
