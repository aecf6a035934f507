"""Our own pacing: never more than the API allows in any minute."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.http.chain import RateLimiter
from saleshandy_mcp.api.http.responses import wait_told

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


def test_the_twenty_first_call_of_an_endpoint_waits_out_the_minute() -> None:
    now = 0.0
    pace = RateLimiter(lambda: now)
    assert [pace.wait("GET /a") for _ in range(20)] == [0.0] * 20
    assert 59 < pace.wait("GET /a") <= 60.1
    assert pace.wait("GET /b") == 0.0
    now = 61.0
    assert pace.wait("GET /a") == 0.0


def test_all_endpoints_together_have_a_limit_too() -> None:
    now = 0.0
    pace = RateLimiter(lambda: now)
    assert {pace.wait(f"GET /{number}") for number in range(300)} == {0.0}
    assert pace.wait("GET /another") > 59


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 5)), max_size=150))
def test_whatever_the_order_no_minute_ever_holds_more_than_is_allowed(calls: list[tuple[str, float]]) -> None:
    now = 1000.0
    pace = RateLimiter(lambda: now)
    gone: list[tuple[str, float]] = []
    for endpoint, idle in calls:
        now += idle
        while wait := pace.wait(endpoint):
            assert wait > 0
            now += wait
        gone.append((endpoint, now))
    for _, start in gone:
        window = Counter(endpoint for endpoint, moment in gone if start <= moment < start + 60)
        assert max(window.values()) <= 20


@pytest.mark.parametrize(
    "reset",
    [
        "Mon, 16 Nov 2026 08:00:40 GMT",
        "2026-11-16T08:00:40Z",
        "2026-11-16T08:00:40.000+00:00",
        str(NOW.timestamp() + 40),
        str(int(NOW.timestamp() + 40) * 1000),
        "40",
    ],
)
def test_when_no_call_is_left_an_endpoint_waits_until_its_limit_is_whole_again(reset: str) -> None:
    now = 0.0
    pace = RateLimiter(lambda: now)
    pace.told("GET /a", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}, NOW)
    assert pace.wait("GET /a") == pytest.approx(40)
    assert pace.wait("GET /b") == 0.0
    now = 41.0
    assert pace.wait("GET /a") == 0.0


@pytest.mark.parametrize("left", ["1", "20", "", "many", "-1"])
def test_as_long_as_calls_are_left_nothing_waits(left: str) -> None:
    pace = RateLimiter(lambda: 0.0)
    pace.told("GET /a", {"x-ratelimit-remaining": left, "x-ratelimit-reset": "40"}, NOW)
    assert pace.wait("GET /a") == 0.0


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_changes_no_wait(hours: int) -> None:
    here = NOW + timedelta(hours=hours)
    headers = {"date": "Mon, 16 Nov 2026 08:00:00 GMT"}
    assert wait_told({**headers, "retry-after": "Mon, 16 Nov 2026 08:00:30 GMT"}, here) == 30
    assert wait_told({**headers, "x-ratelimit-reset": "Mon, 16 Nov 2026 08:00:20 GMT"}, here) == 20


def test_of_two_words_on_when_to_ask_again_the_later_one_holds() -> None:
    assert wait_told({"retry-after": "3", "x-ratelimit-reset": "2026-11-16T08:00:20Z"}, NOW) == 20
    assert wait_told({"retry-after": "30", "x-ratelimit-reset": "2026-11-16T08:00:20Z"}, NOW) == 30
    assert wait_told({}, NOW) is None


@given(st.text() | st.text("0123456789+-:.,TZ GMTMonNov", max_size=40))
def test_whatever_a_reset_says_nobody_waits_longer_than_a_minute_for_it(value: str) -> None:
    seconds = wait_told({"x-ratelimit-reset": value, "date": value}, NOW)
    assert seconds is None or 0 <= seconds <= 60


@pytest.mark.parametrize(("milliseconds", "wait"), [(-1, None), (0, 0.0), (400, 0.4), (1000, 1.0), (120_000, 60.0)])
def test_a_reset_that_is_near_is_waited_for_exactly_and_one_that_is_over_says_nothing(
    milliseconds: int, wait: float | None
) -> None:
    reset = (NOW + timedelta(milliseconds=milliseconds)).isoformat()
    assert wait_told({"x-ratelimit-reset": reset}, NOW) == pytest.approx(wait)


def test_a_date_of_the_server_without_a_zone_is_taken_for_utc() -> None:
    headers = {"date": "Mon, 16 Nov 2026 08:00:00 -0000", "retry-after": "Mon, 16 Nov 2026 08:00:30 GMT"}
    assert wait_told(headers, NOW + timedelta(hours=1)) == 30
