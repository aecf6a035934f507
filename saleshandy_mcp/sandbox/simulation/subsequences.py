"""Subsequences: they take over people of their parent sequence who meet all their conditions.

Only an active subsequence takes people over. A new one is paused, and it is started and paused as a sequence is, by
`update_sequence_status` with its id (assumed). Conditions are checked for a person when something happens to them: a
mail is opened, clicked or answered, an outcome or a status is set, a tag is assigned or removed, a task is completed or
skipped, or the last step is done. Nothing is checked when a subsequence is started or changed.

What happens to a person who is taken over is assumed:

- They leave the parent: they are no longer among its people, they get no further step of it, and a status that was set
  there is dropped. An open task of the parent stays, and completing it leads to nothing.
- What has happened in the parent is kept: events and numbers, the thread, the outcome, what was sent. Reactions to
  mails of the parent that come later are still counted there.
- They enter the first step of the subsequence. It is due `firstStepRelativeDays` after that, plus the day of the step,
  and everything goes by the schedule, the settings and the senders of the subsequence. The email account of the parent
  is kept when the subsequence has it too, and a first mail without a subject continues the thread of the parent.
- A subsequence takes a person over once. When several could, the one that was created first does.
- A person who is paused in the parent, has unsubscribed or bounced, or must not be contacted, is not taken over.
"""

from collections.abc import Iterator

from saleshandy_mcp.sandbox.simulation import imports
from saleshandy_mcp.sandbox.simulation.conditions import holds
from saleshandy_mcp.sandbox.simulation.slots import Slots
from saleshandy_mcp.sandbox.world.tables import Place, Row, World


def move_people(world: World) -> bool:
    """Check the conditions for all people in `world.changed_people`. True when somebody was taken over."""
    changed = dict.fromkeys(world.changed_people)
    world.changed_people.clear()
    active = [row for row in world.subsequences.values() if row["active"]]
    if not active:
        return False
    moves = [move for prospect_id in changed for move in _moves(world, active, prospect_id)]
    for subsequence, place in moves:
        _take_over(world, subsequence, place)
    return bool(moves)


def _moves(world: World, active: list[Row], prospect_id: str) -> Iterator[tuple[Row, Place]]:
    """The subsequences that take a person over now, at most one for each parent."""
    parents: set[str] = set()
    for subsequence in active:
        parent_id: str = subsequence["parentId"]
        place = (parent_id, prospect_id)
        if parent_id not in parents and _may_move(world, subsequence, place):
            parents.add(parent_id)
            yield subsequence, place


def _may_move(world: World, subsequence: Row, place: Place) -> bool:
    parent_id, prospect_id = place
    steps = world.steps_of(subsequence["id"])
    if (
        not steps
        or prospect_id not in world.enrolments[parent_id]
        or (subsequence["id"], prospect_id) in world.progress
    ):
        return False
    address = world.prospects[prospect_id]["email"].lower()
    blocked = world.do_not_contact()
    if imports.refusal(world, address, steps[0]["id"], blocked, refuse_elsewhere=False) is not None:
        return False
    if world.status_of(parent_id, prospect_id) == "paused":
        return False
    return all(holds(world, place, condition) for condition in subsequence["conditions"])


def _take_over(world: World, subsequence: Row, place: Place) -> None:
    parent_id, prospect_id = place
    before = world.progress_of(parent_id, prospect_id)
    del world.enrolments[parent_id][prospect_id]
    world.set_statuses.pop(place, None)
    world.enter(world.steps_of(subsequence["id"])[0]["id"], prospect_id)
    slots = Slots(world.schedules[subsequence["scheduleId"]])
    starts = slots.days_after(world.clock.now(), subsequence["firstStepRelativeDays"])
    kept = {key: before[key] for key in ("senderId", "subject")}
    world.progress_of(subsequence["id"], prospect_id).update(entered=starts, **kept)
