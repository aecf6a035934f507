"""``list_inbox``: the conversations of the inbox, newest first, each with the beginning of its newest reply."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.dates import moment
from saleshandy_mcp.api.resources.inbox import (
    GetUnreadThreadCount,
    InboxThread,
    ListInboxThreads,
    ListOutcomes,
    Outcome,
)
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.view import NextCall, PageNumber, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.inbox.absence import back_on, pause_until
from saleshandy_mcp.features.inbox.conversation import address_of, bare_subject, owners, stamp
from saleshandy_mcp.features.inbox.newest_replies import Reply, newest_replies
from saleshandy_mcp.lookups.by_name import find_sequence, pick
from saleshandy_mcp.untrusted.one_line import BEFORE, defused, marked, one_line

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SUBJECT = 50
"""Characters of a subject in a list."""
EXCERPT = 120
"""Characters of a reply in a list."""
_NO_OUTCOME = "Uncategorized"
PAGE = 20
"""Conversations on a page: each is read, and the API allows 20 such reads a minute."""


class ThreadLine(View):
    """One conversation.

    Attributes:
        id: of the conversation.
        name: of the person; "" where it is not known.
        address: of the person.
        role: their title and company, as stored; without a company whose name the address holds.
        subject: without "Re:".
        date: the day of its newest mail, in UTC.
        outcome: by its name, as sequences and statistics name it; else the sentiment, all that the inbox itself tells.
        sequence: its title; "" where it is not known, as ``step``.
        step: the number of the step that was answered.
        excerpt: the beginning of the newest reply; None where it was not read.
        hidden: how parts are hidden that a reader of the mail would not have seen.
        back: the day until which they are away, as the reply says; "" where it says none, or where it has passed.
        unread: whether it is.
    """

    id: str
    name: str = ""
    address: str
    role: str = ""
    subject: str
    date: str
    outcome: str | None = None
    sequence: str = ""
    step: str = ""
    excerpt: str | None = None
    hidden: list[str] = []
    back: str = ""
    unread: bool

    def line(self) -> str:
        place = ", step ".join(one_line(part, 40) for part in (self.sequence, self.step) if part)
        parts = (
            f"{'* ' if self.unread else ''}{self._who()}" + (f" [{self.id}]" if self.id else ""),
            one_line(self.role),
            _day(self.date),
            # The subject is that of the step, where the step is known.
            place or one_line(self.subject, _SUBJECT) or "(no subject)",
            self._outcome(),
        )
        text = "" if self.excerpt is None else "\n  " + marked(self.excerpt or "(no text)")
        careful = f" Careful, hidden parts removed: {'; '.join(self.hidden)}." if self.hidden else ""
        # Whoever wrote a name, a title or a subject must not write marks of ours with it.
        return defused(" · ".join(part for part in parts if part)) + text + careful

    def _outcome(self) -> str:
        told = "" if self.outcome == _NO_OUTCOME else one_line(self.outcome or "")
        return f"{told or 'away'} until {self.back}" if self.back else told

    def _who(self) -> str:
        """The address, with the name where the address does not hold it."""
        name, address = one_line(self.name, 40), one_line(self.address)
        return address if _holds(address, name) else f"{name} <{address}>"


class InboxList(View):
    """A page of conversations.

    Attributes:
        threads: those of this page.
        total: how many fit; None where the API does not tell.
        unread: how many of the whole inbox are unread.
        outcome: the outcome that was asked for, by its whole name.
        page: the number of the page, from 1.
        next: the call that shows the next page.
        person: the call that finds a person's address, where a query of several words found nothing.
        pause: the call that pauses the first who is away until they are back.
    """

    untrusted = True
    threads: list[ThreadLine]
    total: int | None
    unread: int | None
    outcome: str | None
    page: int
    next: NextCall | None
    person: NextCall | None = None
    pause: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        pages = pages_in(self.total, PAGE)
        unread = "" if self.unread is None else f"; {self.unread:,} unread in the whole inbox"
        if not self.threads:
            yield f"No conversation fits{unread}." if self.page == 1 else empty_page(self.page, pages)
            yield f"A person's address, to ask with: {say(self.person)}" if self.person else None
            return
        total = len(self.threads) if self.total is None else self.total
        outcome = f", outcome {one_line(self.outcome)}" if self.outcome else ""
        yield f"{counted(total, 'conversation')}{outcome} ({page_of(self.page, pages)}){unread}; * = unread"
        yield BEFORE if any(it.excerpt is not None for it in self.threads) else None
        yield from (it.line() for it in self.threads)
        if missing := sum(it.excerpt is None for it in self.threads):
            yield f"{counted(missing, 'text')} not read now, within the limits of the API: read_thread has them."
        yield f"Read one: {say(NextCall.of('read_thread', thread=self.threads[0].id))}"
        yield f"Pause who is away, asking first: {say(self.pause)}" if self.pause else None
        yield f"More: {say(self.next)}" if self.next else None


class ListInbox(Action[InboxList]):
    """List inbox conversations (replies of prospects) of 90 days, newest first: who, where, outcome, excerpt."""

    unread: Annotated[bool, Field(description="Only unread.")] = False
    outcome: Annotated[str | None, Field(description="Such as Interested, or an own one.")] = None
    sequence: Annotated[str | None, Field(description="Title or id.")] = None
    query: Annotated[str | None, Field(description="Word or address.")] = None
    since: Annotated[date | None, Field(description="From this day.")] = None
    page: PageNumber = 1

    async def run(self, context: Context) -> InboxList:
        outcome = await _find_outcome(context.api, self.outcome) if self.outcome else None
        sequence = await find_sequence(context.api, self.sequence) if self.sequence else None
        asked = ListInboxThreads(
            owners=await owners(context.api),
            search=self.query,
            category_ids=[outcome.id] if outcome else None,
            sequence_ids=[sequence.id] if sequence else None,
            # Assumed: a day is written this way.
            start_date=self.since.isoformat() if self.since else None,
            is_read=0 if self.unread else None,
            page=self.page,
            page_size=PAGE,
        )
        found = await context.api.send(asked)
        unread = await context.api.send(GetUnreadThreadCount())
        replies = await newest_replies(context, found.items, sequence.id if sequence else None)
        today = context.now_there().date()
        threads = [_line(thread, reply, today) for thread, reply in zip(found.items, replies, strict=True)]
        return InboxList(
            threads=threads,
            total=asked.total_of(found),
            unread=unread.count,
            outcome=outcome.name if outcome else None,
            page=self.page,
            next=self._next_page() if found.more else None,
            person=None if found.items or self.page > 1 else self._find_person(),
            pause=next((pause_until(it.address, it.back) for it in threads if it.back), None),
        )

    def _find_person(self) -> NextCall | None:
        """The call that finds a person's address. Several words may be a name, and the inbox holds no names."""
        words = (self.query or "").split()
        return NextCall.of("find_prospects", query=self.query) if len(words) > 1 else None

    def _next_page(self) -> NextCall:
        return NextCall.of(
            "list_inbox",
            unread=self.unread or None,
            outcome=self.outcome,
            sequence=self.sequence,
            query=self.query,
            since=self.since.isoformat() if self.since else None,
            page=self.page + 1,
        )


def _line(thread: InboxThread, reply: Reply, today: date) -> ThreadLine:
    event, text = reply.event, reply.text
    at = moment(thread.last_message_timestamp)
    back = back_on(text.text, at.date()) if text and at else None
    return ThreadLine(
        id=thread.id or "",
        name=event.recipient_name or "" if event else "",
        address=address_of(thread.sender_email),
        role=_role(reply.person, address_of(thread.sender_email)) if reply.person else "",
        subject=bare_subject(thread.subject),
        date=stamp(thread.last_message_timestamp)[:10],
        outcome=event.current_sentiment if event and event.current_sentiment else thread.sentiment,
        sequence=event.sequence_title or "" if event else "",
        step=event.step_number or "" if event else "",
        excerpt=None if text is None else one_line(text.text, EXCERPT),
        hidden=list(text.ways) if text else [],
        back=back.isoformat() if back and back > today else "",
        unread=thread.is_read is False,
    )


def _role(person: Prospect, address: str) -> str:
    title, company = (one_line(person.value(label) or "", 40) for label in ("Job Title", "Company"))
    parts = (title, "" if _holds(address.rpartition("@")[2], company) else company)
    return ", ".join(part for part in parts if part)


def _holds(address: str, name: str) -> bool:
    """Whether all words of a name are in an address, so that they need not be said twice."""
    return all(word in address.casefold() for word in name.casefold().split())


async def _find_outcome(api: Api, name: str) -> Outcome:
    """An outcome by its name or id. Those that the account made itself are found, too."""
    usual = await api.recent(ListOutcomes(category="default"))
    own = await api.recent(ListOutcomes(category="custom"))
    return pick(
        {it.id: it for it in [*usual.items, *own.items]}.values(),
        name,
        argument="outcome",
        identity=lambda it: it.id,
        names=lambda it: [it.name],
        parts=False,
    )


def _day(day: str) -> str:
    """``15 Nov`` for ``2026-11-15``: an inbox of 90 days needs no year."""
    return f"{int(day[8:])} {_MONTHS[int(day[5:7]) - 1]}" if day else ""
