"""The clock of the machine is set back: nothing lives longer for it, nothing waits for it, and no limit is lifted."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.uses import Uses
from saleshandy_mcp.policy.allowance import Allowance
from saleshandy_mcp.policy.approval_channels import Answer
from saleshandy_mcp.policy.approval_store import LIFETIME, Approvals
from saleshandy_mcp.policy.journal import CallRecord, Journal, refuse_repetition
from saleshandy_mcp.policy.rules import RuleRefused, Rules
from saleshandy_mcp.server.tools.repetition import recorded
from saleshandy_mcp.store.selections import Member, Selections
from saleshandy_mcp.store.state import State
from tests.policy.kit import Clock, used
from tests.policy.test_allowance import look

DAY, YEAR = 86_400.0, 365 * 86_400.0
BACK = [3600.0, DAY, 20 * YEAR]
A_LITTLE = 30.0
"""Clocks are set right by so much without anybody noticing."""
NO_API = cast("Api", None)


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = 1_800_000_000.0
    return clock


@pytest.mark.parametrize("back", BACK)
def test_a_token_a_yes_and_a_card_from_before_count_for_nothing_and_are_deleted(
    approvals: Approvals, clock: Clock, back: float
) -> None:
    token = approvals.issue("digest", call="one", words="Start?")
    plan = approvals.ask("digest", call="two", words="Start?")
    key = approvals.offer_card(plan.id)
    assert key
    approvals.answer(plan.id, agreed=True, channel="terminal")
    clock.now -= back
    assert not used(approvals, token)
    assert (approvals.asked("two"), approvals.take(plan.id), approvals.on_card(key)) == (None, None, None)
    assert approvals.waiting() == []
    approvals.forget()
    with approvals.state.reading() as db:
        assert db.execute("SELECT count(*) FROM plans").fetchone() == (0,)


def test_a_clock_that_is_set_right_by_little_voids_no_agreement(approvals: Approvals, clock: Clock) -> None:
    token = approvals.issue("digest")
    clock.now -= A_LITTLE
    assert used(approvals, token)


def test_what_was_asked_by_a_clock_that_was_a_day_ahead_is_asked_anew(
    open_store: Callable[..., Approvals], clock: Clock
) -> None:
    clock.now += DAY
    old = open_store().ask("digest", call="call", words="Start?")
    clock.now -= DAY
    new = open_store().ask("digest", call="call", words="Start?")
    assert new.id != old.id
    assert [it.id for it in open_store().waiting()] == [new.id]
    assert new.until == clock.now + LIFETIME


@pytest.mark.parametrize(("action", "meaning"), [("decline", "no"), ("error", "unclear")])
def test_an_answer_that_seems_to_come_before_its_question_was_not_too_quick(action: str, meaning: str) -> None:
    assert Answer(action, seconds=-3600.0).meaning == meaning


@pytest.mark.parametrize("back", BACK)
def test_a_call_that_never_ended_keeps_nobody_waiting_until_the_clock_is_where_it_was(
    place: Path, clock: Clock, back: float
) -> None:
    with closing(State(lambda: place)) as state:
        journal = Journal(state, "account", clock)
        record = CallRecord(journal, "create_step", call="call")
        journal.under_way(journal.began(record, "create_step"), "create_step", adds=True, objects={"a sequence"})
        clock.now -= back
        earlier = journal.earlier("call")
        assert earlier
        with pytest.raises(Mistake, match="ended without an answer"):
            refuse_repetition(journal, earlier)
        assert journal.to_tell({"a sequence"}, None)


@pytest.mark.parametrize("back", BACK)
def test_an_answer_from_before_is_no_answer_of_a_moment_ago_and_is_deleted(
    place: Path, clock: Clock, back: float
) -> None:
    with closing(State(lambda: place)) as state:
        journal = Journal(state, "account", clock)
        record = CallRecord(journal, "create_step", call="call")
        number = journal.began(record, "create_step")
        journal.under_way(number, "create_step", adds=True, objects=set())
        journal.ended(record, number, "done", ["create_step"], [], '{"text": "plums", "facts": {}}')
        earlier = journal.earlier("call")
        assert earlier
        assert recorded(earlier, clock.now - A_LITTLE)
        assert recorded(earlier, clock.now - back) is None
        clock.now -= back
        journal.forget()
        earlier = journal.earlier("call")
        assert earlier
        assert earlier.answer == ""


@pytest.mark.parametrize("back", BACK)
async def test_what_was_counted_before_counts_for_its_window_from_now_on(
    place: Path, clock: Clock, back: float
) -> None:
    with closing(State(lambda: place)) as state:
        one = Allowance(Rules(replies_an_hour=10), state, "a", look, clock)
        await one.take(Uses(mails=10), NO_API, reaches=True)
        clock.now -= back
        for seconds, free in ((0.0, False), (3599.0, False), (1.0, True)):
            clock.now += seconds
            try:
                await one.foresee(Uses(mails=10), NO_API, reaches=True)
            except RuleRefused:
                assert not free
            else:
                assert free
        await one.take(Uses(mails=10), NO_API, reaches=True)


@pytest.mark.parametrize("back", BACK)
def test_a_selection_from_before_is_unknown_and_deleted(place: Path, clock: Clock, back: float) -> None:
    with closing(State(lambda: place)) as state:
        selections = Selections(state, "account", clock)
        handle = selections.keep("people", [Member("a1", "jo@lake.example.com")])
        clock.now -= A_LITTLE
        assert selections.members("people", handle)
        clock.now -= back
        with pytest.raises(Mistake, match="older than an hour"):
            selections.members("people", handle)
        selections.forget()
        with state.reading() as db:
            assert db.execute("SELECT count(*) FROM selections").fetchone() == (0,)
