"""What happened to mails, read page after page: a row for each recipient and step."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from saleshandy_mcp.api.resources.analytics import GetConsolidatedStats, MailEvents
from saleshandy_mcp.core.context import Api

PAGE = 500
"""Rows in the answer to one call; the most that the API gives."""


class ReadEvents(NamedTuple):
    """The rows, and whether these are all of the period."""

    rows: list[MailEvents]
    whole: bool


async def mail_events(
    api: Api, sequence_ids: Sequence[str], first: date, last: date, *, pages: int, recent: bool = False
) -> ReadEvents:
    """The events of sequences in a period.

    Args:
        api: what carries the calls out.
        sequence_ids: whose mails; none of them means no events, and no call.
        first: the first day of the period.
        last: the last one.
        pages: calls at most; an endpoint takes 20 a minute.
        recent: whether an answer may be a minute old.

    Raises:
        SaleshandyError: when a page cannot be read.
    """
    rows: list[MailEvents] = []
    if not sequence_ids:
        return ReadEvents(rows, whole=True)
    asked = GetConsolidatedStats(sequence_ids=list(sequence_ids), start_date=first, end_date=last, page_size=PAGE)
    for _ in range(pages):
        page = await (api.recent(asked) if recent else api.send(asked))
        rows += page.items
        if not page.more:
            return ReadEvents(rows, whole=True)
        asked = asked.next_page()
    return ReadEvents(rows, whole=False)
