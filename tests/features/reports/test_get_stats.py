"""Numbers of a period: they add up, whatever they are broken down by, and agree with what the API counts itself."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from saleshandy_mcp.api.resources.analytics import MailEvents
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, Throttled, Unreadable
from saleshandy_mcp.features.reports import period
from saleshandy_mcp.features.reports.get_stats import ROWS, GetStats
from saleshandy_mcp.features.reports.mail_numbers import By, Numbers, rows_of, tally
from saleshandy_mcp.features.reports.stats_view import Stats
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.kit import context_over, faulty, new_box, posts, says

SENTENCES = [
    "How did we do last week compared to the week before?",
    "What is the reply rate of each step?",
    "Which sender has the most bounces this month?",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "get_stats": {"period": "last 30 days", "compare": True},
    "get_stats_by_sequence": {"by": "sequence", "period": "last 7 days"},
    "get_stats_by_step": {"by": "step", "sequence": "Q3 launch"},
    "get_stats_by_sender": {"by": "sender", "period": "this month"},
    "get_stats_by_member": {"by": "member", "period": "last month"},
    "get_stats_of_all_time": {"by": "sequence", "period": "all time"},
}

CONSOLIDATED = "POST /analytics/consolidated-stats"
BREAKDOWNS: list[By] = ["sequence", "step", "sender", "member", "client", "day"]
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


async def stats(context: Context, **arguments: Any) -> Stats:
    return await GetStats.model_validate(arguments).run(context)


def added(rows: list[Numbers]) -> Numbers:
    return Numbers(**{name: sum(getattr(row, name) for row in rows) for name in Numbers.model_fields})


@pytest.mark.parametrize("by", BREAKDOWNS)
@pytest.mark.parametrize("words", ["last week", "last 30 days", "2026-10-26..2026-11-06", "today"])
async def test_the_rows_add_up_to_the_total_whatever_they_are_by(context: Context, by: By, words: str) -> None:
    first = await stats(context, period=words, by=by)
    pages = [first, *[await stats(context, period=words, by=by, page=page) for page in range(2, first.pages + 1)]]
    assert added([row.numbers for page in pages for row in page.rows]) == first.total
    assert first.total == (await stats(context, period=words)).total


@pytest.mark.parametrize("title", ["Q3 launch", "Agencies EU", "SaaS founders", "Webinar in May"])
async def test_a_period_that_holds_everything_tells_what_the_totals_of_the_sequence_tell(
    context: Context, title: str
) -> None:
    year = await stats(context, sequence=title, period="last 365 days")
    ever = await stats(context, sequence=title, period="all time")
    assert year.total == ever.total
    assert (ever.first, ever.last) == (None, None)
    assert ever.prospects is not None
    assert ever.contacted is not None
    assert ever.prospects >= ever.contacted
    assert sum(ever.outcomes.get(name, 0) for name in ("Interested", "Meeting Booked", "Closed")) == ever.total.positive


async def test_days_follow_each_other_without_counting_a_mail_twice(context: Context) -> None:
    week = await stats(context, period="last week")
    days = [await stats(context, period=f"2026-11-{day:02}") for day in range(9, 16)]
    assert sum(day.total.sent for day in days) == week.total.sent
    assert sum(day.total.replied for day in days) == week.total.replied


async def test_replies_to_mails_sent_before_the_period_are_told_apart(box: Sandbox, context: Context) -> None:
    events = box.world.events
    sent = {(it["stepId"], it["prospectId"]): it["at"] for it in events if it["kind"] == "email-sent"}
    replies = [it for it in events if it["kind"] == "reply-received" and it["at"][:10] == "2026-11-14"]
    late = [it for it in replies if sent[it["stepId"], it["prospectId"]][:10] < "2026-11-14"]
    assert late
    assert (await stats(context, period="2026-11-14")).replies_to_earlier == len(late)


async def test_with_compare_each_row_stands_beside_the_same_days_before(context: Context) -> None:
    week = await stats(context, period="last week", by="sequence", compare=True)
    assert week.before is not None
    assert (str(week.before.first), str(week.before.last)) == ("2026-11-02", "2026-11-08")
    assert week.before.numbers == (await stats(context, period="2026-11-02..2026-11-08")).total
    assert added([row.before for row in week.rows if row.before]) == week.before.numbers
    silent = next(row for row in week.rows if row.name == "SaaS founders")
    assert (silent.numbers.sent, silent.before.sent if silent.before else 0) == (0, 39)
    assert all(row.before is None for row in (await stats(context, by="day", compare=True)).rows)


async def test_what_comes_next_follows_from_what_was_asked(context: Context) -> None:
    for arguments, expected in (
        ({}, 'get_stats(by="sequence")'),
        ({"by": "sequence", "period": "last week"}, 'get_stats(period="last week", by="step", sequence="Q3 launch")'),
        ({"sequence": "Q3"}, 'get_stats(sequence="Q3", by="step")'),
        ({"sequence": "Q3", "by": "step"}, 'get_sequence(sequence="Q3 launch")'),
        ({"by": "sender"}, "list_email_accounts()"),
        ({"period": "today"}, "list_sequences()"),
        ({"period": "today", "sequence": "Q3"}, 'get_sequence(sequence="Q3 launch")'),
    ):
        assert (await stats(context, **arguments)).next.for_model() == expected


async def test_many_rows_come_in_pages_and_each_once(context: Context, box: Sandbox) -> None:
    first = await stats(context, period="last 60 days", by="day", compare=True)
    assert first.pages > 1
    seen = [row.name for row in first.rows]
    for page in range(2, first.pages + 1):
        box.clock.advance(61)  # a person turns pages slowly enough for the limits of the API
        before = await stats(context, period="last 60 days", by="day", compare=True, page=page - 1)
        assert f"page={page}" in before.next.for_model()
        seen += [
            row.name for row in (await stats(context, period="last 60 days", by="day", compare=True, page=page)).rows
        ]
    assert len(set(seen)) == len(seen)
    assert len(first.rows) == ROWS // 2
    beyond = await stats(context, by="sender", page=9)
    assert (beyond.rows, beyond.pages) == ([], 1)


async def test_more_mails_than_one_answer_can_look_at_are_said_to_be_left_out(box: Sandbox) -> None:
    row = {"Sequence Id": "s", "Sequence Title": "Long", "Email Sent At": "2026-11-12T08:00:00Z", "Open Count": 1}
    endless = says(200, {"payload": {"data": [row] * 500, "hasMore": True}})
    async with context_over(box, app=faulty(box, CONSOLIDATED, endless)) as context:
        told = await stats(context)
        assert (told.cut_after, told.total.sent) == (7000, 7000)
        box.clock.advance(61)
        assert (await stats(context, compare=True)).cut_after == 3500


async def test_pages_of_mails_are_followed_to_the_end(box: Sandbox, context: Context) -> None:
    assert (await stats(context, period="last 365 days")).total.sent == 517
    assert posts(box, CONSOLIDATED) == 2


async def test_the_rate_limit_midway_gives_no_half_numbers() -> None:
    box = new_box(limits=True)
    full = says(400, {"code": 40000, "message": "Rate Limit exceeded"})
    async with context_over(box, app=faulty(box, CONSOLIDATED, full, after=1)) as context:
        with pytest.raises(Throttled):
            await stats(context, period="last 365 days")


async def test_an_account_without_sequences_has_sent_nothing(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, "GET /sequences", says(200, {"payload": []}))) as context:
        assert (await stats(context, by="sequence")).total == Numbers()
    assert posts(box, CONSOLIDATED) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"period": "last quarter"}, "period: "),
        ({"sequence": "zebra"}, "sequence: "),
        ({"period": "all time", "sequence": "Q3", "compare": True}, "compare: there is nothing before all time"),
        ({"period": "2024-12-01..2025-11-01", "compare": True}, "compare: "),
    ],
)
async def test_what_cannot_be_told_is_refused(context: Context, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(Mistake, match=words):
        await stats(context, **arguments)


async def test_totals_that_do_not_count_mails_are_no_zero(box: Sandbox) -> None:
    bare = says(200, {"payload": {"prospects": [], "emails": None}})
    async with context_over(box, app=faulty(box, "POST /analytics/stats", bare)) as context:
        with pytest.raises(Unreadable):
            await stats(context, sequence="Q3", period="all time")


async def test_steps_that_send_no_mail_and_steps_that_sent_none_are_rows(context: Context, box: Sandbox) -> None:
    sequence = next(it for it in box.world.sequences.values() if it["title"] == "Q3 launch")
    told = await stats(context, sequence="Q3 launch", by="step", period="yesterday")
    assert [row.step for row in told.rows] == list(range(1, len(box.world.steps_of(sequence["id"])) + 1))
    text = text_of(told)
    assert "Step 2: linkedin connection, sends no mail" in text
    assert re.search(r"^Step \d: nothing sent$", text, re.MULTILINE)
    assert "no call tells which variant a mail was" in text


async def test_by_variant_is_refused_in_one_sentence_that_names_the_nearest() -> None:
    with pytest.raises(
        ValidationError, match='no call of the API tells which variant a mail was; the nearest is "step"'
    ):
        GetStats.model_validate({"by": "variant"})


async def test_sequences_without_a_mail_in_the_period_are_named(context: Context) -> None:
    told = await stats(context, by="sequence", period="last 7 days")
    assert [it.split(" [")[0] for it in told.silent] == ["SaaS founders", "Webinar in May", "Partner programme (draft)"]
    assert "Sent nothing: SaaS founders [" in text_of(told)


async def test_members_have_the_mails_of_the_sequences_they_own_and_the_best_is_named(
    context: Context, box: Sandbox
) -> None:
    told = await stats(context, by="member", period="last 60 days")
    owned = {it["id"] for it in box.world.sequences.values() if it.get("ownerId") == "42"}
    sent = [it for it in box.world.events if it["kind"] == "email-sent" and it["sequenceId"] in owned]
    bo = next(row for row in told.rows if row.name == "Bo Sample")
    assert 0 < bo.numbers.sent <= len(sent)
    best = max(told.rows, key=lambda row: row.numbers.replied / row.numbers.sent)
    assert told.best.startswith(f"{best.name}, ")
    assert "A member's mails are those of the sequences they own" in text_of(told)


async def test_mails_of_a_client_are_those_of_its_sequences(context: Context, box: Sandbox) -> None:
    sequence = next(it for it in box.world.sequences.values() if it["title"] == "Q3 launch")
    client = next(iter(box.world.clients.values()))
    box.world.client_of[sequence["id"]] = client["id"]
    told = await stats(context, by="client", period="last week")
    of_client = (await stats(context, sequence="Q3 launch", period="last week")).total
    assert {row.name: row.numbers for row in told.rows}[client["companyName"]] == of_client
    assert "no client" in {row.name for row in told.rows}


yes_no = st.sampled_from(["Yes", "No", None])
ROW = st.builds(
    dict[str, Any],
    **{
        "Sequence Id": st.sampled_from(["a", "b"]),
        "Sequence Title": st.just("Twin"),
        "Step Number": st.sampled_from([1, "2", 10, None]),
        "Sender Email": st.sampled_from(["ada@lantern.example.com", None]),
        "Recipient Email": st.sampled_from(["x@x.example.com", "y@y.example.com"]),
        "Email Sent At": st.one_of(
            st.none(),
            st.integers(-5, 30).map(lambda ago: (NOW - timedelta(days=ago)).isoformat()),
            st.just("Thu Nov 12 2026 09:15:00 GMT+5:30 (Asia/Kolkata)"),
            st.just("some day"),
        ),
        "Open Count": st.sampled_from([0, 3, "2", None]),
        "Click Count": st.sampled_from([0, "1", None]),
        "Replied": yes_no,
        "Replied At": st.sampled_from([None, "2026-11-13T09:00:00Z"]),
        "Current Sentiment": st.sampled_from(["Interested", "Not Now", None]),
        "Bounced": yes_no,
        "Unsubscribed": yes_no,
    },
)


@given(st.lists(ROW, max_size=30), st.sampled_from(BREAKDOWNS))
def test_rows_of_any_mails_add_up_and_people_count_once(raw: list[dict[str, Any]], by: By) -> None:
    span = period.read("last week", NOW)
    found = tally([MailEvents.model_validate(row) for row in raw], span, UTC)
    total = Numbers.of(found.mails)
    assert added([row.numbers for row in rows_of(found.mails, by)]) == total
    assert max(total.unsubscribed, total.positive) <= 4
    assert all(getattr(total, name) <= total.sent for name in Numbers.model_fields)
    assert found.undated == sum(row["Email Sent At"] in (None, "some day") for row in raw)
    assert all(mail.day in span for mail in found.mails)


@given(st.lists(ROW, max_size=20), st.lists(ROW, max_size=20))
def test_compared_rows_add_up_on_both_sides(raw: list[dict[str, Any]], older: list[dict[str, Any]]) -> None:
    span = period.read("last week", NOW)
    prior = period.before(span, NOW)
    now, then = (
        tally([MailEvents.model_validate(row) for row in rows], days, UTC).mails
        for rows, days in ((raw, span), (older, prior))
    )
    for by in ("sequence", "step", "sender"):
        rows = rows_of(now, by, then)
        assert added([row.numbers for row in rows]) == Numbers.of(now)
        assert added([row.before for row in rows if row.before]) == Numbers.of(then)


def test_steps_stand_in_their_order_and_sequences_by_what_they_sent() -> None:
    row = {"Sequence Id": "a", "Sequence Title": "A", "Email Sent At": "2026-11-12T08:00:00Z"}
    rows = [{**row, "Step Number": number} for number in (10, 2, 1)]
    rows += [{**row, "Sequence Id": "b", "Sequence Title": "B"} for _ in range(4)]
    mails = tally([MailEvents.model_validate(it) for it in rows], period.read("last week", NOW), UTC).mails
    assert [it.step for it in rows_of(mails, "step")] == [1, 2, 10, 0]
    assert [it.name for it in rows_of(mails, "sequence")] == ["B", "A"]
