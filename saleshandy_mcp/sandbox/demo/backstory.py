"""How the people of the demo workspace came to where they stand: planned by days, then walked through by the rules.

The days are chosen so that everybody stands at the step the demo says, and nobody is late for the next one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush

from saleshandy_mcp.sandbox.simulation import quota, seeded_random, tasks
from saleshandy_mcp.sandbox.simulation.slots import DAY, Slots
from saleshandy_mcp.sandbox.world.clock import BASE
from saleshandy_mcp.sandbox.world.rows import EMAIL
from saleshandy_mcp.sandbox.world.tables import Row, World

BEGAN = (BASE - timedelta(weeks=8)).date()
PAUSED_SINCE = BASE - timedelta(days=9)
# In an active sequence, every so-manieth at the first step waits for the first mail.
EVERY_WAITING = 4
# Tasks that somebody is past took up to so many days.
LONGEST_TASK = 3
RECENT = 7 * DAY
# So many ways to have come somewhere are looked at, beginning with another one for each person.
CHOICES = 12

Days = tuple[date, ...]
Load = Counter[tuple[str, date]]  # of a mailbox on a day


class Course:
    """The steps of one sequence over the days of its schedule."""

    def __init__(self, world: World, sequence: Row) -> None:
        self.sequence = sequence
        self.steps = world.steps_of(sequence["id"])
        self.slots = Slots(world.schedules[sequence["scheduleId"]])
        self.variants = {step["id"]: world.variants_of(step["id"]) for step in self.steps}
        self._senders = _by_quota(world, [world.email_accounts[id_] for id_ in sequence["emailAccountIds"]])
        self.ends = (BASE if sequence["active"] else PAUSED_SINCE).date()
        self._plans: dict[tuple[int, int, bool], list[Days]] = {}
        self._sending_days: dict[date, date] = {}

    def sender_of(self, number: int) -> Row:
        """In turn; a mailbox that may send little has few turns."""
        return self._senders[number % len(self._senders)]

    def gap(self, place: int) -> int:
        """Days from a step to the next."""
        return self.steps[place + 1]["absoluteDays"] - self.steps[place]["absoluteDays"]

    def is_task(self, place: int) -> bool:
        return self.steps[place]["type"] != EMAIL

    def sending_day(self, day: date) -> date:
        """This one, or the next that has a slot."""
        if day not in self._sending_days:
            self._sending_days[day] = day if self.slots.on(day) else self.sending_day(day + DAY)
        return self._sending_days[day]

    def plans(self, place: int, delay: int, *, moving: bool) -> list[Days]:
        """The ways to have come here by the end: a day for each step, earliest first.

        Who is moving must not be due for the next step before the story ends.
        """
        key = (place, delay if any(map(self.is_task, range(place))) else 0, moving)
        if key not in self._plans:
            self._plans[key] = list(self._found(*key))
        return self._plans[key]

    def _found(self, place: int, delay: int, moving: bool) -> Iterator[Days]:  # noqa: FBT001 - the key, taken apart
        for number in range((self.ends - BEGAN).days):
            days = [BEGAN + number * DAY]
            if self.sending_day(days[0]) != days[0]:
                continue
            for index in range(place):
                done = self.sending_day(days[-1] + delay * DAY) if self.is_task(index) else days[-1]
                days.append(self.sending_day(done + self.gap(index) * DAY))
            due = self.sending_day(days[-1] + self.gap(place) * DAY) if moving else self.ends
            if days[-1] < self.ends <= due:
                yield tuple(days)


@dataclass
class Traveller:
    """One person in one sequence."""

    course: Course
    person: Row
    number: int  # in the sequence
    place: int
    stays: bool  # has left, has answered, or is through
    task: Row | None = None  # of the step where they stand
    by: datetime | None = None  # had just come to where they stand
    sender: Row = field(init=False)
    start: date = BEGAN
    reached: list[datetime] = field(default_factory=list[datetime])
    passed: list[tuple[Row, datetime, datetime]] = field(default_factory=list[tuple[Row, datetime, datetime]])

    def __post_init__(self) -> None:
        self.sender = self.course.sender_of(self.number)

    @property
    def delay(self) -> int:
        return self.number % LONGEST_TASK

    def plan(self, load: Load) -> None:
        """Choose the days on which the mailbox has least to do; who had just come has no choice."""
        moving = not self.stays and not self.course.is_task(self.place)
        since, by = self._first_day(), self._last_day()
        fitting = [
            days
            for days in self.course.plans(self.place, self.delay, moving=moving)
            if days[0] >= since and days[-1] <= by
        ]
        if not self.stays:
            fitting = [days for days in fitting if days[-1] >= self.course.ends - RECENT] or fitting
        if self.by is not None:
            fitting = fitting[-1:]
        turn = self.number * 7 % len(fitting)
        mailed = [index for index in range(self.place + 1) if not self.course.is_task(index)]
        id_ = self.sender["id"]
        chosen = min(
            (fitting[turn:] + fitting[:turn])[:CHOICES],
            key=lambda days: max(load[id_, days[index]] for index in mailed),
        )
        load.update((id_, chosen[index]) for index in mailed)
        self.start = chosen[0]

    def _first_day(self) -> date:
        known = date.fromisoformat(self.person["createdAt"][:10]) + 2 * DAY
        return max(BEGAN, known, date.fromisoformat(self.course.sequence["createdAt"][:10]) + DAY)

    def _last_day(self) -> date:
        """Of coming here: not after the task here was due, and before it was done."""
        by = date.max if self.by is None else self.by.date()
        if self.task is None:
            return by
        if tasks.is_open(self.task):
            return min(by, date.fromisoformat(self.task["dueDate"]))
        return by if self.stays else min(by, (BASE - 5 * DAY).date())


def walked(world: World, travellers: list[Traveller]) -> Iterator[tuple[Traveller, int, datetime]]:
    """Everybody goes step by step up to where they stand; each step of each at its moment."""
    line = [(_first(traveller), number, 0, traveller) for number, traveller in enumerate(travellers)]
    heapify(line)
    while line:
        due, number, index, traveller = heappop(line)
        course, step = traveller.course, traveller.course.steps[index]
        if step["type"] == EMAIL:
            at = quota.free_at(world, traveller.sender, course.slots, due, BASE) or due
            quota.count(world.outboxes[traveller.sender["id"]], at)
        else:
            at = due + timedelta(
                seconds=60 + seeded_random.number(world, "task", step["id"], traveller.person["id"]) % 240
            )
        traveller.reached.append(at)
        yield traveller, index, at
        if index < traveller.place:
            done = _task_done(traveller, step, at) if step["type"] != EMAIL else at
            heappush(line, (_opening(course, done, course.gap(index)), number, index + 1, traveller))


def _by_quota(world: World, senders: list[Row]) -> list[Row]:
    """All take turns; a last one that may send much less than the first has one in six."""
    first, last = senders[0], senders[-1]
    limits = [world.outboxes[row["id"]]["limit"] for row in senders]
    return senders if limits[-1] * 2 > limits[0] else [first, first, first, last, first, first]


def _first(traveller: Traveller) -> datetime:
    return traveller.course.slots.on(traveller.start)[0].opens


def _opening(course: Course, done: datetime, days: int) -> datetime:
    due = course.slots.days_after(done, days)
    slot = course.slots.after(due, BASE)
    return max(due, slot.opens) if slot else due


def _task_done(traveller: Traveller, step: Row, at: datetime) -> datetime:
    """Some hours into one of the next days."""
    day = traveller.course.sending_day(traveller.course.slots.day_of(at) + traveller.delay * DAY)
    done = max(at, traveller.course.slots.on(day)[0].opens) + timedelta(minutes=20 + traveller.number * 13 % 120)
    traveller.passed.append((step, at, done))
    return done


def entered(course: Course, start: date) -> datetime:
    """In the evening before, when no slot is open any more."""
    evening = datetime.combine(start - DAY, time(20), course.slots.zone)
    return evening.astimezone(BASE.tzinfo)
