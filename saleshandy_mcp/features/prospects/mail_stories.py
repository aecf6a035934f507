"""What happened to each person, told from the events of their mails. Pure.

Opens and clicks are counted at the mails of the step that is asked for. Replies, bounces, unsubscribing and the outcome
are about the person, whichever mail they came to: nobody who replied to step 2 counts as silent at step 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from saleshandy_mcp.api.resources.analytics import Event, MailEvents
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.features.prospects.people_where import PeopleWhere
from saleshandy_mcp.features.reports.mail_numbers import number, said_yes

_EVENTS: tuple[Event, ...] = ("email_sent", "last_opened", "last_clicked", "replied", "bounced")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Story:
    """What happened to one person in the sequences that were asked for.

    Attributes:
        email: the address as it is stored.
        name: of the person.
        sequence: title of the sequence of the last mail.
        sequences: the ids of all of them.
        step: of the last mail.
        steps: of which mails were sent.
        outcomes: one for each sequence, where it is told.
        last: when something happened last.
        sent: when the last mail was sent.
        sender: the mailbox that sent it.
        deleted: whether the person is no longer stored.
    """

    email: str
    name: str = ""
    sequence: str = ""
    sequences: set[str] = field(default_factory=set[str])
    step: int = 0
    steps: set[int] = field(default_factory=set[int])
    opened: int = 0
    clicked: int = 0
    replied: bool = False
    bounced: bool = False
    unsubscribed: bool = False
    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    last: datetime | None = None
    sent: datetime = _LONG_AGO
    sender: str = ""
    deleted: bool = False

    def in_words(self) -> str:
        """Where the person stands and what happened: ``Q3 launch, step 3 · opened 4, replied · Interested``."""
        states = ("unsubscribed", "bounced", "replied")
        happened = [
            *(f"{word} {count}" for word, count in (("opened", self.opened), ("clicked", self.clicked)) if count),
            *(word for word in states if getattr(self, word)),
        ]
        others = f" and {len(self.sequences) - 1} more" if len(self.sequences) > 1 else ""
        place = f"{self.sequence}, step {self.step}{others}" if self.steps else self.sequence
        outcome = ", ".join(sorted({it for it in self.outcomes.values() if it and it != "Uncategorized"}))
        day = f"{self.last:%Y-%m-%d}" if self.last else ""
        return " · ".join(
            part
            for part in (place, ", ".join(happened) or ("sent" if self.steps else "no mail yet"), outcome, day)
            if part
        )


def stories_of(rows: Iterable[MailEvents], step: int | None) -> dict[str, Story]:
    """Address as ``key`` writes it -> what happened, in rows that are of one person, one sequence and one step each.

    Args:
        rows: the events.
        step: the only step whose opens and clicks count; None for all.
    """
    stories: dict[str, Story] = {}
    for row in rows:
        if not row.recipient_email:
            continue
        story = stories.setdefault(key(row.recipient_email), Story(row.recipient_email))
        _add(story, row, step)
    return stories


def _add(story: Story, row: MailEvents, step: int | None) -> None:
    number_of_step, sequence = number(row.step_number), row.sequence_id or row.sequence_title or ""
    story.name = story.name or row.recipient_name or ""
    story.sequences.add(sequence)
    story.steps.add(number_of_step)
    sent = row.at("email_sent") or _LONG_AGO
    if sent >= story.sent:
        story.sent, story.sequence, story.step = sent, row.sequence_title or "?", number_of_step
        story.sender = row.sender_email or ""
    if step is None or step == number_of_step:
        story.opened += number(row.open_count)
        story.clicked += number(row.click_count)
    story.replied |= said_yes(row.replied)
    story.bounced |= said_yes(row.bounced)
    story.unsubscribed |= row.has_unsubscribed
    story.deleted |= said_yes(row.deleted)
    if row.current_sentiment:
        story.outcomes[sequence] = row.current_sentiment
    moments = [moment for event in _EVENTS if (moment := row.at(event))]
    story.last = max([*moments, *([story.last] if story.last else [])], default=None)


def fits(where: PeopleWhere, story: Story) -> bool:
    """Whether what happened is what was asked for."""
    return (
        not story.deleted
        and (where.step is None or where.step in story.steps)
        and _times_fit(where.opened, story.opened)
        and _times_fit(where.clicked, story.clicked)
        and where.replied in (None, story.replied)
        and where.bounced in (None, story.bounced)
        and where.unsubscribed in (None, story.unsubscribed)
        and (not where.outcome or where.outcome.casefold() in map(str.casefold, story.outcomes.values()))
        and (where.since is None or (story.last is not None and story.last.date() >= where.since))
    )


def _times_fit(asked: int | None, counted: int) -> bool:
    """At least so many times; 0 means never."""
    return asked is None or (counted >= asked if asked else not counted)
