"""Reads and writes sending hours: as text, ``Mon-Fri 9:00-17:00 Europe/Berlin``, and as schedules of the API. Pure."""

import re
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import available_timezones

from pydantic import ValidationError

from saleshandy_mcp.api.resources.schedules import DaySlots, HourMinute, Schedule, Slot
from saleshandy_mcp.core.errors import Mistake

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
"""In the order of the API: 0 is Sunday."""

_FROM_MONDAY = (1, 2, 3, 4, 5, 6, 0)
_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")
_HOW = 'Write it like "Mon-Wed 9:00-12:00, 14:00-17:00, Fri 9:00-12:00 Europe/Berlin".'

Spans = tuple[tuple[int, int], ...]
"""When mails go out on a day: minutes since midnight, from and to."""


class Week(NamedTuple):
    """When mails go out.

    Attributes:
        days: the hours of each of the seven days, Sunday first.
        timezone: IANA name, such as Europe/Berlin.
    """

    days: tuple[Spans, ...]
    timezone: str

    @property
    def slots(self) -> list[DaySlots]:
        return [
            DaySlots(day=day, slots=[Slot(start=_moment(start), end=_moment(end)) for start, end in spans])
            for day, spans in enumerate(self.days)
        ]

    def __str__(self) -> str:
        """The hours as a person writes them: from Monday on, days with the same hours together."""
        alike: dict[Spans, list[int]] = {}
        for day in _FROM_MONDAY:
            alike.setdefault(self.days[day], []).append(day)
        told = [f"{_days(days)} {_hours(spans)}" for spans, days in alike.items() if spans]
        return f"{', '.join(told) or 'no day'} {self.timezone}"


def week_of(schedule: Schedule) -> Week | None:
    """The week of a schedule; None where the API does not tell the hours, as in its documented sample."""
    try:
        rows = [DaySlots.model_validate(row) for row in schedule.time_slots]
    except ValidationError:
        return None
    spans = {row.day: tuple((_minutes(it.start), _minutes(it.end)) for it in row.slots) for row in rows}
    return Week(tuple(spans[day] for day in range(7)), schedule.timezone) if spans.keys() == {*range(7)} else None


def schedule_in_words(schedule: Schedule) -> str:
    """Its name and its hours; the time zone alone where the hours are not told."""
    hours = str(week_of(schedule) or schedule.timezone)
    return hours if schedule.name == hours else f"{schedule.name} ({hours})"


def looks_like_hours(text: str) -> bool:
    """Whether a text names days and hours; otherwise it is the name of a schedule."""
    parts = _parts(text)
    return any(_day_range(part) for part in parts) and any(_SPAN.fullmatch(part) for part in parts)


def read_hours(text: str, *, timezone: str | None) -> Week:
    """Reads hours that a person wrote.

    Args:
        text: days, their hours, and a time zone.
        timezone: the time zone where the text names none; None when there is no such default.

    Raises:
        Mistake: when the text cannot be read; it says which part.
    """
    reader = _Reader()
    for part in _parts(text):
        reader.take(part)
    return reader.week(timezone)


class _Reader:
    """Takes the parts of a text one after the other: days, the hours of those days, the zone anywhere."""

    def __init__(self) -> None:
        self._hours: dict[int, list[tuple[int, int]]] = {}
        self._group: list[int] = []
        self._closed = False  # whether hours stand after the days of the group
        self._zone = ""

    def take(self, part: str) -> None:
        if named := _day_range(part):
            self._days(named)
        elif span := _SPAN.fullmatch(part):
            self._span(part, _span(span))
        elif self._zone:
            raise Mistake(f'schedule: "{part}" is neither days nor hours', _HOW)
        else:
            self._zone = part

    def _days(self, named: list[int]) -> None:
        if twice := [_short(day) for day in named if day in self._hours]:
            raise Mistake(f"schedule: {', '.join(twice)} is named twice", _HOW)
        self._group = named if self._closed else self._group + named
        self._closed = False

    def _span(self, part: str, span: tuple[int, int]) -> None:
        if not self._group:
            raise Mistake(f'schedule: no day stands before "{part}"', _HOW)
        self._closed = True
        for day in self._group:
            self._hours.setdefault(day, []).append(span)

    def week(self, timezone: str | None) -> Week:
        if not self._closed:
            days = ", ".join(map(_short, self._group)) or "any day"
            raise Mistake(f"schedule: no hours stand after {days}", _HOW)
        return Week(tuple(_in_order(self._hours.get(day, [])) for day in range(7)), _zone(self._zone or timezone))


def _parts(text: str) -> list[str]:
    """The words between blanks, commas and semicolons; every range gets a plain hyphen without blanks."""
    return [part for part in re.split(r"[\s,;]+", re.sub(r"\s*[-\u2013]\s*", "-", text)) if part]


def _day_range(part: str) -> list[int]:
    """The days of ``Mon`` or ``Fri-Mon``; an empty list for anything else."""
    ends = [_day(word) for word in part.split("-")]
    if len(ends) > 2 or any(end is None for end in ends):
        return []
    first, last = ends[0] or 0, ends[-1] or 0
    return [(first + more) % 7 for more in range((last - first) % 7 + 1)]


def _day(word: str) -> int | None:
    found = [day for day, name in enumerate(_DAYS) if len(word) >= 3 and name.startswith(word.casefold())]
    return found[0] if found else None


def _span(match: re.Match[str]) -> tuple[int, int]:
    hours, minutes, hours_to, minutes_to = (int(part or 0) for part in match.groups())
    start, end = hours * 60 + minutes, hours_to * 60 + minutes_to
    if max(minutes, minutes_to) > 59 or end >= 24 * 60:
        raise Mistake(f'schedule: "{match[0]}" is no time of a day', "A day goes from 0:00 to 23:59.")
    if start >= end:
        raise Mistake(f'schedule: "{match[0]}" ends before it begins', "Hours past midnight belong to the next day.")
    return start, end


def _in_order(spans: list[tuple[int, int]]) -> Spans:
    ordered = tuple(sorted(spans))
    for (start, end), (following, _) in pairwise(ordered):
        if following < end:
            raise Mistake(f"schedule: {_hours(((start, end),))} overlaps what begins at {_clock(following)}", _HOW)
    return ordered


def _zone(name: str | None) -> str:
    """The time zone as the database spells it. Without a database it is sent as it is, and Saleshandy checks it."""
    if not name:
        raise Mistake("schedule: the time zone is missing", _HOW)
    known = {zone.casefold(): zone for zone in available_timezones()}
    if known and name.casefold() not in known:
        near = get_close_matches(name.casefold(), known, n=3, cutoff=0.5)
        remedy = f"Near: {', '.join(known[zone] for zone in near)}." if near else "Name one such as Europe/Berlin."
        raise Mistake(f'schedule: there is no time zone "{name}"', remedy)
    return known.get(name.casefold(), name)


def _days(days: list[int]) -> str:
    """The days as text, from Monday on: ``Mon-Wed, Fri``."""
    runs: list[list[int]] = []
    for place in sorted(_FROM_MONDAY.index(day) for day in days):
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    words = [[_short(_FROM_MONDAY[place]) for place in run] for run in runs]
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in words)


def _hours(spans: Spans) -> str:
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _short(day: int) -> str:
    return _DAYS[day][:3].capitalize()


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _minutes(moment: HourMinute) -> int:
    return moment.hour * 60 + moment.minute


def _moment(minutes: int) -> HourMinute:
    return HourMinute(hour=minutes // 60, minute=minutes % 60)
