"""The capacity plan of a sequence as it is stored, and what it does not take into account. Pure."""

from collections.abc import Mapping
from datetime import datetime, time
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.features.senders.sender_state import daily_limit, longest_gap, ramp_growth
from saleshandy_mcp.features.sequences.checks.capacity_plan import (
    LONGEST_GAP,
    CapacityPlan,
    PlannedSender,
    capacity_plan,
)
from saleshandy_mcp.features.sequences.checks.going_on import GoingOn
from saleshandy_mcp.features.sequences.sending_hours import Week, week_of
from saleshandy_mcp.features.sequences.sequence_details import SequenceDetails
from saleshandy_mcp.untrusted.one_line import one_line


class Planned(NamedTuple):
    """A plan, or None where there can be none, and what a reader has to know of it."""

    plan: CapacityPlan | None
    notes: list[str]


def plan_of(
    details: SequenceDetails,
    now: datetime,
    accounts: Mapping[str, EmailAccount] | None = None,
    active: str = "",
    going: GoingOn | None = None,
) -> Planned:
    """What would be sent.

    Args:
        details: the sequence.
        now: with a zone.
        accounts: the senders by id as their own list tells them, where it was read: with limits and other sequences.
        active: the id of the sequence, to tell the others of its senders.
        going: who had mail before and goes on; None where that was not read.
    """
    known = accounts or {}
    senders = [known.get(it.id, it) for it in details.senders if it.active]
    week = week_of(details.settings.schedule) if details.settings.schedule else None
    days, task = _email_days(details)
    people = details.not_contacted if details.not_contacted is not None else details.prospects
    if not week or not zone_known(week):
        return Planned(None, ["no plan: the API does not tell the hours of the schedule, or in which time zone"])
    if people is None:
        return Planned(None, ["no plan: the API does not tell how many people are in it"])
    if not days:
        return Planned(None, [f"no plan: step {task} is a task, and mails come after it"] if task else [])
    if not senders:
        return Planned(None, [])
    follow_ups = going.follow_ups if going else []
    plan = capacity_plan(now, week, [planned_sender(it) for it in senders], days, people, follow_ups=follow_ups)
    before = going.notes if going else _had_mail(details)
    return Planned(plan, [*_notes(details, senders, active, task), *before, *_clock_changes(plan, week)])


def _email_days(details: SequenceDetails) -> tuple[list[int], int | None]:
    """The days of the emails up to the first task, and the number of that step."""
    days: list[int] = []
    for step in details.steps:
        if step.type != Channel.EMAIL:
            return days, step.number
        days.append(step.absolute_days or 1)
    return days, None


def zone_known(week: Week) -> bool:
    try:
        ZoneInfo(week.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def planned_sender(account: EmailAccount, sent_today: int = 0) -> PlannedSender:
    """A sender with what it may send. Its ramp begins with the limit of today: left and sent, as far as that is known.

    Args:
        account: the sender.
        sent_today: mails that it has sent today.
    """
    left = account.quota_left or 0
    daily = daily_limit(account)
    growth = ramp_growth(account)
    return PlannedSender(
        account.from_email,
        left,
        left if daily is None else daily,
        longest_gap(account) or LONGEST_GAP,
        today=left + sent_today if growth else None,
        growth=growth or 1.0,
    )


def _notes(details: SequenceDetails, senders: list[EmailAccount], active: str, task: int | None) -> list[str]:
    notes: list[str] = []
    if any(daily_limit(it) is None for it in senders):
        notes.append("the API does not tell the limit of a day for each sender: what is left today is taken for it")
    others = {
        one_line(str(used.get("title") or used.get("id")))
        for it in senders
        for used in it.sequences
        if used.get("active") and str(used.get("id")) != active
    }
    if others:
        named = ", ".join(sorted(others)[:4])
        notes.append(
            f"its senders also send for {named}, which takes mails of the same limit: it can take longer "
            "(make_report of the next 14 days plans all together)"
        )
    if task:
        notes.append(f"from step {task} on people wait until their task is done: later mails are not in the plan")
    if (details.steps[0].absolute_days or 1) > 1:
        notes.append(f"step 1 is on day {details.steps[0].absolute_days}: people added lately wait until then")
    return notes


def _had_mail(details: SequenceDetails) -> list[str]:
    before = (details.prospects or 0) - (details.not_contacted if details.not_contacted is not None else 0)
    if details.not_contacted is None or before <= 0:
        return []
    return [f"{before:,} people had mail before and go on where they were: their mails are not in the plan"]


def _clock_changes(plan: CapacityPlan, week: Week) -> list[str]:
    """When clocks change while it sends: the hours stay the same on the clock."""
    zone = ZoneInfo(week.timezone)
    offsets = [(it.day, datetime.combine(it.day, time(12), zone).utcoffset()) for it in plan.days]
    changed = next((day for (_, old), (day, new) in pairwise(offsets) if old != new), None)
    if changed is None:
        return []
    return [f"clocks change in {week.timezone} before {changed}: the hours stay as they are on the clock"]
