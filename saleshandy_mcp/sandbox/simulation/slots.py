"""The slots of a schedule: when mails may go out, day by day."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from saleshandy_mcp.sandbox.world.tables import Row

DAY = timedelta(days=1)


class Slot(NamedTuple):
    opens: datetime
    closes: datetime


class Slots:
    """The slots of one schedule, in UTC. Each day is computed once."""

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
        """The slot that is open at a moment, or the next one that opens by `until`; None when there is none."""
        if not any(self._week.values()):
            return None
        # In the zone of the schedule it may be a day earlier or later than in UTC.
        day, last = moment.date() - DAY, until.date() + DAY
        while day <= last:
            for slot in self.on(day):
                if slot.closes > moment:
                    return slot if slot.opens <= until else None
            day += DAY
        return None

    def day_of(self, moment: datetime) -> date:
        """The day of a moment in the zone of the schedule."""
        return moment.astimezone(self.zone).date()

    def days_after(self, moment: datetime, days: int) -> datetime:
        """The beginning of the day that is so many days after a moment. For 0 days it is the moment itself."""
        if days <= 0:
            return moment
        return datetime.combine(self.day_of(moment) + days * DAY, time(), self.zone).astimezone(UTC)

    def _of_weekday(self, day: date) -> list[Row]:
        return self._week.get(day.isoweekday() % 7, [])


def zone(name: str) -> tzinfo:
    """The time zone; UTC on a machine that has no time zone database."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return UTC


def _at(midnight: datetime, clock: Row) -> datetime:
    return (midnight + timedelta(hours=clock["hour"], minutes=clock["minute"])).astimezone(UTC)
