"""Our own pacing: never more than the API allows in any minute."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.http.chain import RateLimiter


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
