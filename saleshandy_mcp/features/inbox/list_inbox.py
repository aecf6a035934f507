"""``list_inbox``: the conversations of the inbox, newest first, without the texts of their mails."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.inbox import GetUnreadThreadCount, ListInboxThreads, ListOutcomes, Outcome
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, PageNumber, Say, View, counted
from saleshandy_mcp.features.inbox.conversation import address_of, bare_subject, owners, stamp
from saleshandy_mcp.lookups.by_name import find_sequence, pick
from saleshandy_mcp.untrusted.one_line import one_line

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SUBJECT = 50
"""Characters of a subject in a list."""


class ThreadLine(View):
    """One conversation; ``sentiment`` is all that the API tells about its outcome."""

    id: str
    address: str
    subject: str
    date: str
    sentiment: str | None = None
    unread: bool

    def line(self) -> str:
        parts = (
            f"{'* ' if self.unread else ''}{one_line(self.address)}",
            f"[{self.id}]" if self.id else "",
            _day(self.date),
            one_line(self.sentiment or ""),
        )
        return " ".join(part for part in parts if part) + f" · {one_line(self.subject, _SUBJECT) or '(no subject)'}"


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
    """

    untrusted = True
    threads: list[ThreadLine]
    total: int | None
    unread: int | None
    outcome: str | None
    page: int
    next: NextCall | None
    person: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        unread = "" if self.unread is None else f"; {self.unread:,} unread in the whole inbox"
        if not self.threads:
            yield f"No conversation fits{unread}." if self.page == 1 else f"Page {self.page} is empty."
            yield f"A person's address, to ask with: {say(self.person)}" if self.person else None
            return
        total = len(self.threads) if self.total is None else self.total
        least = "at least " if self.total is None and self.next else ""
        outcome = f", outcome {one_line(self.outcome)}" if self.outcome else ""
        yield f"{least}{counted(total, 'conversation')}{outcome} (page {self.page}){unread}; * = unread"
        yield from (it.line() for it in self.threads)
        yield f"Read one: {say(NextCall.of('read_thread', thread=self.threads[0].id))}"
        yield f"More: {say(self.next)}" if self.next else None


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
                # Assumed: a day is written this way.
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
            next=self._next_page() if found.more else None,
            person=None if found.items or self.page > 1 else self._find_person(),
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
