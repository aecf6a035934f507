"""What must hold of everything that was ever sent in a sandbox, past and future, told by the events alone."""

import itertools
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.world.tables import World

Row = dict[str, Any]
SHORTEST_GAP = timedelta(seconds=60)


def moment(event: Row) -> datetime:
    return datetime.fromisoformat(event["at"])


def events_are_in_the_order_of_time(world: World) -> None:
    moments = [event["at"] for event in world.events]
    assert moments == sorted(moments)


def mails_went_out_in_slots(world: World, mails: list[Row]) -> None:
    for event in mails:
        schedule = world.schedules[world.sequence_of(event)["scheduleId"]]
        at = moment(event).astimezone(ZoneInfo(schedule["timezone"]))
        slots = next(day["slots"] for day in schedule["timeSlots"] if day["day"] == at.isoweekday() % 7)
        minutes = at.hour * 60 + at.minute + at.second / 60
        assert any(_minutes(slot["start"]) <= minutes < _minutes(slot["end"]) for slot in slots), event


def mailboxes_kept_their_gap(world: World) -> None:
    last: dict[str, datetime] = {}
    for event in select(world, "email-sent"):
        at = moment(event)
        assert event["senderId"] not in last or at - last[event["senderId"]] >= SHORTEST_GAP, event
        last[event["senderId"]] = at


def mailboxes_kept_their_limit(world: World) -> None:
    sent = Counter((event["senderId"], event["at"][:10]) for event in select(world, "email-sent"))
    for (sender, day), number in sent.items():
        assert number <= world.outboxes[sender]["limit"], (world.email_accounts[sender]["fromEmail"], day)


def nobody_got_a_step_twice(world: World) -> None:
    mails = Counter((event["stepId"], event["prospectId"]) for event in select(world, "email-sent"))
    assert all(number == 1 for number in mails.values())


def nobody_was_written_to_after_leaving(world: World) -> None:
    """After a bounce that was no block, an unsubscription anywhere, or an answer in the same sequence."""
    gone: set[str] = set()
    answered: set[tuple[str, str]] = set()
    for event in world.events:
        person, place = event["prospectId"], (event["sequenceId"], event["prospectId"])
        if event["kind"] == "email-sent":
            assert person not in gone, event
            assert place not in answered, event
        elif event["kind"] == "prospect-unsubscribed" or (
            event["kind"] == "email-bounced" and world.prospects[person]["bounced"]
        ):
            gone.add(person)
        elif event["kind"] in ("reply-received", "prospect-finished"):
            stops = world.sequence_of(event)["settings"][3] == "1"
            answered |= {place} if stops or event["kind"] == "prospect-finished" else set()


def steps_came_in_their_order_and_not_too_early(world: World) -> None:
    """Days between two mails are at least those between their steps."""
    mails_of: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for event in select(world, "email-sent"):
        mails_of[event["sequenceId"], event["prospectId"]].append(event)
    for (sequence_id, _), mails in mails_of.items():
        day = {step["id"]: step["absoluteDays"] for step in world.steps_of(sequence_id)}
        zone = ZoneInfo(world.schedules[world.sequence_of(mails[0])["scheduleId"]]["timezone"])
        for earlier, later in itertools.pairwise(mails):
            passed = (moment(later).astimezone(zone).date() - moment(earlier).astimezone(zone).date()).days
            assert passed >= day[later["stepId"]] - day[earlier["stepId"]], (earlier, later)


def people_reacted_to_mails_they_had(world: World) -> None:
    sent = {(event["stepId"], event["prospectId"]): event["at"] for event in select(world, "email-sent")}
    for event in select(world, "email-opened", "email-link-clicked", "reply-received", "email-bounced"):
        assert event["at"] > sent[event["stepId"], event["prospectId"]]


ALWAYS = (
    events_are_in_the_order_of_time,
    mailboxes_kept_their_gap,
    mailboxes_kept_their_limit,
    nobody_got_a_step_twice,
    nobody_was_written_to_after_leaving,
    steps_came_in_their_order_and_not_too_early,
    people_reacted_to_mails_they_had,
)


def _minutes(clock: Row) -> int:
    return clock["hour"] * 60 + clock["minute"]
