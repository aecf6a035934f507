"""Numbers as a model reads them: short, with every fact of the view and none beside it."""

from datetime import date

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.reports.get_stats import GetStats
from saleshandy_mcp.features.reports.mail_numbers import Numbers
from saleshandy_mcp.features.reports.stats_view import Earlier, Stats
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.texts import cost, facts, words

NEXT = NextCall.of("list_sequences")

ASKED = [
    GetStats(),
    GetStats(period="last week", by="sequence", compare=True),
    GetStats(by="step"),
    GetStats(sequence="Q3", by="step", compare=True),
    GetStats(by="sender"),
    GetStats(by="day", period="2026-11-14"),
    GetStats(sequence="Q3", period="all time"),
    GetStats(by="member", period="last month", compare=True),
    GetStats(by="sequence", period="all time"),
    GetStats(sequence="Q3", by="step", period="all time"),
]


@pytest.mark.parametrize("action", ASKED, ids=repr)
async def test_every_fact_of_the_view_is_in_the_text(context: Context, action: GetStats) -> None:
    view = await action.run(context)
    text = text_of(view)
    for name, value in facts(view):
        if name not in ("by", "page", "pages", "undated") and value not in (0, ""):
            assert words(value) in text, f"{name} {value} is not in the text"


@pytest.mark.parametrize("action", ASKED, ids=repr)
async def test_an_answer_is_short_and_on_one_line_an_item(context: Context, action: GetStats) -> None:
    text = text_of(await action.run(context))
    assert cost(text) <= 900
    assert "None" not in text
    assert "{'" not in text


def test_rates_stand_beside_their_counts_and_bounces_over_three_per_cent_are_marked() -> None:
    total = Numbers(sent=200, opened=124, replied=17, bounced=7)
    text = text_of(Stats(period="today", first=date(2026, 11, 16), last=date(2026, 11, 16), total=total, next=NEXT))
    assert "200 sent · 124 opened (62 %) · 17 replied (8.5 %) · 7 bounced (3.5 %, high)" in text
    assert "Bounces harm deliverability: high above 3 %, bad from 5 % on" in text
    assert "10 bounced (5.0 %, bad)" in text_of(Stats(period="today", total=Numbers(sent=200, bounced=10), next=NEXT))
    assert "Whole account, today (2026-11-16, UTC)" in text
    old = Earlier(what="x", first=date(2026, 1, 1), last=date(2026, 1, 1), numbers=Numbers(sent=9, bounced=9))
    assert "bad from 5 % on" in text_of(Stats(period="today", total=Numbers(sent=200), before=old, next=NEXT))
    at_the_limit = Numbers(sent=200, bounced=6)
    assert "high" not in text_of(Stats(period="today", total=at_the_limit, next=NEXT))


def test_what_was_left_out_is_said() -> None:
    text = text_of(Stats(period="today", total=Numbers(sent=7000), cut_after=7000, undated=2, next=NEXT))
    assert "NOT ALL: only 7,000 mails were looked at" in text
    assert "Left out: 2 mails" in text


def test_an_empty_page_is_no_empty_account() -> None:
    text = text_of(Stats(period="today", total=Numbers(sent=1), page=3, pages=2, next=NEXT))
    assert "Page 3 is empty; page 2 is the last." in text
