"""``list_sequences``: the sequences of the account at a glance: people, senders, rates, and why one cannot send."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.resources.analytics import GetSequenceStats, SequenceStats
from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.sequences import ListSequences as ListSequencesCall
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.view import PAGE_SIZE, NextCall, PageNumber, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.reports.mail_numbers import of_all_time
from saleshandy_mcp.features.senders.sender_state import state_words
from saleshandy_mcp.features.sequences.checks.blocked_people import all_blocked
from saleshandy_mcp.features.sequences.sequence_details import Status, status_of
from saleshandy_mcp.lookups.by_name import all_accounts
from saleshandy_mcp.lookups.last_sent import LOOKED_BACK, last_sent
from saleshandy_mcp.lookups.several import read_each
from saleshandy_mcp.untrusted.one_line import one_line

_QUIET = timedelta(days=3)
"""An active sequence without a mail for so long is looked at: a weekend passes without mails."""
_NAMED = 3
"""Up to so many senders of a sequence are named."""


class SequenceLine(View):
    """One sequence of the list; ``steps`` is how many it has.

    Attributes:
        senders: addresses of the attached email accounts; None where they could not be read.
        trouble: why it can mail nobody though it is active; "" when it can, or when it is paused.
        people, waiting: in it, and those of them without a first mail; None where they were not read.
        numbers: mails sent of all time with their rates; "" where they were not read.
        sent: how many mails of all time.
        last: the day of its newest mail; "" where it sent none in the last 60 days, None where that was not read.
    """

    id: str
    title: str
    status: Status
    steps: int
    owner: str = ""
    senders: list[str] | None = None
    trouble: str = ""
    people: int | None = None
    waiting: int | None = None
    numbers: str = ""
    sent: int | None = None
    last: str | None = None

    def line(self) -> str:
        people = "" if self.people is None else counted(self.people, "person", "people")
        waiting = f" ({self.waiting:,} without a first mail)" if self.waiting and self.people else ""
        parts = (
            counted(self.steps, "step"),
            "" if self.senders is None else _senders(self.senders),
            people + waiting,
            self.numbers,
            f"last mail {self.last or f'over {LOOKED_BACK} days ago'}" if self.sent and self.last is not None else "",
            one_line(self.owner),
        )
        told = " · ".join(part for part in parts if part)
        trouble = f" ! SENDS NOTHING: {one_line(self.trouble, 200)}" if self.trouble else ""
        return f"{one_line(self.title)} [{self.id}] {self.status} · {told}{trouble}"


class SequenceList(View):
    """One page of the sequences found.

    Attributes:
        total: how many were found, on all pages.
        active: how many of them are active.
        silent: how many of the active ones can mail nobody.
        senders: how many email accounts are attached to at least one of them; None where they could not be read.
        people, sent: the sums of this page, as far as it was read; who is in several sequences counts in each.
        not_read: how many of this page have no numbers, because a minute's calls were used up.
        next: the call for the next page; None on the last.
    """

    sequences: list[SequenceLine]
    total: int
    active: int
    silent: int = 0
    senders: int | None = None
    people: int = 0
    sent: int = 0
    not_read: int = 0
    page: int
    pages: int
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        if not self.sequences:
            yield "No sequence fits." if self.page == 1 else empty_page(self.page, self.pages)
            return
        silent = f", {self.silent} of them send nothing" if self.silent else ""
        senders = "" if self.senders is None else f", {counted(self.senders, 'sender')} in use"
        total = counted(self.total, "sequence")
        read = len(self.sequences) - self.not_read
        part = f"of {read} on this page: " if read < self.total else ""
        sums = f"; {part}{counted(self.people, 'person', 'people')}, {counted(self.sent, 'mail')} sent"
        yield f"{total}, {self.active} active{silent}{senders}{sums} ({page_of(self.page, self.pages)})"
        yield from (it.line() for it in self.sequences)
        if self.not_read:
            yield f"Numbers of {self.not_read} were not read (20 calls a minute); ask again in a minute."
        if self.next:
            yield f"More: {say(self.next)}"
        else:
            yield f"Details of one: {say(NextCall.of('get_sequence', sequence=self.sequences[0].title))}"


class ListSequences(Action[SequenceList]):
    """List sequences (campaigns) with people, senders, rates, and why an active one sends nothing."""

    query: Annotated[str | None, Field(description="Part of the title.")] = None
    status: Annotated[Literal["any", "active", "paused"], Field(description="paused: all not sending.")] = "any"
    page: PageNumber = 1

    async def run(self, context: Context) -> SequenceList:
        found = [
            sequence
            async for sequence in every(context.api, ListSequencesCall(page_size=1000))
            if (self.query or "").casefold() in sequence.title.casefold()
            and self.status in ("any", "active" if sequence.active else "paused")
        ]
        pages = pages_in(len(found))
        shown = found[(self.page - 1) * PAGE_SIZE : self.page * PAGE_SIZE]
        asked = None if self.status == "any" else self.status
        further = NextCall.of("list_sequences", query=self.query, status=asked, page=self.page + 1)
        senders = await senders_by_sequence(context.api)
        stats = await read_each(context, [GetSequenceStats(sequence_id=it.id) for it in shown])
        attached = {account.id for it in found for account in (senders or {}).get(it.id, [])}
        lines = [
            sequence_line(it, None if senders is None else senders.get(it.id, []), told)
            for it, told in zip(shown, stats, strict=True)
        ]
        now = context.now_there()
        last = await last_sent(context.api, [it.id for it in lines if it.sent], now)
        lines = [it.model_copy(update={"last": last.get(it.id)}) for it in lines]
        lines = await _with_blocked(context, lines, (now - _QUIET).date().isoformat())
        silent = {it.id for it in found if senders is not None and trouble_of(it, senders.get(it.id, []))}
        return SequenceList(
            sequences=lines,
            people=sum(it.people or 0 for it in lines),
            sent=sum(it.sent or 0 for it in lines),
            total=len(found),
            active=sum(it.active for it in found),
            silent=len(silent | {it.id for it in lines if it.trouble}),
            senders=None if senders is None else len(attached),
            not_read=stats.count(None),
            page=self.page,
            pages=pages,
            next=further if self.page < pages else None,
        )


async def _with_blocked(context: Context, lines: list[SequenceLine], since: str) -> list[SequenceLine]:
    """The same lines; of those that should send and have not since that day, with whether all people are blocked."""
    quiet = {
        it.id: it.people
        for it in lines
        if it.status == "active" and not it.trouble and it.people and it.senders
        if (it.last or "") < since
    }
    blocked = await all_blocked(context, quiet) if quiet else set[str]()
    why = {"trouble": "all its people are on a do-not-contact list"}
    return [it.model_copy(update=why) if it.id in blocked else it for it in lines]


def _senders(addresses: list[str]) -> str:
    shown = addresses if len(addresses) <= _NAMED else addresses[:1]
    more = f" and {len(addresses) - len(shown)} more" if len(addresses) > len(shown) else ""
    named = f" ({', '.join(map(one_line, shown))}{more})" if addresses else ""
    return counted(len(addresses), "sender") + named


async def senders_by_sequence(api: Api) -> dict[str, list[EmailAccount]] | None:
    """The senders of each sequence, read once for all; None when they cannot be read."""
    found: dict[str, list[EmailAccount]] = {}
    try:
        accounts = await all_accounts(api)
    except SaleshandyError:
        return None
    for account in accounts:
        for used in account.sequences:
            found.setdefault(str(used.get("id")), []).append(account)
    return found


def sequence_line(sequence: Sequence, senders: list[EmailAccount] | None, stats: SequenceStats | None) -> SequenceLine:
    """What is known of a sequence on a line."""
    numbers = of_all_time(stats) if stats else None
    return SequenceLine(
        id=sequence.id,
        title=sequence.title,
        status=status_of(sequence),
        steps=len(sequence.steps),
        owner=f"{sequence.user.first_name} {sequence.user.last_name}".strip() if sequence.user else "",
        senders=None if senders is None else [it.from_email for it in senders],
        trouble="" if senders is None else trouble_of(sequence, senders, stats),
        people=stats.prospect_count if stats else None,
        waiting=stats.not_contacted_count if stats else None,
        numbers=numbers.line() if numbers else "",
        sent=numbers.sent if numbers else None,
    )


def trouble_of(sequence: Sequence, senders: list[EmailAccount], stats: SequenceStats | None = None) -> str:
    """Why an active sequence can mail nobody."""
    if not sequence.active:
        return ""
    if not sequence.steps:
        return "it has no steps"
    if not senders:
        return "no sender is attached"
    if not any(it.active for it in senders):
        return "no sender can send: " + ", ".join(f"{it.from_email} is {state_words(it)}" for it in senders[:3])
    return "nobody is in it" if stats and stats.prospect_count == 0 else ""
