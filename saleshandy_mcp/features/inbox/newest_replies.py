"""What the list of the inbox does not tell: the text of the newest reply, its place in a sequence, and who wrote it.

The text is read with the conversation. Sequence, step, name and outcome come from the events of mails. Title and
company come from the stored person. What cannot be read now is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.resources.analytics import MailEvents
from saleshandy_mcp.api.resources.inbox import GetInboxThread, InboxThread, InboxThreadContent
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.features.inbox.conversation import address_of
from saleshandy_mcp.lookups.by_name import all_sequences
from saleshandy_mcp.lookups.mail_events import mail_events
from saleshandy_mcp.lookups.several import read_each
from saleshandy_mcp.untrusted.html_text import Cleaned, clean

MOST_PEOPLE = 12
"""People of a page who are looked up: an endpoint takes 20 calls a minute, and the next call may look for somebody."""
_PAGES = 2
"""Pages of events that are read."""
_DAYS_BEFORE = 60
"""Assumed: an event is found by the day on which its mail was sent. The reply may come so many days later."""


@dataclass(frozen=True)
class Reply:
    """What is known of a conversation beside its line in the list; None where it is not known.

    Attributes:
        text: the newest mail that was received, without the history that it quotes.
        event: the mail that was answered, with its sequence, step, recipient and outcome.
        person: who wrote it, as stored.
    """

    text: Cleaned | None = None
    event: MailEvents | None = None
    person: Prospect | None = None


async def newest_replies(context: Context, threads: Sequence[InboxThread], sequence_id: str | None) -> list[Reply]:
    """What is known of these conversations, in their order.

    Args:
        context: what the calls go through.
        threads: a page of the inbox.
        sequence_id: the sequence that all of them belong to; None for any.
    """
    named = [it for it in threads if it.id]
    contents = await read_each(context, [GetInboxThread(email_thread_id=it.id or "") for it in named])
    texts = {it.id: _newest(it, content) for it, content in zip(named, contents, strict=True) if content}
    people = await _people(context, [address_of(it.sender_email) for it in threads])
    events = await _events(context, threads, sequence_id)
    return [
        Reply(texts.get(it.id), _event_of(it, events), people.get(key(address_of(it.sender_email)))) for it in threads
    ]


def _newest(thread: InboxThread, content: InboxThreadContent) -> Cleaned | None:
    """The text of the newest mail by the person whom the list names; None where the conversation does not hold it."""
    theirs = address_of(thread.sender_email).casefold()
    mails = [it for it in content.messages if it.body and address_of(it.sender_email).casefold() == theirs]
    times = [moment(it.timestamp) for it in mails]
    dated = [(at, it) for at, it in zip(times, mails, strict=True) if at]
    newest = max(dated, key=lambda pair: pair[0])[1] if dated else next(iter(reversed(mails)), None)
    return clean(newest.body or "") if newest else None


async def _people(context: Context, addresses: Sequence[str]) -> dict[str, Prospect]:
    """The stored people with these addresses, by address; the first ones alone."""
    wanted = list(dict.fromkeys(key(it) for it in addresses if "@" in it))[:MOST_PEOPLE]
    pages = await read_each(context, [ListProspects(search=it, page_size=20) for it in wanted])
    return {key(person.email): person for page in pages if page for person in page.items}


async def _events(context: Context, threads: Sequence[InboxThread], sequence_id: str | None) -> list[MailEvents]:
    """The events of the mails that these conversations may answer; none where they cannot be read now."""
    moments = [at for it in threads if (at := moment(it.last_message_timestamp))]
    if not moments:
        return []
    first, last = min(moments).date() - timedelta(days=_DAYS_BEFORE), max(*moments, context.now_there()).date()
    try:
        ids = [sequence_id] if sequence_id else [it.id for it in await all_sequences(context.api)]
        return (await mail_events(context.api, ids, first, last, pages=_PAGES, recent=True)).rows
    except SaleshandyError:
        return []


def _event_of(thread: InboxThread, events: Sequence[MailEvents]) -> MailEvents | None:
    """The mail that was answered: by the id of the conversation, else by the address of one with a reply.

    Where the address alone fits, and in several sequences, nothing is known.
    """
    same = [it for it in events if thread.id and it.conversation_id == thread.id]
    if not same:
        theirs = key(address_of(thread.sender_email))
        same = [it for it in events if it.at("replied") and key(it.recipient_email or "") == theirs]
        if len({it.sequence_id for it in same}) > 1:
            return None
    dated = [(at, it) for it in same if (at := it.at("replied"))]
    return max(dated, key=lambda pair: pair[0])[1] if dated else next(iter(same), None)
