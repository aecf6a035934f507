"""Sending hours: what is written is what is meant, and what is told can be written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.schedules import Schedule
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.sending_hours import (
    Week,
    looks_like_hours,
    read_hours,
    schedule_in_words,
    week_of,
)

ENDS = st.lists(st.integers(0, 24 * 60 - 1), unique=True, max_size=6).map(sorted)
SPANS = ENDS.map(lambda ends: tuple(zip(ends[::2], ends[1::2], strict=False)))
WEEKS = st.builds(
    Week, st.tuples(*[SPANS] * 7).filter(any), st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"])
)


def schedule(week: Week, name: str = "Some hours") -> Schedule:
    slots = [day.model_dump(by_alias=True) for day in week.slots]
    return Schedule(id="s1", name=name, timezone=week.timezone, time_slots=slots)


@given(WEEKS)
def test_what_is_told_can_be_written_and_means_the_same(week: Week) -> None:
    assert looks_like_hours(str(week))
    assert read_hours(str(week), timezone=None) == week


@given(WEEKS)
def test_a_schedule_keeps_its_week(week: Week) -> None:
    assert [day.day for day in week.slots] == [*range(7)]
    assert week_of(schedule(week)) == week


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("mon-fri 9-17 europe/berlin", "Mon-Fri 9:00-17:00 Europe/Berlin"),
        ("Monday, wed, FRI 08:30 - 12:00 UTC", "Mon, Wed, Fri 8:30-12:00 UTC"),
        ("Fri-Mon 9:00\N{EN DASH}12:00 UTC", "Mon, Fri-Sun 9:00-12:00 UTC"),
        ("mon-sun 0:00-23:59 UTC", "Mon-Sun 0:00-23:59 UTC"),
        ("tue 14:00-16:00, 8:00-11:00 UTC", "Tue 8:00-11:00, 14:00-16:00 UTC"),
        ("Europe/London tue 8-11, thu-fri 9-10", "Tue 8:00-11:00, Thu-Fri 9:00-10:00 Europe/London"),
        ("mon 9-17", "Mon 9:00-17:00 Asia/Kolkata"),
        ("mon 9-10 wed 9-10 utc", "Mon, Wed 9:00-10:00 UTC"),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, told: str) -> None:
    assert str(read_hours(written, timezone="Asia/Kolkata")) == told


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("mon-fri UTC", "schedule: no hours stand after Mon, Tue, Wed, Thu, Fri"),
        ("9-17 mon UTC", 'schedule: no day stands before "9-17"'),
        ("mon 9-17 tue UTC", "schedule: no hours stand after Tue"),
        ("mon 9-17 mon 18-19 UTC", "schedule: Mon is named twice"),
        ("mon 17-9 UTC", 'schedule: "17-9" ends before it begins'),
        ("mon 9-24 UTC", 'schedule: "9-24" is no time of a day'),
        ("mon 9:75-10 UTC", 'schedule: "9:75-10" is no time of a day'),
        ("mon 9-12, 11-13 UTC", "schedule: 9:00-12:00 overlaps what begins at 11:00"),
        ("mon 9-17 Europe/Berln", 'schedule: there is no time zone "Europe/Berln"'),
        ("mon 9-17 UTC please", 'schedule: "please" is neither days nor hours'),
        ("", "schedule: no hours stand after any day"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(written: str, words: str) -> None:
    with pytest.raises(Mistake) as refusal:
        read_hours(written, timezone="UTC")
    assert refusal.value.wrong.startswith(words)
    assert refusal.value.remedy


def test_a_time_zone_is_needed_and_a_slip_in_it_is_set_right() -> None:
    with pytest.raises(Mistake, match="the time zone is missing"):
        read_hours("mon 9-17", timezone=None)
    with pytest.raises(Mistake) as refusal:
        read_hours("mon 9-17 Europe/Berln", timezone=None)
    assert "Europe/Berlin" in refusal.value.remedy


@pytest.mark.parametrize("name", ["Weekdays, office hours", "Mornings", "Mon-Fri", "9-17", "", "Sunny 9-17"])
def test_a_name_is_no_hours(name: str) -> None:
    assert not looks_like_hours(name)


@given(st.text(alphabet="monfrisu 0123456789:-,/", max_size=30))
def test_any_text_is_a_week_or_a_mistake(text: str) -> None:
    try:
        week = read_hours(text, timezone="UTC")
    except Mistake:
        return
    assert read_hours(str(week), timezone=None) == week


def test_a_schedule_is_told_by_name_and_hours_as_far_as_they_are_known() -> None:
    week = read_hours("mon-fri 9-17 UTC", timezone=None)
    assert schedule_in_words(schedule(week)) == "Some hours (Mon-Fri 9:00-17:00 UTC)"
    assert schedule_in_words(schedule(week, str(week))) == "Mon-Fri 9:00-17:00 UTC"
    assert schedule_in_words(Schedule(id="s1", name="Weekdays", timezone="UTC")) == "Weekdays (UTC)"
    assert schedule_in_words(schedule(Week(((),) * 7, "UTC"))) == "Some hours (no day UTC)"
    assert week_of(Schedule(id="s1", time_slots=[{"day": 9}])) is None
