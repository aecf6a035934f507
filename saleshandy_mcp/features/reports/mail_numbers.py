"""Counts the mails of a period: the numbers of all of them, and of each sequence, step, sender, member or day. Pure.

Everything is counted from one list with a row for each mail, so that totals and rows agree.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, tzinfo
from operator import itemgetter
from typing import Any, Literal, NamedTuple, Self

from saleshandy_mcp.api.resources.analytics import MailEvents, SequenceStats
from saleshandy_mcp.core.view import View
from saleshandy_mcp.features.reports.period import Period
from saleshandy_mcp.untrusted.one_line import one_line

By = Literal["total", "sequence", "step", "sender", "member", "client", "day"]

POSITIVE = ("Interested", "Meeting Booked", "Closed")
"""The outcomes of the product that it calls positive; outcomes that an account made itself do not count."""

MANY_BOUNCES, BAD_BOUNCES = 3.0, 5.0
"""Per cent of the mails sent: above the first, bounces are many; from the second on, they are bad.

From a bounce rate of 5 % on, Amazon SES reviews an account (its developer guide, "Reputation metrics messages").
"""
COMPARABLE = 20
"""Mails from which on the rates of a row are compared with those of others."""
NO_CLIENT = "no client"
_HAPPENINGS = ("opened", "clicked", "replied", "positive", "bounced", "unsubscribed")


class Numbers(View):
    """Counts of mails. A person who unsubscribed or is positive counts once, at the last mail they got or answered."""

    sent: int = 0
    opened: int = 0
    clicked: int = 0
    replied: int = 0
    positive: int = 0
    bounced: int = 0
    unsubscribed: int = 0

    @classmethod
    def of(cls, mails: "Sequence[Mail]") -> Self:
        return cls(
            sent=len(mails),
            opened=sum(number(mail.row.open_count) > 0 for mail in mails),
            clicked=sum(number(mail.row.click_count) > 0 for mail in mails),
            replied=sum(said_yes(mail.row.replied) for mail in mails),
            positive=sum(mail.positive for mail in mails),
            bounced=sum(said_yes(mail.row.bounced) for mail in mails),
            unsubscribed=sum(mail.unsubscribed for mail in mails),
        )

    @property
    def bounces(self) -> str:
        """How the share of bounces is; "" where it is good."""
        return judged(100 * self.bounced / self.sent) if self.sent else ""

    def line(self) -> str:
        """Counts with their shares of what was sent, without those that are 0."""
        if not self.sent:
            return "nothing sent"
        happened = [(word, getattr(self, word)) for word in _HAPPENINGS if getattr(self, word)]
        marks = {"bounced": f", {self.bounces}"} if self.bounces else {}
        parts = [f"{count:,} {word} ({_share(count, self.sent)} %{marks.get(word, '')})" for word, count in happened]
        return " · ".join([f"{self.sent:,} sent", *parts])


def judged(bounced: float) -> str:
    """How so many per cent of bounces are: ``high``, ``bad`` or "" for neither."""
    return "bad" if bounced >= BAD_BOUNCES else "high" if bounced > MANY_BOUNCES else ""


def of_all_time(told: SequenceStats, positive: int = 0) -> Numbers | None:
    """The numbers of all time; None where the totals do not tell how many mails were delivered.

    Assumed: the mails sent are those delivered and those bounced.
    """
    status: dict[str, Any] = (told.emails or {}).get("status") or {}
    if "delivered" not in status:
        return None
    words = {word: number(status.get(word)) for word in ("opened", "clicked", "replied", "bounced")}
    left = number(told.prospects[0].unsubscribed) if told.prospects else 0
    return Numbers(sent=number(status["delivered"]) + words["bounced"], **words, positive=positive, unsubscribed=left)


class StatsRow(View):
    """A row.

    Attributes:
        name: of the sequence, sender, member or client; the day.
        id: of the sequence.
        step: the number of the step.
        numbers: of the period.
        before: the same in the period before, when that was asked for.
        by_hand: what people do at this step, where it sends no mail.
    """

    name: str
    id: str | None = None
    step: int | None = None
    numbers: Numbers
    before: Numbers | None = None
    by_hand: str = ""

    def label(self, *, of_one: bool) -> str:
        """What it is about; ``of_one`` when all rows are of one sequence, whose name stands above them."""
        step = "" if self.step is None else f"Step {self.step}" if of_one else f", step {self.step}"
        return step if step and of_one else f"{one_line(self.name)}{step}" + (f" [{self.id}]" if self.id else "")

    def line(self, *, of_one: bool) -> str:
        """As text, after its label."""
        name = self.label(of_one=of_one)
        if self.by_hand:
            return f"{name}: {self.by_hand}, sends no mail"
        before = f"; before: {self.before.line()}" if self.before else ""
        return f"{name}: {self.numbers.line()}{before}"


def best_of(rows: list[StatsRow], by: By, *, of_one: bool) -> str:
    """The row with the highest reply rate and the rate, where there are several rows to compare."""
    rated = [row for row in rows if row.numbers.sent >= COMPARABLE]
    if by == "day" or len(rated) < 2:
        return ""
    best = max(rated, key=lambda row: row.numbers.replied / row.numbers.sent)
    share = _share(best.numbers.replied, best.numbers.sent)
    return f"{best.label(of_one=of_one)}, {share} %" if best.numbers.replied else ""


Place = tuple[str, int | None, str | None]
"""The row that a mail is counted in: its name, the step, and the id of the sequence, because titles may be alike."""


class Mail(NamedTuple):
    """A mail of a period. ``positive`` and ``unsubscribed``: whether its person is counted at this mail."""

    day: date
    row: MailEvents
    positive: bool
    unsubscribed: bool

    def place(self, by: By) -> Place:
        title, id_ = self.row.sequence_title or "?", self.row.sequence_id
        places: dict[By, Place] = {
            "sequence": (title, None, id_),
            "step": (title, number(self.row.step_number), id_),
            "sender": (self.row.sender_email or "?", None, None),
            "member": (self.row.sequence_owner or "?", None, None),
            "client": (client_name(self.row.client), None, None),
        }
        return places.get(by, (self.day.isoformat(), None, None))


class Tally(NamedTuple):
    """The mails of a period.

    Attributes:
        mails: those that were sent in it.
        replies_to_earlier: replies that came in it to mails sent before it.
        undated: mails left out because their day of sending cannot be read.
        cut_after: how many mails were read when there are more; None when all were read.
    """

    mails: list[Mail]
    replies_to_earlier: int = 0
    undated: int = 0
    cut_after: int | None = None


def tally(rows: list[MailEvents], span: Period, zone: tzinfo | None, *, cut: bool = False) -> Tally:
    """Find the mails that were sent within a period, in rows that also hold older ones.

    Args:
        rows: a row for each mail to which anything happened in the period.
        span: the period.
        zone: the zone that its days are counted in.
        cut: whether there are more rows than these.
    """
    dated = [(at.astimezone(zone).date(), row) for row in rows if (at := row.at("email_sent"))]
    mails = _each_person_once([entry for entry in dated if entry[0] in span])
    answered = [at.astimezone(zone).date() for day, row in dated if day < span.first and (at := row.at("replied"))]
    return Tally(mails, sum(day in span for day in answered), len(rows) - len(dated), len(rows) if cut else None)


def _each_person_once(dated: list[tuple[date, MailEvents]]) -> list[Mail]:
    """The mails, the newest first. A fact about a person is in all their rows, and is counted in the newest."""
    left, pleased = set[tuple[str | None, str | None]](), set[tuple[str | None, str | None]]()
    mails: list[Mail] = []
    for day, row in sorted(dated, key=itemgetter(0), reverse=True):
        person = (row.sequence_id, row.recipient_email)
        unsubscribed = said_yes(row.unsubscribed) and person not in left
        positive = said_yes(row.replied) and row.current_sentiment in POSITIVE and person not in pleased
        left |= {person} if unsubscribed else set()
        pleased |= {person} if positive else set()
        mails.append(Mail(day, row, positive, unsubscribed))
    return mails


def rows_of(mails: list[Mail], by: By, earlier: list[Mail] | None = None) -> list[StatsRow]:
    """The rows: sequences and senders with most mails first, steps and days in their order.

    Args:
        mails: of the period.
        by: what each row is about.
        earlier: mails of the period before, when it is compared. Groups that only they have are rows, too, except days.
    """
    if by == "total":
        return []
    groups, older = _grouped(mails, by), _grouped(earlier or [], by)
    compared = earlier is not None and by != "day"
    rows = [
        StatsRow(
            name=place[0],
            step=place[1],
            id=place[2],
            numbers=Numbers.of(groups[place]),
            before=Numbers.of(older[place]) if compared else None,
        )
        for place in sorted({*groups, *(older if compared else ())}, key=lambda place: (place[0], place[1] or 0))
    ]
    return rows if by in ("step", "day") else sorted(rows, key=lambda row: -row.numbers.sent)


def client_name(client: dict[str, Any] | None) -> str:
    """The company of a client, or who it is."""
    told = client or {}
    person = " ".join(str(told[key]) for key in ("firstName", "lastName") if told.get(key))
    return str(told.get("companyName") or person or told.get("id") or NO_CLIENT)


def number(value: Any) -> int:
    """A count that may come as a number or as text; 0 for anything else."""
    text = str(value or "0").strip()
    return int(text) if text.isdecimal() else 0


def _grouped(mails: list[Mail], by: By) -> defaultdict[Place, list[Mail]]:
    groups = defaultdict[Place, list[Mail]](list)
    for mail in mails:
        groups[mail.place(by)].append(mail)
    return groups


def _share(count: int, of: int) -> str:
    share = 100 * count / of
    return f"{share:.0f}" if share >= 10 else f"{share:.1f}"


def said_yes(word: str | None) -> bool:
    return (word or "").strip().casefold() == "yes"
