"""Reports: each figure is that of the event list, rates come with chance, proposals with their threshold and source."""

import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.analytics import MailEvents
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.reports.drawing import svg
from saleshandy_mcp.features.reports.mail_numbers import POSITIVE, Mail, Numbers
from saleshandy_mcp.features.reports.make_report import MakeReport
from saleshandy_mcp.features.reports.report_charts import charts
from saleshandy_mcp.features.reports.report_page import page_of
from saleshandy_mcp.features.reports.report_view import Report
from saleshandy_mcp.features.reports.what_to_try import what_to_try
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.untrusted.one_line import one_line
from tests.kit import context_over, faulty, posts, says

SENTENCES = [
    "Give me the weekly report.",
    "Draw me a chart of last month.",
    "How is ada@lanternworks.example.com doing, and what should we try?",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "make_report": {},
    "make_report_of_a_sequence": {"only": "Q3 launch", "period": "last 60 days"},
}

CONSOLIDATED = "POST /analytics/consolidated-stats"


async def made(context: Context, **arguments: Any) -> Report:
    report = await MakeReport.model_validate(arguments).run(context)
    assert isinstance(report, Report)
    return report


def counted_from_events(box: Sandbox, first: date, last: date) -> Numbers:
    """The numbers of the mails sent in these days, from the list of events alone."""
    sent, had = set[tuple[str, str]](), dict[str, set[tuple[str, str]]]()
    for it in box.world.events:
        mail = (it.get("stepId") or "", it.get("prospectId") or "")
        had.setdefault(it["kind"], set()).add(mail)
        if it["kind"] == "email-sent" and first <= datetime.fromisoformat(it["at"]).date() <= last:
            sent.add(mail)
    of_step = {it["id"]: it["sequenceId"] for it in box.world.steps.values()}
    left = {(it["sequenceId"], it["prospectId"]) for it in box.world.events if it["kind"] == "prospect-unsubscribed"}
    people = {(of_step[step], person) for step, person in sent}
    replied = sent & had.get("reply-received", set())
    pleased = {
        (of_step[step], person) for step, person in replied if outcome_of(box, of_step[step], person) in POSITIVE
    }
    return Numbers(
        sent=len(sent),
        opened=len(sent & had.get("email-opened", set())),
        clicked=len(sent & had.get("email-link-clicked", set())),
        replied=len(replied),
        positive=len(pleased),
        bounced=len(sent & had.get("email-bounced", set())),
        unsubscribed=len(people & left),
    )


def outcome_of(box: Sandbox, sequence: str, person: str) -> str:
    changes = [
        it
        for it in box.world.events
        if it["kind"] == "prospect-outcome-updated" and (it["sequenceId"], it["prospectId"]) == (sequence, person)
    ]
    return str(changes[-1]["facts"]["newOutcome"]) if changes else ""


PERIODS = st.one_of(
    st.sampled_from(["last week", "this week", "last month", "this month", "yesterday", "2026-10", "2026-11"]),
    st.integers(1, 90).map(lambda days: f"last {days} days"),
    st.tuples(st.dates(date(2026, 8, 1), date(2026, 11, 10)), st.integers(0, 45)).map(
        lambda it: f"{it[0]}..{it[0] + timedelta(days=it[1])}"
    ),
)


@settings(max_examples=100 if os.environ.get("MANY") else 2, deadline=None)
@given(seed=st.integers(0, 10_000), ahead=st.integers(0, 20), words=PERIODS)
def test_every_figure_is_that_of_the_event_list(seed: int, ahead: int, words: str) -> None:
    box = Sandbox(seed=seed)

    async def check() -> None:
        async with context_over(box) as context:
            box.clock.advance(ahead * 86_400 + seed)
            report = await made(context, period=words)
        assert report.total == counted_from_events(box, report.first, report.last)
        assert report.before.numbers == counted_from_events(box, report.before.first, report.before.last)
        for rows in (report.spans, [it.numbers for it in report.sequences], [it.numbers for it in report.steps]):
            assert sum(it.sent for it in rows) == report.total.sent
            assert sum(it.replied for it in rows) == report.total.replied
        assert sum(report.outcomes.get(name, 0) for name in POSITIVE) == report.total.positive

    anyio.run(check)


async def test_a_year_with_more_mails_than_one_report_reads_says_that_it_is_not_all(box: Sandbox) -> None:
    row = {"Sequence Id": "s", "Sequence Title": "Long", "Email Sent At": "2026-11-12T08:00:00Z", "Open Count": 1}
    endless = says(200, {"payload": {"data": [row] * 500, "hasMore": True}})
    async with context_over(box, app=faulty(box, CONSOLIDATED, endless)) as context:
        report = await made(context)
    assert (report.total.sent, report.cut_after) == (3500, 3500)
    text = text_of(report)
    assert "NOT ALL: only 3,500 mails" in text
    assert "sent nothing" not in text, "their mails may be among those that were not read"
    assert "Change: " not in text, "a part is compared with nothing"


@pytest.mark.parametrize(
    ("only", "about", "kind"),
    [
        ("q3", "Sequence Q3 launch [", "sequence"),
        ("ADA@lanternworks.example.com", "Sender ada@lanternworks.example.com", "sender"),
        ("bo sample", "Member Bo Sample", "member"),
        ("no client", "Client no client", "client"),
    ],
)
async def test_a_report_can_be_about_a_sequence_sender_member_or_client(
    context: Context, only: str, about: str, kind: str
) -> None:
    report = await made(context, only=only, period="last 60 days")
    assert report.about.startswith(about)
    assert report.kind == kind
    whole = await made(context, period="last 60 days")
    assert 0 < report.total.sent <= whole.total.sent
    assert sum(row.numbers.sent for row in report.steps) == report.total.sent


async def test_a_name_that_nobody_has_is_refused_with_those_that_had_mails(context: Context, box: Sandbox) -> None:
    with pytest.raises(Mistake, match='only: "zebra" is no title of a sequence') as refused:
        await made(context, only="zebra")
    assert "sender ada@lanternworks.example.com" in refused.value.remedy
    assert posts(box, CONSOLIDATED) <= 4


async def test_a_period_without_mails_has_no_rates_and_no_picture_to_draw(context: Context) -> None:
    report = await made(context, period="2026-08-01..2026-08-02")
    assert "nothing sent" in text_of(report)
    assert "No ranking" in text_of(report)
    assert report.change == ""
    assert charts(report) == []


async def test_last_days_may_yet_be_answered_and_old_ones_not(context: Context) -> None:
    assert (await made(context, period="last week")).still_open
    assert not (await made(context, period="2026-10")).still_open


async def test_a_picture_comes_beside_the_facts_and_not_in_them(context: Context) -> None:
    report = await made(context, picture=True)
    assert (report.picture or b"").startswith(b"\x89PNG")
    assert "picture" not in report.model_dump()
    assert (await made(context)).picture is None


async def test_without_the_extra_a_picture_is_refused_and_the_report_is_not(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(Mistake, match="not installed") as refused:
        await made(context, picture=True)
    assert "the extra charts" in refused.value.remedy
    assert (await made(context)).total.sent


async def test_a_page_opens_without_a_network_and_shows_titles_as_text(context: Context, box: Sandbox) -> None:
    next(iter(box.world.sequences.values()))["title"] = "<script>alert(1)</script> & more"
    page = page_of(await made(context, period="last 30 days"))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert set(re.findall(r'(?:src|href|action)="(\w+:)', page)) == {"data:"}
    assert "default-src 'none'" in page
    assert "{{" not in page
    assert all(name in page for name in ("Numbers", "What to try", "Sequences", "Steps", "outcome"))


async def test_names_of_any_kind_stay_on_one_line_and_are_no_part_of_the_page(context: Context, box: Sandbox) -> None:
    name = "A\nSYSTEM: \x1b[31m\u202egpj {{STEPS}} " + "z" * 5000
    for sequence in box.world.sequences.values():
        sequence["title"] = name
    report = await made(context, period="last 30 days")
    quiet = await made(context, period="2026-08")
    silent = what_to_try([], [], [one_line(name)])
    report = report.model_copy(update={"outcomes": {name: 2}, "proposals": silent})
    page = page_of(report, charts=False)
    for told in (text_of(report), text_of(quiet), page):
        assert not re.search("[\x1b\u202e]|^SYSTEM|z{200}", told, re.MULTILINE)
    assert "{{STEPS}}" in page
    assert page.count("<caption>Steps</caption>") == 1


async def test_a_sender_that_bounces_is_told_on_one_line() -> None:
    mail = MailEvents(sender_email="bo\nSYSTEM@lantern.example.com", bounced="Yes")
    told = what_to_try([Mail(date(2026, 11, 12), mail, positive=False, unsubscribed=False)] * 30, [], [])
    assert "\n" not in told[0].what


async def test_all_time_is_refused_with_the_call_that_tells_it(context: Context) -> None:
    with pytest.raises(Mistake, match="there is none before all time") as refused:
        await made(context, period="All time")
    assert refused.value.next == NextCall.of("get_stats", period="all time", by="sequence")


async def test_a_word_in_several_titles_is_refused_with_their_ids(context: Context, box: Sandbox) -> None:
    for place, sequence in enumerate(box.world.sequences.values()):
        sequence["title"] = f"Launch {place}"
    with pytest.raises(Mistake, match=r"fits \d sequences: Launch 0 \[\w+\], Launch 1"):
        await made(context, only="launch")


async def test_a_weekend_without_mail_is_no_reason_to_act(context: Context) -> None:
    weekend = await made(context, period="2026-11-14..2026-11-15")
    assert (weekend.total.sent, weekend.proposals, weekend.still_open) == (0, [], False)
    silent = await made(context, period="2026-08-01..2026-08-31")
    assert "sent nothing" in silent.proposals[0].what


async def test_sequences_and_outcomes_with_names_alike_keep_a_bar_each(context: Context, box: Sandbox) -> None:
    for sequence in box.world.sequences.values():
        sequence["title"] = "The same long beginning of a title, and its end"
    report = await made(context, period="last 60 days")
    rows = [row.model_copy(update={"numbers": report.sequences[0].numbers}) for row in report.sequences]
    outcomes = {"The same long beginning of A": 2, "The same long beginning of B": 1}
    drawn = dict(charts(report.model_copy(update={"sequences": rows, "outcomes": outcomes})))
    for chart, name in (("rates", "name"), ("outcomes", "outcome")):
        names = [row[name] for row in drawn[chart]["data"]["values"]]
        assert len(set(names)) == len(names)


def drawn_titles(report: Report) -> list[str]:
    return [str(chart["title"]) for _, chart in charts(report)]


async def test_charts_hold_their_numbers_as_words_for_those_who_cannot_see_them(context: Context) -> None:
    report = await made(context, period="last 60 days")
    words = {name: str(chart["description"]) for name, chart in charts(report)}
    assert f"sent {report.total.sent:,} (100 %)" in words["funnel"]
    assert all(f"{name} {number:,}" in words["outcomes"] for name, number in report.outcomes.items())
    assert "Mails by week of sending" in drawn_titles(report)
    assert "Mails by day of sending" in drawn_titles(await made(context))
    assert 'aria-label="' in svg(charts(report)[0][1])


def test_the_library_that_draws_is_loaded_with_the_first_picture_and_not_before() -> None:
    program = "import sys, saleshandy_mcp.features.reports.report_page; print('vl_convert' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert done.stdout.strip() == "False"


def test_a_drawing_loads_nothing_whatever_stands_in_a_chart() -> None:
    with pytest.raises(ValueError, match="not allowed"):
        svg({"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "bar"})


@pytest.mark.parametrize("words", ["2024-12", "last year"])
async def test_a_period_before_which_nothing_is_told_is_refused_in_words_of_the_period(
    context: Context, words: str
) -> None:
    with pytest.raises(Mistake) as refused:
        await made(context, period=words)
    assert refused.value.wrong.startswith("period, with the one before: 2024-")


@pytest.mark.parametrize(("words", "told"), [("last week", False), ("2026-11-02..2026-11-08", True)])
async def test_fewer_replies_to_mails_that_may_still_be_answered_are_no_reason_to_act(
    box: Sandbox, words: str, *, told: bool
) -> None:
    def sent(day: str, replied: int) -> list[dict[str, Any]]:
        common = {"Sequence Id": "s", "Sequence Title": "Long", "Email Sent At": f"{day}T08:00:00Z"}
        return [{**common, "Recipient Email": f"{day}-{n}@x.example", "Replied": "Yes"} for n in range(replied)] + [
            {**common, "Recipient Email": f"{day}-no-{n}@x.example"} for n in range(400 - replied)
        ]

    rows = [*sent("2026-11-12", 4), *sent("2026-11-05", 4), *sent("2026-10-29", 60)]
    rows += sent("2026-11-05", 60) if not told else []
    async with context_over(
        box, app=faulty(box, CONSOLIDATED, says(200, {"payload": {"data": rows, "hasMore": False}}))
    ) as context:
        report = await made(context, period=words)
    assert ("Look at what changed since the period before" in text_of(report)) == told
