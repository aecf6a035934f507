"""What happened to mails as rows, one for each event: sent, opened, clicked, answered, bounced, unsubscribed.

The API tells a mail with its counts and the last moment of each kind. So the row of an opening or a click is the last
one, with the number of all of them.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.resources.analytics import GetConsolidatedStats, MailEvents
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.features.exports.export_source import (
    At,
    IsKnown,
    NamedSequence,
    Row,
    RowsRead,
    key_of,
    one_page_back,
    utc,
    utc_text,
)
from saleshandy_mcp.features.reports.mail_numbers import number, said_yes
from saleshandy_mcp.lookups.mail_events import PAGE

LATE = timedelta(days=7)
"""A further run reads so many days again, for what was recorded late. How late that can be is not known."""
_WINDOW = timedelta(days=365)
"""Days that one call may ask for."""


class ExportEvents:
    """Reads the mails of sequences, in windows of up to a year, and takes their events apart.

    Args:
        api: what carries the calls out.
        sequences: whose mails.
        first: the first day, in UTC.
        last: the last day. It is fixed, so that pages do not move with what happens on later days.
        oldest: the first day that the API takes now.
    """

    columns = (
        *("id", "event", "happened_at", "sent_at", "sequence_id", "sequence", "step"),
        *("sender_email", "recipient_email", "recipient_name", "times", "link", "outcome", "conversation_id"),
    )
    steady = False

    def __init__(self, api: Api, sequences: Sequence[NamedSequence], first: date, last: date, oldest: date) -> None:
        self._api, self._sequences, self._oldest = api, sequences, oldest
        self._windows = _windows(first, last)

    async def begin(self) -> At:
        return At()

    def again(self, at: At) -> At:
        """A page back. Where the window has lost days meanwhile, its pages are others, and it is read once more."""
        cut = at.part < len(self._windows) and self._windows[at.part].first < self._oldest
        return At(at.part) if cut else one_page_back(at)

    def newer(self, last: At) -> At:  # noqa: ARG002 - a further run has days of its own
        return At()

    async def page(self, at: At, known: IsKnown) -> RowsRead:  # noqa: ARG002 - all of its rows are told
        if not self._sequences or at.part >= len(self._windows):
            return RowsRead([], None)
        window = self._windows[at.part]
        following = At(at.part + 1) if at.part + 1 < len(self._windows) else None
        if window.last < self._oldest:
            return RowsRead([], following)
        found = await self._api.send(
            GetConsolidatedStats(
                sequence_ids=[it.id for it in self._sequences],
                start_date=max(window.first, self._oldest),
                end_date=window.last,
                page=at.page,
                page_size=PAGE,
            )
        )
        rows = [row for mail in found.items for row in events_of(mail, window)]
        if found.more:
            return RowsRead(rows, at._replace(page=at.page + 1))
        return RowsRead(rows, following)


class Window(NamedTuple):
    """Days, both included."""

    first: date
    last: date

    def holds(self, at: datetime) -> bool:
        return self.first <= at.astimezone(UTC).date() <= self.last


def _windows(first: date, last: date) -> list[Window]:
    found: list[Window] = []
    while first <= last:
        end = min(first + _WINDOW - timedelta(days=1), last)
        found.append(Window(first, end))
        first = end + timedelta(days=1)
    return found


class _Event(NamedTuple):
    name: str
    happened: bool
    at: str | None = None
    more: Row = {}


def events_of(mail: MailEvents, window: Window) -> Iterator[Row]:
    """The events of a mail that lie in a window, and those whose moment the API does not tell."""
    opens, clicks = number(mail.open_count), number(mail.click_count)
    answer: Row = {"outcome": mail.current_sentiment, "conversation_id": mail.conversation_id}
    for event in (
        _Event("email-sent", bool(mail.email_sent_at), mail.email_sent_at),
        _Event("email-opened", opens > 0 or bool(mail.last_opened_at), mail.last_opened_at, {"times": opens}),
        _Event(
            "email-link-clicked",
            clicks > 0 or bool(mail.last_clicked_at),
            mail.last_clicked_at,
            {"times": clicks, "link": mail.last_link_clicked},
        ),
        _Event("reply-received", said_yes(mail.replied) or bool(mail.replied_at), mail.replied_at, answer),
        _Event("email-bounced", said_yes(mail.bounced) or bool(mail.bounced_at), mail.bounced_at),
    ):
        at = moment(event.at)
        if event.happened and (at is None or window.holds(at)):
            yield _row(mail, event.name, utc_text(at) if at else None, mail.step_number, event.more)
    if mail.has_unsubscribed:  # told of a person in a sequence, at each of their mails, and without a moment
        yield _row(mail, "prospect-unsubscribed", None, None)


def _row(mail: MailEvents, event: str, at: str | None, step: str | None, more: Row | None = None) -> Row:
    of_mail = step is not None
    sent_at = utc(mail.email_sent_at) if of_mail else None
    return {
        # The step is no part of it where the moment of sending is told: steps get other numbers.
        "id": key_of(event, mail.sequence_id or mail.sequence_title, mail.recipient_email, sent_at or step, at),
        "event": event,
        "happened_at": at,
        "sent_at": sent_at,
        "sequence_id": mail.sequence_id,
        "sequence": mail.sequence_title,
        "step": number(step) if of_mail else None,
        "sender_email": mail.sender_email if of_mail else None,
        "recipient_email": mail.recipient_email,
        "recipient_name": mail.recipient_name,
        **(more or {}),
    }
