"""The mails of the days ahead, as an answer: each day and sender, and where mails have to wait."""

from collections.abc import Iterator
from datetime import date

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall, Pictured, Say, View, counted
from saleshandy_mcp.features.capacity.running_sequences import Running, running_now
from saleshandy_mcp.features.capacity.shared_plan import PlannedDay, shared_plan

_SENDERS = 4
"""Senders of a day that the text names."""
_ASSUMED = (
    "Assumed: nobody else is added, replies, bounces or leaves; limits of senders count by the day in UTC; the longest "
    "gap between two mails."
)


class DayAhead(View):
    """A day in UTC.

    Attributes:
        mails: that go out.
        by_sender: those of each sender.
        waiting: mails that are due in the hours that end on this day, and wait for a later one.
        full: senders that reach their limit.
    """

    day: date
    mails: int
    by_sender: dict[str, int]
    waiting: int = 0
    full: list[str] = []

    def line(self) -> str:
        named = sorted(self.by_sender.items(), key=lambda it: -it[1])
        senders = ", ".join(
            f"{name} {count:,}{' (full)' if name in self.full else ''}" for name, count in named[:_SENDERS]
        )
        more = f" and {len(named) - _SENDERS} more" if len(named) > _SENDERS else ""
        by = f" ({senders}{more})" if senders else ""
        waiting = f" · {self.waiting:,} wait" if self.waiting else ""
        return f"{self.day:%a} {self.day}: {self.mails:,}{by}{waiting}"


class SequenceAhead(View):
    """What a running sequence has to send: first mails, and next mails of people who had one."""

    title: str
    first_mails: int
    follow_ups: int


class SenderAhead(View):
    """A sender of what runs: what it may send on a usual day, and the days on which it reaches its limit."""

    address: str
    daily: int
    mails: int
    full_days: int


class MailsAhead(Pictured):
    """The mails of the days ahead, from all that runs.

    Attributes:
        days: each of them.
        clips: the first day on which mails wait because senders or hours allow no more; None where there is none.
        waits: the same in a sentence, with how many wait and why.
        notes: what is not in it, and what is assumed.
    """

    first: date
    last: date
    mails: int
    days: list[DayAhead]
    senders: list[SenderAhead]
    sequences: list[SequenceAhead]
    clips: date | None = None
    waits: str
    notes: list[str]
    next: NextCall | None = None

    @property
    def title(self) -> str:
        return f"Mails ahead: whole account, {self.first} to {self.last} (UTC)"

    def lines(self, say: Say) -> Iterator[str | None]:
        yield f"{self.title}: {self.mails:,} of {counted(len(self.sequences), 'running sequence')}"
        for it in self.sequences:
            follow = counted(it.follow_ups, "person", "people")
            yield f"- {it.title}: {it.first_mails:,} wait for the first mail, {follow} for the next"
        yield from (it.line() for it in self.days if it.mails or it.waiting)
        yield self.waits
        yield from (f"Note: {note}" for note in self.notes)
        yield f"Look at one: {say(self.next)}" if self.next else None


async def mails_ahead(context: Context, days: int) -> MailsAhead:
    """Read what runs and plan its mails.

    Args:
        context: what it works with.
        days: how many, from today on.
    """
    now, found = context.now_there(), await running_now(context)
    return view_of(found, shared_plan(now, found.streams, found.senders, days))


def view_of(found: Running, planned: list[PlannedDay]) -> MailsAhead:
    """The answer. Pure."""
    names = [it.name for it in found.senders]
    days = [
        DayAhead(
            day=it.day,
            mails=it.sent.total(),
            by_sender={names[place]: count for place, count in sorted(it.sent.items()) if count},
            waiting=it.waiting.total(),
            full=[names[place] for place in sorted(it.full)],
        )
        for it in planned
    ]
    senders = [
        SenderAhead(
            address=it.name,
            daily=it.daily,
            mails=sum(day.sent[place] for day in planned),
            full_days=sum(place in day.full for day in planned),
        )
        for place, it in enumerate(found.senders)
    ]
    streams = [
        SequenceAhead(
            title=it.title,
            first_mails=it.people if it.sends(0) else 0,
            follow_ups=sum(it.sends(follow.mail) for follow in it.follow_ups),
        )
        for it in found.streams
    ]
    clips = next((it for it in days if it.waiting), None)
    busiest = max(streams, key=lambda it: it.first_mails + it.follow_ups, default=None)
    return MailsAhead(
        first=days[0].day,
        last=days[-1].day,
        mails=sum(it.mails for it in days),
        days=days,
        senders=senders,
        sequences=streams,
        clips=clips.day if clips else None,
        waits=_waits(clips),
        notes=[*found.notes, _ASSUMED],
        next=NextCall.of("check_sequence", sequence=busiest.title) if busiest else None,
    )


def _waits(day: DayAhead | None) -> str:
    if day is None:
        return "No mail has to wait for the limit of a sender or for hours."
    why = f"at their limit: {', '.join(day.full[:_SENDERS])}" if day.full else "the hours are too short"
    return f"Mails wait from {day.day:%a} {day.day} on: {day.waiting:,} that day, {why}."
