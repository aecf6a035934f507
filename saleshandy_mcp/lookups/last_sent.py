"""When each sequence sent its last mail: from the events of mails, the newest days first."""

from collections.abc import Sequence as Many
from datetime import datetime, timedelta

from saleshandy_mcp.api.resources.analytics import MailEvents
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.lookups.mail_events import mail_events

LOOKED_BACK = 60
"""Days that are looked back."""
_WINDOWS = ((0, 2), (7, 3), (LOOKED_BACK, 3))
"""Days back from today, and the most pages of so many days. A sequence is asked about until it is found."""


async def last_sent(api: Api, sequence_ids: Many[str], now: datetime) -> dict[str, str]:
    """The day of the newest mail by sequence.

    Args:
        api: what carries the calls out.
        sequence_ids: those that have sent anything.
        now: the time there; its zone is the one that days are counted in.

    Returns:
        Sequence -> the day; "" where none was sent in the days that are looked back. What could not be read is missing.
    """
    found: dict[str, str] = {}
    for back, pages in _WINDOWS:
        left = [it for it in sequence_ids if it not in found]
        first = (now - timedelta(days=back)).date()
        try:
            read = await mail_events(api, left, first, now.date(), pages=pages, recent=True)
        except SaleshandyError:
            return found
        newest = _newest(read.rows, now)
        # Pages that are missing may hold later days, but none after today.
        found |= {it: day for it, day in newest.items() if day >= first.isoformat() and (read.whole or not back)}
        if not read.whole and back:
            return found
    return dict.fromkeys(sequence_ids, "") | found


def _newest(rows: Many[MailEvents], now: datetime) -> dict[str, str]:
    days: dict[str, str] = {}
    for row in rows:
        at = row.at("email_sent")
        if at and row.sequence_id:
            day = at.astimezone(now.tzinfo).date().isoformat()
            days[row.sequence_id] = max(day, days.get(row.sequence_id, ""))
    return days
