"""What is to happen by itself between two moments, if nobody does anything: mails, tasks, ends of walks.

Assumed: who waits longest is written to first, whatever the priority distribution says; a person keeps the mailbox of
the first mail as long as it is attached and active, then the next free one takes over; an address found bad is never
written to, a risky one only with setting 6, one that nobody looked at is.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple

from saleshandy_mcp.sandbox.simulation import imports, progress, quota, seeded_random
from saleshandy_mcp.sandbox.simulation.slots import Slots
from saleshandy_mcp.sandbox.world.rows import EMAIL
from saleshandy_mcp.sandbox.world.tables import Row, World

MAIL_RISKY = 6
SECOND = timedelta(seconds=1)


class Item(NamedTuple):
    """One person's next step; `turn` is the place in line of those who are due at the same moment."""

    at: datetime
    turn: tuple[int, int]
    sequence_id: str
    prospect_id: str
    step_id: str | None  # none: the walk ends

    @property
    def place(self) -> tuple[str, str]:
        return self.sequence_id, self.prospect_id


class Happening(NamedTuple):
    at: datetime
    item: Item
    sender: Row | None  # of a mail


class Agenda:
    """Made from the world as it is at `since`; what happens later is due after it."""

    def __init__(self, world: World, since: datetime, until: datetime) -> None:
        self._world = world
        self._since = since
        self._until = until
        self._blocked = world.do_not_contact()
        self._sequences = {row["id"]: row for row in world.sequences.values() if row["active"]}
        self._slots: dict[str, Slots] = {}
        # (sequence, mailbox, or none while it is open which) -> who is due, the longest first
        self._mails: defaultdict[tuple[str, str | None], list[Item]] = defaultdict(list)
        self._chores: list[Item] = []
        self._senders = {id_: self._active_senders(row) for id_, row in self._sequences.items()}
        self._steps = {id_: world.steps_of(id_) for id_ in self._sequences}
        self._writable = {row["stepId"] for row in world.variants.values() if row["status"] == 1}
        for number, sequence_id in enumerate(self._sequences):
            for turn, prospect_id in enumerate(world.enrolments[sequence_id]):
                self._plan(sequence_id, prospect_id, (number, turn))

    def next(self) -> Happening | None:
        """The first of all that is due; the same until it is done."""
        found = [Happening(item.at, item, None) for item in self._first(self._chores)]
        for sequence_id, senders in self._senders.items():
            for sender in senders:
                lines = (self._mails[sequence_id, sender["id"]], self._mails[sequence_id, None])
                waiting = [item for line in lines for item in self._first(line)]
                if waiting and (at := self._free_at(sender, min(waiting))):
                    found.append(Happening(at, min(waiting), sender))
        return min(found, key=lambda entry: (entry.at, entry.sender is not None, entry.item), default=None)

    def done(self, happening: Happening) -> None:
        """Go on with what is next for the person."""
        item = happening.item
        lines = (
            [self._mails[item.sequence_id, id_] for id_ in (None, happening.sender["id"])] if happening.sender else []
        )
        for line in [*lines, self._chores]:
            if line and line[0] is item:
                heappop(line)
        if item.step_id is not None:
            self._plan(item.sequence_id, item.prospect_id, item.turn)

    def _active_senders(self, sequence: Row) -> list[Row]:
        accounts = map(self._world.email_accounts.__getitem__, sequence["emailAccountIds"])
        return [row for row in accounts if row["status"] == quota.ACTIVE]

    def _plan(self, sequence_id: str, prospect_id: str, turn: tuple[int, int]) -> None:
        """Put a person in line, unless nothing is due by the end."""
        world, place = self._world, (sequence_id, prospect_id)
        person = world.prospects[prospect_id]
        free = progress.free_from(world, sequence_id, person)
        if free is None or self._is_blocked(person["email"].lower()):
            return
        slots, walk = self._slots_of(sequence_id), world.progress_of(*place)
        onward = progress.onward(world, self._steps[sequence_id], slots, walk, place)
        if onward is None or onward[1] > self._until or free > self._until:
            return
        step, due = onward[0], max(onward[1], free)
        if step is None or step["type"] != EMAIL:
            self._put_chore(Item(due, turn, *place, None if step is None else step["id"]), slots)
            return
        if step["id"] in self._writable and self._may_be_mailed(sequence_id, person):
            line = self._mails[sequence_id, self._keeps(sequence_id, walk)]
            heappush(line, Item(max(due, person["verifiedAt"] or due), turn, *place, step["id"]))

    def _put_chore(self, item: Item, slots: Slots) -> None:
        """Tasks arise one to five minutes into a slot; walks end when the last step is done."""
        at = item.at
        if item.step_id is not None:
            slot = slots.after(at, self._until)
            if slot is None:
                return
            late = seeded_random.number(self._world, "task", item.step_id, item.prospect_id) % 240
            at = max(at, slot.opens) + timedelta(seconds=60 + late)
        at = at if at > self._since else self._since + SECOND
        if at <= self._until:
            heappush(self._chores, item._replace(at=at))

    def _first(self, line: list[Item]) -> list[Item]:
        """Who is first in line, or nobody; people whose walk has ended meanwhile leave it."""
        while line and line[0].step_id is not None and self._has_stopped(line[0]):
            heappop(line)
        return line[:1]

    def _has_stopped(self, item: Item) -> bool:
        person = self._world.prospects[item.prospect_id]
        return person["unsubscribed"] or person["bounced"] or item.place in self._world.ended

    def _free_at(self, sender: Row, item: Item) -> datetime | None:
        slots = self._slots_of(item.sequence_id)
        at = quota.free_at(self._world, sender, slots, max(item.at, self._since), self._until)
        if at is not None and at <= self._since:
            at = quota.free_at(self._world, sender, slots, self._since + SECOND, self._until)
        return at

    def _may_be_mailed(self, sequence_id: str, person: Row) -> bool:
        """What the verdict about the address allows, as soon as it is there."""
        known = person["verificationStatus"]
        verdict = known if person["verifiedAt"] is None else imports.verdict(person["email"])
        risky_too = self._sequences[sequence_id]["settings"][MAIL_RISKY] == "1"
        return verdict in ("valid", "skip") or (verdict == "risky" and risky_too)

    def _keeps(self, sequence_id: str, walk: Row) -> str | None:
        senders = {row["id"] for row in self._senders[sequence_id]}
        return walk["senderId"] if walk["senderId"] in senders else None

    def _is_blocked(self, address: str) -> bool:
        return address in self._blocked or address.rpartition("@")[2] in self._blocked

    def _slots_of(self, sequence_id: str) -> Slots:
        schedule_id: str = self._sequences[sequence_id]["scheduleId"]
        if schedule_id not in self._slots:
            self._slots[schedule_id] = Slots(self._world.schedules[schedule_id])
        return self._slots[schedule_id]
