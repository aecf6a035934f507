"""The inbox as a person goes through it: who has answered, and one conversation at a time."""

from datetime import date
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.inbox import (
    GetInboxEmail,
    GetUnreadThreadCount,
    ListInboxThreads,
    ListOutcomes,
    Outcome,
)
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import PAGE_SIZE, PageNumber, View, call
from saleshandy_mcp.features.inbox.conversation import (
    Conversation,
    Mail,
    address_of,
    bare_subject,
    open_conversation,
    owners,
    stamp,
)
from saleshandy_mcp.lookups.by_name import find_sequence, pick
from saleshandy_mcp.untrusted import html_mail as reading

LISTED = 20
"""Mails of a conversation that are listed beside the one that is shown."""

ThreadName = Annotated[str, Field(description="Id or sender's address.")]


class ThreadLine(View):
    """One conversation; ``sentiment`` is all that the API tells about its outcome."""

    id: str
    address: str
    subject: str
    date: str
    sentiment: str | None = None
    unread: bool


class InboxList(View):
    """``unread`` counts those of the whole inbox, ``total`` those that fit.

    ``person`` is the call that finds somebody's address, where a query of several words, as names are, found nothing.
    """

    untrusted = True
    threads: list[ThreadLine]
    total: int | None
    unread: int | None
    outcome: str | None
    page: int
    next: str | None
    person: str | None = None


class MailLine(View):
    """A mail; ``length`` is that of its own text, without what it quotes."""

    number: int
    at: str
    address: str
    ours: bool
    length: int | None = None


class MailText(MailLine):
    """A mail with its text, or one part of it.

    Attributes:
        hidden: parts that a person would not have seen, and that are left out.
        quoted: whether the quoted history is left out.
        whole: the call that shows it with the quoted history.
        rest: the call that shows the next part.
    """

    text: str
    part: int
    parts: int
    hidden: int
    quoted: bool
    whole: str | None = None
    rest: str | None = None


class ThreadView(View):
    """One conversation: one mail of it with its text, the others as lines, the newest first."""

    untrusted = True
    id: str
    address: str
    subject: str
    sentiment: str | None
    mails: int
    shown: MailText
    others: list[MailLine]
    older: int
    one: str | None
    next: list[str]


class ListInbox(Action[InboxList]):
    """List inbox conversations (replies of prospects), newest first, without their texts. The inbox keeps 90 days."""

    unread: Annotated[bool, Field(description="Only unread.")] = False
    outcome: Annotated[str | None, Field(description="Such as Interested, or an own one.")] = None
    sequence: Annotated[str | None, Field(description="Title or id.")] = None
    query: Annotated[str | None, Field(description="Word or address.")] = None
    since: Annotated[date | None, Field(description="From this day.")] = None
    page: PageNumber = 1

    async def run(self, context: Context) -> InboxList:
        outcome = await _find_outcome(context.api, self.outcome) if self.outcome else None
        sequence = await find_sequence(context.api, self.sequence) if self.sequence else None
        found = await context.api.send(
            ListInboxThreads(
                owners=await owners(context.api),
                search=self.query,
                category_ids=[outcome.id] if outcome else None,
                sequence_ids=[sequence.id] if sequence else None,
                # That a day is written so is assumed.
                start_date=self.since.isoformat() if self.since else None,
                is_read=0 if self.unread else None,
                page=self.page,
                page_size=PAGE_SIZE,
            )
        )
        unread = await context.api.send(GetUnreadThreadCount())
        return InboxList(
            threads=[
                ThreadLine(
                    id=it.id or "",
                    address=address_of(it.sender_email),
                    subject=bare_subject(it.subject),
                    date=stamp(it.last_message_timestamp)[:10],
                    sentiment=it.sentiment,
                    unread=it.is_read is False,
                )
                for it in found.items
            ],
            total=found.total,
            unread=unread.count,
            outcome=outcome.name if outcome else None,
            page=self.page,
            next=self._further() if found.more else None,
            person=None if found.items or self.page > 1 else self._person(),
        )

    def _person(self) -> str | None:
        words = (self.query or "").split()
        return call("find_prospects", query=self.query) if len(words) > 1 else None

    def _further(self) -> str:
        return call(
            "list_inbox",
            unread=self.unread or None,
            outcome=self.outcome,
            sequence=self.sequence,
            query=self.query,
            since=self.since.isoformat() if self.since else None,
            page=self.page + 1,
        )


class ReadThread(Action[ThreadView]):
    """Open and read an inbox conversation: what somebody wrote back, newest reply in full, others as lines."""

    thread: ThreadName
    mail: Annotated[int | None, Field(ge=1, le=999, description="Show this number, with quotes.")] = None
    page: Annotated[int, Field(ge=1, le=999, description="Part of a mail.")] = 1

    async def run(self, context: Context) -> ThreadView:
        thread = await open_conversation(context.api, self.thread)
        mail = self._wanted(thread)
        shown = await self._shown(context.api, thread, mail)
        others = [it for it in reversed(thread.mails) if it is not mail] if self.mail is None else []
        stranger = thread.received.sender if thread.received else ""
        return ThreadView(
            id=thread.id,
            address=stranger,
            subject=thread.subject,
            sentiment=thread.entry.sentiment if thread.entry else None,
            mails=len(thread.mails),
            shown=shown,
            others=[_line(it) for it in others[:LISTED]],
            older=len(others[LISTED:]),
            one=call("read_thread", thread=thread.id, mail=others[-1].number) if others else None,
            next=_answers(thread.id, stranger) if stranger else [],
        )

    def _wanted(self, thread: Conversation) -> Mail:
        if self.mail is None:
            return thread.received or thread.newest
        if self.mail > len(thread.mails):
            raise Mistake(f"mail: there is no {self.mail}", f"The mails are numbered 1 to {len(thread.mails)}.")
        return thread.mails[self.mail - 1]

    async def _shown(self, api: Api, thread: Conversation, mail: Mail) -> MailText:
        body = mail.body
        if body is None and mail.id:
            body = (await api.send(GetInboxEmail(email_thread_id=thread.id, email_id=mail.id))).body
        cleaned = reading.clean(body or "", quotes=self.mail is not None)
        parts = reading.parts(cleaned.text)
        if self.page > len(parts):
            raise Mistake(f"page: this mail has no part {self.page}", f"Its parts are 1 to {len(parts)}.")
        further = self.page < len(parts)
        again = {"thread": thread.id, "mail": self.mail}
        return MailText(
            **_line(mail).model_dump(exclude={"length"}),
            length=len(cleaned.text),
            text=parts[self.page - 1],
            part=self.page,
            parts=len(parts),
            hidden=cleaned.hidden,
            quoted=cleaned.quoted,
            whole=call("read_thread", thread=thread.id, mail=mail.number) if cleaned.quoted else None,
            rest=call("read_thread", **again, page=self.page + 1) if further else None,
        )


def _answers(thread: str, address: str) -> list[str]:
    return [
        call("reply_to_thread", thread=thread, content="…"),
        call("update_prospects", prospects=[address], outcome="…"),
    ]


def _line(mail: Mail) -> MailLine:
    return MailLine(
        number=mail.number,
        at=mail.at,
        address=mail.sender,
        ours=mail.ours,
        length=None if mail.body is None else len(reading.clean(mail.body).text),
    )


async def _find_outcome(api: Api, name: str) -> Outcome:
    """An outcome by its name or id, the account's own ones among them."""
    usual = await api.recent(ListOutcomes(category="default"))
    own = await api.recent(ListOutcomes(category="custom"))
    return pick(
        {it.id: it for it in [*usual.items, *own.items]}.values(),
        name,
        argument="outcome",
        identity=lambda it: it.id,
        names=lambda it: [it.name],
        lister="",
        parts=False,
    )
