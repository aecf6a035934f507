"""What happens by itself between two moments if nobody does anything: mails, tasks, and ends of sequences.

Assumed: the person who waits longest gets the next mail, whatever the priority distribution says. A person keeps the
mailbox of their first mail while it is attached and active; then the next free one takes over. An address that was
found bad gets no mail, a risky one only with setting 6. An address that was never verified gets mail.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple

from saleshandy_mcp.sandbox.simulation import imports, progress, quota, seeded_random
from saleshandy_mcp.sandbox.simulation.slots import Slots
from saleshandy_mcp.sandbox.world.rows import EMAIL
from saleshandy_mcp.sandbox.world.tables import Place, Row, World

MAIL_RISKY = 6
SECOND = timedelta(seconds=1)


class NextStep(NamedTuple):
    """The next step of one person. `turn` orders those who are due at the same moment."""

    at: datetime
    turn: tuple[int, int]
    sequence_id: str
    prospect_id: str
    step_id: str | None  # None: the person reaches the end of the sequence

    @property
    def place(self) -> Place:
        return self.sequence_id, self.prospect_id


class DueEvent(NamedTuple):
    at: datetime
    step: NextStep
    sender: Row | None  # the email account that sends it; None for a task and for an end


class ScheduleOfEvents:
    """What is due after `since` and by `until`, worked out from the world as it is at `since`."""

    def __init__(self, world: World, since: datetime, until: datetime) -> None:
        self._world = world
        self._since = since
        self._until = until
        self._blocked = world.do_not_contact()
        self._sequences = {row["id"]: row for row in world.all_sequences() if row["active"]}
        self._slots: dict[str, Slots] = {}
        # (sequence, mailbox) -> who is due, the longest first. The mailbox is None while any may send.
        self._mails: defaultdict[tuple[str, str | None], list[NextStep]] = defaultdict(list)
        self._tasks_and_ends: list[NextStep] = []
        self._senders = {id_: self._active_senders(row) for id_, row in self._sequences.items()}
        self._steps = {id_: world.steps_of(id_) for id_ in self._sequences}
        self._with_active_variant = {row["stepId"] for row in world.variants.values() if row["status"] == 1}
        for number, sequence_id in enumerate(self._sequences):
            for turn, prospect_id in enumerate(world.enrolments[sequence_id]):
                self._queue(sequence_id, prospect_id, (number, turn))

    def first(self) -> DueEvent | None:
        """The first event that is due. It stays the first until `done` is called for it."""
        found = [DueEvent(step.at, step, None) for step in self._head(self._tasks_and_ends)]
        for sequence_id, senders in self._senders.items():
            for sender in senders:
                queues = (self._mails[sequence_id, sender["id"]], self._mails[sequence_id, None])
                waiting = [step for queue in queues for step in self._head(queue)]
                if waiting and (at := self._free_at(sender, min(waiting))):
                    found.append(DueEvent(at, min(waiting), sender))
        return min(found, key=lambda event: (event.at, event.sender is not None, event.step), default=None)

    def done(self, event: DueEvent) -> None:
        """Take the event off the schedule, and put the next step of the same person on it."""
        step = event.step
        queues = [self._mails[step.sequence_id, id_] for id_ in (None, event.sender["id"])] if event.sender else []
        for queue in [*queues, self._tasks_and_ends]:
            if queue and queue[0] is step:
                heappop(queue)
        if step.step_id is not None:
            self._queue(step.sequence_id, step.prospect_id, step.turn)

    def _active_senders(self, sequence: Row) -> list[Row]:
        accounts = map(self._world.email_accounts.__getitem__, sequence["emailAccountIds"])
        return [row for row in accounts if row["status"] == quota.ACTIVE]

    def _queue(self, sequence_id: str, prospect_id: str, turn: tuple[int, int]) -> None:
        """Queue the next step of a person, if one is due by the end."""
        world, place = self._world, (sequence_id, prospect_id)
        person = world.prospects[prospect_id]
        free = progress.free_from(world, sequence_id, person)
        if free is None or self._is_blocked(person["email"].lower()):
            return
        slots, so_far = self._slots_of(sequence_id), world.progress_of(*place)
        found = progress.next_step(world, self._steps[sequence_id], slots, so_far, place)
        if found is None or found[1] > self._until or free > self._until:
            return
        step, due = found[0], max(found[1], free)
        if step is None or step["type"] != EMAIL:
            self._queue_task_or_end(NextStep(due, turn, *place, None if step is None else step["id"]), slots)
            return
        if step["id"] in self._with_active_variant and self._may_be_mailed(sequence_id, person):
            queue = self._mails[sequence_id, self._kept_sender(sequence_id, so_far)]
            heappush(queue, NextStep(max(due, person["verifiedAt"] or due), turn, *place, step["id"]))

    def _queue_task_or_end(self, step: NextStep, slots: Slots) -> None:
        """A task is created one to five minutes into a slot. An end comes as soon as the last step is done."""
        at = step.at
        if step.step_id is not None:
            slot = slots.after(at, self._until)
            if slot is None:
                return
            late = seeded_random.number(self._world, "task", step.step_id, step.prospect_id) % 240
            at = max(at, slot.opens) + timedelta(seconds=60 + late)
        at = at if at > self._since else self._since + SECOND
        if at <= self._until:
            heappush(self._tasks_and_ends, step._replace(at=at))

    def _head(self, queue: list[NextStep]) -> list[NextStep]:
        """The first of a queue in a list, or an empty list. People who were stopped meanwhile leave the queue."""
        while queue and queue[0].step_id is not None and self._has_stopped(queue[0]):
            heappop(queue)
        return queue[:1]

    def _has_stopped(self, step: NextStep) -> bool:
        person = self._world.prospects[step.prospect_id]
        return person["unsubscribed"] or person["bounced"] or step.place in self._world.ended

    def _free_at(self, sender: Row, step: NextStep) -> datetime | None:
        slots = self._slots_of(step.sequence_id)
        at = quota.free_at(self._world, sender, slots, max(step.at, self._since), self._until)
        if at is not None and at <= self._since:
            at = quota.free_at(self._world, sender, slots, self._since + SECOND, self._until)
        return at

    def _may_be_mailed(self, sequence_id: str, person: Row) -> bool:
        """Whether the result of the verification allows a mail; a result that is not known yet counts already."""
        known = person["verificationStatus"]
        result = known if person["verifiedAt"] is None else imports.verification_result(person["email"])
        risky_too = self._sequences[sequence_id]["settings"][MAIL_RISKY] == "1"
        return result in ("valid", "skip") or (result == "risky" and risky_too)

    def _kept_sender(self, sequence_id: str, so_far: Row) -> str | None:
        """The mailbox of the person's first mail, while it may send for this sequence."""
        senders = {row["id"] for row in self._senders[sequence_id]}
        return so_far["senderId"] if so_far["senderId"] in senders else None

    def _is_blocked(self, address: str) -> bool:
        return address in self._blocked or address.rpartition("@")[2] in self._blocked

    def _slots_of(self, sequence_id: str) -> Slots:
        schedule_id: str = self._sequences[sequence_id]["scheduleId"]
        if schedule_id not in self._slots:
            self._slots[schedule_id] = Slots(self._world.schedules[schedule_id])
        return self._slots[schedule_id]
