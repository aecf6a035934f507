"""An active subsequence takes over the people for whom its conditions hold, and mails them. A paused one does not."""

from typing import Any

import pytest

from saleshandy_mcp.sandbox import Sandbox
from tests.sandbox.kit import DAY, call, frozen, mail, passes, since, task
from tests.sandbox.subsequence_kit import (
    OPENED,
    Act,
    Parent,
    clicks,
    ends,
    no_tag,
    opens,
    outcome,
    replies,
    status,
    tags,
)


@pytest.mark.parametrize(
    ("name", "operation", "value", "enough", "not_enough"),
    [
        ("Email Open Count", "greater than", 1, opens(2), opens(1)),
        ("Email Open Count", "less than", 2, opens(1), opens(2)),
        ("Email Open Count", "greater than or equals", 2, opens(2), opens(1)),
        ("Email Open Count", "less than or equals", 1, opens(1), opens(2)),
        ("Replied", "is", True, replies("Yes"), opens(1)),
        ("Replied", "is", True, status("replied"), status("finished")),
        ("Replied", "is", False, opens(1), replies("No")),
        ("Reply Body Contains", "contains", "price", replies("What is the PRICE?"), replies("Who are you?")),
        ("Reply Body Contains", "contains", ["price", "cost"], replies("The cost?"), replies("Who are you?")),
        ("Link Click", "is any", None, clicks, opens(1)),
        ("Link Click", "is not any", None, opens(1), clicks),
        ("Prospect Outcome", "is", ["Interested"], outcome("Interested"), outcome("Not Now")),
        ("Prospect Outcome", "is not", ["Interested"], outcome("Not Now"), outcome("Interested")),
        ("Prospect Outcome", "is any", ["Closed", "Interested"], outcome("Interested"), outcome("Not Now")),
        ("Prospect Outcome", "is not any", ["Closed", "Interested"], outcome("Not Now"), outcome("Closed")),
        ("Last Step Completed", "is", True, ends, opens(1)),
        ("Last Step Completed", "is", True, status("finished"), status("replied")),
        ("Last Step Completed", "is", False, opens(1), ends),
        ("Prospect Tag", "is", ["warm", "hot"], tags("warm", "hot"), tags("warm")),
        ("Prospect Tag", "is", ["WARM"], tags("warm"), tags("cold")),
        ("Prospect Tag", "is not", ["warm"], tags("cold"), tags("warm")),
        ("Prospect Tag", "is any", ["warm", "hot"], tags("hot"), tags("cold")),
        ("Prospect Tag", "is not any", ["warm", "hot"], tags("cold"), tags("hot")),
    ],
)
def test_a_person_is_mailed_once_a_condition_holds(
    name: str, operation: str, value: Any, enough: Act, not_enough: Act
) -> None:
    condition = {"name": name, "operation": operation, "value": value}
    parent = Parent(frozen(), {key: part for key, part in condition.items() if part is not None})
    first, second, _ = parent.people
    enough(parent, first)
    not_enough(parent, second)
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == [first]


def test_a_tag_that_is_removed_is_looked_at() -> None:
    parent = Parent(frozen(), {"name": "Prospect Tag", "operation": "is not", "value": ["cold"]}, active=False)
    first, second, _ = parent.people
    tags("cold")(parent, first)
    parent.start(parent.sub)
    no_tag("cold")(parent, first)
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == [first]
    assert parent.places(second) == {parent.id: "active"}


def test_all_conditions_must_hold() -> None:
    tagged = {"name": "Prospect Tag", "operation": "is", "value": ["warm"]}
    opened = {"name": "Email Open Count", "operation": "greater than", "value": 0}
    parent = Parent(frozen(), tagged, opened)
    first, second, third = parent.people
    tags("warm")(parent, first)
    opens(1)(parent, second)
    opens(1)(parent, third)
    tags("warm")(parent, third)
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == [third]


@pytest.mark.parametrize("verb", ["complete", "skip", "bulk-skip"])
def test_a_task_that_is_done_is_looked_at(verb: str) -> None:
    parent = Parent(
        frozen(), {"name": "Email Open Count", "operation": "less than", "value": 1}, steps=(task(1), mail(30))
    )
    passes(parent.box, DAY)
    row = next(row for row in parent.world.tasks.values() if row["sequenceId"] == parent.id)
    if verb == "bulk-skip":
        call(parent.box, "POST", "/tasks/bulk-skip", {"taskIds": [row["id"]]})
    else:
        call(parent.box, "POST", f"/tasks/{row['id']}/{verb}")
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == [row["prospectId"]]


def test_an_import_that_tags_people_is_looked_at() -> None:
    parent = Parent(frozen(), {"name": "Prospect Tag", "operation": "is", "value": ["warm"]})
    body = {
        "stepId": parent.steps[0],
        "prospectList": [{"Email": "new@crowd.example.com"}],
        "verifyProspects": False,
        "conflictAction": "upsert",
        "tags": ["warm"],
    }
    call(parent.box, "POST", "/sequences/prospects/import-with-field-name", body)
    passes(parent.box, 4 * DAY)
    assert [parent.email(person) for person in parent.mailed_by()] == ["new@crowd.example.com"]


def test_a_paused_one_does_nothing() -> None:
    parent = Parent(frozen(), OPENED, active=False)
    first, *_ = parent.people
    opens(3)(parent, first)
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == []
    assert parent.places(first) == {parent.id: "active"}


def test_starting_one_takes_nobody_over_until_something_happens() -> None:
    parent = Parent(frozen(), OPENED, active=False)
    first, second, _ = parent.people
    opens(1)(parent, first)
    passes(parent.box, 1)
    parent.start(parent.sub)
    opens(1)(parent, second)
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == [second]


def test_who_is_taken_over_leaves_the_parent_and_gets_no_more_of_it() -> None:
    parent = Parent(frozen(), OPENED, steps=(mail(1), mail(3)))
    parent.set(s5="0")
    passes(parent.box, 7200)
    first, second, _ = parent.people
    opens(1)(parent, first)
    passes(parent.box, 5)
    assert parent.places(first) == {parent.sub: "active"}
    assert parent.places(second) == {parent.id: "active"}
    passes(parent.box, 5 * DAY)
    assert first not in parent.mailed(1)
    assert second in parent.mailed(1)
    assert parent.mailed_by() == [first]
    assert parent.places(first) == {parent.sub: "finished"}


def test_the_first_mail_comes_after_the_delay_in_the_slots_of_the_schedule() -> None:
    parent = Parent(frozen())
    slow = parent.subsequence(OPENED, days=3)
    noon = [
        {"day": day, "slots": [{"start": {"hour": 12, "minute": 0}, "end": {"hour": 13, "minute": 0}}]}
        for day in range(7)
    ]
    plan = call(parent.box, "POST", "/schedules", {"name": "Noon", "timezone": "Etc/UTC", "timeSlots": noon})
    call(parent.box, "PATCH", f"/sequences/{slow}/schedule", {"scheduleId": plan["id"]})
    parent.start(slow)
    opens(1)(parent, parent.people[0])
    passes(parent.box, 10 * DAY)
    (sent,) = since(parent.box, "email-sent", sequenceId=slow)
    assert sent["at"].startswith("2026-11-19T12:")


def test_its_steps_follow_each_other() -> None:
    parent = Parent(frozen())
    two = parent.subsequence(OPENED, steps=(mail(1), mail(4)))
    parent.start(two)
    first, *_ = parent.people
    opens(1)(parent, first)
    passes(parent.box, 3 * DAY)
    assert parent.mailed_by(two) == [first]
    passes(parent.box, 3 * DAY)
    assert parent.mailed_by(two) == [first, first]


def test_the_mailbox_and_the_thread_of_the_parent_are_kept() -> None:
    parent = Parent(frozen(), steps=(mail(1, "Question"), mail(30)))
    same_thread = parent.subsequence(OPENED, steps=(mail(1, ""),))
    parent.start(same_thread)
    passes(parent.box, 7200)
    first, *_ = parent.people
    opens(1)(parent, first)
    passes(parent.box, 3 * DAY)
    before = next(event for event in parent.mails if event["prospectId"] == first)
    after = next(event for event in since(parent.box, "email-sent", sequenceId=same_thread, prospectId=first))
    assert after["senderId"] == before["senderId"]
    assert after["facts"]["subject"] == "Re: Question"


def test_a_pause_of_the_subsequence_holds_its_mails_back() -> None:
    parent = Parent(frozen(), OPENED)
    first, *_ = parent.people
    opens(1)(parent, first)
    passes(parent.box, 60)
    parent.start(parent.sub, "pause")
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == []
    parent.start(parent.sub)
    passes(parent.box, 7200)
    assert parent.mailed_by() == [first]


@pytest.mark.parametrize("before", [status("paused"), status("unsubscribed")])
def test_who_must_wait_or_has_left_is_not_taken_over(before: Act) -> None:
    parent = Parent(frozen(), OPENED)
    first, *_ = parent.people
    before(parent, first)
    opens(1)(parent, first)
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == []
    assert set(parent.places(first)) == {parent.id}


def test_who_must_not_be_contacted_is_not_taken_over() -> None:
    parent = Parent(frozen(), OPENED)
    first, *_ = parent.people
    body = {"dncListId": next(iter(parent.world.dnc_lists)), "items": [parent.email(first)]}
    call(parent.box, "POST", "/dnc", body)
    opens(1)(parent, first)
    passes(parent.box, 4 * DAY)
    assert parent.mailed_by() == []


def test_of_several_the_first_takes_a_person_over_and_each_only_once() -> None:
    parent = Parent(frozen(), OPENED)
    second = parent.subsequence(OPENED)
    parent.start(second)
    person, *_ = parent.people
    opens(1)(parent, person)
    passes(parent.box, 3 * DAY)
    assert (parent.mailed_by(), parent.mailed_by(second)) == ([person], [])
    body = {"contactIds": [person], "stepId": parent.steps[0]}
    call(parent.box, "POST", f"/sequences/{parent.id}/contacts", body)
    opens(1)(parent, person)
    passes(parent.box, 3 * DAY)
    assert (parent.mailed_by(), parent.mailed_by(second)) == ([person], [person])


def test_what_happened_in_the_parent_stays_in_its_numbers() -> None:
    parent = Parent(frozen(), OPENED, steps=(mail(1), mail(30)))
    passes(parent.box, 7200)
    first, *_ = parent.people
    opens(1)(parent, first)
    replies("Later")(parent, first)
    passes(parent.box, 60)
    numbers = call(parent.box, "POST", "/analytics/stats", {"sequenceId": parent.id})["prospects"][0]
    replied = {event["prospectId"] for event in since(parent.box, "reply-received", sequenceId=parent.id)}
    assert first in replied
    assert (numbers["total"], numbers["contacted"], numbers["replied"]) == ("2", "3", str(len(replied)))


def test_how_time_is_cut_changes_nothing() -> None:
    once, often = Parent(frozen(), OPENED, steps=(mail(1), mail(4))), Parent(frozen(), OPENED, steps=(mail(1), mail(4)))
    for parent in (once, often):
        parent.put(40)
    passes(once.box, 12 * DAY)
    for _ in range(48):
        passes(often.box, DAY // 4)
    assert once.mailed_by()
    assert often.world.events == once.world.events
    assert often.world.enrolments == once.world.enrolments


def test_the_subsequence_of_the_demo_workspace_is_paused_and_empty(box: Sandbox) -> None:
    (told,) = box.state()["subsequences"]
    assert (told["active"], told["steps"], told["prospects"]) == (False, 0, 0)
