"""The mails of the days ahead are those that the sandbox then sends, and mails wait on the day that is told."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.email_accounts import BulkUpdateEmailAccounts
from saleshandy_mcp.api.resources.prospects import ImportProspectsToSequence
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.capacity.mails_ahead import MailsAhead
from saleshandy_mcp.features.capacity.shared_plan import Stream, shared_plan
from saleshandy_mcp.features.reports.make_report import MakeReport
from saleshandy_mcp.features.reports.report_page import page_of
from saleshandy_mcp.features.sequences.checks.capacity_plan import FollowUp, PlannedSender
from saleshandy_mcp.features.sequences.sending_hours import read_hours
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.kit import context_over

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
OFFICE = read_hours("Mon-Fri 9:00-17:00 Europe/Berlin", timezone=None)
COAST = read_hours("Mon-Fri 9:00-17:00 America/Los_Angeles", timezone=None)
ALWAYS = read_hours("Mon-Sun 0:00-23:59 UTC", timezone=None)
DRAFT = "Partner programme (draft)"
AHEAD = "next 14 days"
STOPS = ("reply-received", "email-bounced", "prospect-unsubscribed")


async def ahead(context: Context, period: str = AHEAD) -> MailsAhead:
    found = await MakeReport(period=period).run(context)
    assert isinstance(found, MailsAhead)
    return found


async def with_people(context: Context, box: Sandbox, title: str, people: int, hours: str) -> Row:
    """A sequence that runs with people who had no mail, with hours and mailboxes as they are."""
    row = next(it for it in box.world.sequences.values() if it["title"] == title)
    step = box.world.steps_of(row["id"])[0]
    name = title.split(maxsplit=1)[0].casefold()
    rows = [{"Email": f"{name}{number}@customer{number}.example", "First Name": "Jo"} for number in range(people)]
    await context.api.send(
        ImportProspectsToSequence(
            step_id=step["id"], prospect_list=rows, conflict_action="overwrite", verify_prospects=False
        )
    )
    box.clock.advance(60)
    box.state()
    week = read_hours(hours, timezone=None)
    schedule = {"id": name, "name": name, "timezone": week.timezone, "isDefault": False}
    box.world.schedules[name] = {**schedule, "timeSlots": [it.model_dump() for it in week.slots]}
    return row | {"scheduleId": name}


def sent_by_day(box: Sandbox, since: datetime) -> Counter[tuple[date, str]]:
    names = {id_: it["fromEmail"] for id_, it in box.world.email_accounts.items()}
    mails = [(datetime.fromisoformat(it["at"]), it["senderId"]) for it in select(box.world, "email-sent")]
    return Counter((at.date(), names[sender]) for at, sender in mails if at > since)


def planned_by_day(found: MailsAhead) -> Counter[tuple[date, str]]:
    return Counter({(it.day, name): count for it in found.days for name, count in it.by_sender.items()})


async def only(context: Context, box: Sandbox, people: dict[str, int], hours: dict[str, str], limit: int) -> list[Row]:
    """A world in which only these sequences run, with one mailbox between them, and nobody has had mail."""
    for row in box.world.sequences.values():
        row["active"] = False
    account = next(it for it in box.world.email_accounts.values() if it["fromEmail"].startswith("bo@get"))
    box.world.outboxes[account["id"]]["limit"] = limit
    box.world.pending.clear()
    rows: list[Row] = []
    for title, number in people.items():
        row = await with_people(context, box, title, number, hours[title])
        box.world.sequences[row["id"]] |= {**row, "emailAccountIds": [account["id"]], "active": True}
        rows.append(row)
    return rows


async def run(box: Sandbox, days: int = 14) -> datetime:
    """Let the clock of the sandbox go to the end of the days; when they began."""
    since = box.clock.now()
    ends = datetime.combine(since.date() + timedelta(days=days), datetime.min.time(), UTC)
    box.clock.advance((ends - since).total_seconds())
    box.state()
    return since


@pytest.mark.parametrize(
    ("people", "limit", "hours"),
    [(30, 100, "Mon-Fri 9:00-17:00 Europe/Copenhagen"), (20, 60, "Mon-Sun 20:00-23:00 America/Los_Angeles")],
    ids=["office hours", "hours over midnight UTC"],
)
async def test_where_nothing_waits_the_mails_that_are_due_are_those_that_are_sent(
    context: Context, box: Sandbox, people: int, limit: int, hours: str
) -> None:
    await only(context, box, {DRAFT: people}, {DRAFT: hours}, limit)
    found = await ahead(context)
    assert found.clips is None
    since = await run(box)
    sent = sent_by_day(box, since)
    # Who answered, bounced or left before the next mail of the plan gets it no more; all others get theirs on its day.
    missing = planned_by_day(found) - sent
    stopped = {it["prospectId"] for kind in STOPS for it in select(box.world, kind) if it["at"] > since.isoformat()}
    assert sent - planned_by_day(found) == Counter()
    assert missing.total() <= len(stopped)


async def test_mails_wait_on_the_day_that_is_told_and_first_mails_go_out_as_planned(
    context: Context, box: Sandbox
) -> None:
    await only(context, box, {DRAFT: 60}, {DRAFT: "Mon-Fri 9:00-17:00 Europe/Copenhagen"}, 24)
    found = await ahead(context)
    assert found.clips == found.first
    assert (found.days[0].mails, found.days[0].waiting, found.days[0].full) == (24, 36, [found.senders[0].address])
    since = await run(box, days=1)
    assert sent_by_day(box, since).total() == 24


async def test_a_ramp_lets_more_out_each_day_as_the_sandbox_does(context: Context, box: Sandbox) -> None:
    await only(context, box, {DRAFT: 200}, {DRAFT: "Mon-Sun 0:00-23:59 UTC"}, 60)
    account = next(it for it in box.world.email_accounts.values() if it["fromEmail"].startswith("bo@get"))
    await context.api.send(
        BulkUpdateEmailAccounts(
            email_account_ids=[account["id"]],
            sender_first_name="Bo",
            ramp_up_initial_sending_limit=5,
            ramp_up_percent=50,
        )
    )
    found = await ahead(context)
    assert [it.mails for it in found.days[:6]] == [5, 8, 11, 17, 25, 38]
    assert any("with a ramp" in note for note in found.notes)
    since = await run(box, days=4)
    sent = sent_by_day(box, since)
    assert [sum(n for (day, _), n in sent.items() if day == it.day) for it in found.days[:4]] == [5, 8, 11, 17]


def test_two_sequences_share_the_day_of_their_mailbox() -> None:
    streams = [Stream("A", OFFICE, (0,), (1,), 30), Stream("B", OFFICE, (0,), (1,), 30)]
    (today, *_) = shared_plan(MONDAY, streams, [PlannedSender("a@x.example", 20, 20)], 14)
    assert today.sent == {0: 20}
    assert today.waiting == {0: 20, 1: 20}
    assert today.full == {0}


def test_hours_that_go_on_after_midnight_are_not_taken_for_mails_that_wait() -> None:
    streams = [Stream("A", COAST, (0,), (1,), 200)]
    days = shared_plan(MONDAY, streams, [PlannedSender("a@x.example", 300, 300, gap=120)], 3)
    assert [it.waiting.total() for it in days] == [0, 0, 0]
    assert sum(it.sent.total() for it in days) == 200


def test_what_waits_for_a_task_and_what_lies_beyond_is_not_planned() -> None:
    follow_ups = (FollowUp("a@x.example", 1, date(2026, 11, 10)), FollowUp("a@x.example", 2, date(2026, 11, 10)))
    stream = Stream("A", ALWAYS, (0,), (1, 4, 8), 0, follow_ups, after_task=frozenset({1}))
    days = shared_plan(MONDAY, [stream], [PlannedSender("a@x.example", 9, 9)], 14)
    assert [it.sent.total() for it in days] == [1] + [0] * 13


streams = st.builds(
    Stream,
    st.just("S"),
    st.sampled_from([OFFICE, COAST, ALWAYS]),
    st.sets(st.integers(0, 2), max_size=3).map(lambda it: tuple(sorted(it))),
    st.sampled_from([(), (1,), (1, 3), (1, 2, 9)]),
    st.integers(0, 80),
    st.lists(
        st.builds(
            FollowUp,
            st.sampled_from(["0@x.example", "?"]),
            st.integers(1, 3),
            st.dates(date(2026, 11, 1), date(2026, 11, 30)),
        ),
        max_size=20,
    ).map(tuple),
    st.sampled_from([frozenset[int](), frozenset({1})]),
)
mailboxes = st.lists(
    st.builds(PlannedSender, st.just(""), st.integers(0, 40), st.integers(0, 40), st.integers(1, 3600)),
    min_size=3,
    max_size=3,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(streams, max_size=4), mailboxes)
def test_no_plan_breaks_a_limit_and_every_mail_is_of_somebody(many: list[Stream], boxes: list[PlannedSender]) -> None:
    named = [PlannedSender(f"{place}@x.example", it.left, it.daily, it.gap) for place, it in enumerate(boxes)]
    days = shared_plan(MONDAY, many, named, 14)
    for ahead_by, day in enumerate(days):
        assert all(count <= named[place].quota(ahead_by) for place, count in day.sent.items())
        assert all(named[place].quota(ahead_by) == day.sent[place] for place in day.full)
    most = sum(it.people * len(it.email_days) + len(it.follow_ups) * len(it.email_days) for it in many if it.senders)
    assert sum(day.sent.total() for day in days) <= most


async def test_the_answer_of_the_demo_account_says_what_is_not_in_it(context: Context) -> None:
    found = await ahead(context)
    text = text_of(found)
    assert f"{found.mails:,} of 2 running sequences" in text
    assert "mails that wait for a task are not in it" in text
    assert "Assumed: nobody else is added" in text
    assert found.mails == sum(it.mails for it in found.senders) == sum(it.mails for it in found.days)
    page = page_of(found, charts=False)
    assert all(f"{it.mails:,}</td>" in page for it in found.days)


async def test_an_account_in_which_nothing_runs_has_no_mails_ahead(box: Sandbox) -> None:
    for row in box.world.sequences.values():
        row["active"] = False
    async with context_over(box) as context:
        found = await ahead(context, "next 3 days")
    assert (found.mails, len(found.days), found.clips) == (0, 3, None)
    assert "0 of no running sequences" in text_of(found)


async def test_what_cannot_be_planned_is_refused_with_what_can(context: Context) -> None:
    with pytest.raises(Mistake, match="14 days ahead at most"):
        await ahead(context, "next 30 days")
    with pytest.raises(Mistake, match="sequences share senders") as refused:
        await MakeReport(period=AHEAD, only="Q3 launch").run(context)
    assert refused.value.next == NextCall.of("check_sequence", sequence="Q3 launch")
