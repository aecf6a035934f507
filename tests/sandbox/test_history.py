"""The past of the demo workspace: believable, and the same on every start."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from saleshandy_mcp.sandbox import Clock, Sandbox
from saleshandy_mcp.sandbox.simulation.events import Kind, select
from saleshandy_mcp.sandbox.simulation.merge import merged


def test_two_workspaces_have_the_same_past(box: Sandbox) -> None:
    assert Sandbox(clock=Clock(tick=lambda: 0.0)).world.events == box.world.events


def test_everything_happened_before_the_monday_and_in_order(box: Sandbox) -> None:
    moments = [event["at"] for event in box.world.events]
    assert moments == sorted(moments)
    assert moments[-1] < box.world.now()


def test_nothing_happened_before_there_was_a_sequence_or_a_person(box: Sandbox) -> None:
    for event in select(box.world, "email-sent"):
        assert event["at"] > box.world.sequences[event["sequenceId"]]["createdAt"]
        assert event["at"] > box.world.prospects[event["prospectId"]]["createdAt"]


def test_mails_went_out_in_the_slots_of_their_schedules(box: Sandbox) -> None:
    for event in select(box.world, "email-sent"):
        schedule = box.world.schedules[box.world.sequences[event["sequenceId"]]["scheduleId"]]
        moment = datetime.fromisoformat(event["at"]).astimezone(ZoneInfo(schedule["timezone"]))
        slots = next(day["slots"] for day in schedule["timeSlots"] if day["day"] == moment.isoweekday() % 7)
        assert any(slot["start"]["hour"] <= moment.hour < slot["end"]["hour"] for slot in slots)


def test_people_got_each_email_step_up_to_where_they_stand_or_wait_for_the_first(box: Sandbox) -> None:
    world = box.world
    waiting = 0
    for sequence_id, people in world.enrolments.items():
        steps = world.steps_of(sequence_id)
        for prospect_id, stands in people.items():
            got = [event["stepId"] for event in select(world, "email-sent", prospectId=prospect_id)]
            place = [step["id"] for step in steps].index(stands)
            waiting += not got
            assert got == [step["id"] for step in steps[: place + 1] if step["type"] == 1] or (place == 0 and not got)
    assert waiting == 23


def test_variants_and_senders_take_turns(box: Sandbox) -> None:
    first = next(iter(box.world.sequences))
    step = box.world.steps_of(first)[0]["id"]
    sent = list(select(box.world, "email-sent", stepId=step))
    for key in ("variantId", "senderId"):
        counts = Counter(event[key] for event in sent).values()
        assert len(counts) == 2
        assert max(counts) < 2 * min(counts)


def test_only_those_who_are_marked_bounced_or_left(box: Sandbox) -> None:
    pairs: tuple[tuple[Kind, str], ...] = (("email-bounced", "bounced"), ("prospect-unsubscribed", "unsubscribed"))
    for kind, mark in pairs:
        people = [event["prospectId"] for event in select(box.world, kind)]
        assert people
        assert len(people) == len(set(people))
        assert all(box.world.prospects[id_][mark] for id_ in people)
        enrolled = {id_ for people in box.world.enrolments.values() for id_ in people}
        assert {id_ for id_ in enrolled if box.world.prospects[id_][mark]} == set(people)


def test_nobody_reacts_to_a_mail_before_it_came(box: Sandbox) -> None:
    sent = {(e["prospectId"], e["stepId"]): e["at"] for e in select(box.world, "email-sent")}
    for kind in ("email-opened", "email-link-clicked", "reply-received", "email-bounced"):
        for event in select(box.world, kind):
            assert event["at"] > sent[event["prospectId"], event["stepId"]]


def test_no_tag_is_left_in_a_mail_that_was_sent(box: Sandbox) -> None:
    for event in select(box.world, "email-sent"):
        text = event["facts"]["subject"] + event["facts"]["content"]
        assert "{" not in text
        assert event["facts"]["subject"]


def test_replies_are_of_all_kinds(box: Sandbox) -> None:
    replies = [event["facts"]["content"] for event in select(box.world, "reply-received")]
    assert len(replies) == len(set(replies)) == 36
    assert sum("<" not in text for text in replies) > 3
    assert sum("display:none" in text or "<!--" in text for text in replies) == 2
    outcomes = Counter(event["facts"]["newOutcome"] for event in select(box.world, "prospect-outcome-updated"))
    assert len(outcomes) == 9
    assert outcomes.total() == 30


def test_a_tag_takes_the_value_then_the_fallback_then_nothing() -> None:
    text = "{spin}Hi|Hello{endspin} {{First Name|'there'}} of {{Company}}{{City|town}}"
    assert merged(text, {"First Name": "Bo", "Company": "X"}, turn=1) == "Hello Bo of Xtown"
    assert merged(text, {}) == "Hi there of town"
