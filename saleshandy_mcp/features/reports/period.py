"""Times in a person's words: "last week" as its first and its last day, a day ahead as a moment. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from saleshandy_mcp.core.errors import Mistake

ALL_TIME = "all time"
_DAY = timedelta(days=1)
_LONGEST = 366
_OLDEST = 730
"""Days: the API's pages say that a window spans at most a year and begins at most two years back."""
_ALLOWED = (
    "Allowed: today, yesterday, this week, last week, this month, last month, last 7 days, last 30 days "
    f"(or another number up to {_LONGEST}), days as in 2026-10-01..2026-10-31, or all time for one sequence."
)


@dataclass(frozen=True)
class Period:
    """SequenceDetails days, both ends included, in the zone of the moment they were counted from."""

    words: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def normal(words: str) -> str:
    return " ".join(words.casefold().replace("_", " ").split())


def read(words: str, now: datetime) -> Period:
    """The days that are meant. A week begins on Monday; what has not passed yet is left out.

    Args:
        words: as a person says it.
        now: the moment it is said; its zone is the one that days are counted in.

    Raises:
        Mistake: saying what is allowed.
    """
    said, today = normal(words), now.date()
    found = _named(said, today) or _last_days(said, today) or _dates(said)
    if found is None:
        raise Mistake(f'period: "{words}" is not understood', _ALLOWED)
    first, last = found
    if last < first:
        raise Mistake("period: it ends before it begins", _ALLOWED)
    if first > today:
        raise Mistake(f"period: it lies ahead, today is {today}", _ALLOWED)
    period = Period(said, first, min(last, today))
    if period.days > _LONGEST:
        raise Mistake("period: longer than a year, which is the most that Saleshandy tells at once", _ALLOWED)
    _refuse_too_old(period, "period", today)
    return period


def before(period: Period, now: datetime) -> Period:
    """What to compare with: the same days of the week or month before, or as many days as the period has.

    Raises:
        Mistake: if that lies further back than the API tells.
    """
    yesterday = period.first - _DAY
    first, last = period.first - timedelta(days=period.days), yesterday
    if period.words.endswith(" week"):
        first, last = period.first - timedelta(days=7), period.last - timedelta(days=7)
    elif period.words == "last month":
        first = yesterday.replace(day=1)
    elif period.words == "this month":
        first = yesterday.replace(day=1)
        last = min(first + timedelta(days=period.days - 1), yesterday)
    earlier = Period("before", first, last)
    _refuse_too_old(earlier, "compare", now.date())
    return earlier


def ahead(text: str, now: datetime) -> datetime:
    """The moment that something is put off to; a date alone means 9:00 UTC."""
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


def _named(said: str, today: date) -> tuple[date, date] | None:
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    return {
        "today": (today, today),
        "yesterday": (today - _DAY, today - _DAY),
        "this week": (monday, today),
        "last week": (monday - timedelta(days=7), monday - _DAY),
        "this month": (month, today),
        "last month": ((month - _DAY).replace(day=1), month - _DAY),
    }.get(said)


def _last_days(said: str, today: date) -> tuple[date, date] | None:
    """Today is one of them."""
    found = re.fullmatch(r"last ([1-9][0-9]{0,2}) days?", said)
    return (today - timedelta(days=int(found[1]) - 1), today) if found else None


def _dates(said: str) -> tuple[date, date] | None:
    first, dots, last = said.partition("..")
    try:
        begin = date.fromisoformat(first.strip())
        return begin, date.fromisoformat(last.strip()) if dots else begin
    except ValueError:
        return None


def _refuse_too_old(period: Period, argument: str, today: date) -> None:
    if period.first < today - timedelta(days=_OLDEST):
        raise Mistake(
            f"{argument}: {period.first} is more than two years back, and Saleshandy tells nothing of that", _ALLOWED
        )
