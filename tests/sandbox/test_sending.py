"""As time passes, active sequences send: when, from whom, to whom, what."""

import itertools
from datetime import timedelta

import pytest

from saleshandy_mcp.sandbox import Sandbox
from tests.sandbox.kit import DAY, Crowd, call, frozen, mail, passes, since, task
from tests.sandbox.rules import moment


def test_nothing_happens_while_time_stands_still(box: Sandbox) -> None:
    before = list(box.world.events)
    box.state()
    assert box.world.events == before


def test_on_the_monday_active_sequences_go_on_and_others_do_not(box: Sandbox) -> None:
    passes(box, 4 * DAY)
    sent = {box.world.sequences[event["sequenceId"]]["title"] for event in since(box, "email-sent")}
    assert sent == {"Q3 launch", "Agencies EU"}


def test_everybody_gets_the_steps_on_their_days_and_is_finished_after_the_last() -> None:
    crowd = Crowd(frozen(), mail(1), mail(4, ""), mail(9), people=3)
    passes(crowd.box, 14 * DAY)
    days = {event["at"][:10] for event in crowd.mails}
    assert days == {"2026-11-16", "2026-11-19", "2026-11-24"}
    for person in crowd.people:
        assert crowd.standing(person) in ("finished", "replied", "bounced")
    through = [person for person in crowd.people if crowd.standing(person) == "finished"]
    assert through
    assert set(through) == {event["prospectId"] for event in since(crowd.box, "prospect-finished")}


def test_a_mail_without_a_subject_goes_on_in_the_thread() -> None:
    crowd = Crowd(frozen(), mail(1, "First"), mail(2, ""), people=1)
    passes(crowd.box, 3 * DAY)
    assert [(event["facts"]["subject"], event["facts"]["newThread"]) for event in crowd.mails] == [
        ("First", True),
        ("Re: First", False),
    ]


def test_tags_and_spintax_are_filled_and_each_variant_in_use_gets_its_part() -> None:
    texts = [f"<p>{{spin}}Hi|Hello{{endspin}} {{{{First Name|'friend'}}}} {letter}</p>" for letter in "abc"]
    crowd = Crowd(frozen(), mail(1, "S", *texts), people=30)
    off = crowd.world.variants_of(crowd.steps[0])[2]["id"]
    path = f"/sequences/{crowd.id}/steps/{crowd.steps[0]}/variants/{off}"
    call(crowd.box, "PATCH", path, {"type": 1, "payload": {"subject": "S", "content": texts[2]}, "status": 0})
    passes(crowd.box, DAY)
    contents = {event["facts"]["content"] for event in crowd.mails}
    assert contents == {f"<p>{hello} friend {letter}</p>" for hello in ("Hi", "Hello") for letter in "ab"}
    assert off not in {event["variantId"] for event in crowd.mails}


def test_a_limit_holds_for_a_day_and_the_next_day_has_its_own() -> None:
    crowd = Crowd(frozen(), people=100)
    passes(crowd.box, DAY)
    listed = call(crowd.box, "POST", "/email-accounts", {"page": 1, "pageSize": 20})["emails"]
    ada = next(row for row in listed if row["id"] == crowd.senders[0])
    today = sum(event["at"] >= "2026-11-17" for event in crowd.mails)
    assert len(crowd.mails) - today == 38
    assert next(entry["value"] for entry in ada["settings"] if entry["code"] == "available-quota") == str(38 - today)


def test_a_ramp_begins_low_and_grows_by_its_percentage() -> None:
    crowd = Crowd(frozen(), people=100)
    body = {"emailAccountIds": crowd.senders, "senderFirstName": "Ada", "dailyQuota": 30}
    ramp = {"rampUpInitialSendingLimit": 10, "rampUpPercent": 50}
    call(crowd.box, "POST", "/email-accounts/bulk-update", body | ramp)
    passes(crowd.box, 5 * DAY)
    days = [event["at"][:10] for event in crowd.mails]
    assert [days.count(f"2026-11-{day}") for day in range(16, 20)] == [10, 15, 22, 30]


def test_the_gap_is_what_the_mailbox_is_set_to() -> None:
    crowd = Crowd(frozen(), people=20)
    body = {"emailAccountIds": crowd.senders, "senderFirstName": "Ada"}
    call(crowd.box, "POST", "/email-accounts/bulk-update", body | {"sendingIntervalMin": 20, "sendingIntervalMax": 40})
    passes(crowd.box, 3600)
    times = [moment(event) for event in crowd.mails]
    gaps = {later - earlier for earlier, later in itertools.pairwise(times)}
    assert len(gaps) > 5
    assert min(gaps) >= timedelta(seconds=20)
    assert max(gaps) <= timedelta(seconds=40)


def test_after_a_pause_there_is_no_flood() -> None:
    crowd = Crowd(frozen(), mail(1), mail(2), people=60)
    passes(crowd.box, 3600)
    crowd.status("pause")
    so_far = len(crowd.mails)
    passes(crowd.box, 10 * DAY)
    assert len(crowd.mails) == so_far
    crowd.status("resume")
    passes(crowd.box, 600)
    assert 2 <= len(crowd.mails) - so_far <= 10


def test_an_imported_person_waits_until_the_address_is_verified() -> None:
    crowd = Crowd(frozen(), people=0)
    crowd.put(40, verify=True)
    begun = moment(since(crowd.box, "sequence-paused")[0])
    passes(crowd.box, 3 * DAY)
    statuses = {row["id"]: row["email"] for row in crowd.world.prospects.values()}
    verdicts = call(crowd.box, "POST", "/prospects/verification-status", {"emails": list(statuses.values())})
    by_email = {row["email"]: row["status"] for row in verdicts}
    assert {by_email[statuses[person]] for person in crowd.mailed()} <= {"valid", "bad"}  # bad: has bounced since
    assert moment(crowd.mails[0]) >= begun + timedelta(seconds=20)
    assert 0 < len(set(crowd.people) - set(crowd.mailed())) < 10


def test_risky_addresses_are_written_to_only_if_that_is_set() -> None:
    crowd = Crowd(frozen(), people=3)
    for person, status in zip(crowd.people, ("risky", "bad", "valid"), strict=True):
        crowd.world.prospects[person]["verificationStatus"] = status
    passes(crowd.box, DAY)
    assert crowd.mailed() == [crowd.people[2]]
    crowd.set(s6="1")
    passes(crowd.box, DAY)
    assert crowd.mailed() == [crowd.people[2], crowd.people[0]]


def test_whoever_is_blocked_left_paused_or_marked_gets_nothing_and_the_others_do() -> None:
    crowd = Crowd(frozen(), mail(3), people=6)
    world, (first, second, third, fourth, fifth, sixth) = crowd.world, crowd.people
    address = world.prospects[first]["email"]
    call(crowd.box, "POST", "/dnc", {"dncListId": next(iter(world.dnc_lists)), "items": [address]})
    call(crowd.box, "POST", "/prospects/unsubscribe", {"prospectIds": [second]})
    for person, word in ((third, "replied"), (fourth, "finished"), (fifth, "paused")):
        pair = {"sequenceId": crowd.id, "prospectId": person}
        call(crowd.box, "PATCH", "/prospects/status", {"prospectAndSequenceIds": [pair], "status": word})
    passes(crowd.box, 5 * DAY)
    assert crowd.mailed() == [sixth]
    pairs = [{"sequenceId": crowd.id, "prospectId": person} for person in (third, fifth)]
    call(crowd.box, "PATCH", "/prospects/status", {"prospectAndSequenceIds": pairs, "status": "active"})
    passes(crowd.box, DAY)
    assert crowd.mailed() == [sixth, third, fifth]


def test_a_pause_of_some_days_ends_by_itself() -> None:
    crowd = Crowd(frozen(), people=1)
    pair = {"sequenceId": crowd.id, "prospectId": crowd.people[0]}
    body = {"prospectAndSequenceIds": [pair], "status": "paused", "pauseDelayInDays": 3}
    call(crowd.box, "PATCH", "/prospects/status", body)
    passes(crowd.box, 8 * DAY)
    assert [event["at"][:10] for event in crowd.mails] == ["2026-11-19"]


def test_a_task_is_waited_for_and_the_next_step_is_counted_from_its_end() -> None:
    crowd = Crowd(frozen(), task(1), mail(3), people=1)
    passes(crowd.box, 6 * DAY)
    (row,) = [row for row in crowd.world.tasks.values() if row["sequenceId"] == crowd.id]
    assert crowd.mails == []
    call(crowd.box, "POST", f"/tasks/{row['id']}/skip")
    passes(crowd.box, 4 * DAY)
    assert [event["at"][:10] for event in crowd.mails] == ["2026-11-24"]


def test_a_step_added_later_is_for_those_who_are_still_on_the_way() -> None:
    crowd = Crowd(frozen(), mail(1), mail(5), people=1, s3="0")
    passes(crowd.box, DAY)
    crowd.steps.append(call(crowd.box, "POST", f"/sequences/{crowd.id}/steps", mail(8))["id"])
    passes(crowd.box, 20 * DAY)
    assert [len(crowd.mailed(number)) for number in range(3)] == [1, 1, 1]
    crowd.steps.append(call(crowd.box, "POST", f"/sequences/{crowd.id}/steps", mail(30))["id"])
    passes(crowd.box, 60 * DAY)
    assert crowd.mailed(3) == []


def test_another_schedule_counts_from_then_on() -> None:
    crowd = Crowd(frozen(), people=3)
    mornings = next(row["id"] for row in crowd.world.schedules.values() if row["name"] == "Mornings, US East")
    call(crowd.box, "PATCH", f"/sequences/{crowd.id}/schedule", {"scheduleId": mornings})
    passes(crowd.box, DAY)
    assert {moment(event).hour for event in crowd.mails} == {13}


def test_without_an_active_mailbox_nobody_is_written_to_and_another_takes_over() -> None:
    crowd = Crowd(frozen(), mail(1), mail(2), people=2, s3="0")
    passes(crowd.box, 3600)
    ada, bo = crowd.senders[0], list(crowd.world.email_accounts)[2]
    crowd.world.email_accounts[ada]["status"] = 2
    passes(crowd.box, 2 * DAY)
    assert len(crowd.mails) == 2
    call(crowd.box, "POST", f"/sequences/{crowd.id}/email-accounts/add", {"emailAccountIds": [bo]})
    passes(crowd.box, 3600)
    assert [event["senderId"] for event in crowd.mails] == [ada, ada, bo, bo]


@pytest.mark.parametrize(("step", "day"), [(0, "2026-11-16"), (1, "2026-11-19")])
def test_somebody_put_into_a_later_step_is_written_to_on_its_day(step: int, day: str) -> None:
    crowd = Crowd(frozen(), mail(1), mail(4), people=0)
    crowd.put(1, step=step)
    passes(crowd.box, 2 * 3600 + (3 * DAY if step else 0))
    assert [(event["stepId"], event["at"][:10]) for event in crowd.mails] == [(crowd.steps[step], day)]


def test_a_mailbox_writes_to_the_end_to_whom_it_wrote_first(box: Sandbox) -> None:
    passes(box, 30 * DAY)
    by: dict[tuple[str, str], set[str]] = {}
    for event in box.world.events:
        if event["kind"] == "email-sent":
            by.setdefault((event["sequenceId"], event["prospectId"]), set()).add(event["senderId"])
    assert all(len(senders) == 1 for senders in by.values())


def test_hundreds_are_written_to_in_the_end(box: Sandbox) -> None:
    crowd = Crowd(box, mail(1), mail(3), mail(5), people=400)
    passes(crowd.box, 56 * DAY)
    assert len(crowd.mailed()) == 400


def test_a_field_s_own_fallback_stands_where_somebody_has_no_value_and_the_tag_has_none() -> None:
    box = frozen()
    call(box, "POST", "/fields", {"label": "Opener", "fieldType": "text", "fallbackText": "Good morning"})
    crowd = Crowd(box, mail(1, "{{Opener}}", "{{Opener|'Hello'}} and {{Opener}}"), people=1)
    passes(box, DAY)
    (sent,) = crowd.mails
    assert (sent["facts"]["subject"], sent["facts"]["content"]) == ("Good morning", "Hello and Good morning")
