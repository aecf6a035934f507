"""On which days the people of the demo workspace got each step, so that everybody ends at the step of the demo data.

First the days are planned, then each step gets its moment by the rules that also hold later. The days are chosen so
that nobody is overdue for the next step on the Monday.
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
# In an active sequence, every fourth person at the first step still waits for the first mail.
EVERY_WAITING = 4
# The longest time between a task and its completion, in days.
LONGEST_TASK = 3
RECENT = 7 * DAY
# How many plans are compared for each person.
CHOICES = 12

Days = tuple[date, ...]
Load = Counter[tuple[str, date]]
"""How many mails an email account sends on a day."""


class SequencePlans:
    """The plans by which people can have come to a step of one sequence. A plan is one day for each step."""

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
        """The email account of the person with this number. Accounts take turns; one with a low limit has few turns."""
        return self._senders[number % len(self._senders)]

    def gap(self, place: int) -> int:
        """Days from a step to the next."""
        return self.steps[place + 1]["absoluteDays"] - self.steps[place]["absoluteDays"]

    def is_task(self, place: int) -> bool:
        return self.steps[place]["type"] != EMAIL

    def sending_day(self, day: date) -> date:
        """This day, or the next one that has a slot."""
        if day not in self._sending_days:
            self._sending_days[day] = day if self.slots.on(day) else self.sending_day(day + DAY)
        return self._sending_days[day]

    def reaching(self, place: int, delay: int, *, moving: bool) -> list[Days]:
        """The plans by which a person is at a step when the past ends, the earliest first.

        Args:
            place: the index of the step.
            delay: how many days the person's tasks took.
            moving: whether the next step follows; it must not be due before the past ends.
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
class PastPerson:
    """One person in one sequence, and when they got each step."""

    plans: SequencePlans
    person: Row
    number: int  # counted within the sequence
    place: int  # index of the current step
    stays: bool  # no further step follows: unsubscribed, bounced, answered or finished
    task: Row | None = None  # the task of the current step
    by: datetime | None = None  # they came to the current step just before this moment
    sender: Row = field(init=False)
    start: date = BEGAN
    reached: list[datetime] = field(default_factory=list[datetime])
    passed: list[tuple[Row, datetime, datetime]] = field(default_factory=list[tuple[Row, datetime, datetime]])

    def __post_init__(self) -> None:
        self.sender = self.plans.sender_of(self.number)

    @property
    def delay(self) -> int:
        return self.number % LONGEST_TASK

    def plan(self, load: Load) -> None:
        """Choose the plan whose days have the least load for the account. With `by` it is the last plan that fits."""
        moving = not self.stays and not self.plans.is_task(self.place)
        since, by = self._first_day(), self._last_day()
        fitting = [
            days
            for days in self.plans.reaching(self.place, self.delay, moving=moving)
            if days[0] >= since and days[-1] <= by
        ]
        if not self.stays:
            fitting = [days for days in fitting if days[-1] >= self.plans.ends - RECENT] or fitting
        if self.by is not None:
            fitting = fitting[-1:]
        turn = self.number * 7 % len(fitting)
        mailed = [index for index in range(self.place + 1) if not self.plans.is_task(index)]
        id_ = self.sender["id"]
        chosen = min(
            (fitting[turn:] + fitting[:turn])[:CHOICES],
            key=lambda days: max(load[id_, days[index]] for index in mailed),
        )
        load.update((id_, chosen[index]) for index in mailed)
        self.start = chosen[0]

    def _first_day(self) -> date:
        known = date.fromisoformat(self.person["createdAt"][:10]) + 2 * DAY
        return max(BEGAN, known, date.fromisoformat(self.plans.sequence["createdAt"][:10]) + DAY)

    def _last_day(self) -> date:
        """The last day of reaching the current step: not after its task was due, and before it was done."""
        by = date.max if self.by is None else self.by.date()
        if self.task is None:
            return by
        if tasks.is_open(self.task):
            return min(by, date.fromisoformat(self.task["dueDate"]))
        return by if self.stays else min(by, (BASE - 5 * DAY).date())


def steps_taken(world: World, people: list[PastPerson]) -> Iterator[tuple[PastPerson, int, datetime]]:
    """All steps of all people in the order of time: (person, index of the step, its moment)."""
    queue = [(_first(who), number, 0, who) for number, who in enumerate(people)]
    heapify(queue)
    while queue:
        due, number, index, who = heappop(queue)
        plans, step = who.plans, who.plans.steps[index]
        if step["type"] == EMAIL:
            at = quota.free_at(world, who.sender, plans.slots, due, BASE) or due
            quota.count(world.outboxes[who.sender["id"]], at)
        else:
            at = due + timedelta(seconds=60 + seeded_random.number(world, "task", step["id"], who.person["id"]) % 240)
        who.reached.append(at)
        yield who, index, at
        if index < who.place:
            done = _task_done(who, step, at) if step["type"] != EMAIL else at
            heappush(queue, (_opening(plans, done, plans.gap(index)), number, index + 1, who))


def _by_quota(world: World, senders: list[Row]) -> list[Row]:
    """The accounts in the order of their turns. A last one with a much lower limit than the first has one in six."""
    first, last = senders[0], senders[-1]
    limits = [world.outboxes[row["id"]]["limit"] for row in senders]
    return senders if limits[-1] * 2 > limits[0] else [first, first, first, last, first, first]


def _first(who: PastPerson) -> datetime:
    return who.plans.slots.on(who.start)[0].opens


def _opening(plans: SequencePlans, done: datetime, days: int) -> datetime:
    due = plans.slots.days_after(done, days)
    slot = plans.slots.after(due, BASE)
    return max(due, slot.opens) if slot else due


def _task_done(who: PastPerson, step: Row, at: datetime) -> datetime:
    """When the person's task was done: within two and a half hours of the opening of one of the next days."""
    day = who.plans.sending_day(who.plans.slots.day_of(at) + who.delay * DAY)
    done = max(at, who.plans.slots.on(day)[0].opens) + timedelta(minutes=20 + who.number * 13 % 120)
    who.passed.append((step, at, done))
    return done


def entered(plans: SequencePlans, start: date) -> datetime:
    """When a person entered: on the evening before the first step, after the last slot."""
    evening = datetime.combine(start - DAY, time(20), plans.slots.zone)
    return evening.astimezone(BASE.tzinfo)
