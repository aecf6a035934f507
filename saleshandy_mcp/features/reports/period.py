"""Reads times in the words of a person: "last week" as its first and its last day, a day ahead as a moment. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from saleshandy_mcp.core.errors import Mistake

ALL_TIME = "all time"
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_LONGEST = 366
_OLDEST = 730
"""Days. The API's pages say that a period is at most a year long and begins at most two years back."""
_AHEAD = re.compile(r"next ([1-9][0-9]?) days?", re.ASCII)
MOST_AHEAD = 14
_ALLOWED = (
    "Allowed: today, yesterday, this week, last week, this month, last month, this year, last year, last 7 days, "
    "last 30 days "
    f"(or another number up to {_LONGEST}), a month as in 2026-10, days as in 2026-10-01..2026-10-31, "
    "(get_stats only) all time, or (make_report only) next 14 days."
)


class Unit(Enum):
    """The kind of a period, which decides what the period is compared with."""

    DAYS = "any days"
    WEEK = "a week, or as much of it as has passed"
    MONTH = "a whole month, or several"
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


def days_ahead(words: str) -> int | None:
    """How many days the words mean that lie ahead, today included; None where they mean days that have passed.

    Raises:
        Mistake: when they are too many.
    """
    found = _AHEAD.fullmatch(_normal(words))
    if found and int(found[1]) > MOST_AHEAD:
        raise Mistake(f"period: mails are planned {MOST_AHEAD} days ahead at most", f"Allowed: next {MOST_AHEAD} days.")
    return int(found[1]) if found else None


def read(words: str, now: datetime) -> Period:
    """The days that the words mean. A week begins on Monday; days that have not begun are left out.

    Args:
        words: as a person says it.
        now: the moment it is said; its zone is the one that days are counted in.

    Raises:
        Mistake: when the words are not understood or the days are out of reach; it says what is allowed.
    """
    said, today = _normal(words), now.date()
    found = _named(said, today) or _last_days(said, today) or _dates(said, today)
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


def before(period: Period, now: datetime, argument: str = "compare") -> Period:
    """What to compare a period with: the same days of the week or month before, or as many days as the period has.

    Args:
        period: which one.
        now: the moment that it was said at.
        argument: the one that asks for it, for the error.

    Raises:
        Mistake: when that is further back than the API goes.
    """
    day_before = period.first - _DAY
    month = day_before.replace(day=1)
    match period.unit:
        case Unit.DAYS:
            said, first, last = "as many days", period.first - timedelta(days=period.days), day_before
        case Unit.WEEK:
            said = "the week" if period.days == 7 else "the same weekdays"
            first, last = period.first - _WEEK, period.last - _WEEK
        case Unit.MONTH:
            number = _months(period.first, period.last)
            said, last = "the month" if number == 1 else f"{number} months", day_before
            first = _months_earlier(period.first, number)
        case Unit.MONTH_SO_FAR:
            said, first = "the same days of the month", month
            last = min(month + timedelta(days=period.days - 1), day_before)
    earlier = Period(said, first, last)
    _refuse_too_old(earlier, argument, now.date())
    return earlier


def also_before(period: Period, prior: Period) -> Period | None:
    """What else may be meant by the period before: the whole of a week or month, or the same number of days.

    Args:
        period: the period that is compared.
        prior: what ``before`` has found for it.
    """
    day_before = period.first - _DAY
    match period.unit:
        case Unit.DAYS:
            return None
        case Unit.WEEK:
            other = Period("the whole week", period.first - _WEEK, day_before)
        case Unit.MONTH:
            other = Period("as many days", period.first - timedelta(days=period.days), day_before)
        case Unit.MONTH_SO_FAR:
            other = Period("the whole month", day_before.replace(day=1), day_before)
    return None if (other.first, other.last) == (prior.first, prior.last) else other


def last_two_years(now: datetime) -> tuple[Period, Period]:
    """All days that the API tells of, a year at most each, the newest first."""
    today = now.date()
    middle = today - timedelta(days=_OLDEST // 2)
    return Period(ALL_TIME, middle, today), Period(ALL_TIME, today - timedelta(days=_OLDEST), middle - _DAY)


def days_until(text: str, now: datetime) -> int:
    """How many days from today a day is that lies ahead.

    Raises:
        Mistake: when it is no day, or lies not ahead.
    """
    try:
        days = (date.fromisoformat(text.strip()) - now.date()).days
    except ValueError:
        raise Mistake(f'until: "{text}" is no day', "Write it as 2026-11-20.") from None
    if days < 1:
        raise Mistake(f"until: {text.strip()} does not lie ahead, today is {now.date()}", "Choose a later day.")
    return days


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
        "last week": (monday - _WEEK, monday - _DAY, Unit.WEEK),
        "this month": (month, today, Unit.MONTH_SO_FAR),
        "last month": ((month - _DAY).replace(day=1), month - _DAY, Unit.MONTH),
        "this year": (today.replace(month=1, day=1), today, Unit.DAYS),
        "last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31), Unit.MONTH),
    }.get(said)


def _last_days(said: str, today: date) -> tuple[date, date, Unit] | None:
    """So many days that end with today."""
    found = re.fullmatch(r"last ([1-9][0-9]{0,2}) days?", said)
    return (today - timedelta(days=int(found[1]) - 1), today, Unit.DAYS) if found else None


def _dates(said: str, today: date) -> tuple[date, date, Unit] | None:
    """``2026-10-01..2026-10-31``, one day or month alone, or two of them. Whole months are months."""
    first, dots, last = (part.strip() for part in said.partition(".."))
    try:
        begin, end = _day(first), _last_day(last if dots else first)
        whole = begin.day == 1 and (end + _DAY).day == 1
    except (ValueError, OverflowError):
        return None
    if not whole:
        return begin, end, Unit.DAYS
    if end < today or begin > end:
        return begin, end, Unit.MONTH
    return begin, end, Unit.MONTH_SO_FAR if _months(begin, end) == 1 else Unit.DAYS


def _day(text: str) -> date:
    """A day, or the first of a month."""
    return date.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text)


def _last_day(text: str) -> date:
    return _months_earlier(_day(text), -1) - _DAY if _MONTH.fullmatch(text) else date.fromisoformat(text)


def _months(first: date, last: date) -> int:
    """How many months these days are in."""
    return 12 * (last.year - first.year) + last.month - first.month + 1


def _months_earlier(first: date, number: int) -> date:
    """The first of a month so many months earlier."""
    months = 12 * first.year + first.month - 1 - number
    return date(months // 12, months % 12 + 1, 1)


def _refuse_too_old(period: Period, argument: str, today: date) -> None:
    if period.first < today - timedelta(days=_OLDEST):
        raise Mistake(
            f"{argument}: {period.first} is more than two years back, and Saleshandy tells nothing of that", _ALLOWED
        )
