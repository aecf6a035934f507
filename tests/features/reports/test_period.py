"""Periods in words: the days they mean, whenever they are said."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.reports import period

WORDS = [
    *("today", "yesterday", "this week", "last week", "this month", "last month", "this year", "last 7 days"),
    "last 30 days",
]
moments = st.dates(date(2010, 1, 1), date(2090, 1, 1)).map(
    lambda day: datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
)


def days(words: str, said_on: str) -> str:
    found = period.read(words, datetime.fromisoformat(said_on).replace(tzinfo=UTC))
    return f"{found.first} {found.last}"


@pytest.mark.parametrize(
    ("words", "said_on", "meant"),
    [
        ("today", "2026-11-16", "2026-11-16 2026-11-16"),
        ("yesterday", "2026-01-01", "2025-12-31 2025-12-31"),
        ("this week", "2026-11-16", "2026-11-16 2026-11-16"),
        ("this week", "2027-01-01", "2026-12-28 2027-01-01"),
        ("last week", "2026-11-22", "2026-11-09 2026-11-15"),
        ("last week", "2027-01-01", "2026-12-21 2026-12-27"),
        ("this month", "2026-11-16", "2026-11-01 2026-11-16"),
        ("last month", "2026-03-31", "2026-02-01 2026-02-28"),
        ("last month", "2028-03-31", "2028-02-01 2028-02-29"),
        ("last month", "2026-01-15", "2025-12-01 2025-12-31"),
        ("last 7 days", "2026-11-16", "2026-11-10 2026-11-16"),
        ("this year", "2026-11-16", "2026-01-01 2026-11-16"),
        ("last year", "2026-02-28", "2025-01-01 2025-12-31"),
        ("last 30 days", "2026-01-05", "2025-12-07 2026-01-05"),
        ("last 90 days", "2026-11-16", "2026-08-19 2026-11-16"),
        ("  Last_Week ", "2026-11-16", "2026-11-09 2026-11-15"),
        ("2026-10-01..2026-10-31", "2026-11-16", "2026-10-01 2026-10-31"),
        ("2026-10-01 .. 2026-10-31", "2026-11-16", "2026-10-01 2026-10-31"),
        ("2026-10-01", "2026-11-16", "2026-10-01 2026-10-01"),
        ("2026-11-01..2026-11-30", "2026-11-16", "2026-11-01 2026-11-16"),
        ("2026-10", "2026-11-16", "2026-10-01 2026-10-31"),
        ("2026-11", "2026-11-16", "2026-11-01 2026-11-16"),
        ("2028-02", "2028-11-16", "2028-02-01 2028-02-29"),
        ("2026-08..2026-09", "2026-11-16", "2026-08-01 2026-09-30"),
        ("2026-08..2026-09-15", "2026-11-16", "2026-08-01 2026-09-15"),
    ],
)
def test_words_mean_whole_days_and_what_lies_ahead_is_left_out(words: str, said_on: str, meant: str) -> None:
    assert days(words, said_on) == meant


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("last decade", "is not understood"),
        ("", "is not understood"),
        ("last 0 days", "is not understood"),
        ("2026-10-01..", "is not understood"),
        ("2026-02-30..2026-03-01", "is not understood"),
        ("2026-13", "is not understood"),
        ("9999-12-01..9999-12-31", "is not understood"),
        ("2026-10-31..2026-10-01", "ends before it begins"),
        ("2026-11-17..2026-11-18", "lies ahead, today is 2026-11-16"),
        ("2025-01-01..2026-10-31", "longer than a year"),
        ("last 400 days", "longer than a year"),
        ("2024-11-01..2024-11-30", "more than two years back"),
    ],
)
def test_anything_else_is_refused_with_what_is_allowed(words: str, wrong: str) -> None:
    with pytest.raises(Mistake, match=wrong) as refusal:
        days(words, "2026-11-16")
    assert refusal.value.wrong.startswith("period: ")
    assert all(word in refusal.value.remedy for word in [*WORDS, "2026-10-01..2026-10-31", "all time"])


@pytest.mark.parametrize(
    ("words", "said_on", "compared_with"),
    [
        ("today", "2026-11-16", "2026-11-15 2026-11-15"),
        ("this week", "2026-11-18", "2026-11-09 2026-11-11"),
        ("last week", "2026-11-18", "2026-11-02 2026-11-08"),
        ("this month", "2026-11-16", "2026-10-01 2026-10-16"),
        ("2026-11", "2026-11-16", "2026-10-01 2026-10-16"),
        ("2026-10", "2026-11-16", "2026-09-01 2026-09-30"),
        ("2026-10-01..2026-10-31", "2026-11-16", "2026-09-01 2026-09-30"),
        ("2026-08..2026-09", "2026-11-16", "2026-06-01 2026-07-31"),
        ("2026-01..2026-02", "2026-11-16", "2025-11-01 2025-12-31"),
        ("2026-10-02..2026-10-31", "2026-11-16", "2026-09-02 2026-10-01"),
        ("this month", "2026-03-31", "2026-02-01 2026-02-28"),
        ("last month", "2026-03-31", "2026-01-01 2026-01-31"),
        ("last 7 days", "2026-11-16", "2026-11-03 2026-11-09"),
    ],
)
def test_a_period_is_compared_with_the_same_days_before(words: str, said_on: str, compared_with: str) -> None:
    now = datetime.fromisoformat(said_on).replace(tzinfo=UTC)
    earlier = period.before(period.read(words, now), now)
    assert f"{earlier.first} {earlier.last}" == compared_with


def test_what_would_have_to_be_compared_with_more_than_two_years_ago_is_refused() -> None:
    now = datetime(2026, 11, 16, tzinfo=UTC)
    with pytest.raises(Mistake, match=r"compare: 2023-12-31 is more than two years back"):
        period.before(period.read("2024-12-01..2025-11-01", now), now)


def test_days_are_those_of_the_zone_that_the_moment_is_told_in() -> None:
    now = datetime(2026, 11, 16, 22, 30, tzinfo=UTC)
    east = now.astimezone(timezone(timedelta(hours=9)))
    assert period.read("today", now).first == date(2026, 11, 16)
    assert period.read("today", east).first == date(2026, 11, 17)


@given(moments, st.sampled_from(WORDS))
def test_a_period_is_never_empty_never_ahead_and_what_it_is_compared_with_comes_before(
    now: datetime, words: str
) -> None:
    found = period.read(words, now)
    earlier = period.before(found, now)
    assert earlier.first <= earlier.last < found.first <= found.last <= now.date()
    assert found.first in found
    assert found.last + timedelta(days=1) not in found
    assert earlier.days == found.days or words.endswith("month")


@given(moments)
def test_weeks_and_months_follow_each_other_without_gap(now: datetime) -> None:
    for unit in ("week", "month"):
        last, this = (period.read(f"{which} {unit}", now) for which in ("last", "this"))
        assert last.last + timedelta(days=1) == this.first
        assert now.date() in this
    assert period.read("this week", now).first.weekday() == 0
    assert period.read("last week", now).days == 7
    assert period.read("last month", now).first.day == period.read("this month", now).first.day == 1


@given(moments, st.integers(1, 366))
def test_last_so_many_days_are_as_many_and_end_today(now: datetime, number: int) -> None:
    found = period.read(f"last {number} days", now)
    assert (found.days, found.last) == (number, now.date())


@given(moments, st.integers(0, 365), st.integers(0, 360))
def test_days_that_are_written_out_are_taken_as_written(now: datetime, ago: int, more: int) -> None:
    last = now.date() - timedelta(days=ago)
    first = last - timedelta(days=more)
    found = period.read(f"{first}..{last}", now)
    assert (found.first, found.last) == (first, last)
