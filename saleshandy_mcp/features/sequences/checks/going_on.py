"""Who of a sequence had mail before and goes on with a follow-up: when it is due, and from which mailbox.

Known from the events of mails of the last year. Assumed: who replied goes on only where the sequence is set so; who was
paused or finished by hand is not told by the events, and counts as going on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.features.prospects.mail_stories import Story, stories_of
from saleshandy_mcp.features.sequences import sequence_settings as settings
from saleshandy_mcp.features.sequences.checks.capacity_plan import FollowUp
from saleshandy_mcp.features.sequences.sending_hours import week_of
from saleshandy_mcp.features.sequences.sequence_details import SequenceDetails
from saleshandy_mcp.lookups.mail_events import mail_events

_PAGES = 10
"""Pages of 500 mails to look through: an endpoint takes 20 calls a minute, and others may ask it, too."""
_YEAR = timedelta(days=365)


@dataclass
class GoingOn:
    """Their next mails, and what is not known."""

    follow_ups: list[FollowUp] = field(default_factory=list[FollowUp])
    notes: list[str] = field(default_factory=list[str])


async def going_on(api: Api, sequence_id: str, details: SequenceDetails, now: datetime) -> GoingOn:
    """Who goes on. It raises no error of the API."""
    had_mail = (details.prospects or 0) - (details.not_contacted or 0)
    if details.not_contacted is None or had_mail <= 0:
        return GoingOn()
    try:
        rows, whole = await mail_events(api, [sequence_id], (now - _YEAR).date(), now.date(), pages=_PAGES, recent=True)
    except SaleshandyError as error:
        told = f"{had_mail:,} people had mail before and go on where they were: their mails are not in the plan"
        return GoingOn(notes=[f"{told} ({error})"])
    found = GoingOn(follow_ups_of(stories_of(rows, None).values(), details))
    if not whole:
        found.notes.append(
            f"only the first {len(rows):,} mails were looked at: more follow-ups are due than in the plan"
        )
    rest = had_mail - len(found.follow_ups)
    if rest > 0:
        why = "they replied, bounced, left or had their last mail, or wait for a task"
        found.notes.append(f"{rest:,} of the {had_mail:,} people who had mail before get none in the plan: {why}")
    return found


def follow_ups_of(stories: Iterable[Story], details: SequenceDetails) -> list[FollowUp]:
    """The next mails of these people."""
    emails = [step for step in details.steps if step.type == Channel.EMAIL]
    places = {step.number: place for place, step in enumerate(emails)}
    after_reply = settings.goes_on_after_reply(details.settings.settings)
    week = week_of(details.settings.schedule) if details.settings.schedule else None
    zone = ZoneInfo(week.timezone) if week else UTC
    found: list[FollowUp] = []
    for story in stories:
        place = places.get(story.step)
        stopped = story.bounced or story.unsubscribed or story.deleted or (story.replied and not after_reply)
        if stopped or place is None or place + 1 >= len(emails):
            continue
        wait = (emails[place + 1].absolute_days or 1) - (emails[place].absolute_days or 1)
        due = story.sent.astimezone(zone).date() + timedelta(days=max(wait, 0))
        found.append(FollowUp(story.sender, place + 1, due))
    return found
