"""When a schedule lets mails out: its slots, day by day."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from saleshandy_mcp.sandbox.world.tables import Row

DAY = timedelta(days=1)


class Slot(NamedTuple):
    opens: datetime
    closes: datetime


class Slots:
    """The slots of one schedule in UTC; each day is worked out once."""

    def __init__(self, schedule: Row) -> None:
        self.zone = zone(schedule["timezone"])
        self._week: dict[int, list[Row]] = {day["day"]: day["slots"] for day in schedule["timeSlots"]}
        self._days: dict[date, list[Slot]] = {}

    def on(self, day: date) -> list[Slot]:
        if day not in self._days:
            midnight = datetime.combine(day, time(), self.zone)
            found = [Slot(*(_at(midnight, slot[end]) for end in ("start", "end"))) for slot in self._of_weekday(day)]
            self._days[day] = sorted(found)
        return self._days[day]

    def after(self, moment: datetime, until: datetime) -> Slot | None:
        """The one that is open then, or the next that opens by `until`."""
        if not any(self._week.values()):
            return None
        # Where the schedule is kept it may be a day earlier or later than in UTC.
        day, last = moment.date() - DAY, until.date() + DAY
        while day <= last:
            for slot in self.on(day):
                if slot.closes > moment:
                    return slot if slot.opens <= until else None
            day += DAY
        return None

    def day_of(self, moment: datetime) -> date:
        """The day it is where the schedule is kept."""
        return moment.astimezone(self.zone).date()

    def days_after(self, moment: datetime, days: int) -> datetime:
        """The beginning of a later day; no days later is the moment itself."""
        if days <= 0:
            return moment
        return datetime.combine(self.day_of(moment) + days * DAY, time(), self.zone).astimezone(UTC)

    def _of_weekday(self, day: date) -> list[Row]:
        return self._week.get(day.isoweekday() % 7, [])


def zone(name: str) -> tzinfo:
    """The time zone; on a machine without the database it is taken for UTC."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return UTC


def _at(midnight: datetime, clock: Row) -> datetime:
    return (midnight + timedelta(hours=clock["hour"], minutes=clock["minute"])).astimezone(UTC)
