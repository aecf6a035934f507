"""Whether the hours of a schedule are hours of the day where people are. Pure.

The country of a person is known where the field Country is filled. A country with several time zones counts as fine
when the hours are hours of the day in one of them. Assumed: mail is welcome between 7:00 and 20:00.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.sequences.checks.check_finding import Finding
from saleshandy_mcp.features.sequences.sending_hours import Week
from saleshandy_mcp.untrusted.one_line import one_line

_MORNING, _EVENING, _DAY = 7 * 60, 20 * 60, 24 * 60
_NAMED = 3

_COUNTRIES: dict[str, str] = {
    "argentina": "America/Argentina/Buenos_Aires",
    "australia": "Australia/Perth Australia/Sydney",
    "austria|österreich": "Europe/Vienna",
    "bangladesh": "Asia/Dhaka",
    "belgium": "Europe/Brussels",
    "brazil|brasil": "America/Sao_Paulo America/Manaus",
    "canada": "America/Vancouver America/Toronto America/Halifax",
    "chile": "America/Santiago",
    "china": "Asia/Shanghai",
    "colombia": "America/Bogota",
    "czech republic|czechia": "Europe/Prague",
    "denmark|danmark": "Europe/Copenhagen",
    "egypt": "Africa/Cairo",
    "finland": "Europe/Helsinki",
    "france": "Europe/Paris",
    "germany|deutschland": "Europe/Berlin",
    "greece": "Europe/Athens",
    "hong kong": "Asia/Hong_Kong",
    "hungary": "Europe/Budapest",
    "india": "Asia/Kolkata",
    "indonesia": "Asia/Jakarta Asia/Jayapura",
    "ireland": "Europe/Dublin",
    "israel": "Asia/Jerusalem",
    "italy|italia": "Europe/Rome",
    "japan": "Asia/Tokyo",
    "kenya": "Africa/Nairobi",
    "malaysia": "Asia/Kuala_Lumpur",
    "mexico|méxico": "America/Tijuana America/Mexico_City",
    "netherlands|the netherlands|holland|nederland": "Europe/Amsterdam",
    "new zealand": "Pacific/Auckland",
    "nigeria": "Africa/Lagos",
    "norway|norge": "Europe/Oslo",
    "pakistan": "Asia/Karachi",
    "philippines": "Asia/Manila",
    "poland|polska": "Europe/Warsaw",
    "portugal": "Europe/Lisbon",
    "romania": "Europe/Bucharest",
    "saudi arabia": "Asia/Riyadh",
    "singapore": "Asia/Singapore",
    "south africa": "Africa/Johannesburg",
    "south korea|korea": "Asia/Seoul",
    "spain|españa": "Europe/Madrid",
    "sweden|sverige": "Europe/Stockholm",
    "switzerland|schweiz|suisse": "Europe/Zurich",
    "taiwan": "Asia/Taipei",
    "thailand": "Asia/Bangkok",
    "turkey|türkiye": "Europe/Istanbul",
    "ukraine": "Europe/Kyiv",
    "united arab emirates|uae": "Asia/Dubai",
    "united kingdom|uk|great britain|england|scotland|wales": "Europe/London",
    "united states|usa|us|united states of america|america": "America/Los_Angeles America/Chicago America/New_York",
    "vietnam": "Asia/Ho_Chi_Minh",
}
_ZONES = {name: zones.split() for names, zones in _COUNTRIES.items() for name in names.split("|")}


def zone_findings(countries: Iterable[str], week: Week, now: datetime) -> list[Finding]:
    """Countries of people where these hours are never hours of the day.

    Args:
        countries: one for each person, as it is stored; others than those that are known are left out.
        week: the hours of the schedule.
        now: when, since clocks change.
    """
    people = Counter(" ".join(it.split()).casefold() for it in countries)
    found: list[Finding] = []
    for country, count in people.most_common():
        there = [_hours_there(week, name, now) for name in _ZONES.get(country, [])]
        if not there or any(_by_day(spans) for spans in there):
            continue
        spans = there[len(there) // 2]
        hours = ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans[:_NAMED])
        who = counted(count, "known person", "known people")
        found.append(
            Finding(
                level="change",
                what=f"{who} in {one_line(country.title(), 40)}: the hours of the schedule are {hours} there",
                why="mail that comes at night is read less",
                do="Give them a sequence with other hours.",
            )
        )
    return found[:_NAMED]


def _hours_there(week: Week, zone: str, now: datetime) -> list[tuple[int, int]]:
    """The hours of all days in another zone, in minutes from its midnight; an end may lie on the next day."""
    try:
        apart = _offset(zone, now) - _offset(week.timezone, now)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return []
    spans = sorted({span for day in week.days for span in day})
    moved = [((start + apart) % _DAY, end - start) for start, end in spans]
    return [(start, start + length) for start, length in moved]


def _by_day(spans: list[tuple[int, int]]) -> bool:
    """Whether any of it lies between morning and evening; nothing at all is no finding of this kind."""
    day = ((_MORNING, _EVENING), (_MORNING + _DAY, _EVENING + _DAY))
    return not spans or any(start < evening and morning < end for start, end in spans for morning, evening in day)


def _offset(zone: str, now: datetime) -> int:
    offset = now.astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def _clock(minutes: int) -> str:
    return f"{minutes % _DAY // 60}:{minutes % 60:02}"
