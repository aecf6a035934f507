"""The capacity plan: what it promises holds for any senders and hours, and is what the sandbox then sends."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.prospects import ImportProspectsToSequence
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.sequences.check_sequence import CheckSequence
from saleshandy_mcp.features.sequences.checks.capacity_plan import FollowUp, PlannedSender, capacity_plan
from saleshandy_mcp.features.sequences.sending_hours import Week, read_hours
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.world.tables import Row

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
OFFICE = read_hours("Mon-Fri 9:00-17:00 Europe/Berlin", timezone=None)
ADA = PlannedSender("ada@acme.example", 24, 40)
BO = PlannedSender("bo@acme.example", 10, 30)

senders = st.builds(
    PlannedSender,
    st.sampled_from(["a@x.example", "b@x.example", "c@x.example"]),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(1, 3600),
)
spans = st.sampled_from([(), ((540, 1020),), ((0, 1439),), ((60, 180), (1200, 1439)), ((120, 125),)])
weeks = st.builds(
    Week,
    st.tuples(*[spans] * 7),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"]),
)


def test_sixty_people_with_24_left_today_get_their_first_mail_in_two_days() -> None:
    plan = capacity_plan(MONDAY, OFFICE, [ADA], [1], 60)
    assert [it.mails for it in plan.days] == [24, 36]
    assert plan.first == datetime(2026, 11, 16, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert plan.first_mails_done == plan.done == date(2026, 11, 17)
    assert next(iter(plan.texts())) == (
        "first mail Mon 2026-11-16 from 09:00 CET · 60 first mails done by Tue 2026-11-17 (2 days) · "
        "all 60 mails done by Tue 2026-11-17"
    )


def test_two_senders_share_the_people_and_each_keeps_those_it_began_with() -> None:
    plan = capacity_plan(MONDAY, OFFICE, [ADA, BO], [1, 4], 40)
    assert [it.by_sender for it in plan.days] == [
        {"ada@acme.example": 24, "bo@acme.example": 10},
        {"ada@acme.example": 3, "bo@acme.example": 3},
        {"ada@acme.example": 24, "bo@acme.example": 10},
        {"ada@acme.example": 3, "bo@acme.example": 3},
    ]
    assert plan.days[2].day == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("hours", "mailboxes", "days", "people"),
    [
        ("Mon 9:00-10:00 UTC", [PlannedSender("a@x.example", 0, 0)], [1], 5),
        ("Mon 9:00-10:00 UTC", [], [1], 5),
        ("Mon 9:00-10:00 UTC", [ADA], [], 5),
        ("Mon 9:00-10:00 UTC", [ADA], [1], 0),
    ],
    ids=["nothing left on any day", "no sender", "no email", "nobody"],
)
def test_where_nothing_is_sent_there_is_no_first_mail(
    hours: str, mailboxes: list[PlannedSender], days: list[int], people: int
) -> None:
    plan = capacity_plan(MONDAY, read_hours(hours, timezone=None), mailboxes, days, people)
    assert (plan.first, plan.days, plan.done) == (None, [], None)
    assert list(plan.texts()) == []


def test_what_takes_longer_than_the_horizon_is_said_not_to_be_done() -> None:
    plan = capacity_plan(MONDAY, OFFICE, [PlannedSender("a@x.example", 1, 1)], [1], 20_000)
    assert (plan.first_mails_done, plan.done) == (None, None)
    assert "not done within 2 years" in next(iter(plan.texts()))


def test_hours_stay_as_they_are_on_the_clock_when_clocks_change() -> None:
    week = read_hours("Sun 9:00-10:00, Mon 9:00-10:00 Europe/Berlin", timezone=None)
    plan = capacity_plan(datetime(2026, 10, 24, 20, tzinfo=UTC), week, [ADA], [1], 1)
    assert plan.first is not None
    assert (plan.first.hour, plan.first.utcoffset()) == (9, timedelta(hours=1))


@settings(max_examples=150, deadline=None)
@given(weeks, st.lists(senders, max_size=4, unique_by=lambda it: it.name), st.integers(0, 200), st.integers(0, 6))
def test_no_plan_breaks_a_limit_or_mails_anybody_twice(
    week: Week, mailboxes: list[PlannedSender], people: int, more: int
) -> None:
    days = [1, *range(3, 3 + more)]
    plan = capacity_plan(MONDAY, week, mailboxes, days, people)
    highest = {it.name: max(it.left, it.daily) for it in mailboxes}
    for it in plan.days:
        assert it.mails == sum(it.by_sender.values())
        assert week.days[it.day.isoweekday() % 7], "a day without hours"
        # A day of the schedule lies in at most two of the mailboxes' days.
        assert all(count <= 2 * highest[name] for name, count in it.by_sender.items())
    firsts = sum(it.first_mails for it in plan.days)
    assert firsts <= people
    assert (firsts == people) == (plan.first_mails_done is not None or people == 0)
    if plan.done:
        assert sum(it.mails for it in plan.days) == people * len(days)
        assert plan.done == plan.days[-1].day


class Sent:
    """What the sandbox has sent for a sequence: first mails and all, by day of the schedule."""

    def __init__(self, box: Sandbox, sequence: str, zone: str) -> None:
        self.first_mails, self.all = Counter[date](), Counter[date]()
        self.moments = [datetime.fromisoformat(it["at"]) for it in select(box.world, "email-sent", sequenceId=sequence)]
        seen = set[str]()
        for event in select(box.world, "email-sent", sequenceId=sequence):
            day = datetime.fromisoformat(event["at"]).astimezone(ZoneInfo(zone)).date()
            self.all[day] += 1
            self.first_mails[day] += event["prospectId"] not in seen
            seen.add(event["prospectId"])


async def own_sequence(context: Context, box: Sandbox, *, limit: int, people: int, hours: str) -> Row:
    """The draft with people, hours, and a mailbox of its own; nothing else is active."""
    for other in box.world.sequences.values():
        other["active"] = False
    account = next(it for it in box.world.email_accounts.values() if it["fromEmail"].startswith("bo@get"))
    row = next(it for it in box.world.sequences.values() if it["title"] == "Partner programme (draft)")
    step = box.world.steps_of(row["id"])[0]
    rows = [{"Email": f"p{number}@customer{number}.example", "First Name": "Jo"} for number in range(people)]
    await context.api.send(
        ImportProspectsToSequence(
            step_id=step["id"], prospect_list=rows, conflict_action="overwrite", verify_prospects=False
        )
    )
    box.clock.advance(60)
    box.state()
    week = read_hours(hours, timezone=None)
    slots = [it.model_dump() for it in week.slots]
    box.world.schedules["own"] = {
        "id": "own",
        "name": "own",
        "timezone": week.timezone,
        "isDefault": False,
        "timeSlots": slots,
    }
    box.world.outboxes[account["id"]]["limit"] = limit
    row |= {"emailAccountIds": [account["id"]], "scheduleId": "own"}
    return row


@pytest.mark.parametrize(
    ("limit", "people", "hours", "from_day"),
    [
        (24, 60, "Mon-Fri 9:00-17:00 Europe/Copenhagen", 0),
        (40, 30, "Tue-Thu 8:00-11:00 America/New_York", 0),
        (7, 30, "Mon-Sun 9:00-17:00 Europe/Berlin", 131),
    ],
    ids=["over several days", "on the days of the schedule", "over a change of clocks"],
)
async def test_first_mails_are_sent_on_the_days_of_the_plan_and_all_are_done_by_its_end(
    context: Context, box: Sandbox, limit: int, people: int, hours: str, from_day: int
) -> None:
    row = await own_sequence(context, box, limit=limit, people=people, hours=hours)
    box.clock.advance(from_day * 24 * 3600)
    checked = await CheckSequence(sequence="Partner programme (draft)").run(context)
    assert checked.plan is not None
    plan, zone = checked.plan, hours.rsplit(maxsplit=1)[-1]
    row["active"] = True
    box.clock.advance(40 * 24 * 3600)
    box.state()
    sent = Sent(box, row["id"], zone)
    assert {it.day: it.first_mails for it in plan.days if it.first_mails} == +sent.first_mails
    assert plan.first is not None
    assert timedelta(0) <= min(sent.moments) - plan.first <= timedelta(seconds=190)
    # People who answer, bounce or leave get no more mails, so there can be fewer, and never later.
    assert plan.done is not None
    assert max(sent.all) <= plan.done
    ahead = Counter({it.day: it.mails for it in plan.days})
    days = sorted({*ahead, *sent.all})
    assert all(
        sum(sent.all[day] for day in days[:until]) <= sum(ahead[day] for day in days[:until])
        for until in range(len(days) + 1)
    )
    assert any("clocks change" in note for note in checked.notes) == bool(from_day)


def test_follow_ups_that_are_overdue_go_before_first_mails_and_those_of_a_lost_mailbox_are_shared() -> None:
    overdue = [FollowUp("gone@acme.example", 1, date(2026, 11, 10))] * 4
    plan = capacity_plan(MONDAY, OFFICE, [PlannedSender(ADA.name, 3, 3)], [1, 4, 8], 2, follow_ups=overdue)
    assert [(it.first_mails, it.mails) for it in plan.days] == [(0, 3), (2, 3), (0, 3), (0, 3), (0, 2)]
    assert sum(it.mails for it in plan.days) == 4 * 2 + 2 * 3
    assert "4 people with follow-ups" in next(iter(plan.texts()))


def test_a_follow_up_beyond_the_mails_of_the_plan_is_left_out() -> None:
    plan = capacity_plan(MONDAY, OFFICE, [ADA], [1], 0, follow_ups=[FollowUp(ADA.name, 1, date(2026, 11, 10))])
    assert (plan.following, plan.first) == (0, None)


async def test_follow_ups_of_people_who_had_mail_are_planned_as_the_sandbox_sends_them(
    context: Context, box: Sandbox
) -> None:
    for other in box.world.sequences.values():
        other["active"] = False
    row = next(it for it in box.world.sequences.values() if it["title"] == "SaaS founders")
    before = len(select_all(box, row["id"]))
    checked = await CheckSequence(sequence="SaaS founders").run(context)
    assert checked.plan is not None
    assert checked.plan.people == 0
    assert checked.plan.following > 20
    row["active"] = True
    box.clock.advance(60 * 24 * 3600)
    box.state()
    sent = len(select_all(box, row["id"])) - before
    planned = sum(it.mails for it in checked.plan.days)
    # People answer, bounce or leave meanwhile: fewer, but most.
    assert planned * 0.6 <= sent <= planned


def select_all(box: Sandbox, sequence: str) -> list[Row]:
    return list(select(box.world, "email-sent", sequenceId=sequence))
