"""How long is waited before a call or before it is made again: bounds that hold whatever chance says."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.api.http.chain import (
    URGENT_WAIT,
    Backoff,
    Closed,
    Pacing,
    RateLimiter,
    Retrying,
    delay,
    in_memory,
)
from saleshandy_mcp.api.http.shared_turns import SharedCounts
from saleshandy_mcp.api.resources.sequences import CreateSequence, ListSequences, UpdateSequenceStatus
from saleshandy_mcp.core.errors import Broken, NotSent, Rejected, Throttled

CHANCES = st.floats(0, 1)
PAUSE = UpdateSequenceStatus(sequence_ids=["s"], status="pause")
NOW = datetime(2026, 11, 2, tzinfo=UTC)
MAKERS: list[Callable[[Path], Any]] = [
    lambda folder: SharedCounts(lambda: folder / "limits.sqlite3").turns("account"),
    lambda _: in_memory,
]


def throttled(after: float | None = None) -> Throttled:
    return Throttled(429, None, ["Rate Limit exceeded"], after)


@given(st.integers(1, 2), CHANCES, st.floats(0, 1), st.floats(0.1, 100))
@settings(deadline=None, derandomize=True, database=None)
def test_after_too_many_calls_a_share_of_doubling_seconds_is_waited_and_never_more(
    attempt: int, chance: float, share: float, first: float
) -> None:
    whole = min(60.0, first * 2 ** (attempt - 1))
    wait = delay(ListSequences(), throttled(), attempt, chance, Backoff(first, share, 3, 3))
    assert wait is not None
    assert share * whole - 1e-9 <= wait <= whole + 1e-9
    assert delay(ListSequences(), throttled(), attempt, 1.0, Backoff(first, share, 3, 3)) == pytest.approx(whole)
    assert delay(ListSequences(), throttled(), attempt, 0.0, Backoff(first, share, 3, 3)) == pytest.approx(
        share * whole
    )


@given(st.integers(1, 6), CHANCES)
@settings(deadline=None, derandomize=True, database=None)
def test_what_stops_mail_waits_at_most_doubling_fifths_of_a_second(attempt: int, chance: float) -> None:
    for error in (NotSent("refused"), Broken("HTTP 502")):
        wait = delay(PAUSE, error, attempt, chance)
        if wait is not None:
            assert wait == pytest.approx(chance * min(URGENT_WAIT, 0.2 * 2**attempt))


@pytest.mark.parametrize(
    ("after", "least", "most"), [(None, 0.5, 1.0), (0.0, 0.5, 1.0), (0.8, 0.8, 1.0), (999.0, 0, 0)]
)
def test_what_stops_mail_comes_again_soon_after_too_many_calls(after: float | None, least: float, most: float) -> None:
    waits = [delay(PAUSE, throttled(after), 1, chance) for chance in (0.0, 1.0)]
    assert waits == ([URGENT_WAIT] * 2 if after == 999.0 else [least, most])


@given(st.integers(1, 3), CHANCES)
@settings(deadline=None, derandomize=True, database=None)
def test_a_call_that_never_left_waits_at_most_doubling_fifths_of_a_second(attempt: int, chance: float) -> None:
    for operation in (ListSequences(), CreateSequence(title="x")):
        wait = delay(operation, NotSent("refused"), attempt, chance)
        if wait is not None:
            assert wait == pytest.approx(chance * 0.2 * 2**attempt)


class Clock:
    """Its seconds pass only when somebody waits."""

    def __init__(self) -> None:
        self.now, self.waits = 1000.0, list[float]()

    def seconds(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


async def test_the_wait_of_the_limits_is_waited_as_long_as_it_is_and_no_longer() -> None:
    clock = Clock()

    async def answered(request: Any, deadline: float, /) -> Any:
        del request, deadline
        return clock.now

    pacing = Pacing(answered, clock.seconds, clock.pause, lambda: RateLimiter(clock.seconds))
    for _ in range(20):
        await pacing(ListSequences(), inf)
    assert clock.waits == []
    await pacing(ListSequences(), inf)
    assert clock.waits == [pytest.approx(60.0, abs=0.01)]


async def test_each_api_is_asked_again_in_its_own_way() -> None:
    clock, answers = Clock(), [throttled(), throttled()]

    async def answered(request: Any, deadline: float, /) -> Any:
        del request, deadline
        if answers:
            raise answers.pop()
        return "answer"

    retrying = Retrying(answered, clock.seconds, clock.pause, Backoff(first=7.0, share=1.0))
    assert await retrying(ListSequences(), inf) == "answer"
    assert clock.waits == [7.0, 14.0]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, 30.0),
        ({"x-ratelimit-remaining": " 0 ", "x-ratelimit-reset": "30"}, 30.0),
        ({"x-ratelimit-remaining": "0"}, 0.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, 0.0),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "30"}, 0.0),
        ({"x-ratelimit-remaining": "", "x-ratelimit-reset": "30"}, 0.0),
        ({"x-ratelimit-reset": "30"}, 0.0),
        ({}, 0.0),
    ],
)
def test_only_an_endpoint_without_a_call_left_is_closed(headers: dict[str, str], wait: float) -> None:
    clock = Clock()
    closed = Closed(clock.seconds)
    closed.told("one", headers, NOW)
    assert closed.wait("one") == pytest.approx(wait)
    assert closed.wait("another") == 0.0
    clock.now += 29
    assert closed.wait("one") == pytest.approx(max(wait - 29, 0))
    clock.now += 2
    assert closed.wait("one") == 0.0


@pytest.mark.parametrize("maker", MAKERS, ids=["in a file", "in memory"])
@pytest.mark.parametrize(("most", "seconds"), [(5, 60.0), (2, 10.0), (1, 90.0)])
def test_a_limit_that_is_told_anew_holds_from_then_on(
    maker: Callable[[Path], Any], most: int, seconds: float, tmp_path: Path
) -> None:
    turns = maker(tmp_path)("GET /x", 3, 60.0)
    turns.allow(most, seconds)
    assert [turns.take(1000.0) for _ in range(most)] == [0.0] * most
    assert turns.taken(1000.0) == most
    assert turns.take(1000.0) == pytest.approx(seconds, abs=0.01)
    assert turns.take(1000.0 + seconds - 1) > 0
    assert turns.take(1000.0 + seconds + 0.01) == 0.0


def test_a_new_limit_holds_also_when_the_file_breaks_later(tmp_path: Path) -> None:
    turns = SharedCounts(lambda: tmp_path / "limits.sqlite3").turns("account")("GET /x", 3, 60.0)
    turns.allow(2, 10.0)
    (tmp_path / "limits.sqlite3").write_text("This is no database. " * 500)
    assert [turns.take(1000.0) for _ in range(2)] == [0.0] * 2
    assert turns.take(1000.0) == pytest.approx(10.0, abs=0.01)


async def test_what_became_of_a_first_attempt_to_stop_mail_is_not_told_by_a_later_refusal() -> None:
    clock, answers = Clock(), [Rejected(404, None, []), Broken("HTTP 502")]

    async def answered(request: Any, deadline: float, /) -> Any:
        del request, deadline
        raise answers.pop()

    with pytest.raises(Broken):
        await Retrying(answered, clock.seconds, clock.pause)(PAUSE, inf)
    assert answers == []
