"""Reads the unusual texts in which some answers write a date and time. Pure."""

import re
from datetime import UTC, datetime, timedelta, timezone

_JS_DATE = re.compile(
    r"(?:[A-Z][a-z]{2},? )?(?P<month>[A-Z][a-z]{2}) (?P<day>[0-9]{1,2}) (?P<year>[0-9]{4})"
    r" (?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?: (?:GMT|UTC)(?P<offset>(?P<sign>[+-])(?P<hours>[0-9]{1,2}?):?(?P<minutes>[0-9]{2})?)?)?(?: \(.*\))?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(text: str | None) -> datetime | None:
    """The moment in a JavaScript Date or an ISO text; None when the text is neither.

    Live answers have a short offset, and the zone in brackets: ``Mon Mar 02 2026 09:15:00 GMT+5:30 (Asia/Kolkata)``.
    Without an offset UTC is assumed.
    """
    text = (text or "").strip()
    found = _JS_DATE.fullmatch(text)
    try:
        if found is None:
            read = datetime.fromisoformat(text)
            return read if read.tzinfo else read.replace(tzinfo=UTC)
        month = _MONTHS.index(found["month"]) + 1  # not %b, which follows the locale
        hour, minute, second = map(int, found["clock"].split(":"))
        return datetime(int(found["year"]), month, int(found["day"]), hour, minute, second, tzinfo=_zone(found))
    except ValueError:
        return None


def _zone(found: re.Match[str]) -> timezone:
    if not found["offset"]:
        return UTC
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(-ahead if found["sign"] == "-" else ahead)
