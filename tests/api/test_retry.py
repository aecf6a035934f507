"""Whether a failed call may be tried again: above all, what may not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.http.chain import READ_ATTEMPTS, URGENT_ATTEMPTS, URGENT_WAIT, WRITE_ATTEMPTS, delay
from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.prospects import GetVerificationStatus, ImportProspectsByFieldName
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.api.resources.sequences import (
    CreateSequence,
    ListSequences,
    UpdateSequenceSchedule,
    UpdateSequenceStatus,
)
from saleshandy_mcp.core.errors import (
    BadKey,
    Broken,
    Doubtful,
    Interrupted,
    NoKey,
    NotSent,
    Rejected,
    SaleshandyError,
    Throttled,
    Unreadable,
)

READS: list[Operation[Any]] = [ListSchedules(), GetVerificationStatus(emails=["a@example.com"])]
WRITES: list[Operation[Any]] = [
    CreateSequence(title="x"),
    UpdateSequenceSchedule(sequence_id="s", schedule_id="t"),
    UpdateSequenceStatus(sequence_ids=["s"], status="resume"),
    ImportProspectsByFieldName(prospect_list=[{"Email": "a@example.com"}], conflict_action="upsert", step_id="t"),
]

afters = st.none() | st.floats(0, 1e6)
throttles = st.builds(Throttled, st.sampled_from([400, 429]), st.none(), st.just(["Rate Limit exceeded"]), afters)
others = st.sampled_from(
    [
        NoKey(),
        NotSent("refused"),
        Interrupted("reset"),
        Broken("HTTP 502"),
        Unreadable("not JSON"),
        BadKey(401, 1001, ["Invalid token"]),
        Rejected(404, None, []),
        SaleshandyError("anything else"),
    ]
)
errors = throttles | others
chances = st.floats(0, 1)


@given(st.sampled_from(WRITES), errors, st.integers(1, 10), chances)
def test_a_write_is_repeated_only_when_it_is_proven_not_to_be_done(
    operation: Operation[Any], error: SaleshandyError, attempt: int, chance: float
) -> None:
    if delay(operation, error, attempt, chance) is not None:
        assert isinstance(error, NotSent | Throttled)
        assert error.executed == "no"


@given(st.sampled_from(READS + WRITES), errors, st.integers(1, 1000), chances)
def test_attempts_are_bounded(operation: Operation[Any], error: SaleshandyError, attempt: int, chance: float) -> None:
    if delay(operation, error, attempt, chance) is not None:
        assert attempt < (READ_ATTEMPTS if operation.route.reads else WRITE_ATTEMPTS)


@given(st.sampled_from(READS + WRITES), throttles, st.integers(1, 2), chances)
def test_a_refusal_by_the_rate_limit_is_waited_out_and_never_earlier_than_asked(
    operation: Operation[Any], error: Throttled, attempt: int, chance: float
) -> None:
    wait = delay(operation, error, attempt, chance)
    assert wait is not None
    assert wait >= (error.after or 0)
    assert wait >= 2.5


@given(st.sampled_from(READS + WRITES), errors, st.integers(1, 10), chances)
def test_no_wait_is_negative_and_none_is_longer_than_a_minute_unless_asked(
    operation: Operation[Any], error: SaleshandyError, attempt: int, chance: float
) -> None:
    wait = delay(operation, error, attempt, chance)
    asked = (error.after or 0) if isinstance(error, Throttled) else 0
    assert wait is None or 0 <= wait <= max(60, asked)


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("error", [NotSent("x"), Broken("x"), Interrupted("x")])
def test_a_read_is_repeated_when_the_other_side_failed(operation: Operation[Any], error: SaleshandyError) -> None:
    waits = [delay(operation, error, attempt, 1.0) for attempt in (1, 2, 3, 4)]
    assert waits == [0.4, 0.8, 1.6, None]


@pytest.mark.parametrize("operation", READS)
def test_a_read_that_came_back_unreadable_is_repeated_once(operation: Operation[Any]) -> None:
    assert [delay(operation, Unreadable("x"), attempt, 0.5) for attempt in (1, 2, 3)] == [0.0, None, None]


@pytest.mark.parametrize("operation", READS + WRITES)
@pytest.mark.parametrize("error", [NoKey(), BadKey(401, None, []), Rejected(400, 40100, ["not found"])])
def test_a_refusal_is_final(operation: Operation[Any], error: SaleshandyError) -> None:
    assert delay(operation, error, 1, 0.5) is None


@pytest.mark.parametrize("operation", WRITES)
def test_a_write_that_never_left_is_tried_three_times(operation: Operation[Any]) -> None:
    assert [delay(operation, NotSent("x"), attempt, 1.0) for attempt in (1, 2, 3)] == [0.4, 0.8, None]


STOPS: list[Operation[Any]] = [
    UpdateSequenceStatus(sequence_ids=["s"], status="pause"),
    ListSequences(page_size=1000).urgently(),
]


@given(st.sampled_from(STOPS), errors, st.integers(1, URGENT_ATTEMPTS - 1), chances)
def test_what_stops_mail_is_tried_again_soon_after_any_failure_but_a_refusal(
    operation: Operation[Any], error: SaleshandyError, attempt: int, chance: float
) -> None:
    wait = delay(operation, error, attempt, chance)
    if isinstance(error, NotSent | Doubtful | Unreadable | Throttled):
        assert wait is not None
        assert 0 <= wait <= URGENT_WAIT
    else:
        assert wait is None
    assert delay(operation, error, URGENT_ATTEMPTS, chance) is None
