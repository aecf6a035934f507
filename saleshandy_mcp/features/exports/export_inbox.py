"""The conversations of the inbox as rows: subject, sender, time, state. No mail is read."""

from collections.abc import Sequence
from datetime import UTC, date

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.resources.inbox import InboxThread, ListInboxThreads
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.view import pages_in
from saleshandy_mcp.features.exports.export_source import (
    At,
    IsKnown,
    NamedSequence,
    Row,
    RowsRead,
    key_of,
    one_page_back,
    utc,
)
from saleshandy_mcp.features.inbox.conversation import owners

_PAGE = 100
_NEWEST = 1
"""The part in which the list is read from its beginning until a page holds nothing new."""


class ExportInbox:
    """Reads the list of conversations, which is newest first.

    A conversation that gets a mail meanwhile moves to the beginning. So the beginning is read once more at the end.

    Args:
        api: what carries the calls out.
        sequences: whose conversations; all when there are none.
        first: the first day, in UTC, of the newest mail of a conversation; None for all that the inbox keeps.
    """

    columns = ("id", "conversation_id", "subject", "sender_email", "last_mail_at", "is_read", "sentiment")
    steady = False

    def __init__(self, api: Api, sequences: Sequence[NamedSequence], first: date | None) -> None:
        self._api, self._sequences, self._first = api, sequences, first

    async def begin(self) -> At:
        return At()

    def again(self, at: At) -> At:
        return one_page_back(at)

    def newer(self, last: At) -> At:  # noqa: ARG002 - what is new stands at the beginning
        return At(_NEWEST)

    async def page(self, at: At, known: IsKnown) -> RowsRead:
        asked = ListInboxThreads(
            owners=await owners(self._api),
            sequence_ids=[it.id for it in self._sequences] or None,
            start_date=self._first.isoformat() if self._first else None,
            page=at.page,
            page_size=_PAGE,
        )
        found = await self._api.send(asked)
        rows = [_row(thread) for thread in found.items if self._wanted(thread)]
        after = at._replace(page=at.page + 1)
        if at.part == _NEWEST:
            all_known = all(known(str(row["id"])) for row in rows)
            return RowsRead(rows, after if found.more and not all_known else None)
        pages = pages_in(found.total, _PAGE)
        left = None if pages is None else max(pages - at.page, 0) + 1
        return RowsRead(rows, after if found.more else At(_NEWEST), left)

    def _wanted(self, thread: InboxThread) -> bool:
        at = moment(thread.last_message_timestamp)
        return self._first is None or at is None or at.astimezone(UTC).date() >= self._first


def _row(thread: InboxThread) -> Row:
    at = utc(thread.last_message_timestamp)
    named = thread.id or f"{thread.sender_email} {thread.subject}"
    return {
        "id": key_of(named, at or thread.last_message_timestamp),
        "conversation_id": thread.id,
        "subject": thread.subject,
        "sender_email": thread.sender_email,
        "last_mail_at": at,
        "is_read": thread.is_read,
        "sentiment": thread.sentiment,
    }
