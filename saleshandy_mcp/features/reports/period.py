"""Reads times in the words of a person: "last week" as its first and its last day, a day ahead as a moment. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from saleshandy_mcp.core.errors import Mistake

ALL_TIME = "all time"
_DAY = timedelta(days=1)
_LONGEST = 366
_OLDEST = 730
"""Days. The API's pages say that a period is at most a year long and begins at most two years back."""
_ALLOWED = (
    "Allowed: today, yesterday, this week, last week, this month, last month, last 7 days, last 30 days "
    f"(or another number up to {_LONGEST}), days as in 2026-10-01..2026-10-31, or all time for one sequence."
)


class Unit(Enum):
    """The kind of a period, which decides what the period is compared with."""

    DAYS = "any days"
    WEEK = "a week, or as much of it as has passed"
    MONTH = "a whole month"
    MONTH_SO_FAR = "as much of this month as has passed"


@dataclass(frozen=True)
class Period:
    """Whole days, in the zone of the moment that they were counted from.

    Attributes:
        words: as a person says it.
        first: the first day.
        last: the last day, which belongs to it.
        unit: what it is.
    """

    words: str
    first: date
    last: date
    unit: Unit = Unit.DAYS

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def is_all_time(words: str) -> bool:
    return _normal(words) == ALL_TIME


def read(words: str, now: datetime) -> Period:
    """The days that the words mean. A week begins on Monday; days that have not begun are left out.

    Args:
        words: as a person says it.
        now: the moment it is said; its zone is the one that days are counted in.

    Raises:
        Mistake: when the words are not understood or the days are out of reach; it says what is allowed.
    """
    said, today = _normal(words), now.date()
    found = _named(said, today) or _last_days(said, today) or _dates(said)
    if found is None:
        raise Mistake(f'period: "{words}" is not understood', _ALLOWED)
    first, last, unit = found
    if last < first:
        raise Mistake("period: it ends before it begins", _ALLOWED)
    if first > today:
        raise Mistake(f"period: it lies ahead, today is {today}", _ALLOWED)
    period = Period(said, first, min(last, today), unit)
    if period.days > _LONGEST:
        raise Mistake("period: longer than a year, which is the most that Saleshandy tells at once", _ALLOWED)
    _refuse_too_old(period, "period", today)
    return period


def before(period: Period, now: datetime) -> Period:
    """What to compare a period with: the same days of the week or month before, or as many days as the period has.

    Raises:
        Mistake: when that is further back than the API goes.
    """
    day_before = period.first - _DAY
    month = day_before.replace(day=1)
    match period.unit:
        case Unit.DAYS:
            first, last = period.first - timedelta(days=period.days), day_before
        case Unit.WEEK:
            first, last = period.first - timedelta(days=7), period.last - timedelta(days=7)
        case Unit.MONTH:
            first, last = month, day_before
        case Unit.MONTH_SO_FAR:
            first, last = month, min(month + timedelta(days=period.days - 1), day_before)
    earlier = Period("before", first, last)
    _refuse_too_old(earlier, "compare", now.date())
    return earlier


def ahead(text: str, now: datetime) -> datetime:
    """Read the moment that a task is put off to. A date alone means 9:00 UTC.

    Raises:
        Mistake: when it is no date, has no zone, or has passed.
    """
    try:
        until = datetime.fromisoformat(f"{text}T09:00+00:00" if len(text) == len("YYYY-MM-DD") else text)
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise Mistake(
            f'until: "{text}" is no date, and no date and time with a zone',
            "Write 2026-11-20 (9:00 UTC is meant), 2026-11-20T15:00Z or 2026-11-20T15:00+01:00.",
        )
    if until <= now:
        raise Mistake(f"until: {until:%Y-%m-%d %H:%M %Z} has passed, it is {now:%Y-%m-%d %H:%M %Z}")
    return until


def _normal(words: str) -> str:
    return " ".join(words.casefold().replace("_", " ").split())


def _named(said: str, today: date) -> tuple[date, date, Unit] | None:
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    return {
        "today": (today, today, Unit.DAYS),
        "yesterday": (today - _DAY, today - _DAY, Unit.DAYS),
        "this week": (monday, today, Unit.WEEK),
        "last week": (monday - timedelta(days=7), monday - _DAY, Unit.WEEK),
        "this month": (month, today, Unit.MONTH_SO_FAR),
        "last month": ((month - _DAY).replace(day=1), month - _DAY, Unit.MONTH),
    }.get(said)


def _last_days(said: str, today: date) -> tuple[date, date, Unit] | None:
    """So many days that end with today."""
    found = re.fullmatch(r"last ([1-9][0-9]{0,2}) days?", said)
    return (today - timedelta(days=int(found[1]) - 1), today, Unit.DAYS) if found else None


def _dates(said: str) -> tuple[date, date, Unit] | None:
    first, dots, last = said.partition("..")
    try:
        begin = date.fromisoformat(first.strip())
        return begin, date.fromisoformat(last.strip()) if dots else begin, Unit.DAYS
    except ValueError:
        return None


def _refuse_too_old(period: Period, argument: str, today: date) -> None:
    if period.first < today - timedelta(days=_OLDEST):
        raise Mistake(
            f"{argument}: {period.first} is more than two years back, and Saleshandy tells nothing of that", _ALLOWED
        )
