"""How fast a sequence would send: the first mail, the mails of each day and sender, and when all is done. Pure.

Known: a mailbox has a number of mails a day and a gap of 60 to 190 seconds between two, unless it is set. Assumed: the
day of a mailbox changes at midnight UTC; who waits longest is mailed next: follow-ups that are overdue, then people
without a mail, then follow-ups of the day; a person keeps the mailbox of their first mail while it is active; days are
counted from the mail before, in the time zone of the schedule. The plan takes the longest gap, so that "done by" is not
too early. Bounces, replies and opt-outs make it shorter; other sequences of the same mailboxes longer.
"""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from saleshandy_mcp.core.view import View, counted
from saleshandy_mcp.features.sequences.sending_hours import Week

LONGEST_GAP = 190
HORIZON = 731
"""Days that a plan looks ahead at most."""
_SHOWN_DAYS = 5

Order = tuple[date, int]
"""When somebody is due, and for which of the mails."""


@dataclass(frozen=True)
class PlannedSender:
    """A mailbox.

    Attributes:
        left: mails it may still send today.
        daily: mails it may send on any other day.
        gap: seconds between two mails.
        today: the limit of today, where it grows from day to day; None where it does not.
        growth: what it is multiplied with each day.
    """

    name: str
    left: int
    daily: int
    gap: int = LONGEST_GAP
    today: int | None = None
    growth: float = 1.0

    def quota(self, ahead: int) -> int:
        """Mails that it may still send on the day so many days ahead."""
        if not ahead:
            return self.left
        if self.today is None or self.today >= self.daily:
            return self.daily
        return int(min(self.daily, round(self.today * min(self.growth**ahead, self.daily + 1))))


@dataclass(frozen=True)
class FollowUp:
    """The next mail of somebody who had mail before.

    Attributes:
        sender: the mailbox that mailed them; "" where that is not known.
        mail: which of the mails, from 1: 0 is the first.
        due: from which day on.
    """

    sender: str
    mail: int
    due: date


class DayOfPlan(View):
    """The mails of a day in the time zone of the schedule."""

    day: date
    first_mails: int
    mails: int
    by_sender: dict[str, int]


class CapacityPlan(View):
    """What would be sent, and when.

    Attributes:
        people: those who wait for their first mail.
        following: those who had mail before and go on.
        first: the earliest moment of the first mail, in the time zone of the schedule; None when nothing would be sent.
        days: those on which mail goes out.
        first_mails_done: the day on which the last of the people gets the first mail; None beyond the horizon.
        done: the day of the last mail that needs no task before it; None beyond the horizon.
    """

    people: int
    following: int = 0
    first: datetime | None
    days: list[DayOfPlan]
    first_mails_done: date | None
    done: date | None

    def texts(self) -> Iterator[str]:
        """The plan, line by line."""
        if self.first is None:
            return
        firsts = sum(it.first_mails > 0 for it in self.days)
        parts = (
            f"first mail {_day(self.first.date())} from {self.first:%H:%M} {self.first.tzname()}",
            f"{self.people:,} first mails {_by(self.first_mails_done)} ({firsts:,} day{'s' * (firsts != 1)})"
            if self.people
            else None,
            f"{counted(self.following, 'person', 'people')} with follow-ups" if self.following else None,
            f"all {sum(it.mails for it in self.days):,} mails {_by(self.done)}",
        )
        yield " · ".join(part for part in parts if part)
        for it in self.days[:_SHOWN_DAYS]:
            senders = ", ".join(f"{name} {count}" for name, count in list(it.by_sender.items())[:4])
            more = f" and {len(it.by_sender) - 4} more" if len(it.by_sender) > 4 else ""
            yield f"{_day(it.day)}: {it.mails:,} ({senders}{more})"


def _day(day: date) -> str:
    return f"{day:%a} {day.isoformat()}"


def _by(day: date | None) -> str:
    return f"done by {_day(day)}" if day else f"not done within {HORIZON // 365} years"


def capacity_plan(
    now: datetime,
    week: Week,
    senders: list[PlannedSender],
    email_days: list[int],
    people: int,
    *,
    follow_ups: Sequence[FollowUp] = (),
) -> CapacityPlan:
    """The plan.

    Args:
        now: with a zone.
        week: the hours of the schedule.
        senders: the active mailboxes.
        email_days: the days of the email steps in order, up to the first step that waits for a task.
        people: how many wait for the first of these mails.
        follow_ups: of the people who had mail before; those after the last of ``email_days`` are left out.
    """
    run = _Run(now, week, senders, email_days, people)
    run.add(follow_ups)
    for opens, closes in _pieces(now, week):
        if run.over:
            break
        run.send(opens, closes)
    return run.plan()


def hours_ahead(now: datetime, week: Week, end: datetime) -> Iterator[tuple[datetime, datetime, date]]:
    """The hours of a schedule that have not passed, in UTC, up to a moment; with their day in its zone."""
    zone = ZoneInfo(week.timezone)
    day = now.astimezone(zone).date()
    while datetime.combine(day, time(), zone) < end:
        midnight = datetime.combine(day, time(), zone)
        for start, stop in week.days[day.isoweekday() % 7]:
            # Wall-clock arithmetic: 9:00 is 9:00 on the days when clocks are changed, too.
            opens = (midnight + timedelta(minutes=start)).astimezone(UTC)
            closes = (midnight + timedelta(minutes=stop)).astimezone(UTC)
            if closes > now:
                yield opens, closes, day
        day += timedelta(days=1)


def _pieces(now: datetime, week: Week) -> Iterator[tuple[datetime, datetime]]:
    """The hours ahead in which mail goes out, in UTC; a piece lies within one day of the mailboxes."""
    zone = ZoneInfo(week.timezone)
    last = now.astimezone(zone).date() + timedelta(days=HORIZON)
    for begins, closes, _ in hours_ahead(now, week, datetime.combine(last, time(), zone)):
        opens = max(begins, now.astimezone(UTC))
        while opens < closes:
            turn = datetime.combine(opens.date() + timedelta(days=1), time(), UTC)
            yield opens, min(closes, turn)
            opens = turn


@dataclass
class _Run:
    """Who waits for what, while days pass."""

    now: datetime
    week: Week
    senders: list[PlannedSender]
    email_days: list[int]
    fresh: int
    due: list[deque[Order]] = field(default_factory=list[deque[Order]])
    used: Counter[tuple[int, date]] = field(default_factory=Counter[tuple[int, date]])
    sent: dict[date, Counter[tuple[int, int]]] = field(default_factory=dict[date, Counter[tuple[int, int]]])
    first: datetime | None = None
    people: int = 0
    following: int = 0

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.week.timezone)
        self.people = self.fresh
        # One queue for each mailbox and mail: whoever is due in it is due in the order of the queue.
        self.due = [deque() for _ in range(len(self.senders) * max(len(self.email_days), 1))]
        if not self.senders or not self.email_days:
            self.fresh = 0

    def add(self, follow_ups: Sequence[FollowUp]) -> None:
        """Queue the next mails of people who had some; those of a mailbox that is gone go to the others in turn."""
        places = {it.name.casefold(): place for place, it in enumerate(self.senders)}
        planned = [it for it in follow_ups if self.senders and it.mail < len(self.email_days)]
        self.following = len(planned)
        for number, it in enumerate(sorted(planned, key=lambda it: it.due)):
            place = places.get(it.sender.casefold(), number % len(self.senders))
            self._queue(place, it.mail).append((it.due, it.mail))

    @property
    def over(self) -> bool:
        return not self.fresh and not any(self.due)

    def send(self, opens: datetime, closes: datetime) -> None:
        day = opens.astimezone(self.zone).date()
        room = [self._room(place, opens, closes) for place in range(len(self.senders))]
        going = True
        while going:
            going = False
            for place in range(len(self.senders)):
                if room[place] and self._one(place, day, opens):
                    room[place] -= 1
                    going = True

    def _room(self, place: int, opens: datetime, closes: datetime) -> int:
        """How many mails a mailbox may send in a piece."""
        sender = self.senders[place]
        quota = sender.quota((opens.date() - self.now.astimezone(UTC).date()).days)
        left = max(quota - self.used[place, opens.date()], 0)
        return min(left, max(ceil((closes - opens).total_seconds() / max(sender.gap, 1)) - 1, 0))

    def _one(self, place: int, day: date, opens: datetime) -> bool:
        """Send the next mail of a mailbox; False when nobody is due."""
        mail = self._next(place, day)
        if mail is None:
            return False
        self.first = self.first or opens
        self.used[place, opens.date()] += 1
        self.sent.setdefault(day, Counter())[place, mail] += 1
        if mail + 1 < len(self.email_days):
            wait = max(self.email_days[mail + 1] - self.email_days[mail], 0)
            self._queue(place, mail + 1).append((day + timedelta(days=wait), mail + 1))
        return True

    def _next(self, place: int, day: date) -> int | None:
        heads = [queue for mail in range(1, len(self.email_days)) if (queue := self._queue(place, mail))]
        queue = min(heads, key=lambda it: it[0], default=None)
        overdue = queue is not None and queue[0][0] < self.now.astimezone(self.zone).date()
        if self.fresh and not overdue:
            self.fresh -= 1
            return 0
        return queue.popleft()[1] if queue and queue[0][0] <= day else None

    def _queue(self, place: int, mail: int) -> deque[Order]:
        return self.due[place * len(self.email_days) + mail]

    def plan(self) -> CapacityPlan:
        days = [
            DayOfPlan(
                day=day,
                first_mails=sum(count for (_, mail), count in counts.items() if mail == 0),
                mails=counts.total(),
                by_sender=self._by_sender(counts),
            )
            for day, counts in sorted(self.sent.items())
        ]
        firsts = [it.day for it in days if it.first_mails]
        return CapacityPlan(
            people=self.people,
            following=self.following,
            first=self.first.astimezone(self.zone) if self.first else None,
            days=days,
            first_mails_done=firsts[-1] if firsts and not self.fresh else None,
            done=days[-1].day if days and self.over else None,
        )

    def _by_sender(self, counts: Counter[tuple[int, int]]) -> dict[str, int]:
        by = Counter[str]()
        for (place, _), count in counts.items():
            by[self.senders[place].name] += count
        return dict(by)
