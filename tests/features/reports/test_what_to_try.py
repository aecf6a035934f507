"""Rates with their chance, and proposals that name value, threshold and source."""

from datetime import date
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.analytics import MailEvents
from saleshandy_mcp.features.reports.mail_numbers import Mail, Numbers, StatsRow
from saleshandy_mcp.features.reports.rates import Rate, differ, percent
from saleshandy_mcp.features.reports.report_view import ranking_of
from saleshandy_mcp.features.reports.what_to_try import what_to_try


def mails(
    number: int, *, step: int = 1, replied: int = 0, bounced: int = 0, sender: str = "ada@lantern.example.com"
) -> list[Mail]:
    return [
        Mail(
            date(2026, 11, 12),
            MailEvents(
                sequence_id="s",
                sequence_title="Q3",
                step_number=str(step),
                sender_email=sender,
                recipient_email=f"{step}-{place}@people.example.com",
                replied="Yes" if place < replied else "No",
                bounced="Yes" if place >= number - bounced else "No",
            ),
            positive=False,
            unsubscribed=False,
        )
        for place in range(number)
    ]


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    # Wilson's intervals as statistical tables have them.
    [(0, 10, 0.0, 27.8), (10, 10, 72.2, 100.0), (5, 10, 23.7, 76.3), (1, 50, 0.35, 10.5), (81, 263, 25.5, 36.6)],
)
def test_the_interval_of_a_rate_is_wilsons(part: int, of: int, low: float, high: float) -> None:
    assert all(isclose(one, other, abs_tol=0.1) for one, other in zip(Rate(part, of).likely, (low, high), strict=True))


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_a_rate_lies_in_its_interval_and_differing_has_no_direction(a: int, more_a: int, b: int, more_b: int) -> None:
    one, other = Rate(a, a + more_a), Rate(b, b + more_b)
    low, high = one.likely
    assert 0 <= low <= high <= 100
    assert not one.of or low - 1e-9 <= one.share <= high + 1e-9
    assert differ(one, other) == differ(other, one)
    assert not differ(one, one)


def test_few_mails_never_differ_and_many_do() -> None:
    assert not differ(Rate(1, 6), Rate(3, 6))
    assert differ(Rate(100, 600), Rate(300, 600))
    assert not differ(Rate(0, 0), Rate(5, 5))


def test_a_difference_that_stands_out_alone_may_be_chance_among_many() -> None:
    weak, usual = Rate(6, 100), Rate(30, 200)
    assert differ(weak, usual)
    assert not differ(weak, usual, comparisons=60)
    assert differ(Rate(100, 600), Rate(300, 600), comparisons=60)


def test_of_many_steps_one_has_to_stand_out_further_to_be_rewritten() -> None:
    weak = [*mails(100, replied=5), *mails(200, step=2, replied=35)]
    alike = [mail for step in range(3, 60) for mail in mails(20, step=step, replied=3)]
    assert [it.what for it in what_to_try(weak, [], [])] == ["Rewrite Q3, step 1 [s]"]
    assert what_to_try([*weak, *alike], [], []) == []


def test_best_and_worst_of_many_are_held_against_what_chance_makes_of_many() -> None:
    ends = [
        StatsRow(name="A", numbers=Numbers(sent=200, replied=30)),
        StatsRow(name="B", numbers=Numbers(sent=100, replied=6)),
    ]
    between = [StatsRow(name="C", numbers=Numbers(sent=100, replied=10)) for _ in range(30)]
    assert "more than chance" in ranking_of(ends, "sequences", of_one=False)
    assert "may be chance" in ranking_of([*ends, *between], "sequences", of_one=False)


def test_percents_are_short() -> None:
    assert [percent(it) for it in (0, 0.04, 3.25, 5.0, 9.96, 47.2, 100)] == ["0", "0", "3.2", "5", "10", "47", "100"]


def test_what_bounces_is_told_with_value_threshold_and_source() -> None:
    told = what_to_try([*mails(200), *mails(60, step=2, bounced=4, sender="bo@lantern.example.com")], [], [])
    assert [it.what for it in told] == ["Verify addresses before you import them, and slow bo@lantern.example.com down"]
    assert told[0].value == "6.7 % of 60 (likely 2.6 to 16) bounced"
    assert told[0].threshold == "high above 3 %, bad from 5 %"
    assert "https://docs.aws.amazon.com/ses/" in told[0].source


def test_two_bounces_are_no_reason_to_act() -> None:
    assert what_to_try(mails(120, bounced=2)[:120], [], []) == []
    assert [it.what for it in what_to_try(mails(30, bounced=2), [], [])] == [
        "Wait for more mails before you judge by rates"
    ]


def test_a_step_answered_less_than_the_others_is_named_only_where_chance_does_not_explain_it() -> None:
    weak = what_to_try([*mails(300, replied=30), *mails(300, step=2, replied=3)], [], [])
    assert [it.what for it in weak] == ["Rewrite Q3, step 2 [s]"]
    assert what_to_try([*mails(60, replied=3), *mails(60, step=2, replied=2)], [], []) == []


def test_fewer_replies_than_before_and_silent_sequences_are_told_three_at_most() -> None:
    told = what_to_try(mails(400, replied=4, bounced=40), mails(400, replied=40), ["A [1]", "B [2]", "C [3]", "D [4]"])
    assert len(told) == 3
    assert "A [1], B [2], C [3] and 1 more sent nothing" in told[1].what
    assert told[2].what == "Look at what changed since the period before"
    assert told[2].threshold.endswith("more than chance")


def test_one_small_sender_does_not_hide_what_bounces_all_together() -> None:
    small = mails(20, step=2, bounced=2, sender="bo@lantern.example.com")
    told = what_to_try([*mails(300, bounced=12), *small], [], [])
    assert [it.what for it in told] == [
        "Verify addresses before you import them, and slow ada@lantern.example.com down"
    ]
    many = [mail for number in range(20) for mail in mails(15, step=number, bounced=1, sender=f"s{number}@x.example")]
    assert [it.what for it in what_to_try(many, [], [])] == [
        "Verify addresses before you import them, and slow all senders down"
    ]
