"""A conversation of the inbox with all its mails, found by its id or by a person's address."""

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parseaddr
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.inbox import GetInboxThread, InboxMessage, InboxThread, ListInboxThreads
from saleshandy_mcp.api.resources.tasks import ListTaskAssignees
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake, Rejected
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.untrusted.one_line import one_line

_SENDERS = 6
"""Addresses of a conversation that are looked up. A sender that is not looked up counts as somebody outside."""
_SHOWN = 5
"""Conversations that a ``Mistake`` names."""

THE_IDS = NextCall.of("list_inbox")

ThreadName = Annotated[str, Field(description="Id or sender's address.")]


@dataclass(frozen=True)
class Mail:
    """One mail.

    Attributes:
        number: its place in the conversation; the oldest is 1.
        id: of the mail; empty where the API tells none.
        at: when it was sent, as ``stamp`` writes it.
        sender: the bare address.
        ours: whether it was sent from a mailbox of the account.
        body: its text or HTML; None where the conversation does not hold it.
    """

    number: int
    id: str
    at: str
    sender: str
    ours: bool
    body: str | None


@dataclass(frozen=True)
class Conversation:
    """A conversation.

    Attributes:
        id: of the conversation.
        mails: from the oldest to the newest; at least one.
        entry: its line in the inbox; None where that was not found.
    """

    id: str
    mails: list[Mail]
    entry: InboxThread | None

    @property
    def newest(self) -> Mail:
        return self.mails[-1]

    @property
    def received(self) -> Mail | None:
        """The newest mail that is not ours."""
        return next((mail for mail in reversed(self.mails) if not mail.ours), None)

    @property
    def mailbox(self) -> str | None:
        """The address that we last wrote from."""
        return next((mail.sender for mail in reversed(self.mails) if mail.ours), None)

    @property
    def subject(self) -> str:
        return bare_subject(self.entry.subject if self.entry else None)


async def owners(api: Api) -> list[str]:
    """The ids of all users of the account: a request for the inbox has to name them."""
    return [person.id for person in await api.recent(ListTaskAssignees()) if person.id]


async def open_conversation(api: Api, name: str) -> Conversation:
    """The conversation with this id, or with this person.

    Raises:
        Mistake: when there is none, or there are several.
    """
    name = name.strip()
    if not name:
        raise Mistake("thread: it is blank", "The ids", next=THE_IDS)
    if "@" not in name and len(name.split()) > 1:
        raise Mistake(
            f'thread: "{name}" is neither an id nor an address',
            "Look for the person's address",
            next=NextCall.of("find_prospects", query=name),
        )
    entry = await _find(api, name) if "@" in name else None
    thread_id = (entry.id if entry else None) or name
    try:
        content = await api.send(GetInboxThread(email_thread_id=thread_id))
    except Rejected as refusal:
        raise Mistake(
            f"thread: Saleshandy shows none with the id {thread_id} ({refusal})", "The ids", next=THE_IDS
        ) from None
    if not content.messages:
        raise Mistake(f"thread: {thread_id} holds no mails", "Those that do", next=THE_IDS)
    mails = await _mails(api, content.messages)
    stranger = next((mail.sender for mail in reversed(mails) if not mail.ours and mail.sender), None)
    if entry is None and stranger:
        # Only the list tells the subject and the outcome.
        entry = next((it for it in await _threads_with(api, stranger) if it.id == thread_id), None)
    return Conversation(thread_id, mails, entry)


async def _find(api: Api, address: str) -> InboxThread:
    """The conversation whose newest received mail came from this address.

    Raises:
        Mistake: when there is none, or there are several.
    """
    threads = await _threads_with(api, address)
    found = [it for it in threads if it.id and address_of(it.sender_email).casefold() == address.casefold()]
    if not found:
        raise Mistake(
            f"thread: nobody has answered from {address}",
            "Conversations that mention the address",
            next=NextCall.of("list_inbox", query=address),
        )
    if len(found) > 1:
        several = ", ".join(f"{stamp(it.last_message_timestamp)} [{it.id}]" for it in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise Mistake(
            f'thread: "{address}" fits {len(found)}, by their newest mail: {several}{more}',
            "Give the id of the one that is meant.",
        )
    return found[0]


async def _threads_with(api: Api, address: str) -> list[InboxThread]:
    page = await api.send(ListInboxThreads(owners=await owners(api), search=address, page_size=100))
    return page.items


async def _mails(api: Api, messages: list[InboxMessage]) -> list[Mail]:
    """In the order of their times. When one has no time that can be read, they stay in the order they came in."""
    moments = [moment(message.timestamp) for message in messages]
    known = [it for it in moments if it is not None]
    if len(known) == len(messages):
        messages = [message for _, message in sorted(zip(known, messages, strict=True), key=lambda pair: pair[0])]
    ours = await _own(api, [address_of(message.sender_email) for message in messages])
    return [
        Mail(
            number=number,
            id=message.id or "",
            at=stamp(message.timestamp),
            sender=address_of(message.sender_email),
            ours=address_of(message.sender_email).casefold() in ours,
            body=message.body,
        )
        for number, message in enumerate(messages, 1)
    ]


async def _own(api: Api, senders: list[str]) -> set[str]:
    """Which of these addresses, in lower case, are mailboxes of the account. No mail says it, so they are looked up."""
    ours: set[str] = set()
    # The newest first: these are read and answered. Mailboxes change seldom, so an answer may be a minute old.
    for sender in list(dict.fromkeys(sender.casefold() for sender in reversed(senders) if sender))[:_SENDERS]:
        accounts = await api.recent(ListEmailAccounts(search=sender, page_size=100))
        ours |= {sender for account in accounts.items if account.from_email.casefold() == sender}
    return ours


def bare_subject(subject: str | None) -> str:
    """The subject without "Re:" and its like."""
    return re.sub(r"^(?:(?:re|aw|sv)\s*:\s*)+", "", one_line(subject or ""), flags=re.IGNORECASE)


def address_of(sender: str | None) -> str:
    """The bare address, whether or not a name stands before it."""
    text = one_line(sender or "")
    return parseaddr(text)[1] or text


def stamp(text: str | None) -> str:
    """A moment to the minute, in UTC; empty where none can be read."""
    at = moment(text)
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else ""
