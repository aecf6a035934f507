"""The mails of the days ahead, from all running sequences together, and which of them have to wait. Pure.

Sequences share mailboxes: each mail takes one of the mailbox's day, whichever sequence it is of. Known and assumed is
what ``capacity_plan`` says, with two differences: days are those of UTC, in which the limits of mailboxes count, and
who waits for a first mail in several sequences of a mailbox is taken in turn.
"""

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from typing import NamedTuple
from zoneinfo import ZoneInfo

from saleshandy_mcp.features.sequences.checks.capacity_plan import FollowUp, PlannedSender, hours_ahead
from saleshandy_mcp.features.sequences.sending_hours import Week

_DAY = timedelta(days=1)
_OVERDUE, _FIRST, _OF_THE_DAY = range(3)
"""Who is mailed before whom."""

Rank = tuple[int, int]
Turn = tuple[Rank, int, int]
"""A rank, a stream and a mail: what a mailbox may send next."""


@dataclass(frozen=True)
class Stream:
    """What a running sequence has to send.

    Attributes:
        title: of the sequence.
        week: the hours of its schedule.
        senders: the places of its mailboxes among all.
        email_days: the days of its emails.
        people: how many wait for the first mail.
        follow_ups: the next mails of those who had one.
        after_task: which of the emails, from 0, wait until a task is done. They are not planned.
    """

    title: str
    week: Week
    senders: tuple[int, ...]
    email_days: tuple[int, ...]
    people: int
    follow_ups: tuple[FollowUp, ...] = ()
    after_task: frozenset[int] = frozenset()

    def sends(self, mail: int) -> bool:
        """Whether this mail goes out without a task before it."""
        return bool(self.senders) and mail < len(self.email_days) and mail not in self.after_task


@dataclass(frozen=True)
class PlannedDay:
    """A day in UTC.

    Attributes:
        sent: the mails that go out, by the place of their mailbox.
        waiting: those that are due and left over when the hours of their stream end, by its place.
        full: the mailboxes that reach their limit.
    """

    day: date
    sent: Counter[int]
    waiting: Counter[int]
    full: frozenset[int]


class Slot(NamedTuple):
    """Hours in which mail goes out, and their day in the zone of the schedule."""

    opens: datetime
    closes: datetime
    day: date


@dataclass
class _Queues:
    """Who of a stream waits for which mail."""

    stream: Stream
    slots: list[Slot]
    fresh: int
    begun: int = 0
    due: dict[tuple[int, int], deque[date]] = field(default_factory=dict[tuple[int, int], deque[date]])

    def queue(self, sender: int, mail: int) -> deque[date]:
        return self.due.setdefault((sender, mail), deque())

    def slot_at(self, moment: datetime) -> Slot | None:
        place = bisect_right(self.slots, moment, key=lambda it: it.opens) - 1
        return self.slots[place] if place >= 0 and moment < self.slots[place].closes else None

    def opens_after(self, moment: datetime) -> datetime | None:
        place = bisect_right(self.slots, moment, key=lambda it: it.opens)
        return self.slots[place].opens if place < len(self.slots) else None


def shared_plan(
    now: datetime, streams: Sequence[Stream], senders: Sequence[PlannedSender], days: int
) -> list[PlannedDay]:
    """The plan of so many days, from today on.

    Args:
        now: with a zone.
        streams: the running sequences.
        senders: the active mailboxes of all of them.
        days: how many.
    """
    run = _Run(now.astimezone(UTC), streams, senders, days)
    return [run.day(run.today + _DAY * ahead) for ahead in range(days)]


class _Run:
    def __init__(self, now: datetime, streams: Sequence[Stream], senders: Sequence[PlannedSender], days: int) -> None:
        self.now, self.today, self.senders = now, now.date(), senders
        end = datetime.combine(self.today + _DAY * days, time(), UTC)
        self.queues = [_queues(it, senders, now, end) for it in streams]
        self.of_sender = [
            [place for place, it in enumerate(streams) if sender in it.senders] for sender in range(len(senders))
        ]
        self.free = [now] * len(senders)

    def day(self, day: date) -> PlannedDay:
        """Send the mails of a day, each mailbox one after the other at its gap."""
        sent, full = Counter[int](), set[int]()
        ends = datetime.combine(day + _DAY, time(), UTC)
        begins = max(datetime.combine(day, time(), UTC), self.now)
        turns = [(max(free, begins), sender) for sender, free in enumerate(self.free)]
        heapify(turns)
        while turns:
            moment, sender = heappop(turns)
            if moment >= ends:
                continue
            if sent[sender] >= self.senders[sender].quota((day - self.today).days):
                full.add(sender)
                continue
            if self._send(sender, moment):
                sent[sender] += 1
                self.free[sender] = moment + timedelta(seconds=self.senders[sender].gap)
                heappush(turns, (self.free[sender], sender))
            elif later := self._opens(sender, moment):
                heappush(turns, (later, sender))
        return PlannedDay(day, sent, Counter(dict(self._waiting(day))), frozenset(full))

    def _send(self, sender: int, moment: datetime) -> bool:
        """Send what a mailbox has to send next at this moment; False when there is nothing."""
        turn = min(self._turns(sender, moment), default=None)
        if turn is None:
            return False
        _, stream, mail = turn
        it = self.queues[stream]
        if mail == 0:
            it.fresh, it.begun = it.fresh - 1, it.begun + 1
        else:
            it.queue(sender, mail).popleft()
        days = it.stream.email_days
        if it.stream.sends(mail + 1):
            day = moment.astimezone(ZoneInfo(it.stream.week.timezone)).date()
            it.queue(sender, mail + 1).append(day + _DAY * max(days[mail + 1] - days[mail], 0))
        return True

    def _turns(self, sender: int, moment: datetime) -> Iterator[Turn]:
        """What a mailbox may send at this moment."""
        gap = timedelta(seconds=self.senders[sender].gap)
        for place in self.of_sender[sender]:
            it = self.queues[place]
            slot = it.slot_at(moment)
            if slot is None or (slot.opens > self.now and moment < slot.opens + gap):
                continue
            if it.fresh:
                yield (_FIRST, it.begun), place, 0
            for mail in range(1, len(it.stream.email_days)):
                queue = it.queue(sender, mail)
                if queue and queue[0] <= slot.day:
                    overdue = queue[0] < self.today
                    yield (_OVERDUE if overdue else _OF_THE_DAY, queue[0].toordinal()), place, mail

    def _opens(self, sender: int, moment: datetime) -> datetime | None:
        """When a mailbox that has nothing to send now looks again: a gap after hours of one of its streams begin."""
        gap = timedelta(seconds=self.senders[sender].gap)
        opened = [self.queues[place].opens_after(moment - gap) for place in self.of_sender[sender]]
        return min((it + gap for it in opened if it), default=None)

    def _waiting(self, day: date) -> Iterator[tuple[int, int]]:
        """Who is left when hours end on this day: mails that were due in them, by stream."""
        for place, it in enumerate(self.queues):
            ended = [slot.day for slot in it.slots if (slot.closes - timedelta(microseconds=1)).date() == day]
            if ended:
                late = sum(due <= max(ended) for queue in it.due.values() for due in queue)
                yield place, it.fresh + late


def _queues(stream: Stream, senders: Sequence[PlannedSender], now: datetime, end: datetime) -> _Queues:
    slots = [Slot(*it) for it in hours_ahead(now, stream.week, end)]
    made = _Queues(stream, slots, stream.people if stream.sends(0) else 0)
    names = {senders[place].name.casefold(): place for place in stream.senders}
    planned = [it for it in stream.follow_ups if stream.sends(it.mail)]
    for number, it in enumerate(sorted(planned, key=lambda it: it.due)):
        # Those of a mailbox that is gone go to the others in turn.
        place = names.get(it.sender.casefold(), stream.senders[number % len(stream.senders)])
        made.queue(place, it.mail).append(it.due)
    return made
