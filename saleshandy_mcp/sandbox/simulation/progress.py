"""How a person moves through a sequence: what comes next, when it is due, and what stops them.

Known: a person who is put into a later step continues on the day of that step, counted from when they were put there.
Assumed: days are counted from when the step before was done, in the time zone of the schedule. A person waits at a
task until it is completed or skipped. The last step finishes a person at once, and a step that is added later does not
bring them back.
"""

from datetime import datetime

from saleshandy_mcp.sandbox.simulation import events, tasks
from saleshandy_mcp.sandbox.simulation.slots import Slots
from saleshandy_mcp.sandbox.world.rows import EMAIL
from saleshandy_mcp.sandbox.world.tables import Place, Row, World, hash_id

DueStep = tuple[Row | None, datetime]
"""A step and when it is due. None instead of a step means the end of the sequence."""


def free_from(world: World, sequence_id: str, person: Row) -> datetime | None:
    """From when on a person may get the next step; None when something has stopped them for good."""
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


def next_step(world: World, steps: list[Row], slots: Slots, progress: Row, place: Place) -> DueStep | None:
    """The next step of a person and when it is due; None while an open task is waited for."""
    sequence_id, prospect_id = place
    current = world.enrolments[sequence_id][prospect_id]
    index = next(index for index, step in enumerate(steps) if step["id"] == current)
    step = steps[index]
    if step["type"] != EMAIL:
        task = world.tasks.get(hash_id("task", current, prospect_id))
        if task is not None and tasks.is_open(task):
            return None
        done = None if task is None else datetime.fromisoformat(task["completedAt"] or task["skippedAt"])
    else:
        done = progress["sent"].get(current)
    if done is None:
        return step, slots.days_after(progress["entered"], step["absoluteDays"] - 1)
    following = next((later for later in steps[index + 1 :] if later["id"] not in progress["sent"]), None)
    if following is None:
        return None, done
    return following, slots.days_after(done, following["absoluteDays"] - step["absoluteDays"])


def unsubscribe(world: World, row: Row, by: Row | None = None) -> None:
    """Unsubscribe a person from everything: one event for each of their sequences, or one event without a sequence.

    Args:
        world: the workspace.
        row: the person. Nothing happens when they have unsubscribed before.
        by: the ids that belong to the mail whose link was clicked, as keyword arguments of `events.record`.
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
