"""One conversation of the inbox, whole: found by id or address, each mail known as ours or somebody else's."""

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parseaddr

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.inbox import GetInboxThread, InboxMessage, InboxThread, ListInboxThreads
from saleshandy_mcp.api.resources.tasks import ListTaskAssignees
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake, Rejected
from saleshandy_mcp.core.view import call
from saleshandy_mcp.lookups.by_name import pick
from saleshandy_mcp.untrusted.one_line import one_line

_SENDERS = 6
"""Addresses of a conversation that are looked up; whoever is not looked up counts as a stranger."""


@dataclass(frozen=True)
class Mail:
    """One mail; ``number`` counts from the oldest, 1. ``body`` is None where the conversation came without it."""

    number: int
    id: str
    at: str
    sender: str
    ours: bool
    body: str | None


@dataclass(frozen=True)
class Conversation:
    """Mails from the oldest to the newest; ``entry`` is its line in the inbox, None where that was not found."""

    id: str
    mails: list[Mail]
    entry: InboxThread | None

    @property
    def newest(self) -> Mail:
        return self.mails[-1]

    @property
    def received(self) -> Mail | None:
        """The newest that is not ours."""
        return next((mail for mail in reversed(self.mails) if not mail.ours), None)

    @property
    def mailbox(self) -> str | None:
        """Where we last wrote from."""
        return next((mail.sender for mail in reversed(self.mails) if mail.ours), None)

    @property
    def subject(self) -> str:
        return bare_subject(self.entry.subject if self.entry else None)


async def owners(api: Api) -> list[str]:
    """Everybody of the account: the inbox is asked for by whose it is."""
    return [person.id for person in await api.recent(ListTaskAssignees()) if person.id]


async def open_conversation(api: Api, name: str) -> Conversation:
    """The conversation with this id, or with this person.

    Raises:
        Mistake: when there is none, or there are several.
    """
    name = name.strip()
    if not name:
        raise Mistake("thread: it is blank", f"{call('list_inbox')} shows the ids.")
    if "@" not in name and len(name.split()) > 1:
        look = call("find_prospects", query=name)
        raise Mistake(f'thread: "{name}" is neither an id nor an address', f"Look for the person's address: {look}.")
    entry = await _find(api, name) if "@" in name else None
    thread_id = (entry.id if entry else None) or name
    try:
        content = await api.send(GetInboxThread(email_thread_id=thread_id))
    except Rejected as refusal:
        raise Mistake(
            f"thread: Saleshandy shows none with the id {thread_id} ({refusal})", f"{call('list_inbox')} shows the ids."
        ) from None
    if not content.messages:
        raise Mistake(f"thread: {thread_id} holds no mails", f"{call('list_inbox')} shows those that do.")
    mails = await _mails(api, content.messages)
    stranger = next((mail.sender for mail in reversed(mails) if not mail.ours and mail.sender), None)
    if entry is None and stranger:
        # Only the list tells the subject and how the answer was taken.
        entry = next((it for it in await _threads_with(api, stranger) if it.id == thread_id), None)
    return Conversation(thread_id, mails, entry)


async def _find(api: Api, address: str) -> InboxThread:
    """The conversation whose newest received mail came from here."""
    wanted = address.casefold()
    threads = await _threads_with(api, address)
    found = [it for it in threads if it.id and address_of(it.sender_email).casefold() == wanted]
    if not found:
        raise Mistake(
            f"thread: nobody has answered from {address}",
            f"{call('list_inbox', query=address)} shows whom the address is mentioned by.",
        )
    return pick(
        found,
        address,
        argument="thread",
        identity=lambda it: it.id or "",
        names=lambda it: [f"{wanted}, {stamp(it.last_message_timestamp)}", wanted],
        lister=call("list_inbox", query=address),
        parts=False,
    )


async def _threads_with(api: Api, address: str) -> list[InboxThread]:
    page = await api.send(ListInboxThreads(owners=await owners(api), search=address, page_size=100))
    return page.items


async def _mails(api: Api, messages: list[InboxMessage]) -> list[Mail]:
    """In the order of their time; in the order they came where one has none that can be read."""
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
    """Which of these write from a mailbox of the account, for no mail says it. Mailboxes change seldom."""
    ours: set[str] = set()
    # The newest first: it is them that somebody reads and answers.
    for sender in list(dict.fromkeys(sender.casefold() for sender in reversed(senders) if sender))[:_SENDERS]:
        accounts = await api.recent(ListEmailAccounts(search=sender, page_size=100))
        ours |= {sender for account in accounts.items if account.from_email.casefold() == sender}
    return ours


def bare_subject(subject: str | None) -> str:
    """The subject of a conversation: that each mail answers the one before is plain."""
    return re.sub(r"^(?:(?:re|aw|sv)\s*:\s*)+", "", one_line(subject or ""), flags=re.IGNORECASE)


def address_of(sender: str | None) -> str:
    """The bare address, whether or not a name stands before it."""
    text = one_line(sender or "")
    return parseaddr(text)[1] or text


def stamp(text: str | None) -> str:
    """A moment to the minute, in UTC; empty where none can be read."""
    at = moment(text)
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else ""
